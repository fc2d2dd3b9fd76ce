/** The real core, lost for real: its data folder is free again for the one that replaces it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CoreHost } from '../../main/shells/core-host.ts';
import { connectPort } from '../support/carriers.ts';
import { createRecordingPowers } from '../support/recording-powers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-restart-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function createHost(onRestart = (): void => {}): CoreHost {
  return new CoreHost({
    workerFile: fileURLToPath(new URL('../../main/core-worker.ts', import.meta.url)),
    powers: createRecordingPowers(),
    logFile: join(folder, 'nightdesk.log'),
    onRestart,
    settings: {
      version: '1.0.0',
      dataFolder: folder,
      configFile: join(folder, 'nightdesk.json'),
      starterRunbooks: fileURLToPath(new URL('../../main/runbooks/starter', import.meta.url)),
      drill: null,
    },
  });
}

test('a core that was ended gives its data to the next, again and again', async () => {
  const workers: Worker[] = [];
  const remember = (worker: Worker): void => void workers.push(worker);
  process.on('worker', remember);
  let restarts = 0;
  const host = createHost(() => (restarts += 1));
  await host.start();
  for (let count = 1; count <= 2; count += 1) {
    const window = connectPort(host.connect());
    await window.client.system.ping({});
    await workers.at(-1)!.terminate();
    await window.closed;
    await expect.poll(() => restarts, { timeout: 15_000 }).toBe(count);
    const again = connectPort(host.connect());
    await expect(again.client.system.ping({})).resolves.toHaveProperty('at');
  }
  await host.stop();
  process.off('worker', remember);
}, 45_000);

test('data in use is refused with the name of the holder, and free after an orderly end', async () => {
  const first = createHost();
  await first.start();
  await expect(createHost().start()).rejects.toMatchObject({
    code: 'store.unavailable',
    message: expect.stringContaining(`process ${process.pid}`) as string,
  });
  await first.stop();
  const next = createHost();
  await next.start();
  await next.stop();
});

test('the log holds lines of the core, one JSON object each', async () => {
  const host = createHost();
  await host.start();
  await host.stop();
  const lines = readFileSync(join(folder, 'nightdesk.log'), 'utf8').trim().split('\n');
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('module');
});

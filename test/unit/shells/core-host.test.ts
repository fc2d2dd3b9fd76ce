/** The host against a real worker thread that dies and hangs on request. */
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { CoreHost } from '../../../main/shells/core-host.ts';
import type { WatchLimits } from '../../../main/shells/core-watch.ts';
import { connectPort } from '../../support/carriers.ts';
import { createRecordingPowers, type RecordingPowers } from '../../support/recording-powers.ts';

const workerFile = fileURLToPath(new URL('../../support/stand-in-core-worker.ts', import.meta.url));
const limits: WatchLimits = { beatMs: 50, blindMs: 400, restartMs: 1_200, startMs: 20_000 };

let host: CoreHost | null = null;
afterEach(async () => {
  await host?.stop();
  host = null;
});

async function start(
  options: { version?: string; limits?: WatchLimits; onRestart?: () => void } = {},
): Promise<{ host: CoreHost; powers: RecordingPowers }> {
  const powers = createRecordingPowers();
  host = new CoreHost({
    workerFile,
    powers,
    logFile: null,
    limits: options.limits ?? limits,
    onRestart: options.onRestart,
    settings: {
      version: options.version ?? '1.0.0',
      dataFolder: tmpdir(),
      configFile: '',
      starterRunbooks: '',
      drill: null,
    },
  });
  await host.start();
  await expect.poll(() => isQuiet(powers)).toBe(true);
  return { host, powers };
}

const isQuiet = (powers: RecordingPowers): boolean => powers.states.at(-1)?.blind.length === 0;
const blindReason = (powers: RecordingPowers): string =>
  powers.states.at(-1)?.blind[0]?.reason ?? 'quiet';

/** Makes the core misbehave; whoever asked for that gets no answer. */
function misbehave(target: CoreHost, path: string): ReturnType<typeof connectPort> {
  const connection = connectPort(target.connect());
  connection.client.system.openLink({ url: `https://stand-in${path}` }).catch(() => {});
  return connection;
}

test('a desk that has not looked yet is blind, not quiet', async () => {
  const { powers } = await start();
  expect(powers.states[0]?.blind[0]?.reason).toContain('has not looked yet');
});

test.each(['/exit', '/throw'])(
  'a core that ends (%s) makes the desk blind at once',
  async (path) => {
    let restarts = 0;
    const { host, powers } = await start({ onRestart: () => (restarts += 1) });
    const window = connectPort(host.connect());
    await window.client.system.ping({});
    misbehave(host, path);
    await window.closed;
    await expect
      .poll(() => blindReason(powers), { interval: 10 })
      .toMatch(/core ended \((code 7|thrown on purpose)\)/);
    await expect.poll(() => isQuiet(powers), { timeout: 5_000 }).toBe(true);
    expect(restarts).toBe(1);
    const again = connectPort(host.connect());
    await expect(again.client.system.ping({})).resolves.toHaveProperty('at');
  },
);

test('a request that waits for a lost core is refused, not left hanging', async () => {
  const { host } = await start();
  const window = connectPort(host.connect());
  const answer = window.client.system.openLink({ url: 'https://stand-in/exit' });
  await expect(answer.then(() => 'answered', String)).resolves.toMatch(/abort|closed/i);
});

test('a core that hangs is blind first, then ended and started again', async () => {
  const { host, powers } = await start();
  const { closed } = misbehave(host, '/hang');
  await closed;
  expect(blindReason(powers)).toContain('stopped answering');
  await expect.poll(() => isQuiet(powers), { timeout: 8_000 }).toBe(true);
});

test('a core that only paused is believed again without a restart', async () => {
  let restarts = 0;
  const { host, powers } = await start({ onRestart: () => (restarts += 1) });
  misbehave(host, '/hang?ms=700');
  await expect.poll(() => blindReason(powers)).toContain('stopped answering');
  await expect.poll(() => isQuiet(powers), { timeout: 3_000 }).toBe(true);
  expect(restarts).toBe(0);
});

test('a main thread that stood still does not accuse the core', async () => {
  const { powers } = await start();
  const before = powers.states.length;
  const until = Date.now() + 1_500;
  while (Date.now() < until) {
    // The laptop sleeps.
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(powers.states.slice(before).filter((state) => state.blind.length > 0)).toEqual([]);
});

test('a core that hangs is found by a main thread that stalls again and again', async () => {
  const { host, powers } = await start({ limits: { ...limits, blindMs: 200 } });
  misbehave(host, '/hang');
  const end = Date.now() + 20_000;
  while (isQuiet(powers) && Date.now() < end) {
    const until = Date.now() + 200;
    while (Date.now() < until) {
      // Every beat comes late.
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(blindReason(powers)).toContain('stopped answering');
}, 30_000);

test('a core that keeps failing is said to keep failing', async () => {
  const { host, powers } = await start();
  const loseCore = async (): Promise<void> => {
    misbehave(host, '/exit');
    await expect.poll(() => isQuiet(powers), { timeout: 5_000 }).toBe(false);
  };
  await loseCore();
  await expect.poll(() => isQuiet(powers), { timeout: 8_000 }).toBe(true);
  await loseCore();
  await expect.poll(() => isQuiet(powers), { timeout: 8_000 }).toBe(true);
  await loseCore();
  expect(blindReason(powers)).toContain('keeps failing');
  expect(powers.states.at(-1)?.blind[0]?.next).toContain('Watch your sources directly');
}, 30_000);

test('a window that comes while the core is away is closed, so that it tries again', async () => {
  const { host, powers } = await start();
  misbehave(host, '/exit');
  await expect.poll(() => isQuiet(powers)).toBe(false);
  await connectPort(host.connect()).closed;
});

test('a first start that fails tells why, and is not tried again', async () => {
  await expect(start({ version: 'fails' })).rejects.toMatchObject({
    code: 'store.unavailable',
    message: 'In use.',
    next: 'Quit the other.',
  });
});

test('a core that dies while it starts the first time is an error in words', async () => {
  await expect(start({ version: 'dies' })).rejects.toMatchObject({ code: 'core.unavailable' });
});

test('signals of the shell reach the core', async () => {
  const { host } = await start();
  host.signal({ type: 'resumed' });
  const { client } = connectPort(host.connect());
  const { path } = await client.system.saveFile({ fileName: 'a', mediaType: 'b', text: '' });
  expect(path).toContain('resumed');
});

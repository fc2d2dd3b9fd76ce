/** One suite over both carriers: what a window may rely on, and what it cannot break. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ORPCError } from '@orpc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CoreHost } from '../../main/shells/core-host.ts';
import { startWebServer, type WebServer } from '../../main/shells/web/server.ts';
import { connectPort, connectSocket, type Connection } from '../support/carriers.ts';
import { createRecordingPowers } from '../support/recording-powers.ts';

const workers = {
  'stand-in': fileURLToPath(new URL('../support/stand-in-core-worker.ts', import.meta.url)),
  real: fileURLToPath(new URL('../../main/core-worker.ts', import.meta.url)),
};

let folder: string;
let standIn: CoreHost;
let real: CoreHost;
const servers: WebServer[] = [];
const powers = createRecordingPowers();

async function startHost(workerFile: string, name: string): Promise<CoreHost> {
  const host = new CoreHost({
    workerFile,
    powers,
    logFile: join(folder, `${name}.log`),
    settings: {
      version: '1.2.3',
      dataFolder: join(folder, name),
      configFile: join(folder, name, 'nightdesk.json'),
      starterRunbooks: fileURLToPath(new URL('../../main/runbooks/starter', import.meta.url)),
      drill: null,
    },
  });
  await host.start();
  return host;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-contract-'));
  standIn = await startHost(workers['stand-in'], 'stand-in');
  real = await startHost(workers.real, 'real');
  for (const host of [standIn, real]) {
    servers.push(
      await startWebServer({ rendererFolder: folder, port: 0, connect: () => host.connect() }),
    );
  }
});

afterAll(async () => {
  for (const server of servers) await server.close();
  await standIn?.stop();
  await real?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const carriers: Record<string, (core: 'standIn' | 'real') => Promise<Connection>> = {
  'a worker MessagePort': async (core) =>
    connectPort((core === 'standIn' ? standIn : real).connect()),
  'a WebSocket': (core) => connectSocket(servers[core === 'standIn' ? 0 : 1]!),
};

async function failure(promise: Promise<unknown>): Promise<ORPCError<string, unknown>> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ORPCError);
  return error as ORPCError<string, unknown>;
}

describe.each(Object.entries(carriers))('over %s', (_name, open) => {
  test('a good request is answered', async () => {
    const { client, close } = await open('standIn');
    const { at } = await client.system.ping({});
    expect(Date.parse(at)).toBeGreaterThan(0);
    close();
  });

  test('the real core answers', async () => {
    const { client, close } = await open('real');
    const info = await client.system.info({});
    expect(info).toMatchObject({ version: '1.2.3', isDrill: false });
    expect(info.powers.notifier).toBe('recording');
    close();
  });

  test('the desk state and its stream agree', async () => {
    const { client, close } = await open('real');
    const state = await client.desk.state({});
    for await (const event of await client.desk.watch({})) {
      if (event.type !== 'state') continue;
      expect(event.state.enabledSources).toBe(state.enabledSources);
      break;
    }
    close();
  });

  test('an expected failure keeps its code, its words and the next step', async () => {
    const { client, close } = await open('standIn');
    const error = await failure(client.system.openLink({ url: 'https://stand-in/typed' }));
    expect(error).toMatchObject({
      code: 'conflict',
      message: 'Somebody was faster.',
      defined: true,
      data: { next: 'Look again.', isRetryable: false },
    });
    close();
  });

  test('an alarm that does not exist is a typed answer', async () => {
    const { client, close } = await open('real');
    const error = await failure(client.alarms.get({ id: 999_999 }));
    expect(error).toMatchObject({ code: 'not_found', defined: true });
    close();
  });

  test('a bug becomes a reference, never its text', async () => {
    const { client, close } = await open('standIn');
    const error = await failure(client.system.openLink({ url: 'https://stand-in/bug' }));
    expect(error.code).toBe('internal');
    expect(JSON.stringify([error.message, error.data])).not.toContain('secret');
    expect((error.data as { ref: string }).ref).toMatch(/^[0-9a-f]{8}$/);
    close();
  });

  test('input that the schema refuses never reaches a handler', async () => {
    const { client, close } = await open('standIn');
    const before = powers.links.length;
    for (const url of ['not a url', 7, null, `https://x/${'a'.repeat(9_000)}`]) {
      const error = await failure(client.system.openLink({ url: url as string }));
      expect(error.code).toBe('BAD_REQUEST');
    }
    expect(powers.links).toHaveLength(before);
    close();
  });

  test('a method that does not exist is refused', async () => {
    const { client, close } = await open('standIn');
    const unknown = client as unknown as Record<
      string,
      Record<string, (input: unknown) => Promise<unknown>>
    >;
    expect((await failure(unknown.system!.shutDown!({}))).code).toBe('NOT_FOUND');
    expect((await failure(unknown.constructor.constructor({}))).code).toBe('NOT_FOUND');
    close();
  });

  test('a stream delivers in order and ends when the window stops listening', async () => {
    const { client, close } = await open('standIn');
    const seen: number[] = [];
    for await (const event of await client.desk.watch({})) {
      if (event.type === 'changed') seen.push(...(event.ids ?? []));
      if (seen.length === 20) break;
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    await expect
      .poll(
        async () =>
          (await client.system.saveFile({ fileName: 'a', mediaType: 'b', text: '' })).path,
      )
      .toContain('stream closed');
    close();
  });

  test('a large text arrives whole', async () => {
    const { client, close } = await open('standIn');
    const text = 'é\u{1F600}\u0000'.repeat(200_000);
    const { path } = await client.system.saveFile({ fileName: 'a', mediaType: 'b', text });
    expect(path).toMatch(new RegExp(`^${text.length}:`));
    close();
  });

  test('frames that are no messages disturb nobody', async () => {
    for (const core of ['standIn', 'real'] as const) {
      const { client, sendRaw, close } = await open(core);
      for (const frame of [
        'null',
        '[]',
        '{}',
        '{"i":"1"}',
        '{"i":"1","p":{"u":7}}',
        '{"i":"1","p":{"u":"::"}}',
        'half a { json',
        '',
        '{"i":"1","t":3,"p":null}',
        '{"__proto__":{"i":1},"t":9}',
      ]) {
        sendRaw(frame);
        sendRaw(new TextEncoder().encode(frame));
      }
      sendRaw(new Uint8Array([0xff, 0xff, 0, 1]));
      await expect(client.system.ping({})).resolves.toHaveProperty('at');
      close();
    }
  });

  test('what only the shell can do crosses to the shell and back', async () => {
    const { client, close } = await open('standIn');
    await client.system.openLink({ url: 'https://example.org/graph' });
    expect(powers.links).toContain('https://example.org/graph');
    expect(await client.system.openLink({ url: 'https://stand-in/secret' })).toEqual({
      isOpened: true,
    });
    expect(
      await failure(client.system.openLink({ url: 'https://stand-in/refused' })),
    ).toMatchObject({
      code: 'secret.unavailable',
      data: { next: 'Unlock it.', isRetryable: true },
    });
    close();
  });
});

describe('over a worker MessagePort', () => {
  test('an object instead of a frame disturbs nobody', async () => {
    const port = standIn.connect();
    const { client, close } = connectPort(port);
    port.postMessage({ i: 1, p: { u: 3 } });
    port.postMessage({ i: { toString: 1 } });
    port.postMessage(7);
    port.postMessage(undefined);
    await expect(client.system.ping({})).resolves.toHaveProperty('at');
    close();
  });
});

/** What the web shell refuses: other hosts, other origins, other paths, wrong tokens, and frames of any size. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startWebServer, type WebServer } from '../../main/shells/web/server.ts';
import { openSocket } from '../support/carriers.ts';

let folder: string;
let server: WebServer;
let connections = 0;
/** The core's ends of the ports that were handed out. */
const corePorts: MessageChannel['port1'][] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-attacks-'));
  const renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(
    join(renderer, 'index.html'),
    '<!doctype html><html><head></head><body></body></html>',
  );
  writeFileSync(join(renderer, 'assets', 'main-abcd1234.js'), 'export {};');
  writeFileSync(join(renderer, 'notes.txt'), 'not a kind of file that we serve');
  mkdirSync(join(folder, 'renderer-old'));
  writeFileSync(join(folder, 'renderer-old', 'index.html'), 'outside');
  writeFileSync(join(folder, 'secret.json'), '{"outside":true}');
  symlinkSync('assets', join(renderer, 'link'));
  server = await startWebServer({
    rendererFolder: renderer,
    port: 0,
    connect() {
      connections += 1;
      const { port1, port2 } = new MessageChannel();
      corePorts.push(port1);
      port1.on('message', (frame: string) => port1.postMessage(frame));
      return port2;
    },
    limits: { tokenMs: 300, frameBytes: 100_000, waitingBytes: 2_000_000, sockets: 5 },
  });
});

afterAll(async () => {
  await server.close();
  for (const port of corePorts) port.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(path: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  const { hostname, port, host } = new URL(server.origin);
  return new Promise((resolve, reject) => {
    request(
      {
        hostname,
        port,
        path,
        method: options.method ?? 'GET',
        headers: { host: options.host ?? host },
        setHost: false,
      },
      (response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    )
      .on('error', reject)
      .end();
  });
}

/** How an upgrade with these headers ends: the HTTP status, or 101. */
function upgrade(headers: Record<string, string>, path = '/rpc'): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${path}`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (outgoing, response) => {
      resolve(response.statusCode ?? 0);
      outgoing.destroy();
    });
    socket.on('error', (error) => {
      if (!/Unexpected server response|closed before/.test(error.message)) reject(error);
    });
  });
}

function closeCode(first: string | Uint8Array | null): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/rpc`, {
      headers: { origin: server.origin },
    });
    socket.on('open', () => {
      if (first !== null) socket.send(first);
    });
    socket.on('message', () => resolve(-1));
    socket.on('error', () => {});
    socket.on('close', (code) => resolve(code));
  });
}

describe('pages', () => {
  test('the page carries the policy, and the nonce of this load in header and document', async () => {
    const first = await ask('/');
    const second = await ask('/index.html');
    const nonce = /<meta property="csp-nonce" nonce="([^"]+)">/.exec(first.body)?.[1];
    const policy = String(first.headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain(`connect-src ${server.origin.replace('http', 'ws')};`);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(second.body).not.toContain(String(nonce));
    expect(first.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(first.headers).not.toHaveProperty('access-control-allow-origin');
    expect(first.headers).not.toHaveProperty('set-cookie');
  });

  test.each(['localhost', 'evil.example', '127.0.0.1', '127.0.0.1:1', '[::1]', ''])(
    'a request for the host %j is refused',
    async (host) => {
      const answer = await ask('/', { host });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body).toBe('');
    },
  );

  test.each([
    '/../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/assets/..%2f..%2fsecret.json',
    '/..%2frenderer-old/index.html',
    '/../renderer-old/index.html',
    '/..%5csecret.json',
    '//etc/passwd',
    '/%00/index.html',
    '/index.html%00.js',
    '/%E0%A4%A',
    '/assets',
    '/assets/',
    '/notes.txt',
    '/rpc',
    '/.',
    'http://evil.example/index.html',
  ])('%s is not found', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).toBe('');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])(
    '%s is refused',
    async (method) => {
      expect((await ask('/', { method })).status).toBe(405);
    },
  );

  test('HEAD answers without a body, files with a content hash may be kept', async () => {
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    const script = await ask('/assets/main-abcd1234.js');
    expect(script.headers['cache-control']).toContain('immutable');
    expect(script.headers['content-type']).toContain('text/javascript');
  });

  test('it listens on loopback only', async () => {
    const { port } = new URL(server.origin);
    const outside = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && !address.internal && address.family === 'IPv4');
    for (const address of outside) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = connectTcp({ host: address!.address, port: Number(port), timeout: 1_000 });
        socket.on('connect', () => resolve(true));
        socket.on('error', () => resolve(false));
        socket.on('timeout', () => resolve(false));
      });
      expect(reached).toBe(false);
    }
  });
});

describe('the socket', () => {
  test('any other origin, host or path is refused before the upgrade', async () => {
    const { origin } = server;
    const { host } = new URL(origin);
    expect(await upgrade({})).toBe(403);
    for (const other of [
      'null',
      'http://evil.example',
      `https://${host}`,
      'http://127.0.0.1',
      `${origin}/`,
    ]) {
      expect(await upgrade({ origin: other })).toBe(403);
    }
    expect(await upgrade({ origin, host: 'evil.example' })).toBe(403);
    expect(await upgrade({ origin: 'http://evil.example:80', host: 'evil.example:80' })).toBe(403);
    expect(await upgrade({ origin }, '/')).toBe(403);
    expect(await upgrade({ origin }, `/rpc?token=${server.token}`)).toBe(403);
    expect(await upgrade({ origin })).toBe(101);
  });

  test('no token, a wrong one or a binary one closes it, and the core never hears of it', async () => {
    const before = connections;
    expect(await closeCode(null)).toBe(4401);
    expect(await closeCode('')).toBe(4401);
    expect(await closeCode('wrong')).toBe(4401);
    expect(await closeCode(server.token.slice(0, -1))).toBe(4401);
    expect(await closeCode(`${server.token} `)).toBe(4401);
    expect(await closeCode(new TextEncoder().encode(server.token))).toBe(4401);
    expect(connections).toBe(before);
  });

  test('frames pass untouched after the token, text as text and bytes as bytes', async () => {
    const socket = await openSocket(server, server.token);
    const frames: (string | Uint8Array)[] = ['héllo', '\u0000', new Uint8Array([0, 255, 7])];
    const back = new Promise<(string | Uint8Array)[]>((resolve) => {
      const seen: (string | Uint8Array)[] = [];
      socket.on('message', (data: Buffer, isBinary) => {
        seen.push(isBinary ? new Uint8Array(data) : data.toString());
        if (seen.length === frames.length) resolve(seen);
      });
    });
    for (const frame of frames) socket.send(frame);
    expect(await back).toEqual(frames);
    socket.close();
  });

  test('a frame past the limit closes the socket that sent it, and no other', async () => {
    const good = await openSocket(server, server.token);
    const bad = await openSocket(server, server.token);
    const code = new Promise((resolve) => bad.once('close', resolve));
    bad.on('error', () => {});
    bad.send('x'.repeat(100_001));
    expect(await code).toBe(1009);
    const echoed = new Promise((resolve) =>
      good.once('message', (data: Buffer) => resolve(data.toString())),
    );
    good.send('still here');
    expect(await echoed).toBe('still here');
    good.close();
  });

  test('a window that does not read is cut off before it fills the memory', async () => {
    const socket = await openSocket(server, server.token);
    const port = corePorts.at(-1)!;
    const closed = new Promise((resolve) => port.once('close', () => resolve('cut off')));
    socket.pause();
    const frame = 'x'.repeat(500_000);
    const timer = setInterval(() => port.postMessage(frame), 2);
    expect(await closed).toBe('cut off');
    clearInterval(timer);
    socket.terminate();
  });

  test('a lost core closes the window, so that it goes blind', async () => {
    const socket = await openSocket(server, server.token);
    const code = new Promise((resolve) => socket.once('close', resolve));
    corePorts.at(-1)!.close();
    expect(await code).toBe(4503);
  });

  test('more windows than the limit are turned away, not queued', async () => {
    const open: WebSocket[] = [];
    await expect
      .poll(async () => {
        const socket = await openSocket(server, server.token).catch(() => null);
        if (socket !== null) open.push(socket);
        return socket;
      })
      .toBeNull();
    expect(open.length).toBeLessThanOrEqual(5);
    for (const socket of open) socket.close();
  });
});

test('every start has a token of its own, long enough not to be guessed', async () => {
  const other = await startWebServer({
    rendererFolder: folder,
    port: 0,
    connect: () => new MessageChannel().port1,
  });
  expect(other.token).not.toBe(server.token);
  expect(other.token).toMatch(/^[\w-]{43}$/);
  expect(other.url).toBe(`${other.origin}/#token=${other.token}`);
  await other.close();
});

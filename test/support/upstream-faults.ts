/** Everything an upstream, or what stands in front of it, may answer instead of its alarms. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const json = { 'content-type': 'application/json' };

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) => {
    response.writeHead(code, headers).end(body);
  };

export const answer =
  (body: string | Uint8Array, headers: Record<string, string> = json): Answer =>
  (response) => {
    response.writeHead(200, headers).end(body);
  };

const half = '[{"fingerprint":"0000000000000001","labels":{"alertname":"A","sev';

/** Small on the wire, `bytes` when unpacked. */
export const gzipBomb = (bytes: number): Answer =>
  answer(gzipSync(Buffer.alloc(bytes, ' ')), { ...json, 'content-encoding': 'gzip' });

export const faults = {
  'a 500': status(500, { 'content-type': 'text/plain' }, 'boom'),
  'a 502 page of a proxy': status(502, { 'content-type': 'text/html' }, '<h1>Bad gateway</h1>'),
  'a 503 with a date to come back': status(503, {
    'retry-after': new Date(Date.now() + 3_600_000).toUTCString(),
  }),
  'a 401': status(401, { 'www-authenticate': 'Basic' }, 'Unauthorized'),
  'a 403': status(403, json, '{"message":"not yours"}'),
  'a 404': status(404, { 'content-type': 'text/plain' }, '404 page not found'),
  'a 429 with Retry-After': status(429, { 'retry-after': '120' }, 'slow down'),
  'half a JSON': answer(half),
  'a web page with status 200': answer('<!doctype html><title>Sign in</title>', {
    'content-type': 'text/html; charset=utf-8',
  }),
  'a web page that claims to be JSON': answer('<!doctype html><title>Sign in</title>'),
  'an empty body': answer(''),
  'text instead of JSON': answer('[]', { 'content-type': 'text/plain' }),
  'an image': answer(Buffer.from([0x89, 0x50]), { 'content-type': 'image/png' }),
  'another JSON than a list': answer('{"status":"success"}'),
  'a null': answer('null'),
  'an unknown encoding': answer('[]', { ...json, 'content-encoding': 'br' }),
  'a broken gzip': answer('no gzip at all', { ...json, 'content-encoding': 'gzip' }),
  'a cut gzip': answer(gzipSync('[{"fingerprint":"1"}]').subarray(0, 20), {
    ...json,
    'content-encoding': 'gzip',
  }),
  'a reset in the middle': (response) => {
    response.writeHead(200, { ...json, 'content-length': '10000' });
    response.write(half, () => response.socket?.resetAndDestroy());
  },
  'an end in the middle': (response) => {
    response.writeHead(200, { ...json, 'content-length': '10000' });
    response.write(half, () => response.socket?.end());
  },
  'a reset before any answer': (response) => {
    response.socket?.resetAndDestroy();
  },
  'an answer that stops half way': (response) => {
    response.writeHead(200, json);
    response.write(half);
  },
  'silence after the request': () => {},
  'a redirect to a login page elsewhere': status(302, {
    location: 'https://login.example.org/?next=alerts',
  }),
  'a redirect in a circle': (response, request) => {
    response.writeHead(302, { location: request.url ?? '/' }).end();
  },
  'a redirect to nowhere': status(302),
} satisfies Record<string, Answer>;

export type FaultName = keyof typeof faults;

export interface TestServer {
  readonly url: string;
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
  }[];
  respond: Answer;
  close(): Promise<void>;
}

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
};

export async function startServer(respond: Answer): Promise<TestServer> {
  const requests: { method: string; url: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    requests.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
    });
    response.on('error', () => {});
    self.respond(response, request);
  });
  const port = await listen(server);
  const self: TestServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    respond,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

/** Takes connections and never says a word. */
export async function startMuteServer(
  greeting = '',
): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (greeting !== '') socket.end(greeting);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface FaultyProxy extends Omit<TestServer, 'respond'> {
  /** Said instead of the upstream's answers to reads of alerts; null: the truth. */
  fault: Answer | null;
  /** By how much the upstream claims to be up for longer than it is. */
  olderMs: number;
  /** How long it keeps a write to itself before it passes it on. */
  writeDelayMs: number;
}

/** Stands in front of a real upstream and passes everything on, until it is told to lie. */
export async function startFaultyProxy(upstream: string): Promise<FaultyProxy> {
  const pass = async (response: ServerResponse, request: IncomingMessage): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== 'GET') await wait(proxy.writeDelayMs);
    const { host: _, connection: __, ...headers } = request.headers;
    const answered = await fetch(new URL(request.url ?? '/', upstream), {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    let text = await answered.text();
    if (request.url?.endsWith('/api/v2/status') === true && answered.ok) {
      const said = JSON.parse(text) as { uptime: string };
      const uptime = new Date(Date.parse(said.uptime) - proxy.olderMs).toISOString();
      text = JSON.stringify({ ...said, uptime });
    }
    if (request.url?.endsWith('/api/v1/status/runtimeinfo') === true && answered.ok) {
      const said = JSON.parse(text) as { data: { startTime: string } };
      const startTime = new Date(Date.parse(said.data.startTime) - proxy.olderMs).toISOString();
      text = JSON.stringify({ ...said, data: { ...said.data, startTime } });
    }
    response.writeHead(answered.status, {
      'content-type': answered.headers.get('content-type') ?? 'application/json',
    });
    response.end(text);
  };
  const server = await startServer((response, request) => {
    const isRead = request.method === 'GET' && request.url?.includes('/alerts') === true;
    if (proxy.fault !== null && isRead) {
      proxy.fault(response, request);
      return;
    }
    pass(response, request).catch(() => response.socket?.resetAndDestroy());
  });
  const proxy: FaultyProxy = {
    url: server.url,
    requests: server.requests,
    close: () => server.close(),
    fault: null,
    olderMs: 0,
    writeDelayMs: 0,
  };
  return proxy;
}

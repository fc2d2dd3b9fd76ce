/**
 * The web shell's server: the window's files and one socket, on loopback only.
 *
 * Anyone on this machine can reach a loopback port, and so can any web page in the browser. What keeps them out:
 * `Host` is checked on every request (against a name that was pointed at 127.0.0.1), `Origin` must be ours on the
 * socket, and the socket gives nothing before it was given the token, which only the printed address carries.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { MessagePort } from 'node:worker_threads';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { errorText } from '../../errors.ts';
import { createLogger } from '../../logging.ts';
import { createNonce, securityHeaders } from '../content-security.ts';
import { readRendererFile } from '../renderer-files.ts';

const log = createLogger('web');

export interface WebServerOptions {
  readonly rendererFolder: string;
  /** 0: a free one. */
  readonly port: number;
  /** A new port to the core; it closes when the core is lost. */
  connect(): MessagePort;
  readonly limits?: Partial<WebLimits>;
}

export interface WebLimits {
  /** How long a socket may stay silent before it shows the token. */
  readonly tokenMs: number;
  /** The largest frame a window may send: a long postmortem fits many times. */
  readonly frameBytes: number;
  /** What may wait for a window that does not read, before it is cut off. It connects again and asks anew. */
  readonly waitingBytes: number;
  readonly sockets: number;
}

const defaultLimits: WebLimits = {
  tokenMs: 5_000,
  frameBytes: 8_000_000,
  waitingBytes: 64_000_000,
  sockets: 32,
};

export interface WebServer {
  /** Without the token. */
  readonly origin: string;
  readonly token: string;
  /** With the token in the fragment, which browsers never send. */
  readonly url: string;
  close(): Promise<void>;
}

/** Close codes that the window understands; 4000 and above are ours to define. */
export const closeCodes = { badToken: 4401, coreLost: 4503, tooSlow: 4413 } as const;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const limits = { ...defaultLimits, ...options.limits };
  const token = randomBytes(32).toString('base64url');
  const tokenDigest = digest(token);
  let host = '';

  const server = createServer((request, response) => {
    answer(request, response, { ...options, host }).catch((error: unknown) => {
      log.error('a request failed', { error });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    clientTracking: true,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const reason = whyRefused(request, host);
    if (reason !== null) return refuse(socket, 403, reason);
    if (sockets.clients.size >= limits.sockets) return refuse(socket, 503, 'too many windows');
    sockets.handleUpgrade(request, socket, head, (client) => {
      admit(client, tokenDigest, limits, options.connect);
    });
  });

  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  return {
    origin,
    token,
    url: `${origin}/#token=${token}`,
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
}

/** Why this upgrade is not one of our own windows; null when it is. */
function whyRefused(request: IncomingMessage, host: string): string | null {
  if (request.headers.host !== host) return 'wrong host';
  if (request.headers.origin !== `http://${host}`) return 'wrong origin';
  return request.url === '/rpc' ? null : 'wrong path';
}

function refuse(socket: Socket, status: number, reason: string): void {
  log.warn('a socket was refused', { status, reason });
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Waits for the token as the first frame, then joins the socket to the core. */
function admit(
  client: WebSocket,
  tokenDigest: Buffer,
  limits: WebLimits,
  connect: () => MessagePort,
): void {
  const timer = setTimeout(() => client.close(closeCodes.badToken, 'no token'), limits.tokenMs);
  client.on('error', (error) => log.warn('a socket failed', { reason: errorText(error) }));
  client.once('close', () => clearTimeout(timer));
  client.once('message', (data: RawData, isBinary: boolean) => {
    clearTimeout(timer);
    // Digests are compared, so neither the length nor the first wrong letter can be timed.
    if (isBinary || !timingSafeEqual(digest(toText(data)), tokenDigest)) {
      log.warn('a socket showed a wrong token');
      client.close(closeCodes.badToken, 'wrong token');
      return;
    }
    client.send('ready');
    relay(client, connect(), limits);
  });
}

/** Passes frames on untouched: text stays text, bytes stay bytes. */
function relay(client: WebSocket, port: MessagePort, limits: WebLimits): void {
  port.on('message', (frame: string | Uint8Array) => {
    if (client.bufferedAmount > limits.waitingBytes) {
      log.warn('a window did not read and was cut off', { waiting: client.bufferedAmount });
      client.close(closeCodes.tooSlow, 'does not read');
      port.close();
      return;
    }
    client.send(frame);
  });
  port.on('close', () => client.close(closeCodes.coreLost, 'the core is not there'));
  client.on('message', (data: RawData, isBinary: boolean) => {
    port.postMessage(isBinary ? new Uint8Array(toBuffer(data)) : toText(data));
  });
  client.on('close', () => port.close());
}

const toBuffer = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
const toText = (data: RawData): string => toBuffer(data).toString();

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { host, rendererFolder }: { host: string; rendererFolder: string },
): Promise<void> {
  const nonce = createNonce();
  const headers = securityHeaders(nonce, `ws://${host}`);
  const end = (status: number, extra: Record<string, string> = {}, body?: Buffer): void => {
    response.writeHead(status, { ...headers, 'cache-control': 'no-store', ...extra });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (request.headers.host !== host) return end(421);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return end(405, { allow: 'GET, HEAD' });
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const file = await readRendererFile(rendererFolder, path, nonce);
  if (file === null) return end(404);
  end(
    200,
    {
      'content-type': file.mediaType,
      'content-length': String(file.body.length),
      ...(file.isHashed ? { 'cache-control': 'public, max-age=31536000, immutable' } : {}),
    },
    file.body,
  );
}

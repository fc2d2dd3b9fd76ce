/** A web server whose pages a test writes down, and that remembers who asked for what. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Page =
  | string
  | Buffer
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Buffer;
    }
  | ((request: IncomingMessage, response: ServerResponse) => void);

export interface PageServer {
  readonly url: string;
  readonly host: string;
  /** By path with its query. A text is HTML, a buffer an image. */
  readonly pages: Map<string, Page>;
  readonly asked: { path: string; headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

export async function startPageServer(): Promise<PageServer> {
  const pages = new Map<string, Page>();
  const asked: PageServer['asked'] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push({ path, headers: request.headers });
    const page = pages.get(path);
    if (page === undefined)
      response.writeHead(404, { 'content-type': 'text/html' }).end('<p>no</p>');
    else if (typeof page === 'function') page(request, response);
    else if (typeof page === 'string') {
      const etag = `"${Buffer.from(page).toString('base64').slice(-16)}${page.length}"`;
      const isKnown = request.headers['if-none-match'] === etag;
      response.writeHead(isKnown ? 304 : 200, { 'content-type': 'text/html; charset=utf-8', etag });
      response.end(isKnown ? undefined : page);
    } else if (Buffer.isBuffer(page))
      response.writeHead(200, { 'content-type': 'image/png' }).end(page);
    else response.writeHead(page.status ?? 200, page.headers ?? {}).end(page.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    pages,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** One pixel. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/**
 * A stand-in for an alarm system that cannot be started here. It answers like the real one, refuses what the real one refuses,
 * and can be told to lie.
 *
 * With NIGHTDESK_RECORD naming a folder, every request and answer but the faults goes into `<kind>.jsonl` there, to be checked against
 * the vendor's published schema (scripts/check-specs.mjs).
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Answer } from '../upstream-faults.ts';

export interface StandInRequest {
  readonly method: string;
  readonly url: URL;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** `json` or `text`, with status 200 unless it says otherwise. */
export interface StandInAnswer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** False: another program would say so, not this upstream. It is not held against the vendor's schema then. */
  readonly isTruthful?: boolean;
}

export interface StandIn {
  readonly url: string;
  /** Every request in its order, also those that were answered with a fault. */
  readonly requests: StandInRequest[];
  /** Said instead of the truth; null: the truth. */
  fault: Answer | null;
  /** Which requests get the fault; default: all. */
  isFaulty: (request: StandInRequest) => boolean;
  /** How far its clock is ahead of ours; shows in the Date header. */
  skewMs: number;
  /** False while it shows what the real one never would, such as a broken item. */
  isTruthful: boolean;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function record(
  kind: string,
  request: StandInRequest,
  answer: StandInAnswer,
  isTruthful: boolean,
): void {
  const folder = process.env['NIGHTDESK_RECORD'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  const { method, path, query, headers, text, json } = request;
  const line = { method, path, query: [...query], headers, text, json, answer, isTruthful };
  appendFileSync(join(folder, `${kind}.jsonl`), `${JSON.stringify(line)}\n`);
}

/** `answer` may throw: then the test that asked fails with a 599 that says why. */
export async function startStandIn(
  kind: string,
  answer: (request: StandInRequest) => StandInAnswer | Promise<StandInAnswer>,
): Promise<StandIn> {
  const server = createServer((incoming, response) => {
    response.on('error', () => {});
    const work = async (): Promise<void> => {
      const text = await bodyOf(incoming);
      const url = new URL(incoming.url ?? '/', 'http://stand-in');
      const request: StandInRequest = {
        method: incoming.method ?? '',
        url,
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        text,
        json: parsed(text),
      };
      self.requests.push(request);
      if (self.fault !== null && self.isFaulty(request)) {
        self.fault(response, incoming);
        return;
      }
      const said = await answer(request);
      record(kind, request, said, self.isTruthful && said.isTruthful !== false);
      const body = said.json === undefined ? (said.text ?? '') : JSON.stringify(said.json);
      response.writeHead(said.status ?? 200, {
        date: new Date(Date.now() + self.skewMs).toUTCString(),
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
        ...said.headers,
      });
      response.end(body);
    };
    work().catch((error: unknown) => {
      response.writeHead(599, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const self: StandIn = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    fault: null,
    isFaulty: () => true,
    skewMs: 0,
    isTruthful: true,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

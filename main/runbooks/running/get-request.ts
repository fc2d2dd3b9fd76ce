/**
 * `http` fences: one GET of one address, by Nightdesk's own HTTP client. Nothing else is sent: no other method, no body, no
 * login.
 */
import { createHttpClient } from '../../sources/http-client.ts';
import { SourceError } from '../../sources/source-error.ts';
import type { Ended, Running } from './process.ts';

export interface GetRequest {
  readonly url: string;
  readonly accept: string;
}

export type ReadRequest = GetRequest | { readonly why: string };

const longestUrl = 8_000;
const mostBytes = 1_048_576;

/** Headers that say nothing that the address does not. */
const harmless = new Set(['accept', 'host', 'user-agent', 'connection', 'cache-control']);

/** `GET https://…`, or the address alone; then headers. */
export function readGet(text: string): ReadRequest {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(#|\/\/)/.test(line));
  const [first = '', ...rest] = lines;
  const found = /^(?:([A-Za-z]+)\s+)?(\S+)(?:\s+HTTP\/[\d.]+)?$/.exec(first);
  const [, method = 'GET', address = ''] = found ?? [];
  if (found === null) return { why: 'Its first line is no request.' };
  if (method.toUpperCase() !== 'GET') {
    return { why: `Only GET is sent from here, and this is ${method.toUpperCase().slice(0, 20)}.` };
  }
  if (!/^https?:\/\/[^/\s]/i.test(address) || !URL.canParse(address)) {
    return { why: 'Its address does not begin with https:// or http:// and a host.' };
  }
  if (address.length > longestUrl) return { why: 'Its address is too long.' };
  const { username, password } = new URL(address);
  if (username !== '' || password !== '') {
    return { why: 'A login stands in its address, and none is sent from here.' };
  }
  let accept = '*/*';
  for (const line of rest) {
    const [, name = '', value = ''] = /^([A-Za-z0-9-]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (name === '') return { why: 'It has a body, or more than one request.' };
    if (!harmless.has(name.toLowerCase())) {
      return { why: `It sends the header ${name.slice(0, 60)}, and none is sent from here.` };
    }
    if (name.toLowerCase() === 'accept') accept = value;
  }
  return { url: address, accept };
}

const allErrors = Array.from({ length: 200 }, (_, index) => 400 + index);

export interface GetOptions {
  readonly timeoutMs: number;
  readonly onOutput: (stream: 'out' | 'err', chunk: Uint8Array) => void;
  readonly findProxy?: ((url: string) => Promise<string | null>) | undefined;
}

export function beginGet(request: GetRequest, options: GetOptions): Running {
  const http = createHttpClient({
    limits: { maxBytes: mostBytes, totalMs: Math.min(options.timeoutMs, 60_000) },
    ...(options.findProxy === undefined ? {} : { findProxy: options.findProxy }),
  });
  const controller = new AbortController();
  const print = (text: string): void => options.onOutput('out', Buffer.from(text, 'utf8'));
  const get = async (): Promise<Ended> => {
    try {
      const { status, headers, body } = await http.request({
        url: request.url,
        headers: { accept: request.accept },
        expect: 'text',
        acceptStatus: allErrors,
        signal: controller.signal,
      });
      const type = headers['content-type'] ?? 'of an unknown type';
      print(`${status}, ${type}\n\n${typeof body === 'string' ? body : ''}\n`);
      // As a shell would say it: 0 is well.
      return { state: 'ended', exitCode: status < 400 ? 0 : 1, note: `It answered ${status}.` };
    } catch (error) {
      if (controller.signal.aborted) return { state: 'stopped', exitCode: null, note: '' };
      if (!(error instanceof SourceError)) throw error;
      return { state: 'not_started', exitCode: null, note: error.message };
    } finally {
      await http.close();
    }
  };
  return { pid: null, stop: () => controller.abort(), ended: get() };
}

/**
 * The HTTP client of all connectors, over undici's own `request`: Node's global fetch cannot take its agents.
 *
 * One client per source: its connections can be dropped when the network changed, without touching the others.
 */
import { request, type Dispatcher } from 'undici';
import { scrubText } from '../logging.ts';
import { decodeText, joined, lookAt, parseBody, readBody } from './http-body.ts';
import { createDispatchers, shownFingerprint } from './http-dispatchers.ts';
import { fromNetwork, isReset, isUntrusted } from './http-failures.ts';
import { redirectTarget, refusalOf } from './http-refusals.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './http.ts';
import { SourceError } from './source-error.ts';
import { plainTransport, type Transport } from './transport.ts';

export interface HttpLimits {
  readonly connectMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
  readonly totalMs: number;
  readonly maxBytes: number;
}

const defaultLimits: HttpLimits = {
  connectMs: 10_000,
  headersMs: 20_000,
  bodyMs: 15_000,
  totalMs: 30_000,
  maxBytes: 96 * 1024 * 1024,
};

export interface HttpClientOptions {
  readonly limits?: Partial<HttpLimits>;
  readonly transport?: Transport;
  /** Texts that must never appear in an error. */
  readonly secrets?: readonly string[];
  /** Wall clock, for the skew of the upstream's clock. */
  readonly now?: () => number;
  /** Where proxies are named; default: the environment of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How the system would route an address, in the words of PAC; null: it cannot say. */
  readonly findProxy?: (url: string) => Promise<string | null>;
}

export interface DroppableHttpClient extends HttpClient {
  /** Ends what is in flight and opens new connections from now on. */
  dropConnections(): void;
}

/** Of an error page that the caller reads itself. */
const excerptBytes = 2_048;
const redirects = new Set([301, 302, 303, 307, 308]);
const redirectLimit = 3;
/** Answers kept for revalidation: one per address that a source polls. */
const mostAnswered = 20;

const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

export function createHttpClient(options: HttpClientOptions = {}): DroppableHttpClient {
  const transport = options.transport ?? plainTransport;
  const { timeoutMs } = transport;
  const limits = {
    ...defaultLimits,
    ...(timeoutMs === null
      ? {}
      : { totalMs: timeoutMs, headersMs: Math.min(timeoutMs, defaultLimits.headersMs) }),
    ...options.limits,
  };
  const now = options.now ?? Date.now;
  const secrets = (options.secrets ?? []).filter((secret) => secret.length > 0);
  const dispatchers = createDispatchers({
    ...limits,
    transport,
    environment: options.environment ?? process.env,
    ...(options.findProxy === undefined ? {} : { findProxy: options.findProxy }),
  });
  const prints = new Map<string, Promise<string | null>>();
  const answered = new Map<string, { body: unknown; validators: Record<string, string> }>();

  const clean = (text: string): string => {
    let result = scrubText(text);
    for (const secret of secrets) result = result.replaceAll(secret, '[redacted]');
    return result;
  };

  /** What the server shows, so that a person can compare it and pin it. Asked once a server. */
  async function withFingerprint(error: unknown, url: URL): Promise<SourceError> {
    const failure = fromNetwork(error, url.host);
    if (!isUntrusted(error)) return failure;
    const shown = prints.get(url.host) ?? shownFingerprint(url, transport, limits.connectMs);
    prints.set(url.host, shown);
    const fingerprint = await shown;
    if (fingerprint === null) return failure;
    return new SourceError(failure.code, failure.message, {
      next: `${failure.next} Or, if who runs it confirms it, trust only its fingerprint: ${fingerprint}.`,
      isRetryable: failure.isRetryable,
      cause: error,
    });
  }

  async function once(
    input: HttpRequest,
    url: URL,
    signal: AbortSignal,
  ): Promise<HttpAnswer | URL> {
    const method = input.method ?? 'GET';
    const sentAt = now();
    // The login is part of the question: another one may see another answer.
    const cacheKey = JSON.stringify([url.href, input.headers ?? {}, input.expect ?? 'json']);
    const known = input.revalidate === true ? answered.get(cacheKey) : undefined;
    let response: Dispatcher.ResponseData;
    const dispatcher = await dispatchers.for(url);
    const send = (): Promise<Dispatcher.ResponseData> =>
      request(url, {
        method,
        dispatcher,
        signal,
        headers: {
          accept: 'application/json',
          'accept-encoding': 'gzip',
          'user-agent': 'nightdesk',
          ...(input.expect === 'text' ? { accept: '*/*' } : {}),
          ...(input.json === undefined ? {} : { 'content-type': 'application/json' }),
          ...known?.validators,
          ...input.headers,
        },
        body: input.json === undefined ? (input.text ?? null) : JSON.stringify(input.json),
      });
    try {
      response = await send();
    } catch (error) {
      // The server may have closed an idle connection just as we used it: a read is asked once more.
      if (method !== 'GET' || !isReset(error) || signal.aborted) throw error;
      response = await send();
    }
    const answeredAt = now();
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, first(value) ?? '']),
    );
    const { statusCode: status, body } = response;
    // A body that is dropped unread fails; without a listener that would end the process.
    body.on('error', () => undefined);
    // The Date header has whole seconds: on average it lies half a second back.
    const date = Date.parse(headers['date'] ?? '');
    const clockSkewMs = Number.isNaN(date) ? null : date + 500 - (sentAt + answeredAt) / 2;
    if (status === 304 && known !== undefined) {
      body.destroy();
      return { status: 200, headers, body: known.body, clockSkewMs };
    }
    const isAccepted = (status >= 200 && status < 300) || input.acceptStatus?.includes(status);
    if (!isAccepted) {
      if (!redirects.has(status)) {
        throw await refusalOf({ status, headers, body, url, nowMs: now(), clean });
      }
      body.destroy();
      const target = redirectTarget(status, headers['location'], url);
      if (target instanceof SourceError) throw target;
      if (method === 'GET') return target;
      throw new SourceError('source.misconfigured', `${url.host} redirects writes (${status}).`, {
        next: `Change the address to where it redirects: ${clean(target.pathname)}.`,
      });
    }
    const chunks = await readBody(body, {
      encoding: headers['content-encoding']?.toLowerCase(),
      host: url.host,
      maxBytes: limits.maxBytes,
    });
    const isOk = status >= 200 && status < 300;
    if (isOk && chunks.length > 0 && input.isKnown && lookAt(chunks, input.isKnown)) {
      return { status, headers, body: undefined, clockSkewMs, isKnown: true };
    }
    const bytes = joined(chunks);
    const type = (headers['content-type'] ?? '').toLowerCase();
    if (bytes.length === 0 && method === 'GET' && isOk) {
      throw new SourceError('source.unreachable', `${url.host} answered with nothing at all.`, {
        next: 'Nightdesk keeps trying. Look at the server, and at the proxy in front of it.',
      });
    }
    let value: unknown;
    if (bytes.length === 0) value = undefined;
    else if (input.expect === 'text' && isOk) value = decodeText(bytes, type);
    else if (isOk || type.includes('json')) value = parseBody(bytes, type, url.host, clean);
    else value = clean(bytes.toString('utf8').slice(0, excerptBytes));
    if (input.revalidate === true && isOk) remember(cacheKey, headers, value);
    return { status, headers, body: value, clockSkewMs };
  }

  function remember(key: string, headers: Readonly<Record<string, string>>, value: unknown): void {
    const { etag, 'last-modified': modified } = headers;
    answered.delete(key);
    if (etag === undefined && modified === undefined) return;
    const oldest = answered.keys().next();
    if (answered.size >= mostAnswered && oldest.done !== true) answered.delete(oldest.value);
    answered.set(key, {
      body: value,
      validators: {
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
        ...(modified === undefined ? {} : { 'if-modified-since': modified }),
      },
    });
  }

  return {
    async request(input) {
      const parsed = URL.parse(input.url);
      if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
        throw new SourceError(
          'source.misconfigured',
          'The address is not an http or https address.',
          {
            next: 'Write it like https://alertmanager.example.org:9093.',
          },
        );
      }
      let url = parsed;
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), limits.totalMs);
      const signal = AbortSignal.any([input.signal, deadline.signal]);
      try {
        for (let hop = 0; hop <= redirectLimit; hop += 1) {
          const answer = await once(input, url, signal);
          if (!(answer instanceof URL)) return answer;
          url = answer;
        }
        throw new SourceError('source.misconfigured', `${url.host} redirects in a circle.`, {
          next: 'Check the address.',
        });
      } catch (error) {
        if (deadline.signal.aborted) {
          throw new SourceError(
            'source.unreachable',
            `${url.host} did not answer completely within ${Math.round(limits.totalMs / 1_000)} s.`,
            { next: 'Nightdesk keeps trying. Check the server and the way to it.', cause: error },
          );
        }
        if (input.signal.aborted) {
          throw new SourceError('source.unreachable', `The request to ${url.host} was stopped.`, {
            next: 'Try again.',
            cause: error,
          });
        }
        throw await withFingerprint(error, url);
      } finally {
        clearTimeout(timer);
      }
    },

    dropConnections() {
      prints.clear();
      void dispatchers.drop();
    },

    close: () => dispatchers.drop(),
  };
}

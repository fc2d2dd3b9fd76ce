/**
 * Asks for one page or image: only http and https, only where we may, every redirect looked at again, up to a size and a time.
 *
 * No cookies, no referrer, no other header that tells who asks for what; a login goes to its own hosts only.
 */
import { lookup as lookUp } from 'node:dns';
import { lookup as lookUpAll } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { request } from 'undici';
import { scrubText } from '../../logging.ts';
import { joined, readBody } from '../../sources/http-body.ts';
import { createDispatchers } from '../../sources/http-dispatchers.ts';
import { fromNetwork } from '../../sources/http-failures.ts';
import { isLoopback } from '../../sources/http-address.ts';
import { SourceError } from '../../sources/source-error.ts';
import { plainTransport } from '../../sources/transport.ts';
import { bareHost, isPrivateAddress, isPrivateHost } from './page-address.ts';

export type FetchReason = 'login' | 'private' | 'gone' | 'away' | 'refused';

export class FetchProblem extends Error {
  readonly reason: FetchReason;
  readonly next: string;
  /** When the server said how long to wait. */
  readonly retryAfterMs: number | null;
  constructor(
    reason: FetchReason,
    message: string,
    next: string,
    retryAfterMs: number | null = null,
  ) {
    super(message);
    this.reason = reason;
    this.next = next;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface FetchQuestion {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent only to `loginHosts`. */
  readonly login: {
    readonly headers: Readonly<Record<string, string>>;
    readonly hosts: ReadonlySet<string>;
  } | null;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface FetchAnswer {
  /** `null`: not modified. */
  readonly bytes: Buffer | null;
  readonly url: URL;
  /** Lower case. */
  readonly type: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface FetcherOptions {
  /** Whether this host may be asked although it is on a private network. */
  readonly isAllowed: (url: URL) => boolean;
  readonly findProxy?: ((url: string) => Promise<string | null>) | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly totalMs?: number;
}

const redirectLimit = 6;
const redirects = new Set([301, 302, 303, 307, 308]);
const privateCode = 'NIGHTDESK_PRIVATE_ADDRESS';

const loginPlace =
  /(?:^|[/._-])(?:login|log-in|signin|sign[-_]in|sign_in|sso|oauth2?|saml2?|openid(?:-connect)?|adfs|authorize|authenticate|auth|cas|users\/sign_in)(?:[/._-]|$)/i;
const loginHosts =
  /(?:^|\.)(?:login\.microsoftonline\.com|accounts\.google\.com|okta\.com|oktapreview\.com|auth0\.com|onelogin\.com|pingidentity\.com|id\.atlassian\.com|login\.live\.com)$/i;

/** Whether a redirect led away from the page to where one logs in. */
export const isLoginPlace = (url: URL, asked: URL): boolean =>
  (loginHosts.test(url.hostname) && !loginHosts.test(asked.hostname)) ||
  (loginPlace.test(url.pathname) && !loginPlace.test(asked.pathname)) ||
  // `login.acme.org`, `sso.acme.org`
  (url.hostname !== asked.hostname &&
    /^(?:login|sso|auth|idp|signin|accounts?)\./i.test(url.hostname));

const privateProblem = (url: URL): FetchProblem =>
  new FetchProblem(
    'private',
    `${url.host} is on a private network, where a link in an alarm must not lead by itself.`,
    `Allow ${url.host} in Settings if its pages are yours.`,
  );

export const needsLogin = (url: URL): FetchProblem =>
  new FetchProblem(
    'login',
    `${url.host} wants a login before it shows this page.`,
    `Enter a login for ${url.host} in Settings, under web pages.`,
  );

function retryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 86_400_000) : null;
}

function statusProblem(status: number, url: URL, wait: number | null): FetchProblem {
  if (status === 401 || status === 403 || status === 407) return needsLogin(url);
  if (status === 404 || status === 410) {
    return new FetchProblem(
      'gone',
      `${url.host} has no such page (${status}).`,
      'Correct the link in the alarm. Private pages look like this too, without a login.',
    );
  }
  if (status === 429 || status >= 500) {
    return new FetchProblem(
      'away',
      `${url.host} answered with an error (${status}).`,
      'Nightdesk tries again later.',
      wait,
    );
  }
  return new FetchProblem(
    'refused',
    `${url.host} answered with ${status}.`,
    'Open the link in a browser to see what answers.',
  );
}

export function createFetcher(options: FetcherOptions) {
  const { isAllowed, totalMs = 30_000 } = options;
  /** Names that are allowed for now, while a request to them is under way. */
  const trusted = new Map<string, number>();

  /** Asked at the moment of connecting, so that a name cannot lead elsewhere than where it led when it was checked. */
  const lookup: LookupFunction = (hostname, given, callback) => {
    lookUp(hostname, { ...given, all: true }, (error, addresses) => {
      const isTrusted = (trusted.get(bareHost(hostname).toLowerCase()) ?? 0) > 0;
      if (
        error === null &&
        !isTrusted &&
        addresses.some(({ address }) => isPrivateAddress(address))
      ) {
        callback(Object.assign(new Error('a private address'), { code: privateCode }), '', 4);
        return;
      }
      const [first] = addresses ?? [];
      if (error !== null || given.all === true) {
        (callback as (failure: NodeJS.ErrnoException | null, all: typeof addresses) => void)(
          error,
          addresses,
        );
      } else callback(null, first?.address ?? '', first?.family ?? 4);
    });
  };

  const dispatchers = createDispatchers({
    transport: plainTransport,
    connectMs: 10_000,
    headersMs: 20_000,
    bodyMs: 20_000,
    environment: options.environment ?? process.env,
    lookup,
    ...(options.findProxy === undefined ? {} : { findProxy: options.findProxy }),
  });

  async function once(
    question: FetchQuestion,
    url: URL,
    signal: AbortSignal,
  ): Promise<FetchAnswer | URL> {
    const { headers, login, maxBytes } = question;
    const isOwn = login?.hosts.has(url.host) === true;
    const isClear = url.protocol === 'http:' && !isLoopback(url.hostname);
    if (isOwn && isClear) {
      throw new FetchProblem(
        'refused',
        `The login for ${url.host} would travel in the clear.`,
        'Use https:// in the link, or remove the login.',
      );
    }
    const response = await request(url, {
      method: 'GET',
      dispatcher: await dispatchers.for(url),
      signal,
      headers: {
        'user-agent': 'nightdesk (offline copy of runbooks)',
        'accept-encoding': 'gzip',
        ...headers,
        ...(isOwn ? login.headers : {}),
      },
    });
    const { statusCode: status, body } = response;
    body.on('error', () => undefined);
    const header = (name: string): string | undefined => {
      const value = response.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    const about = {
      url,
      type: (header('content-type') ?? '').toLowerCase(),
      etag: header('etag')?.slice(0, 500) ?? null,
      lastModified: header('last-modified')?.slice(0, 100) ?? null,
    };
    if (status === 304) {
      body.destroy();
      return { ...about, bytes: null };
    }
    if (redirects.has(status)) {
      body.destroy();
      const target = URL.parse(header('location') ?? '', url);
      if (target === null || !/^https?:$/.test(target.protocol)) {
        throw new FetchProblem(
          'refused',
          `${url.host} redirects to what is no web address.`,
          'Open the link in a browser to see where it leads.',
        );
      }
      target.username = '';
      target.password = '';
      return target;
    }
    if (status < 200 || status >= 300) {
      body.destroy();
      throw statusProblem(status, url, retryAfter(header('retry-after'), Date.now()));
    }
    const chunks = await readBody(body, {
      encoding: header('content-encoding')?.toLowerCase(),
      host: url.host,
      maxBytes,
    });
    return { ...about, bytes: joined(chunks) };
  }

  /** Whether it is trusted. Behind a proxy this is the only look at the addresses of a name. */
  const check = async (url: URL): Promise<boolean> => {
    if (isAllowed(url)) return true;
    if (isPrivateHost(url.hostname)) throw privateProblem(url);
    // A name that is not found here may be known to the proxy.
    const addresses = await lookUpAll(bareHost(url.hostname), { all: true }).catch(() => []);
    if (addresses.some(({ address }) => isPrivateAddress(address))) throw privateProblem(url);
    return false;
  };

  return {
    /** @throws FetchProblem */
    async fetch(question: FetchQuestion): Promise<FetchAnswer> {
      let { url } = question;
      const deadline = AbortSignal.timeout(totalMs);
      const signal = AbortSignal.any([question.signal, deadline]);
      for (let hop = 0; hop <= redirectLimit; hop += 1) {
        const host = bareHost(url.hostname).toLowerCase();
        const isTrusted = await check(url);
        if (isTrusted) trusted.set(host, (trusted.get(host) ?? 0) + 1);
        try {
          const answer = await once(question, url, signal);
          if (!(answer instanceof URL)) return answer;
          if (isLoginPlace(answer, question.url)) throw needsLogin(question.url);
          url = answer;
        } catch (error) {
          throw problemOf(error, url, deadline.aborted);
        } finally {
          if (isTrusted) trusted.set(host, (trusted.get(host) ?? 1) - 1);
        }
      }
      throw new FetchProblem(
        'refused',
        `${question.url.host} redirects without an end.`,
        'Open the link in a browser to see where it leads.',
      );
    },
    dropConnections: (): void => void dispatchers.drop(),
    close: () => dispatchers.drop(),
  };
}

export type Fetcher = ReturnType<typeof createFetcher>;

function problemOf(error: unknown, url: URL, isLate: boolean): FetchProblem {
  if (error instanceof FetchProblem) return error;
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if ('code' in current && current.code === privateCode) return privateProblem(url);
    current = current.cause;
  }
  const next = 'Nightdesk tries again later.';
  if (isLate) return new FetchProblem('away', `${url.host} took too long.`, next);
  if (error instanceof SourceError && error.message.includes('more than')) {
    return new FetchProblem(
      'refused',
      `${url.host} answered with more than is taken as a page.`,
      'Link to a smaller page.',
    );
  }
  const failure = fromNetwork(error, url.host);
  if (failure.code === 'source.misconfigured') {
    return new FetchProblem(
      'refused',
      scrubText(failure.message),
      'Open the link in a browser to see what answers.',
    );
  }
  return new FetchProblem('away', scrubText(failure.message), next);
}

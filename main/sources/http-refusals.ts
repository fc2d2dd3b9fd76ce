/** What a status other than success means, and what to do about it. */
import type { Body } from './http-body.ts';
import { SourceError } from './source-error.ts';

const excerptBytes = 2_048;
const longestRetryAfterMs = 3_600_000;

/** Seconds, or an HTTP date against `nowMs`; null when it is neither. At most an hour. */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(text)
    ? Number(text) * 1_000
    : Date.parse(text) - nowMs;
  if (!Number.isFinite(seconds)) return null;
  return Math.min(longestRetryAfterMs, Math.max(0, seconds));
}

const textIn = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;

/** The reason in an error as upstreams write it: `message`, `error`, `error.message` with `error.errors`, or `errors`. */
export function reasonIn(body: unknown): string | null {
  if (body === null || typeof body !== 'object') return textIn(body);
  const { message, error, errors } = body as Record<string, unknown>;
  const plain = textIn(message) ?? textIn(error);
  const nested = error !== null && typeof error === 'object' ? reasonIn(error) : null;
  const [first] = Array.isArray(errors) ? (errors as readonly unknown[]) : [];
  const { title, detail } = (first ?? {}) as { title?: unknown; detail?: unknown };
  const listed = textIn(first) ?? textIn(detail) ?? textIn(title);
  const parts = [plain ?? nested, listed].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(': ');
}

/** What the upstream says about it, in one line. */
async function excerpt(body: Body, type: string): Promise<string> {
  if (type.includes('html')) {
    body.destroy();
    return '';
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > excerptBytes) break;
    }
  } catch {
    // The status alone says enough.
  }
  const text = Buffer.concat(chunks).toString('utf8');
  let said = text;
  try {
    said = reasonIn(JSON.parse(text)) ?? text;
  } catch {
    // Plain text.
  }
  // Control and direction characters have no place in an error message.
  return said.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly url: URL;
  readonly nowMs: number;
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string;
}

export async function refusalOf(refusal: Refusal): Promise<SourceError> {
  const { status, headers, body, url, clean } = refusal;
  const { host } = url;
  const said = clean(await excerpt(body, headers['content-type'] ?? '')).slice(0, 200);
  const tail = said === '' ? '.' : `: ${said}`;
  const retryAfterMs = parseRetryAfter(headers['retry-after'], refusal.nowMs);
  if (status === 401) {
    return new SourceError('source.unauthorized', `${host} refused the login (401)${tail}`, {
      next: 'Choose the login that it wants, and enter user name and password or token again.',
      isRetryable: false,
      retryAfterMs,
    });
  }
  if (status === 403) {
    return new SourceError('source.unauthorized', `${host} forbids this (403)${tail}`, {
      next: 'Check what this user or token may do.',
      isRetryable: false,
      retryAfterMs,
    });
  }
  if (status === 407) {
    return new SourceError('source.misconfigured', 'The proxy wants a login (407).', {
      next: 'Put user and password into the proxy setting of this computer.',
    });
  }
  if (status === 404 || status === 405 || status === 410) {
    return new SourceError(
      'source.misconfigured',
      `${host} does not know ${clean(url.pathname)} (${status}).`,
      { next: 'Check the address: is a part of its path missing, or is it another program?' },
    );
  }
  if (status === 429) {
    const wait =
      retryAfterMs === null ? '' : ` and asks to wait ${Math.ceil(retryAfterMs / 1_000)} s`;
    return new SourceError('source.unreachable', `${host} says too many requests (429)${wait}.`, {
      next: 'Nightdesk waits and tries again. A longer interval helps if it stays.',
      retryAfterMs,
    });
  }
  if (status >= 500) {
    return new SourceError(
      'source.unreachable',
      `${host} answered with an error (${status})${tail}`,
      {
        next: 'Nightdesk keeps trying. Look at the server, and at the proxy in front of it.',
        retryAfterMs,
      },
    );
  }
  return new SourceError('source.rejected', `${host} rejected the request (${status})${tail}`, {
    next: 'Read its reason above.',
    retryAfterMs,
  });
}

/** Where a redirect leads, when it may be followed: only within the same origin, since the login goes with it. */
export function redirectTarget(
  status: number,
  location: string | undefined,
  url: URL,
): SourceError | URL {
  const target = location === undefined ? null : URL.parse(location, url);
  if (target === null) {
    return new SourceError(
      'source.misconfigured',
      `${url.host} redirects to nowhere (${status}).`,
      {
        next: 'Check the address.',
      },
    );
  }
  if (target.origin === url.origin) return target;
  const isUpgrade = target.hostname === url.hostname && target.protocol === 'https:';
  if (isUpgrade && target.pathname === url.pathname) {
    return new SourceError('source.misconfigured', `${url.host} wants https:// (${status}).`, {
      next: `Change the address to begin with https://${target.host}.`,
    });
  }
  return new SourceError(
    'source.unauthorized',
    `Authentication required: ${url.host} sends us to ${target.host} (${status}), which is most likely a login page.`,
    {
      next: 'Sign in to the network if it asks for it, or use an address that takes a password or token.',
      // No credential was refused, so no account gets locked by trying again.
      isRetryable: true,
    },
  );
}

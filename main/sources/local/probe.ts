/**
 * Asks one address once and says what came of it. Whoever answers may be hostile: nothing of the body is read, everything has
 * one deadline, and a certificate that is not trusted is reported, never believed.
 */
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import {
  connect as connectTls,
  getCACertificates,
  type DetailedPeerCertificate,
  type TLSSocket,
} from 'node:tls';
import { errorText } from '../../errors.ts';
import type { Target } from './targets.ts';

export interface SeenCertificate {
  /** When the first of the chain ends. */
  readonly endsAt: number;
  /** Whose that is. */
  readonly subject: string;
  /** Why it is not trusted, e.g. another name; null when it is. */
  readonly untrusted: string | null;
}

export interface ProbeAnswer {
  /** Null: it answered as it should. */
  readonly failure: string | null;
  readonly tookMs: number;
  readonly certificate: SeenCertificate | null;
  /** The other's clock minus ours; null when it did not tell. */
  readonly clockSkewMs: number | null;
}

/** Companies put their own authority into the system's store, which Node does not read by itself. */
let trusted: readonly string[] | null = null;
const authorities = (): string[] => {
  trusted ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return [...trusted];
};

const mostLinks = 10;

const nameOf = (certificate: DetailedPeerCertificate): string => {
  const name: unknown = certificate.subject?.CN;
  const text = typeof name === 'string' ? name : '';
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 200);
};

/** Null when the other side showed none. */
function certificateOf(socket: TLSSocket): SeenCertificate | null {
  const leaf = socket.getPeerCertificate(true);
  if (Object.keys(leaf).length === 0) return null;
  let first: { endsAt: number; subject: string } | null = null;
  let link: DetailedPeerCertificate | undefined = leaf;
  for (let count = 0; link !== undefined && count < mostLinks; count += 1) {
    const issuer: DetailedPeerCertificate | undefined = link.issuerCertificate;
    const isRoot = count > 0 && (issuer === undefined || issuer === link);
    const endsAt = Date.parse(link.valid_to);
    // Roots are in our own store; when they end is not this server's business.
    if (!isRoot && !Number.isNaN(endsAt) && (first === null || endsAt < first.endsAt)) {
      first = { endsAt, subject: nameOf(link) };
    }
    link = issuer === link ? undefined : issuer;
  }
  if (first === null) return null;
  const error: unknown = socket.authorizationError;
  const untrusted = socket.authorized ? null : reasonText(error);
  return { ...first, untrusted };
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused: nothing listens there.',
  ECONNRESET: 'The connection was reset.',
  EHOSTUNREACH: 'The host cannot be reached from here.',
  ENETUNREACH: 'The network cannot be reached from here.',
  ENOTFOUND: 'The name was not found.',
  EAI_AGAIN: 'The name service did not answer.',
  ETIMEDOUT: 'The connection was not answered.',
  EPROTO: 'The other side does not speak TLS.',
  CERT_HAS_EXPIRED: 'it has ended',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not one that this computer trusts',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its authority is not known, or a certificate in between is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not one that this computer trusts',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
};

function reasonText(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : error;
  const known = typeof code === 'string' ? words[code] : undefined;
  return (
    known ??
    errorText(error)
      .replace(/\p{Cc}+/gu, ' ')
      .slice(0, 300)
  );
}

function statusFailure(status: number): string | null {
  if (status >= 200 && status < 400) return null;
  return `It answered with status ${status}.`;
}

/** The Date header has whole seconds; an answer from a cache tells the time of the cache's past. */
function skewOf(response: IncomingMessage, sentAt: number, now: number): number | null {
  const date = Date.parse(response.headers.date ?? '');
  const age = Number(response.headers.age ?? 0);
  return Number.isNaN(date) || age > 0 ? null : date + 500 - (sentAt + now) / 2;
}

export interface ProbeOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Wall clock. */
  readonly now: () => number;
  readonly monotonic: () => number;
  /** PEM; default: those of Node and of the system. */
  readonly trusted?: readonly string[];
}

/** @throws only when `signal` was aborted. */
export async function probe(target: Target, options: ProbeOptions): Promise<ProbeAnswer> {
  const { now, monotonic, timeoutMs } = options;
  const begun = monotonic();
  const sentAt = now();
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  const { host, port } = target;
  const tls = {
    servername: isIP(host) === 0 ? host : '',
    ca: options.trusted === undefined ? authorities() : [...options.trusted],
    // A certificate that is not trusted must be looked at, too. Nothing secret is sent and nothing that comes is used.
    rejectUnauthorized: false,
  };
  let certificate: SeenCertificate | null = null;
  let clockSkewMs: number | null = null;
  let failure: string | null = null;
  let open: { destroy(): unknown } | null = null;
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => reject(new Error('stopped'));
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      const seen = (socket: Socket): void => {
        if ('getPeerCertificate' in socket) certificate = certificateOf(socket as TLSSocket);
      };
      switch (target.kind) {
        case 'http':
        case 'https': {
          const send = target.kind === 'https' ? requestHttps : requestHttp;
          const asked = send({
            host,
            port,
            path: target.path,
            agent: false,
            headers: { 'user-agent': 'nightdesk', accept: '*/*', connection: 'close' },
            ...(target.kind === 'https' ? tls : {}),
          });
          open = asked;
          asked.on('socket', (socket) => socket.on('secureConnect', () => seen(socket)));
          asked.on('error', reject);
          asked.on('response', (response) => {
            response.on('error', () => undefined);
            failure = statusFailure(response.statusCode ?? 0);
            clockSkewMs = skewOf(response, sentAt, now());
            resolve();
          });
          asked.end();
          break;
        }
        case 'tcp':
        case 'tls': {
          const socket =
            target.kind === 'tls'
              ? connectTls({ host, port, ...tls }, () => {
                  seen(socket);
                  resolve();
                })
              : connectTcp({ host, port }, resolve);
          open = socket;
          socket.on('error', reject);
          break;
        }
      }
    });
  } catch (error) {
    options.signal.throwIfAborted();
    failure = deadline.aborted
      ? `It did not answer within ${Math.round(timeoutMs / 1_000)} s.`
      : reasonText(error);
  } finally {
    // What is destroyed may still complain, and nobody would listen.
    const left = open as {
      destroy(): unknown;
      on?(name: 'error', listen: () => void): unknown;
    } | null;
    left?.on?.('error', () => undefined);
    left?.destroy();
  }
  return { failure, tookMs: Math.round(monotonic() - begun), certificate, clockSkewMs };
}

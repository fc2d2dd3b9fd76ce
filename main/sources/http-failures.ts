/** Turns what the network stack throws into a SourceError: what failed, and what to do next. */
import { errorText } from '../errors.ts';
import { OtherCertificate } from './http-dispatchers.ts';
import { SourceError } from './source-error.ts';

interface Failure {
  readonly message: string;
  readonly next: string;
  readonly code?: 'source.unreachable' | 'source.misconfigured';
}

const retry = 'Nightdesk keeps trying. Check the server and the way to it (VPN, network).';
const untrusted: Failure = {
  message: 'presented a certificate that this computer does not trust',
  next: 'Add the certificate of its authority (PEM) under connection details.',
  code: 'source.misconfigured',
};
const brokeOff: Failure = {
  message: 'closed the connection in the middle of the answer',
  next: retry,
};

const failures: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: { message: 'refused the connection; is it running?', next: retry },
  ENOTFOUND: {
    message: 'has a name that cannot be found',
    next: 'Check the address for a typing mistake, and whether the VPN is up.',
  },
  EAI_AGAIN: {
    message: 'has a name that could not be looked up just now',
    next: 'Check the network and the VPN.',
  },
  ENETUNREACH: { message: 'is on a network that is out of reach', next: retry },
  EHOSTUNREACH: { message: 'is out of reach', next: retry },
  ETIMEDOUT: { message: 'did not take the connection in time', next: retry },
  UND_ERR_CONNECT_TIMEOUT: { message: 'did not take the connection in time', next: retry },
  UND_ERR_HEADERS_TIMEOUT: { message: 'took the connection but never answered', next: retry },
  UND_ERR_BODY_TIMEOUT: { message: 'stopped in the middle of its answer', next: retry },
  ECONNRESET: brokeOff,
  EPIPE: brokeOff,
  ECONNABORTED: brokeOff,
  UND_ERR_SOCKET: brokeOff,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: brokeOff,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_HAS_EXPIRED: {
    message: 'presented a certificate that has expired',
    next: 'Renew the certificate of the server.',
  },
  CERT_NOT_YET_VALID: {
    message: 'presented a certificate that is not valid yet',
    next: 'Check the clock of this computer and of the server.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    message: 'presented a certificate for another name',
    next: 'Use the name in the certificate, or set the TLS server name of the source.',
    code: 'source.misconfigured',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    message: 'does not speak TLS on this port',
    next: 'Try http:// instead of https://, or another port.',
    code: 'source.misconfigured',
  },
  EPROTO: {
    message: 'failed in the TLS handshake',
    next: 'Check that the address begins with the right one of http:// and https://.',
    code: 'source.misconfigured',
  },
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: {
    message: 'wants a client certificate',
    next: 'Enter your client certificate under connection details, or ask who runs it for an address that takes a password or token.',
    code: 'source.misconfigured',
  },
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: {
    message: 'wants a client certificate',
    next: 'Enter your client certificate under connection details.',
    code: 'source.misconfigured',
  },
  UND_ERR_PRX_TLS: {
    message: 'could not be reached through the proxy, whose TLS failed',
    next: 'Check the proxy address, and http:// against https://.',
  },
  UND_ERR_SOCKS5_AUTH_FAILED: {
    message: 'could not be reached: the proxy refused the login',
    next: 'Enter proxy user name and password again.',
    code: 'source.misconfigured',
  },
};

/** Codes of a failure before any byte of an answer came, on a connection that may have been idle. */
const resetCodes = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const { code } = current as { code?: unknown };
    if (typeof code === 'string') codes.push(code);
    if (current instanceof AggregateError) {
      for (const inner of current.errors) codes.push(...codesOf(inner));
    }
    current = current.cause;
  }
  return codes;
}

function otherCertificate(error: unknown): OtherCertificate | null {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if (current instanceof OtherCertificate) return current;
    current = current.cause;
  }
  return null;
}

/** Whether the server's certificate is what stood in the way. */
export const isUntrusted = (error: unknown): boolean =>
  codesOf(error).some((code) => failures[code] === untrusted);

export const isReset = (error: unknown): boolean =>
  codesOf(error).some((code) => resetCodes.has(code));

/** `host` is shown to people; it never holds user info. */
export function fromNetwork(error: unknown, host: string): SourceError {
  if (error instanceof SourceError) return error;
  const other = otherCertificate(error);
  if (other !== null) {
    return new SourceError(
      'source.misconfigured',
      `${host} presented another certificate than the pinned one.`,
      {
        next: `If it was renewed on purpose, pin the new fingerprint (it shows ${other.fingerprint || 'none'}; ask who runs it). If not, somebody may be in between.`,
        isRetryable: true,
        cause: error,
      },
    );
  }
  const codes = codesOf(error);
  // The innermost code says most: a socket error often wraps the TLS failure.
  const known = codes.toReversed().find((code) => code in failures);
  const failure = known === undefined ? undefined : failures[known];
  if (failure !== undefined) {
    const end = failure.message.endsWith('?') ? '' : '.';
    const message = `${host} ${failure.message}${end}`;
    return new SourceError(failure.code ?? 'source.unreachable', message, {
      next: failure.next,
      isRetryable: true,
      cause: error,
    });
  }
  const isGibberish = error instanceof Error && error.name === 'HTTPParserError';
  if (isGibberish || codes.some((code) => code.startsWith('HPE_'))) {
    return new SourceError('source.misconfigured', `${host} does not speak HTTP on this port.`, {
      next: 'Check the port, and http:// against https://.',
      isRetryable: true,
      cause: error,
    });
  }
  const detail = codes[0] ?? (error instanceof Error ? error.name : errorText(error));
  return new SourceError('source.unreachable', `${host} could not be read (${detail}).`, {
    next: retry,
    cause: error,
  });
}

/** Connections of one source by route: direct, or through whichever proxy the address needs. */
import { isIP, type LookupFunction } from 'node:net';
import {
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import {
  Agent,
  buildConnector,
  EnvHttpProxyAgent,
  ProxyAgent,
  Socks5ProxyAgent,
  type Dispatcher,
} from 'undici';
import { isLoopback } from './http-address.ts';
import { SourceError } from './source-error.ts';
import { clientProblem, type Transport } from './transport.ts';

/** Thrown into the handshake when the server shows another certificate than the pinned one. */
export class OtherCertificate extends Error {
  readonly code = 'NIGHTDESK_OTHER_CERTIFICATE';
  readonly fingerprint: string;
  constructor(fingerprint: string) {
    super('another certificate');
    this.fingerprint = fingerprint;
  }
}

export interface DispatcherOptions {
  readonly transport: Transport;
  readonly connectMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Finds the addresses of a name on the direct way, and may refuse them; default: the system's. */
  readonly lookup?: LookupFunction;
  /** As the system would route it, in the words of PAC; null: nobody knows, so the environment decides. */
  readonly findProxy?: (url: string) => Promise<string | null>;
}

let systemTrust: readonly string[] | null = null;
let plainContext: SecureContext | null = null;

function contextOf({ ca, client }: Transport): SecureContext {
  if (ca === null && client === null && plainContext !== null) return plainContext;
  // Companies put their own authority into the system's store, which Node does not read by itself.
  systemTrust ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  const context = createSecureContext({
    ca: ca === null ? [...systemTrust] : [...systemTrust, ca],
    ...(client === null ? {} : { cert: client.certificate, key: client.key }),
  });
  if (ca === null && client === null) plainContext = context;
  return context;
}

/** The first way in a PAC answer (`PROXY a:3128; DIRECT`) that we can take, as an address; null: none. */
export function proxyOfPac(answer: string): string | null {
  for (const part of answer.split(';')) {
    const [word = '', host = ''] = part.trim().split(/\s+/);
    switch (word.toUpperCase()) {
      case 'DIRECT':
        return null;
      case 'PROXY':
      case 'HTTP':
        return `http://${host}`;
      case 'HTTPS':
        return `https://${host}`;
      case 'SOCKS':
      case 'SOCKS5':
        return `socks5://${host}`;
      default:
    }
  }
  return null;
}

/** The certificate that a server shows to anybody, unchecked: only to be shown to a person. Null: it showed none. */
export function shownFingerprint(
  url: URL,
  transport: Pick<Transport, 'serverName'>,
  timeoutMs: number,
): Promise<string | null> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const servername = transport.serverName ?? (isIP(host) === 0 ? host : '');
    const socket = connectTls({
      host,
      port: Number(url.port || 443),
      servername,
      rejectUnauthorized: false,
    });
    const end = (fingerprint: string | null): void => {
      socket.destroy();
      resolve(fingerprint);
    };
    socket.setTimeout(timeoutMs, () => end(null));
    socket.once('error', () => end(null));
    socket.once('secureConnect', () => end(socket.getPeerCertificate().fingerprint256 ?? null));
  });
}

export function createDispatchers(options: DispatcherOptions) {
  const { transport, environment } = options;
  const byRoute = new Map<string, Dispatcher>();
  /** What the system said, by origin, until connections are dropped. */
  const systemWays = new Map<string, Promise<string | null>>();
  const times = {
    headersTimeout: options.headersMs,
    bodyTimeout: options.bodyMs,
    connectTimeout: options.connectMs,
  };

  function tlsOptions() {
    return {
      secureContext: contextOf(transport),
      ...(transport.serverName === null ? {} : { servername: transport.serverName }),
    };
  }

  /** Takes any certificate, looks at it, and goes on only with the pinned one. */
  function pinnedConnector(fingerprint: string): buildConnector.connector {
    const connect = buildConnector({
      timeout: options.connectMs,
      ...tlsOptions(),
      rejectUnauthorized: false,
      maxCachedSessions: 0,
    });
    return (target, callback) =>
      connect(target, (error, socket) => {
        if (error !== null || socket === null) {
          callback(error ?? new Error('no connection'), null);
          return;
        }
        const shown = (socket as TLSSocket).getPeerCertificate?.().fingerprint256 ?? '';
        if (target.protocol !== 'https:' || shown === fingerprint) callback(null, socket);
        else {
          socket.destroy();
          callback(new OtherCertificate(shown), null);
        }
      });
  }

  /** Behind a proxy an authority would be trusted in its place. */
  function refusePin(): void {
    if (transport.fingerprint === null) return;
    throw new SourceError(
      'source.misconfigured',
      'A pinned fingerprint cannot be checked through a proxy.',
      { next: 'Choose no proxy for this source, or trust the authority of the server instead.' },
    );
  }

  function viaProxy(url: string, login: string | null, isHttps: boolean): Dispatcher {
    refusePin();
    const tls = isHttps ? tlsOptions() : {};
    const { protocol } = new URL(url);
    if (protocol === 'socks5:') {
      const [username = '', password = ''] =
        login === null
          ? []
          : Buffer.from(login.slice('Basic '.length), 'base64').toString('utf8').split(/:(.*)/s);
      return new Socks5ProxyAgent(url, {
        ...times,
        requestTls: tls,
        ...(login === null ? {} : { username, password }),
      });
    }
    return new ProxyAgent({
      uri: url,
      ...times,
      ...(login === null ? {} : { token: login }),
      requestTls: tls,
      proxyTls: { secureContext: contextOf(transport) },
    });
  }

  function direct(isHttps: boolean): Dispatcher {
    if (transport.fingerprint !== null && isHttps) {
      return new Agent({ ...times, connect: pinnedConnector(transport.fingerprint) });
    }
    const tls = isHttps ? tlsOptions() : {};
    const found = options.lookup === undefined ? {} : { lookup: options.lookup };
    return new Agent({ ...times, connect: { timeout: options.connectMs, ...tls, ...found } });
  }

  /** Of the environment, with its exceptions. */
  function viaEnvironment(isHttps: boolean): Dispatcher {
    if (isHttps) refusePin();
    const tls = isHttps ? tlsOptions() : {};
    return new EnvHttpProxyAgent({
      ...times,
      httpProxy: environment['HTTP_PROXY'] ?? environment['http_proxy'],
      httpsProxy: environment['HTTPS_PROXY'] ?? environment['https_proxy'],
      noProxy: environment['NO_PROXY'] ?? environment['no_proxy'] ?? '',
      connect: { timeout: options.connectMs, ...tls },
      requestTls: tls,
    });
  }

  const environmentProxy = (url: URL): string | undefined => {
    const variable = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
    return environment[variable] || environment[variable.toLowerCase()] || undefined;
  };

  function systemWay(url: URL): Promise<string | null> {
    const { findProxy } = options;
    if (findProxy === undefined) return Promise.resolve(null);
    const known = systemWays.get(url.origin);
    if (known !== undefined) return known;
    const asked = findProxy(url.href).catch(() => null);
    systemWays.set(url.origin, asked);
    return asked;
  }

  function kept(route: string, make: () => Dispatcher): Dispatcher {
    const known = byRoute.get(route);
    if (known !== undefined) return known;
    const made = make();
    byRoute.set(route, made);
    return made;
  }

  return {
    /** @throws SourceError when this source cannot be connected to like this */
    async for(url: URL): Promise<Dispatcher> {
      const problem = clientProblem(transport.client);
      if (problem !== null) {
        throw new SourceError('source.misconfigured', problem, {
          next: 'Edit the source and enter certificate and key again.',
        });
      }
      const isHttps = url.protocol === 'https:';
      const { proxy } = transport;
      const way = url.protocol;
      if (isLoopback(url.hostname) || proxy.kind === 'none') {
        return kept(`${way} direct`, () => direct(isHttps));
      }
      if (proxy.kind === 'address') {
        return kept(`${way} ${proxy.url}`, () => viaProxy(proxy.url, proxy.login, isHttps));
      }
      const answer = await systemWay(url);
      if (answer !== null) {
        const found = proxyOfPac(answer);
        return found === null
          ? kept(`${way} direct`, () => direct(isHttps))
          : kept(`${way} ${found}`, () => viaProxy(found, null, isHttps));
      }
      return environmentProxy(url) === undefined
        ? kept(`${way} direct`, () => direct(isHttps))
        : kept(`${way} environment`, () => viaEnvironment(isHttps));
    },

    /** Ends what is in flight; later requests open connections of their own. */
    async drop(): Promise<void> {
      const old = [...byRoute.values()];
      byRoute.clear();
      systemWays.clear();
      await Promise.all(old.map((dispatcher) => dispatcher.destroy().catch(() => undefined)));
    },
  };
}

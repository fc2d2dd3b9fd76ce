/** Addresses to probe, as people write them. Pure. */

export interface Target {
  readonly kind: 'http' | 'https' | 'tcp' | 'tls';
  /** As shown and as part of the alarm's identity: lower case host, no credentials. */
  readonly text: string;
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query for HTTP; empty otherwise. */
  readonly path: string;
}

const kinds: Readonly<Record<string, Target['kind']>> = {
  'http:': 'http',
  'https:': 'https',
  'tcp:': 'tcp',
  'tls:': 'tls',
};
const defaultPorts = { http: 80, https: 443, tcp: 0, tls: 443 } as const;

/** The target, or what is wrong with the text. */
export function parseTarget(text: string): Target | string {
  const url = URL.parse(text.trim());
  const kind = url === null ? undefined : kinds[url.protocol];
  if (url === null || kind === undefined) {
    return 'An address begins with https://, http://, tcp:// or tls://.';
  }
  if (url.username !== '' || url.password !== '') {
    return 'No user name or password in an address: the configuration file holds no secrets.';
  }
  const isHttp = kind === 'http' || kind === 'https';
  if (!isHttp && (url.pathname.replace('/', '') !== '' || url.search !== '' || url.hash !== '')) {
    return 'After the port of a tcp:// or tls:// address comes nothing.';
  }
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  // Only the four special schemes are checked by the parser itself.
  if (!/^[a-z0-9._:-]+$/.test(host) || host.startsWith('-')) return 'The address has no host name.';
  const port = url.port === '' ? defaultPorts[kind] : Number(url.port);
  if (port === 0) return 'A tcp:// address needs a port: tcp://host:port.';
  url.hash = '';
  return {
    kind,
    text: isHttp ? url.href : `${kind}://${url.hostname.toLowerCase()}:${port}`,
    host,
    port,
    path: isHttp ? url.pathname + url.search : '',
  };
}

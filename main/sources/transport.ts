/** How the connection to an upstream is made: whom to trust, which certificate to show, which proxy to take. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import type { SecretField } from './connector.ts';

export interface Transport {
  /** PEM of authorities to trust besides those of the system. */
  readonly ca: string | null;
  /** For certificates that name something else than the host in the address. */
  readonly serverName: string | null;
  /** SHA-256 of the one certificate to trust, whoever signed it: upper case, colons between bytes. */
  readonly fingerprint: string | null;
  /** PEM of the certificate and key by which we are known. */
  readonly client: { readonly certificate: string; readonly key: string } | null;
  readonly proxy:
    | { readonly kind: 'system' }
    | { readonly kind: 'none' }
    | { readonly kind: 'address'; readonly url: string; readonly login: string | null };
  /** From the first byte sent to the last one received. */
  readonly timeoutMs: number | null;
}

export const plainTransport: Transport = {
  ca: null,
  serverName: null,
  fingerprint: null,
  client: null,
  proxy: { kind: 'system' },
  timeoutMs: null,
};

const textOf = (lines: readonly string[]): string => lines.join('\n').trim();

/** Node takes a text without a certificate in silence, and then trusts nothing more than before. */
function isReadablePem(lines: readonly string[]): boolean {
  if (textOf(lines) === '') return true;
  try {
    return new X509Certificate(textOf(lines)).subject !== null;
  } catch {
    return false;
  }
}

/** Null when it is none. As people copy it: with or without colons, in any case. */
export function fingerprintOf(text: string): string | null {
  const digits = text
    .replace(/^sha-?256[:=\s]*/i, '')
    .replace(/[\s:]/g, '')
    .toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(digits)) return null;
  return digits.match(/../g)?.join(':') ?? null;
}

const pemLines = () =>
  z.array(z.string()).default([]).refine(isReadablePem, {
    message: 'Paste the whole PEM text, from -----BEGIN CERTIFICATE----- to its end.',
  });

const isAdvanced = true;

/** Every kind that speaks HTTP has these, at its end; the form folds them away. */
export const transportFields = {
  trust: z.enum(['authorities', 'fingerprint']).default('authorities').meta({
    label: 'Trust the server',
    help: 'By its authority, as browsers do; or, where there is none, only this one certificate by its fingerprint.',
    isAdvanced,
  }),
  fingerprint: z
    .string()
    .trim()
    .default('')
    .refine((text) => text === '' || fingerprintOf(text) !== null, {
      message: 'A SHA-256 fingerprint has 64 hexadecimal digits.',
    })
    .meta({
      label: 'Fingerprint of its certificate (SHA-256)',
      help: 'Compare it with what the administrator of the server tells you, not with what the server says. Names and dates of the certificate are not checked any more.',
      when: { field: 'trust', equals: 'fingerprint' },
      isAdvanced,
    }),
  ca: pemLines().meta({
    label: 'Certificate of your authority',
    help: 'PEM text, for servers with a certificate of a private authority. Trusted besides those of this computer.',
    type: 'lines',
    placeholder: '-----BEGIN CERTIFICATE-----',
    when: { field: 'trust', equals: 'authorities' },
    isAdvanced,
  }),
  serverName: z.string().default('').meta({
    label: 'TLS server name',
    help: 'Only when the certificate names another host than the address.',
    isAdvanced,
  }),
  clientLogin: z.enum(['none', 'certificate']).default('none').meta({
    label: 'Client certificate',
    help: 'For servers that know you by a certificate of your own.',
    isAdvanced,
  }),
  clientCertificate: pemLines().meta({
    label: 'Your certificate',
    help: 'PEM text, with its intermediates if there are any. The key is a secret of its own, below.',
    type: 'lines',
    placeholder: '-----BEGIN CERTIFICATE-----',
    when: { field: 'clientLogin', equals: 'certificate' },
    isAdvanced,
  }),
  proxy: z.enum(['system', 'none', 'address']).default('system').meta({
    label: 'Proxy',
    help: 'The one of this computer, none, or another one for this source. Addresses of this computer never take one.',
    isAdvanced,
  }),
  proxyAddress: z
    .string()
    .trim()
    .default('')
    .refine((text) => text === '' || /^(https?|socks5):$/.test(URL.parse(text)?.protocol ?? ''), {
      message: 'Write it like http://proxy.example.org:3128 or socks5://127.0.0.1:1080.',
    })
    .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), {
      message: 'Put user name and password into their own fields, not into the address.',
    })
    .meta({
      label: 'Proxy address',
      help: 'HTTP, HTTPS or SOCKS5.',
      placeholder: 'socks5://127.0.0.1:1080',
      when: { field: 'proxy', equals: 'address' },
      isAdvanced,
    }),
  proxyUser: z
    .string()
    .default('')
    .meta({
      label: 'Proxy user name',
      help: 'Empty when the proxy asks for none.',
      when: { field: 'proxy', equals: 'address' },
      isAdvanced,
    }),
  timeoutS: z.number().int().min(2).max(120).default(30).meta({
    label: 'Give up an answer after, in seconds',
    help: 'For servers that are slow on a good day.',
    isAdvanced,
  }),
};

/** Of every kind that has `transportFields`. */
export const transportSecrets: readonly SecretField[] = [
  {
    name: 'clientKey',
    label: 'Key of your certificate',
    help: 'PEM text, without a pass phrase. Kept in the keychain of this computer.',
    when: { field: 'clientLogin', equals: 'certificate' },
    isAdvanced,
  },
  {
    name: 'proxyPassword',
    label: 'Proxy password',
    help: 'Only together with a proxy user name. Kept in the keychain of this computer.',
    when: { field: 'proxy', equals: 'address' },
    isRequired: false,
    isAdvanced,
  },
];

function loginOf(user: unknown, password: string | undefined): string | null {
  if (typeof user !== 'string' || user === '') return null;
  return `Basic ${Buffer.from(`${user}:${password ?? ''}`, 'utf8').toString('base64')}`;
}

const linesOf = (value: unknown): string => (Array.isArray(value) ? textOf(value as string[]) : '');

/** From valid settings and the secrets that they need. Kinds without these fields get the plain one. */
export function transportOf(
  settings: SourceSettings,
  secrets: Readonly<Record<string, string>>,
): Transport {
  const { trust, fingerprint, serverName, clientLogin, proxy, proxyAddress, timeoutS } = settings;
  const ca = linesOf(settings['ca']);
  const isPinned = trust === 'fingerprint';
  return {
    ca: ca === '' || isPinned ? null : ca,
    serverName: typeof serverName === 'string' && serverName !== '' ? serverName : null,
    // A pin that was not entered yet trusts nothing, rather than everything.
    fingerprint: isPinned ? (fingerprintOf(String(fingerprint ?? '')) ?? 'none') : null,
    client:
      clientLogin === 'certificate'
        ? { certificate: linesOf(settings['clientCertificate']), key: secrets['clientKey'] ?? '' }
        : null,
    proxy:
      proxy === 'address' && typeof proxyAddress === 'string' && proxyAddress !== ''
        ? {
            kind: 'address',
            url: proxyAddress,
            login: loginOf(settings['proxyUser'], secrets['proxyPassword']),
          }
        : { kind: proxy === 'none' ? 'none' : 'system' },
    timeoutMs: typeof timeoutS === 'number' ? timeoutS * 1_000 : null,
  };
}

/** What is wrong with certificate and key, for people; null when nothing is. */
export function clientProblem(client: Transport['client']): string | null {
  if (client === null) return null;
  if (client.certificate === '') return 'The client certificate is missing.';
  try {
    const certificate = new X509Certificate(client.certificate);
    const isPair = certificate.checkPrivateKey(createPrivateKey(client.key));
    return isPair ? null : 'The key does not belong to the client certificate.';
  } catch {
    return 'The key of the client certificate could not be read. It must be PEM text without a pass phrase.';
  }
}

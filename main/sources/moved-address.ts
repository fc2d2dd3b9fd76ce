/**
 * Where a stored secret may go. It was entered for addresses, and for whom the connection trusts; it is kept together with them
 * and goes nowhere else without being entered again: the configuration is a file that a team shares, so another address in it
 * proves nothing about the person at this screen. Pure.
 */
import { createHash } from 'node:crypto';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import type { ConnectorKind, SecretField } from './connector.ts';
import { completeSettings, fieldsOf, neededSecrets } from './form.ts';
import type { FoundSecrets } from './source-secrets.ts';
import { transportOf } from './transport.ts';

/** Sorted words like `to https://am.example.org`, kept in the keychain beside the secret. */
export type Reach = readonly string[];

const digestOf = (text: string): string =>
  createHash('sha256').update(text.replace(/\s+/g, '')).digest('hex').slice(0, 32);

/** Everything that decides who gets to read what is sent: the kind, its addresses, and what their certificates are held against. */
export function reachOf(kind: ConnectorKind, settings: SourceSettings): Reach {
  const complete = completeSettings(kind, settings) ?? settings;
  const reach = new Set([`as ${kind.kind}`]);
  for (const { name, type } of fieldsOf(kind)) {
    if (type !== 'url' && type !== 'urls') continue;
    for (const address of [complete[name] ?? []].flat()) {
      if (address !== '') reach.add(`to ${URL.parse(String(address))?.origin ?? String(address)}`);
    }
  }
  if ('trust' in kind.settings.shape) {
    const { ca, fingerprint, serverName, proxy } = transportOf(complete, {});
    if (ca !== null) reach.add(`authority ${digestOf(ca)}`);
    if (fingerprint !== null) reach.add(`certificate ${fingerprint}`);
    if (serverName !== null) reach.add(`name ${serverName}`);
    if (proxy.kind === 'address') reach.add(`proxy ${proxy.url}`);
  }
  return [...reach].toSorted();
}

/** Encrypting the same host (http to https) is no other address. */
const isKnown = (known: ReadonlySet<string>, one: string): boolean =>
  known.has(one) || known.has(one.replace(/^to https:/, 'to http:'));

/** What lies outside of what was known, in words that end a sentence; null: nothing does. */
export function beyond(known: Reach, wanted: Reach): string | null {
  const all = new Set(known);
  const first = wanted.find((one) => !isKnown(all, one));
  if (first === undefined) return null;
  const [word, what] = [first.slice(0, first.indexOf(' ')), first.slice(first.indexOf(' ') + 1)];
  switch (word) {
    case 'to':
      return `the address is another one (${what})`;
    case 'proxy':
      return `the proxy is another one (${what})`;
    case 'as':
      return `the kind of the source is another one (${what})`;
    case 'name':
      return `the TLS server name is another one (${what})`;
    default:
      return 'the certificate to be trusted is another one';
  }
}

export interface Strayed {
  readonly field: SecretField;
  /** As `beyond` says it. */
  readonly why: string;
}

/**
 * The stored secrets that these settings would send where nobody entered them for. `entered`: those that a person enters right
 * now. `before`: the reach of one that was stored without its own.
 */
export function strayedSecrets(
  kind: ConnectorKind,
  settings: SourceSettings,
  found: FoundSecrets,
  options: { readonly before: Reach | null; readonly entered: Readonly<Record<string, string>> },
): readonly Strayed[] {
  const wanted = reachOf(kind, settings);
  return neededSecrets(kind, settings).flatMap((field) => {
    const stored = found.get(field.name);
    if (stored === undefined || Object.hasOwn(options.entered, field.name)) return [];
    const known = stored.reach ?? options.before;
    const why = known === null ? null : beyond(known, wanted);
    return why === null ? [] : [{ field, why }];
  });
}

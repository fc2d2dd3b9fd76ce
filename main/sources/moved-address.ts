/** A stored secret was entered for an address. It does not go to another one without being entered again. Pure. */
import type { SourceSettings } from '../../preload/contract/sources.ts';
import type { ConnectorKind, SecretField } from './connector.ts';
import { completeSettings, fieldsOf, neededSecrets } from './form.ts';

function originsOf(kind: ConnectorKind, settings: SourceSettings): ReadonlySet<string> {
  const complete = completeSettings(kind, settings) ?? settings;
  const addresses = fieldsOf(kind)
    .filter(({ type }) => type === 'url' || type === 'urls')
    .flatMap(({ name }) => complete[name] ?? []);
  return new Set(addresses.map((address) => URL.parse(String(address))?.origin ?? String(address)));
}

/**
 * The secrets that would go to an address for which nobody entered them. Encrypting the same host (http to https) is no
 * other address.
 */
export function secretsToEnterAgain(
  kind: ConnectorKind,
  before: SourceSettings,
  after: SourceSettings,
  entered: Readonly<Record<string, string>>,
): readonly SecretField[] {
  const known = originsOf(kind, before);
  const isKnown = (origin: string): boolean =>
    known.has(origin) || known.has(origin.replace(/^https:/, 'http:'));
  if ([...originsOf(kind, after)].every(isKnown)) return [];
  const had = new Set(neededSecrets(kind, before).map(({ name }) => name));
  return neededSecrets(kind, after).filter(
    ({ name }) => had.has(name) && !Object.hasOwn(entered, name),
  );
}

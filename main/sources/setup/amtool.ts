/** The Alertmanager that amtool talks to, from its configuration (`alertmanager.url`). Pure. */
import { parse } from 'yaml';
import type { ConnectorKind } from '../connector.ts';
import { settingsFor, type Draft } from './proposal.ts';

export function readAmtool(
  text: string,
  foundIn: string,
  kinds: readonly ConnectorKind[],
): Draft[] {
  const kind = kinds.find((other) => other.kind === 'alertmanager');
  const file: unknown = parse(text, { maxAliasCount: 0 });
  if (kind === undefined || file === null || typeof file !== 'object') return [];
  const values = file as Record<string, unknown>;
  const url = values['alertmanager.url'];
  if (typeof url !== 'string' || !URL.canParse(url)) return [];
  // User and password in the address stay behind.
  const address = new URL(url);
  const user = decodeURIComponent(address.username);
  address.username = '';
  address.password = '';
  const login = values['http.config.file'];
  const remarks =
    typeof login === 'string' ? [`Its login is described in ${login}: enter it here again.`] : [];
  return [
    {
      kind: 'alertmanager',
      name: `Alertmanager ${address.hostname}`,
      settings: settingsFor(kind, { address: address.href.replace(/\/$/, ''), user }),
      foundIn,
      remarks,
    },
  ];
}

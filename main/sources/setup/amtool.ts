/** The Alertmanager that amtool talks to, from its configuration (`alertmanager.url`). Pure. */
import { parse } from 'yaml';
import type { ConnectorKind } from '../connector.ts';
import { settingsFor, type Draft } from './proposal.ts';

/** @throws in words of ours: those of the parser quote the file, and a password may stand in it */
function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0, logLevel: 'error' });
  } catch {
    throw new Error('it is not valid YAML');
  }
}

export function readAmtool(
  text: string,
  foundIn: string,
  kinds: readonly ConnectorKind[],
): Draft[] {
  const kind = kinds.find((other) => other.kind === 'alertmanager');
  const file = parsed(text);
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

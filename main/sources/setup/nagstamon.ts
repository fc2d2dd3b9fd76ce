/**
 * Servers that Nagstamon watches: one INI file per server below `~/.nagstamon/servers`. Its passwords are obfuscated there; they
 * are never read, a person enters them again. Pure.
 */
import type { ConnectorKind } from '../connector.ts';
import { settingsFor, type Draft } from './proposal.ts';

/** Its server types that have a kind here; the address is in `monitor_cgi_url` for those that have CGIs. */
const kindByType: Readonly<Record<string, { readonly kind: string; readonly isCgi?: boolean }>> = {
  alertmanager: { kind: 'alertmanager' },
  'checkmk multisite': { kind: 'checkmk' },
  icinga2api: { kind: 'icinga2' },
  nagios: { kind: 'nagios', isCgi: true },
  opsgenie: { kind: 'opsgenie' },
  prometheus: { kind: 'prometheus' },
  zabbix: { kind: 'zabbix' },
  zabbixproblembased: { kind: 'zabbix' },
};

/** `key = value` lines below one `[section]`; everything else is skipped. */
export function readIni(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | null = null;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[([^\]]*)\]\s*$/.exec(line);
    if (section !== null) {
      current = new Map();
      sections.set(section[1]?.trim() ?? '', current);
      continue;
    }
    const pair = /^\s*([^=:#;\s][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (pair !== null) current?.set((pair[1] ?? '').toLowerCase(), pair[2] ?? '');
  }
  return sections;
}

export function readNagstamon(
  text: string,
  foundIn: string,
  kinds: readonly ConnectorKind[],
): Draft[] {
  return [...readIni(text)].flatMap(([section, values]): Draft[] => {
    const type = values.get('type') ?? '';
    if (type === '') return [];
    const name = values.get('name') || section.replace(/^Server_/, '') || 'Nagstamon server';
    const match = kindByType[type.toLowerCase()];
    const kind = kinds.find((other) => other.kind === match?.kind);
    const remarks =
      values.get('enabled')?.toLowerCase() === 'false' ? ['It is disabled in Nagstamon.'] : [];
    if (match === undefined || kind === undefined) {
      return [{ kind: `${type} (Nagstamon)`, name, settings: {}, foundIn, remarks }];
    }
    const cgi = values.get('monitor_cgi_url') ?? '';
    const address = match.isCgi === true && cgi !== '' ? cgi : (values.get('monitor_url') ?? '');
    const settings = settingsFor(kind, { address, user: values.get('username') ?? '' });
    return [{ kind: kind.kind, name, settings, foundIn, remarks }];
  });
}

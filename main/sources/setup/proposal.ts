/** A source that could be connected, from a team's file or from another tool on this computer. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Proposal, SourceSettings } from '../../../preload/contract/sources.ts';
import type { ConfiguredSource } from '../configured-source.ts';
import type { ConnectorKind } from '../connector.ts';
import { fieldsOf, knownSettings, neededSecrets, settingsProblem, withoutLogins } from '../form.ts';

export interface Draft {
  /** As Nightdesk names the kind. */
  readonly kind: string;
  readonly name: string;
  readonly settings: SourceSettings;
  readonly intervalMs?: number;
  /** The file it comes from. */
  readonly foundIn: string;
  /** What else a person has to know or enter. */
  readonly remarks?: readonly string[];
}

export interface Known {
  readonly kinds: readonly ConnectorKind[];
  readonly sources: readonly ConfiguredSource[];
}

/** Puts an address, and a user name where the kind takes one, into whichever fields the kind has for them. */
export function settingsFor(
  kind: ConnectorKind,
  facts: { readonly address?: string; readonly user?: string },
): SourceSettings {
  const settings: SourceSettings = {};
  const fields = fieldsOf(kind);
  const place = fields.find(({ type }) => type === 'urls' || type === 'url');
  if (place !== undefined && facts.address !== undefined) {
    settings[place.name] = place.type === 'urls' ? [facts.address] : facts.address;
  }
  const user = fields.find(({ name }) => name === 'user');
  if (user !== undefined && facts.user !== undefined && facts.user !== '') {
    settings['user'] = facts.user;
    if (user.when !== undefined) settings[user.when.field] = user.when.equals;
  }
  return settings;
}

const addressesOf = (kind: ConnectorKind, settings: SourceSettings): readonly string[] =>
  fieldsOf(kind)
    .filter(({ type }) => type === 'urls' || type === 'url')
    .flatMap(({ name }) => settings[name] ?? [])
    .map((address) => String(address).replace(/\/+$/, '').toLowerCase());

/** Whether a source of this kind at the same address, or of this name, is connected already. */
function isConnected(
  kind: ConnectorKind,
  draft: Draft,
  sources: readonly ConfiguredSource[],
): boolean {
  const wanted = addressesOf(kind, draft.settings);
  return sources.some((source) => {
    if (source.kind !== kind.kind) return false;
    const there = addressesOf(kind, source.settings);
    return wanted.length > 0
      ? wanted.some((address) => there.includes(address))
      : source.name === draft.name;
  });
}

export function proposalOf(draft: Draft, known: Known): Proposal {
  const { name, foundIn, remarks = [], intervalMs = 15_000 } = draft;
  const kind = known.kinds.find((other) => other.kind === draft.kind);
  if (kind === undefined) {
    return {
      kind: draft.kind,
      kindTitle: draft.kind,
      name,
      settings: {},
      intervalMs,
      foundIn,
      toEnter: [],
      remarks: [...remarks],
      isConnected: false,
      problem: `Nightdesk knows no kind of source named "${draft.kind}".`,
    };
  }
  const given = knownSettings(kind, draft.settings);
  const settings = withoutLogins(given);
  const lost = Object.keys(draft.settings).filter((key) => !Object.hasOwn(settings, key));
  return {
    kind: kind.kind,
    kindTitle: kind.title,
    name,
    settings,
    intervalMs,
    foundIn,
    toEnter: neededSecrets(kind, settings)
      .filter(({ isRequired }) => isRequired !== false)
      .map(({ label }) => label),
    remarks: [
      ...remarks,
      ...(isDeepStrictEqual(given, settings)
        ? []
        : ['A login that stood in an address was left out: enter it in its own fields.']),
      ...(lost.length === 0
        ? []
        : [`Not taken over, because the kind does not know it: ${lost.join(', ')}.`]),
    ],
    isConnected: isConnected(kind, { ...draft, settings }, known.sources),
    problem: settingsProblem(kind, settings),
  };
}

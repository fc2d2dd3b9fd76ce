/** What the list says of how well a source can be seen. Pure. */
import type { Source } from '../../../preload/contract/sources.ts';

/** Each has its own shape; only `live` is ever green. */
export type Sight =
  | 'live'
  | 'starting'
  | 'stale'
  | 'unreachable'
  | 'unauthorized'
  | 'misconfigured'
  | 'stopped'
  | 'paused'
  | 'removed';

export type SightFacts = Pick<Source, 'isEnabled' | 'isStopped' | 'freshness'>;

export const sightWords: Readonly<Record<Sight, string>> = {
  live: 'Live',
  starting: 'First look',
  stale: 'Too old',
  unreachable: 'Unreachable',
  unauthorized: 'Not signed in',
  misconfigured: 'Misconfigured',
  stopped: 'Stopped',
  paused: 'Paused',
  removed: 'Not in the file',
};

export function sightOf({ isEnabled, isStopped, freshness }: SightFacts): Sight {
  // The core shows what the configuration file lost as stopped and switched off.
  if (!isEnabled) return isStopped && freshness === 'misconfigured' ? 'removed' : 'paused';
  return isStopped ? 'stopped' : freshness;
}

/** The desk counts it as blind: its alarms may be other ones by now. */
export const isBlind = (sight: Sight): boolean =>
  sight !== 'live' && sight !== 'starting' && sight !== 'paused' && sight !== 'removed';

const rank: Readonly<Record<Sight, number>> = {
  stopped: 0,
  unauthorized: 1,
  misconfigured: 2,
  unreachable: 3,
  stale: 4,
  starting: 5,
  live: 6,
  paused: 7,
  removed: 8,
};

/** What needs a person first; among equals by name, so that lines stay where they are. */
export function inOrder<S extends SightFacts & { readonly name: string }>(
  sources: readonly S[],
): S[] {
  return [...sources].sort(
    (a, b) => rank[sightOf(a)] - rank[sightOf(b)] || a.name.localeCompare(b.name),
  );
}

/** "3 of 4 live, 1 blind, 1 paused". */
export function summaryText(sources: readonly SightFacts[]): string {
  const sights = sources.map(sightOf);
  const count = (test: (sight: Sight) => boolean): number => sights.filter(test).length;
  const enabled = count((sight) => sight !== 'paused' && sight !== 'removed');
  const parts = [
    [`${count((sight) => sight === 'live')} of ${enabled} live`, enabled],
    [`${count(isBlind)} blind`, count(isBlind)],
    [
      `${count((sight) => sight === 'starting')} looked at for the first time`,
      count((sight) => sight === 'starting'),
    ],
    [`${count((sight) => sight === 'paused')} paused`, count((sight) => sight === 'paused')],
    [
      `${count((sight) => sight === 'removed')} not in the file any more`,
      count((sight) => sight === 'removed'),
    ],
  ] as const;
  return parts
    .filter(([, shown]) => shown > 0)
    .map(([text]) => text)
    .join(', ');
}

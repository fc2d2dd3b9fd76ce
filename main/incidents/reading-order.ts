/** The order in which a timeline reads, and how a very long one is shown. Pure. */
import type { Entry, EntryKind } from '../../preload/contract/incidents.ts';
import { toMs } from '../clock.ts';

/** At one and the same moment, causes come before what followed from them. */
const rank: Readonly<Partial<Record<EntryKind, number>>> = {
  alarm_fired: 0,
  source_blind: 0,
  alarm_joined: 1,
  notified: 3,
};

/** By time; then causes first; then as it was written. */
export const inReadingOrder = (entries: readonly Entry[]): Entry[] =>
  entries.toSorted(
    (a, b) => toMs(a.at) - toMs(b.at) || (rank[a.kind] ?? 2) - (rank[b.kind] ?? 2) || a.id - b.id,
  );

/** A window takes this many at once without a pause that is felt. */
export const maxShown = 5_000;
const firstShown = 500;

/** A timeline beyond `maxShown` loses its middle, and says so there. The postmortem's export has all of it. */
export function shorten(entries: readonly Entry[]): Entry[] {
  if (entries.length <= maxShown) return [...entries];
  const before = entries.slice(0, firstShown);
  const after = entries.slice(entries.length - (maxShown - firstShown - 1));
  const hidden = entries.length - before.length - after.length;
  return [
    ...before,
    {
      id: 0,
      at: after[0]?.at ?? entries[0]?.at ?? new Date(0).toISOString(),
      kind: 'status_update',
      origin: 'Nightdesk',
      text: `${hidden} entries are left out here, to keep this list quick. They are stored, and the export of the postmortem has them.`,
      code: null,
    },
    ...after,
  ];
}

/** The timeline as rows: days between entries, and the first part of a long one folded. Pure. */
import type { Entry } from '../../../preload/contract/incidents.ts';
import { wallDay } from '../../ui/zoned-time.ts';

export type TimelineRow =
  | { readonly kind: 'day'; readonly key: string; readonly at: string }
  | { readonly kind: 'entry'; readonly key: string; readonly entry: Entry };

/** More than a person reads in one go; the rest comes in steps that the window draws without a pause. */
export const shownAtFirst = 400;
export const shownMore = 1_000;

export function timelineRows(
  entries: readonly Entry[],
  options: { readonly zone: string; readonly now: number; readonly shown: number },
): { readonly hidden: number; readonly rows: TimelineRow[] } {
  const hidden = Math.max(0, entries.length - options.shown);
  const rows: TimelineRow[] = [];
  // Of today nothing needs to be said.
  let day = wallDay(options.now, options.zone);
  for (const entry of entries.slice(hidden)) {
    const own = wallDay(entry.at, options.zone);
    if (own !== day) rows.push({ kind: 'day', key: `day-${own}-${entry.id}`, at: entry.at });
    day = own;
    rows.push({ kind: 'entry', key: `entry-${entry.id}`, entry });
  }
  return { hidden, rows };
}

/** How many came after this one; all of them where it is not there any more. */
export function countAfter(entries: readonly Entry[], id: number): number {
  return entries.length - 1 - entries.findLastIndex((entry) => entry.id === id);
}

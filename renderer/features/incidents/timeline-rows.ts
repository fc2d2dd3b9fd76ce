/** The timeline as rows: days between entries, and the first part of a long one folded. Pure. */
import type { Entry } from '../../../preload/contract/incidents.ts';
import { wallDay } from '../../ui/zoned-time.ts';

export type TimelineRow =
  | { readonly kind: 'day'; readonly key: string; readonly at: string }
  | { readonly kind: 'entry'; readonly key: string; readonly entry: Entry };

/** More than a person reads in one go; the rest is a press away. */
export const shownAtFirst = 400;

export function timelineRows(
  entries: readonly Entry[],
  options: { readonly zone: string; readonly now: number; readonly isAll: boolean },
): { readonly hidden: number; readonly rows: TimelineRow[] } {
  const hidden = options.isAll ? 0 : Math.max(0, entries.length - shownAtFirst);
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

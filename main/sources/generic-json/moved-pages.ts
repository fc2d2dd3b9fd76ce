/**
 * A list that changes while it is read page by page: an item that leaves it moves the later ones up, and one of them falls between
 * two pages. So what is lacking in a list of several pages is kept until a second list in a row lacks it, too.
 */
import type { ObservedAlarm } from '../../alarms/alarm.ts';

export function createMovedPages() {
  let before: ReadonlyMap<string, ObservedAlarm> = new Map();
  let pagesBefore = 0;
  /** Lacking in the last list, and kept because of that. */
  let doubted: ReadonlySet<string> = new Set();

  return {
    /**
     * `named`: all identities of the list, also of items that are well. `pages`: those that held anything. The same object when
     * nothing is kept.
     */
    keep(
      alarms: readonly ObservedAlarm[],
      named: ReadonlySet<string>,
      pages: number,
    ): readonly ObservedAlarm[] {
      const lacking: ObservedAlarm[] = [];
      // A list that just became one page was read as several.
      if (pages > 1 || pagesBefore > 1) {
        for (const [id, alarm] of before) {
          if (!named.has(id) && !doubted.has(id)) lacking.push(alarm);
        }
      }
      pagesBefore = pages;
      doubted = new Set(lacking.map(({ externalId }) => externalId));
      const all = lacking.length === 0 ? alarms : [...alarms, ...lacking];
      before = new Map(all.map((alarm) => [alarm.externalId, alarm]));
      return all;
    },
  };
}

/** The list as lines of the screen: headings and alarms, each with its place. Pure. */
import type { AlarmGroup } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import type { BlindSource } from '../../../preload/contract/desk.ts';

export interface OrderedAlarms {
  readonly ids: readonly AlarmId[];
  readonly groups: readonly AlarmGroup[];
}

export type Line =
  | { readonly kind: 'heading'; readonly group: AlarmGroup }
  /** A source that cannot be read and of which no alarm is known: it must not look like "nothing wrong". */
  | { readonly kind: 'blind'; readonly source: BlindSource }
  | { readonly kind: 'alarm'; readonly id: AlarmId; readonly isBlind: boolean };

export interface Lines {
  readonly lines: readonly Line[];
  /** Line of the alarm with this index in `ids`. */
  readonly lineOf: readonly number[];
}

export function buildLines({ ids, groups }: OrderedAlarms, blind: readonly BlindSource[]): Lines {
  const lines: Line[] = [];
  const lineOf: number[] = [];
  const add = (from: number, to: number, isBlind: boolean): void => {
    for (const id of ids.slice(from, to)) {
      lineOf.push(lines.length);
      lines.push({ kind: 'alarm', id, isBlind });
    }
  };
  for (const group of groups) {
    // Without grouping there is one group, and its heading would only say "all".
    if (group.title !== '') lines.push({ kind: 'heading', group });
    add(group.firstIndex, group.firstIndex + group.count, group.blindSourceId !== null);
  }
  const grouped = new Set(groups.map(({ blindSourceId }) => blindSourceId));
  for (const source of blind) {
    if (!grouped.has(source.sourceId)) lines.push({ kind: 'blind', source });
  }
  return { lines, lineOf };
}

/** How many alarms came, went or moved between what is shown and what is known. */
export function countChanges(shown: readonly AlarmId[], known: readonly AlarmId[]): number {
  if (shown === known) return 0;
  const before = new Set(shown);
  const after = new Set(known);
  const came = known.filter((id) => !before.has(id)).length;
  const stayed = shown.filter((id) => after.has(id));
  const order = known.filter((id) => before.has(id));
  const moved = stayed.filter((id, index) => order[index] !== id).length;
  return came + (shown.length - stayed.length) + moved;
}

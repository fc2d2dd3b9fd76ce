/** Actions: what follows from an incident, by whom and until when. The order is pure. */
import type { Day } from '../../preload/contract/common.ts';
import type { Action } from '../../preload/contract/postmortems.ts';

/** Late the day after it was due, by the person's own calendar. */
export const isOverdue = (action: Pick<Action, 'dueOn' | 'doneAt'>, today: Day): boolean =>
  action.doneAt === null && action.dueOn !== null && action.dueOn < today;

const group = (action: Action): number =>
  action.doneAt !== null ? 3 : action.isOverdue ? 0 : action.dueOn !== null ? 1 : 2;

/** Overdue first, the longest first; then what is due next; then what has no date; what is done last, the newest first. */
export function compareActions(a: Action, b: Action): number {
  return (
    group(a) - group(b) ||
    (a.doneAt !== null && b.doneAt !== null ? b.doneAt.localeCompare(a.doneAt) : 0) ||
    (a.dueOn ?? '').localeCompare(b.dueOn ?? '') ||
    a.id - b.id
  );
}

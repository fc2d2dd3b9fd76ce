/** Words of actions. Pure. */
import type { Action } from '../../../preload/contract/postmortems.ts';
import { durationText } from '../../ui/time-text.ts';

const dayMs = 86_400_000;

/** `24 Nov`, with the year when it is another one than today's. `day` and `today`: calendar days. */
export function dayText(day: string, today: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return date.toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    ...(day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }),
  });
}

/** `overdue by 3 d, since 21 Nov`, `due today`, `due 2 Dec, in 8 d`, `no due date`. */
export function dueText(action: Pick<Action, 'dueOn' | 'isOverdue'>, today: string): string {
  const { dueOn } = action;
  if (dueOn === null) return 'no due date';
  const days = Math.round((Date.parse(dueOn) - Date.parse(today)) / dayMs);
  const day = dayText(dueOn, today);
  if (action.isOverdue) return `overdue by ${durationText(Math.max(1, -days) * dayMs)}, ${day}`;
  if (days === 0) return 'due today';
  return `due ${day}, in ${durationText(days * dayMs)}`;
}

export interface ActionCounts {
  readonly overdue: number;
  readonly open: number;
  readonly done: number;
}

export const countActions = (actions: readonly Action[]): ActionCounts => ({
  overdue: actions.filter(({ isOverdue }) => isOverdue).length,
  open: actions.filter(({ doneAt, isOverdue }) => doneAt === null && !isOverdue).length,
  done: actions.filter(({ doneAt }) => doneAt !== null).length,
});

/** Who has owned something before, most often first: offered when a person names an owner. */
export function knownOwners(actions: readonly Action[]): string[] {
  const owners = Map.groupBy(actions, ({ owner }) => owner.trim());
  owners.delete('');
  return [...owners].toSorted((a, b) => b[1].length - a[1].length).map(([owner]) => owner);
}

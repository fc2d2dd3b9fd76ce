/** Weeks and shifts by the person's own clock. Pure; a week with a change of clocks is an hour longer or shorter. */
import type { Day } from '../../preload/contract/common.ts';
import { addDays, startOf } from '../local-time.ts';

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Week extends Stretch {
  /** Its Monday. */
  readonly weekOf: Day;
}

const noon = 12 * 60;

/** Monday to Monday: the week that holds this day. */
export function weekOf(day: Day, timeZone: string): Week {
  const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  const monday = addDays(day, -sinceMonday);
  return {
    weekOf: monday,
    fromMs: startOf(monday, 0, timeZone),
    toMs: startOf(addDays(monday, 7), 0, timeZone),
  };
}

export const weekBefore = (week: Week, timeZone: string): Week =>
  weekOf(addDays(week.weekOf, -7), timeZone);

/** Fourteen shifts, midnight to noon and noon to midnight. */
export function shiftsOf(week: Week, timeZone: string): Stretch[] {
  const ends = Array.from({ length: 7 }, (_, index) => addDays(week.weekOf, index)).flatMap(
    (day) => [startOf(day, 0, timeZone), startOf(day, noon, timeZone)],
  );
  return ends.map((fromMs, index) => ({ fromMs, toMs: ends[index + 1] ?? week.toMs }));
}

/** Which night it is, by the person's own clock and sleep hours. Pure; right over midnight and when clocks change. */
import type { Hours } from '../../preload/contract/settings.ts';
import { wallTime } from './zoned-time.ts';

const dayMs = 86_400_000;

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - dayMs).toISOString().slice(0, 10);

/**
 * The day on which this night began, or null when it is no night. `from` belongs to it, `to` does not; equal ones are no
 * night at all, as for the quiet hours.
 */
export function nightOf(hours: Hours | null, zone: string, at: number): string | null {
  if (hours === null) return null;
  const wall = wallTime(at, zone);
  const day = wall.slice(0, 10);
  const time = wall.slice(11, 16);
  if (hours.from <= hours.to) return hours.from <= time && time < hours.to ? day : null;
  if (time >= hours.from) return day;
  return time < hours.to ? dayBefore(day) : null;
}

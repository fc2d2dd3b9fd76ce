/** When a person is up again, by their own clock and sleep hours. Pure. */
import type { Hours } from '../../../preload/contract/settings.ts';
import { instantOfWallTime, wallDay } from '../../ui/zoned-time.ts';

const dayMs = 86_400_000;

/** The next end of the sleep hours; null without any. */
export function morningAfter(hours: Hours | null, now: number, zone: string): string | null {
  if (hours === null || hours.from === hours.to) return null;
  const today = Date.parse(`${wallDay(now, zone)}T00:00:00Z`);
  // Calendar days: one in spring has 23 hours.
  for (const days of [0, 1]) {
    const day = new Date(today + days * dayMs).toISOString().slice(0, 10);
    const at = instantOfWallTime(`${day}T${hours.to}`, zone);
    if (at !== null && Date.parse(at) > now) return at;
  }
  return null;
}

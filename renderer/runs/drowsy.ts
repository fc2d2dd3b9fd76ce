/**
 * In the first minutes after a page of the night people decide at about half their ability: what is broad is asked for
 * twice then, and what can be undone never is. Pure.
 */
import type { Step } from '../../preload/contract/runbooks.ts';
import type { Decision } from '../../preload/contract/notifications.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import { nightOf } from '../ui/nights.ts';

const drowsyMs = 15 * 60_000;

/** When the last page came in the sleep hours, and so may have woken somebody. Null: none is known. */
export function wokenAt(
  pages: readonly Pick<Decision, 'at'>[],
  settings: Pick<Settings, 'sleepHours' | 'timeZone'>,
): number | null {
  const times = pages
    .map(({ at }) => Date.parse(at))
    .filter((at) => nightOf(settings.sleepHours, settings.timeZone, at) !== null);
  return times.length === 0 ? null : Math.max(...times);
}

/** A clock that was set back does not make anyone more awake. `woken`: null: nobody was. */
export function asksTwice(step: Pick<Step, 'isBroad'>, woken: number | null, now: number): boolean {
  return step.isBroad && woken !== null && now - woken < drowsyMs;
}

/** Whether a page that nobody acknowledged is repeated now. Pure. */
import type { EpisodeId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import { since, toMs } from '../clock.ts';
import { routeOf, type Policy } from './policy.ts';

export type ReminderStep =
  | { readonly kind: 'remind'; readonly reason: string }
  /** `reason`: to be recorded; null when there is nothing left to say. */
  | { readonly kind: 'stop'; readonly reason: string | null }
  /** Its source was not asked yet: it may be over. */
  | { readonly kind: 'wait' };

const stop = (reason: string | null): ReminderStep => ({ kind: 'stop', reason });

export function reminderStep(
  owed: { readonly episodeId: EpisodeId; readonly sentCount: number },
  alarm: KnownAlarm | undefined,
  health: Pick<SourceHealth, 'freshness' | 'isEnabled'> | undefined,
  policy: Policy,
  now: number,
): ReminderStep {
  const isOpen = alarm?.status === 'firing' && alarm.episodeId === owed.episodeId;
  if (alarm === undefined || !isOpen) return stop(null);
  if (health === undefined || !health.isEnabled) return stop('its source is paused or removed');
  const { route, words } = routeOf(alarm, policy);
  if (route !== 'page') return stop(`no longer a page: ${words} is ${route}`);
  if (owed.sentCount >= policy.repeatPageAtMost) {
    return stop(`reminded ${owed.sentCount} times, nobody acknowledged; no more reminders`);
  }
  if (health.freshness === 'starting') return { kind: 'wait' };
  const minutes = Math.floor(since(toMs(alarm.statusSince), now) / 60_000);
  const sight = health.freshness === 'live' ? '' : '; last known state, its source cannot be read';
  return {
    kind: 'remind',
    reason: `not acknowledged for ${minutes} min, reminder ${owed.sentCount + 1} of ${policy.repeatPageAtMost}${sight}`,
  };
}

/** Which other alarms belong to the same trouble, as far as service and time tell. Pure. */
import { toMs } from '../clock.ts';
import type { KnownAlarm } from './alarm.ts';

const nearMs = 5 * 60_000;
const most = 12;

/** Same service first, then those that started within five minutes, nearest first. */
export function relatedTo(alarm: KnownAlarm, others: Iterable<KnownAlarm>): KnownAlarm[] {
  const startedMs = toMs(alarm.startsAt);
  const found: { other: KnownAlarm; isSameService: boolean; distance: number }[] = [];
  for (const other of others) {
    if (other.id === alarm.id || other.status === 'resolved') continue;
    const isSameService = alarm.service !== '' && other.service === alarm.service;
    const distance = Math.abs(toMs(other.startsAt) - startedMs);
    if (isSameService || distance <= nearMs) found.push({ other, isSameService, distance });
  }
  return found
    .sort(
      (a, b) =>
        Number(b.isSameService) - Number(a.isSameService) ||
        a.distance - b.distance ||
        a.other.id - b.other.id,
    )
    .slice(0, most)
    .map(({ other }) => other);
}

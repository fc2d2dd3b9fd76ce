/** Alerts that began and ended between two instants. */
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant, toMs } from '../../clock.ts';
import type { Passed, PassedEpisode } from '../connector.ts';
import type { IncidentIoApi } from './api.ts';
import { WireAlert } from './parse.ts';

const mostPages = 10;

const beganAt = (raw: unknown): number => {
  const at = (raw as { created_at?: unknown } | null)?.created_at;
  return typeof at === 'string' ? Date.parse(at) : Number.NaN;
};

/** Newest first, and the last one began before `fromMs`: nothing of interest comes behind it. Pure. */
export function reachesBack(raws: readonly unknown[], fromMs: number): boolean {
  const times = raws.map(beganAt);
  const isSorted = times.every((at, index) => index === 0 || at <= (times[index - 1] ?? Infinity));
  return isSorted && (times.at(-1) ?? Infinity) < fromMs;
}

export async function passedAlerts(options: {
  api: IncidentIoApi;
  from: string;
  until: string;
  alarmOf(alert: WireAlert): ObservedAlarm | null;
  signal: AbortSignal;
}): Promise<Passed> {
  const { api, signal, alarmOf } = options;
  const [fromMs, untilMs] = [toMs(options.from), toMs(options.until)];
  const { alerts, isCut } = await api.alerts(
    {},
    { mostPages, signal, isEnough: (raws) => reachesBack(raws, fromMs) },
  );
  let unread = 0;
  const episodes = alerts.flatMap((raw): PassedEpisode[] => {
    const parsed = WireAlert.safeParse(raw);
    if (!parsed.success) {
      unread += 1;
      return [];
    }
    const endedMs = Date.parse(parsed.data.resolved_at ?? '');
    const isWithin = beganAt(raw) >= fromMs && endedMs <= untilMs;
    // As it was when it fired.
    const alarm = isWithin ? alarmOf({ ...parsed.data, status: 'firing' }) : null;
    return alarm === null ? [] : [{ alarm, endedAt: toInstant(endedMs) }];
  });
  const reasons = [
    isCut ? `Only the first ${alerts.length} alerts of its history were read.` : '',
    unread > 0 ? `${unread} alerts of its history could not be read.` : '',
  ].filter(Boolean);
  return { episodes, incompleteReason: reasons.length === 0 ? null : reasons.join(' ') };
}

/** What fired and cleared between two instants, from Nagios' own log. Pure. */
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant } from '../../clock.ts';
import type { Passed, PassedEpisode } from '../connector.ts';
import { severityRank } from '../../alarms/order.ts';
import { isLostName, type Problem, type WireAlert } from './parse.ts';

interface Open {
  readonly startedMs: number;
  readonly alarm: ObservedAlarm;
}

const fine: ReadonlySet<string> = new Set(['ok', 'up']);

/** `toAlarm`: as it would have been mapped at that time. */
export function passedEpisodes(
  alerts: readonly WireAlert[],
  toAlarm: (problem: Problem) => ObservedAlarm,
): { episodes: readonly PassedEpisode[]; nameless: number } {
  const open = new Map<string, Open>();
  const episodes: PassedEpisode[] = [];
  let nameless = 0;
  for (const alert of alerts.toSorted((a, b) => a.timestamp - b.timestamp)) {
    const isHost = alert.object_type === 'host';
    const host = (isHost ? alert.name : alert.host_name) ?? '';
    const service = isHost ? null : (alert.description ?? '');
    if (isLostName(host) || (service !== null && isLostName(service))) {
      nameless += 1;
      continue;
    }
    const key = JSON.stringify([host, service]);
    const before = open.get(key);
    if (fine.has(alert.state)) {
      // One without a beginning here began before the gap: it was known.
      if (before !== undefined) {
        episodes.push({ alarm: before.alarm, endedAt: toInstant(alert.timestamp) });
      }
      open.delete(key);
      continue;
    }
    const startedMs = before?.startedMs ?? alert.timestamp;
    const alarm = toAlarm({
      host,
      service,
      details: {
        status: alert.state,
        plugin_output: alert.plugin_output,
        long_plugin_output: '',
        last_state_change: startedMs,
        state_type: 'hard',
        problem_has_been_acknowledged: false,
        scheduled_downtime_depth: 0,
        notifications_enabled: true,
        is_flapping: false,
      },
      about: {
        ackedBy: null,
        isInhibited: false,
        isHostInDowntime: false,
        hasTurned: false,
        definition: null,
      },
    });
    // The worst of an episode is what it is remembered by.
    const isWorse =
      before === undefined || severityRank[alarm.severity] < severityRank[before.alarm.severity];
    open.set(key, { startedMs, alarm: isWorse ? alarm : before.alarm });
  }
  return { episodes, nameless };
}

export function passedOf(options: {
  readonly alerts: readonly WireAlert[];
  readonly unreadable: number;
  readonly toAlarm: (problem: Problem) => ObservedAlarm;
  /** Nagios was started anew within the span. */
  readonly hasRestarted: boolean;
}): Passed {
  const { episodes, nameless } = passedEpisodes(options.alerts, options.toAlarm);
  const lost = nameless + options.unreadable;
  const reasons = [
    ...(options.hasRestarted
      ? ['Nagios itself was started anew meanwhile, and saw nothing before that.']
      : []),
    ...(lost > 0
      ? [`${lost} ${lost === 1 ? 'entry' : 'entries'} of its log could not be read.`]
      : []),
  ];
  return { episodes, incompleteReason: reasons.length === 0 ? null : reasons.join(' ') };
}

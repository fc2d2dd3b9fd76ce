/**
 * Which new alarm joins an open incident by itself, and why. Pure.
 *
 * Conservative, because an alarm in the wrong incident hides: it must share the service (or, where there is none, the
 * name) with an alarm that a *person* chose, nothing that tells environments apart may differ, and an incident that is
 * over or forgotten takes none.
 */
import type { IncidentId } from '../../preload/contract/common.ts';
import type { AlarmChange, KnownAlarm } from '../alarms/alarm.ts';
import { oneLine } from './words.ts';

export interface JoinTarget {
  readonly incidentId: IncidentId;
  readonly mitigatedAtMs: number | null;
  /** When something was last written on its timeline. */
  readonly lastEntryAtMs: number;
  /** Alarms that joined by rule so far. */
  readonly joinedCount: number;
  /** Alarms that a person put there; what joined by rule draws nothing after it. */
  readonly chosen: readonly KnownAlarm[];
}

export interface Join {
  readonly incidentId: IncidentId;
  readonly reason: string;
}

const hourMs = 3_600_000;
/** A relapse shows within this time; later it is another incident until a person says otherwise. */
export const afterMitigationMs = 2 * hourMs;
/** Nobody wrote and nothing happened for this long: forgotten, not open. */
export const forgottenAfterMs = 12 * hourMs;
/** A storm does not flood a timeline. */
export const maxJoinedByRule = 200;

/** Labels that tell one environment from another; when both alarms have one, it must be the same. */
const scopes = [
  'cluster',
  'region',
  'env',
  'environment',
  'stage',
  'namespace',
  'tenant',
  'datacenter',
];

const nameOf = (alarm: KnownAlarm): string => alarm.labels['alertname'] ?? alarm.title;

const isSameScope = (a: KnownAlarm, b: KnownAlarm): boolean =>
  scopes.every((label) => {
    const [one, other] = [a.labels[label], b.labels[label]];
    return one === undefined || other === undefined || one === other;
  });

/** It fired, or came out of a silence. What is silenced was put aside on purpose; `info` wakes nobody. */
export function mayJoin(change: AlarmChange): boolean {
  const { alarm } = change;
  if (alarm.severity === 'info' || alarm.unreadableReason !== null) return false;
  if (alarm.status !== 'firing' && alarm.status !== 'acknowledged') return false;
  return (
    change.kind === 'fired' || (change.kind === 'changed' && change.before.status === 'suppressed')
  );
}

const isTaking = (target: JoinTarget, now: number): boolean =>
  target.joinedCount < maxJoinedByRule &&
  (target.mitigatedAtMs === null || now - target.mitigatedAtMs <= afterMitigationMs) &&
  now - target.lastEntryAtMs <= forgottenAfterMs;

const keyOf = (alarm: KnownAlarm): string =>
  alarm.service === '' ? `name\u0000${alarm.sourceId}\u0000${nameOf(alarm)}` : alarm.service;

/** Asked once per change of many alarms. `targets`: the one to prefer first. */
export function createJoinRule(
  targets: readonly JoinTarget[],
  now: number,
): (alarm: KnownAlarm) => Join | null {
  const byKey = new Map<string, { incidentId: IncidentId; chosen: KnownAlarm }[]>();
  const room = new Map<IncidentId, number>();
  for (const target of targets.filter((candidate) => isTaking(candidate, now))) {
    room.set(target.incidentId, maxJoinedByRule - target.joinedCount);
    for (const chosen of target.chosen.filter((alarm) => keyOf(alarm) !== '')) {
      const known = byKey.get(keyOf(chosen)) ?? [];
      known.push({ incidentId: target.incidentId, chosen });
      byKey.set(keyOf(chosen), known);
    }
  }
  return (alarm) => {
    const found = byKey
      .get(keyOf(alarm))
      ?.find(
        ({ incidentId, chosen }) => (room.get(incidentId) ?? 0) > 0 && isSameScope(alarm, chosen),
      );
    if (found === undefined) return null;
    room.set(found.incidentId, (room.get(found.incidentId) ?? 0) - 1);
    const what =
      alarm.service === ''
        ? `same alarm name ${oneLine(nameOf(alarm), 100)}`
        : `same service ${oneLine(alarm.service, 100)}`;
    return { incidentId: found.incidentId, reason: `joined by rule: ${what}` };
  };
}

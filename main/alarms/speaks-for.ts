/**
 * Whose word counts when one source only passes on to another. Pure.
 *
 * Prometheus knows no silences: whoever silences its alarm does so at the Alertmanager that it feeds. Taking the worst of both
 * would show such an alarm as firing, and page for it, whatever anybody silences.
 */
import type { KnownAlarm } from './alarm.ts';

type Spoken = Pick<KnownAlarm, 'externalId' | 'refs'>;

const identity = /^(alertmanager|grafana):\d+:(.+)$/s;

/** Whether `other` is this very alert of Prometheus, at the Alertmanager where it can be silenced. */
export function isPassedOnTo(alarm: Spoken, other: Spoken): boolean {
  if (!alarm.externalId.startsWith('prometheus:')) return false;
  const [, kind, fingerprint] = identity.exec(other.externalId) ?? [];
  const same: unknown = Object.hasOwn(alarm.refs, 'same') ? alarm.refs['same'] : null;
  return kind !== undefined && Array.isArray(same) && same.includes(`${kind}:${fingerprint}`);
}

/** Whether `other` answers for `alarm`: it is in hand or silenced where it was passed on to, and that can be seen now. */
export const isAnsweredBy = (
  alarm: Spoken,
  other: Pick<KnownAlarm, 'status'> & Spoken,
  isInSight: boolean,
): boolean =>
  isInSight &&
  (other.status === 'suppressed' || other.status === 'acknowledged') &&
  isPassedOnTo(alarm, other);

/** Without those for whom another one answers. Never empty unless `members` is. */
export function speaking<Member>(
  members: readonly Member[],
  alarmOf: (member: Member) => KnownAlarm,
  isInSight: (member: Member) => boolean,
): readonly Member[] {
  if (members.length < 2) return members;
  return members.filter(
    (one) =>
      !members.some(
        (other) => other !== one && isAnsweredBy(alarmOf(one), alarmOf(other), isInSight(other)),
      ),
  );
}

/**
 * A condition that several sources see, as one row: the worst that any of them says. Pure.
 *
 * Firing beats acknowledged, unless it is only passed on to where it is silenced (`speaks-for.ts`), and a source that can be
 * looked at now is believed before one that cannot.
 */
import type { AlarmOrigin } from '../../preload/contract/alarms.ts';
import type { AlarmId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from './alarm.ts';
import type { SourceHealth } from './alarm-rows.ts';
import type { Join } from './conditions.ts';
import { severityRank, statusRank, worseSeverity } from './order.ts';
import { speaking } from './speaks-for.ts';
import { clip } from './text.ts';

/** One alarm of a condition, and how well its source can be seen. */
export interface Member {
  readonly alarm: KnownAlarm;
  readonly health: SourceHealth | undefined;
  readonly joins: ReadonlyMap<AlarmId, Join>;
}

export const isInSight = (
  health: Pick<SourceHealth, 'isEnabled' | 'freshness'> | undefined,
): boolean => health !== undefined && health.isEnabled && health.freshness === 'live';

/** The one whose status the row shows. `members` are never empty, the lead first. */
export function speakerOf<One extends Pick<Member, 'alarm' | 'health'>>(
  members: readonly [One, ...One[]],
): One {
  const [first = members[0], ...others] = speaking(
    members,
    ({ alarm }) => alarm,
    ({ health }) => isInSight(health),
  );
  return others.reduce((best, other) => {
    const order =
      Number(best.health?.isEnabled === false) * -1 + Number(other.health?.isEnabled === false) ||
      statusRank[other.alarm.status] - statusRank[best.alarm.status] ||
      Number(isInSight(best.health)) - Number(isInSight(other.health));
    return order < 0 ? other : best;
  }, first);
}

/** The lead, with the worst of all. */
export function mergedAlarm(members: readonly [Member, ...Member[]]): KnownAlarm {
  const [{ alarm: lead }] = members;
  const { alarm: speaker } = speakerOf(members);
  const worst = members.reduce((best, { alarm }) =>
    severityRank[alarm.severity] < severityRank[best.alarm.severity] ? { ...best, alarm } : best,
  ).alarm;
  return {
    ...lead,
    status: speaker.status,
    statusSince: speaker.statusSince,
    ackedBy: speaker.ackedBy,
    severity: worseSeverity(lead.severity, worst.severity),
    isSeverityMapped: worst.isSeverityMapped,
    startsAt: members.reduce(
      (first, { alarm }) => (alarm.startsAt < first ? alarm.startsAt : first),
      lead.startsAt,
    ),
  };
}

/** How one hangs together with the others: with the lead if it does, else with any. */
function joinOf(member: Member, lead: Member, members: readonly Member[]): Join | null {
  const direct = member.joins.get(lead.alarm.id);
  if (direct !== undefined) return direct;
  const [first] = member.joins;
  if (first === undefined) return null;
  const [otherId, join] = first;
  const other = members.find(({ alarm }) => alarm.id === otherId);
  const name = other?.health?.name ?? other?.alarm.sourceId ?? '';
  return { ...join, reason: `${join.reason} (as at ${name})` };
}

export function originsOf(members: readonly Member[]): AlarmOrigin[] {
  const [lead] = members;
  if (lead === undefined || members.length === 1) return [];
  return members.map((member) => {
    const { alarm, health } = member;
    const join = member === lead ? null : joinOf(member, lead, members);
    return {
      alarmId: alarm.id,
      sourceId: alarm.sourceId,
      sourceName: health?.name ?? alarm.sourceId,
      freshness:
        health === undefined || (!health.isEnabled && health.freshness === 'live')
          ? 'stale'
          : health.freshness,
      title: clip(alarm.title, 300),
      status: alarm.status,
      statusSince: alarm.statusSince,
      severity: alarm.severity,
      ackedBy: alarm.ackedBy === null ? null : clip(alarm.ackedBy, 200),
      rule: join?.rule ?? null,
      reason: clip(join?.reason ?? '', 500),
    };
  });
}

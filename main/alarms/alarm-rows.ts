/** Rows for the list: what we know of an alarm, and what its neighbours in the program know. */
import type { AlarmRow } from '../../preload/contract/alarms.ts';
import type {
  AlarmId,
  Freshness,
  IncidentId,
  Instant,
  SourceId,
} from '../../preload/contract/common.ts';
import type { IntentKind, IntentState } from '../../preload/contract/outbox.ts';
import { toInstant } from '../clock.ts';
import type { KnownAlarm } from './alarm.ts';
import type { Flapping } from './flapping.ts';
import { mergedAlarm, originsOf, speakerOf, type Member } from './origins.ts';
import { clip } from './text.ts';

/** What the alarms need to know of a source. */
export interface SourceHealth {
  readonly name: string;
  readonly kind: string;
  readonly freshness: Freshness;
  readonly lastSuccessAt: Instant | null;
  readonly isEnabled: boolean;
  /** For people; null while live. */
  readonly reason: string | null;
  readonly next: string | null;
  /** Since when it is as it is. */
  readonly since: Instant | null;
  /** It answers again, and is being asked what happened meanwhile. */
  readonly isCatchingUp?: boolean;
}

export interface PendingIntent {
  readonly kind: IntentKind;
  readonly state: IntentState;
}

/** What other nouns answer about one alarm. All of them are asked for every row shown, so they must be quick. */
export interface RowLookups {
  health(sourceId: SourceId): SourceHealth | undefined;
  pendingFor(alarmId: AlarmId): PendingIntent | null;
  markFor(alarm: KnownAlarm): 'certain' | 'suggested' | null;
  openIncidentOf(alarmId: AlarmId): IncidentId | null;
  isUnseen(alarmId: AlarmId): boolean;
  flapping(alarmId: AlarmId): Flapping | null;
}

const firstOf = <Value>(
  members: readonly Member[],
  find: (alarm: KnownAlarm) => Value | null,
): Value | null => {
  for (const { alarm } of members) {
    const found = find(alarm);
    if (found !== null) return found;
  }
  return null;
};

/**
 * Long texts are cut: the list shows a line, the detail has the whole. `members`: all alarms of the condition that the row
 * stands for, the row's own first.
 */
export function toRow(
  members: readonly [Member, ...Member[]],
  episodes: number,
  lookups: RowLookups,
): AlarmRow {
  const [own] = members;
  const alarm = members.length === 1 ? own.alarm : mergedAlarm(members);
  const { health } = speakerOf(members);
  const flapping = firstOf(members, ({ id }) => lookups.flapping(id));
  return {
    id: alarm.id,
    sourceId: alarm.sourceId,
    sourceName: own.health?.name ?? alarm.sourceId,
    // A paused or removed source is not looked at: its alarms are the last known, however fresh it was then.
    freshness:
      health === undefined || (!health.isEnabled && health.freshness === 'live')
        ? 'stale'
        : health.freshness,
    lastSeenAt: health?.lastSuccessAt ?? null,
    status: alarm.status,
    severity: alarm.severity,
    isSeverityMapped: alarm.isSeverityMapped,
    title: clip(alarm.title, 300),
    summary: clip(alarm.summary, 600),
    service: clip(alarm.service, 200),
    startsAt: alarm.startsAt,
    statusSince: alarm.statusSince,
    ackedBy: alarm.ackedBy === null ? null : clip(alarm.ackedBy, 200),
    isReadable: alarm.unreadableReason === null,
    pending: firstOf(members, ({ id }) => lookups.pendingFor(id)),
    runbook: firstOf(members, (one) => lookups.markFor(one)),
    episodesIn7Days: episodes,
    incidentId: firstOf(members, ({ id }) => lookups.openIncidentOf(id)),
    isUnseen: members.some(({ alarm: { id } }) => lookups.isUnseen(id)),
    origins: originsOf(members),
    flapping:
      flapping === null ? null : { changes: flapping.count, since: toInstant(flapping.since) },
  };
}

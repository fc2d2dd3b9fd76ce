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
import type { KnownAlarm } from './alarm.ts';

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
}

const clip = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;

/** Long texts are cut: the list shows a line, the detail has the whole. */
export function toRow(alarm: KnownAlarm, episodes: number, lookups: RowLookups): AlarmRow {
  const health = lookups.health(alarm.sourceId);
  return {
    id: alarm.id,
    sourceId: alarm.sourceId,
    sourceName: health?.name ?? alarm.sourceId,
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
    pending: lookups.pendingFor(alarm.id),
    runbook: lookups.markFor(alarm),
    episodesIn7Days: episodes,
    incidentId: lookups.openIncidentOf(alarm.id),
    isUnseen: lookups.isUnseen(alarm.id),
  };
}

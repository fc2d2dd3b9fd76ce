/** What a source reports, and what we know about it. */
import type {
  AlarmId,
  AlarmStatus,
  EpisodeId,
  Instant,
  Severity,
  SourceId,
} from '../../preload/contract/common.ts';

/** One condition at one source, as a connector understood it. The name `resolved` never comes from here. */
export interface ObservedAlarm {
  /** Stable over polls and restarts of the source; typed and versioned by the connector (`kind:version:key`). */
  readonly externalId: string;
  readonly status: Exclude<AlarmStatus, 'resolved'>;
  readonly severity: Severity;
  /** As the upstream wrote it; null when absent. */
  readonly severityText: string | null;
  readonly isSeverityMapped: boolean;
  readonly title: string;
  readonly summary: string;
  readonly service: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly url: string | null;
  readonly runbookUrl: string | null;
  readonly startsAt: Instant;
  readonly ackedBy: string | null;
  /** Upstream references that actions need, e.g. ids of covering silences. */
  readonly refs: Readonly<Record<string, unknown>>;
  /** Set when the item could not be read: it is kept by its identity and shown as unreadable. */
  readonly unreadableReason: string | null;
}

/** The last known state of an alarm, as the store holds it. */
export interface KnownAlarm extends Omit<ObservedAlarm, 'status'> {
  readonly id: AlarmId;
  readonly sourceId: SourceId;
  readonly status: AlarmStatus;
  readonly statusSince: Instant;
  readonly firstSeenAt: Instant;
  /** The open episode; null when resolved. */
  readonly episodeId: EpisodeId | null;
}

/**
 * What a successful poll returned.
 *
 * `isComplete` is the proof: only a complete snapshot resolves by absence. A connector that saw a partial answer, an
 * item without identity, or a source that just restarted says `false`; the alarms it did see still count.
 */
export interface Snapshot {
  readonly alarms: readonly ObservedAlarm[];
  readonly isComplete: boolean;
  /** Why absence proves nothing, for people; null when complete. */
  readonly incompleteReason: string | null;
}

/** What reconcile found. Everything downstream (store, notifications, incidents, windows) follows these. */
export type AlarmChange =
  | { readonly kind: 'fired'; readonly alarm: KnownAlarm }
  | { readonly kind: 'changed'; readonly alarm: KnownAlarm; readonly before: KnownAlarm }
  | { readonly kind: 'resolved'; readonly alarm: KnownAlarm; readonly before: KnownAlarm };

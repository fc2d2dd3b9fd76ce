/** The desk state from facts: the worst alarm and sight, always together. Pure. */
import type { Instant, Severity, SourceId } from '../../preload/contract/common.ts';
import type { BlindSource, DeskState } from '../../preload/contract/desk.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import { statusRank, worseSeverity } from '../alarms/order.ts';

export type CountedAlarm = Pick<
  KnownAlarm,
  'sourceId' | 'status' | 'severity' | 'unreadableReason'
>;

/** What the active alarms add up to. */
export interface Tally {
  readonly worst: DeskState['worst'];
  readonly firing: number;
  readonly acknowledged: number;
  readonly suppressed: number;
  readonly unreadable: number;
}

/** Several sources may see one condition: it counts once, as the worst of what they say. */
function worstOf(
  alarms: readonly CountedAlarm[],
  isCounted: (sourceId: SourceId) => boolean,
): Omit<CountedAlarm, 'sourceId'> | null {
  let found: Omit<CountedAlarm, 'sourceId'> | null = null;
  for (const alarm of alarms) {
    if (alarm.status === 'resolved' || !isCounted(alarm.sourceId)) continue;
    found =
      found === null
        ? alarm
        : {
            status:
              statusRank[alarm.status] < statusRank[found.status] ? alarm.status : found.status,
            severity: worseSeverity(found.severity, alarm.severity),
            unreadableReason: found.unreadableReason ?? alarm.unreadableReason,
          };
  }
  return found;
}

/** Alarms of a paused source are shown, but nobody looks after them, so they are not counted. */
export function tally(
  conditions: Iterable<readonly CountedAlarm[]>,
  isCounted: (sourceId: SourceId) => boolean,
): Tally {
  let worst: Severity | null = null;
  let worstCount = 0;
  let unreadable = 0;
  const counts = { firing: 0, acknowledged: 0, suppressed: 0 };
  for (const condition of conditions) {
    const counted = worstOf(condition, isCounted);
    if (counted === null || counted.status === 'resolved') continue;
    const { status, severity, unreadableReason } = counted;
    counts[status] += 1;
    if (unreadableReason !== null) unreadable += 1;
    if (status !== 'firing') continue;
    if (worst === severity) worstCount += 1;
    else if (worst === null || worseSeverity(worst, severity) === severity) {
      worst = severity;
      worstCount = 1;
    }
  }
  return {
    worst: worst === null ? null : { severity: worst, count: worstCount },
    ...counts,
    unreadable,
  };
}

export interface DeskFacts {
  readonly at: Instant;
  readonly tally: Tally;
  readonly healths: Iterable<readonly [SourceId, SourceHealth]>;
  readonly unseen: number;
  readonly outbox: { readonly open: number; readonly failed: number };
  /** Set while sources may be configured that nobody polls. */
  readonly configuration: { since: Instant; reason: string; next: string } | null;
}

/** The name under which a configuration that cannot be read stands among what is not seen. */
const configurationId = 'configuration-file' as SourceId;

/** Every enabled source that is not live is blind, also one that was never polled. */
export function deskState(facts: DeskFacts): DeskState {
  const { at, configuration } = facts;
  const { worst, unreadable, ...counts } = facts.tally;
  const blind: BlindSource[] = [];
  let enabledSources = 0;
  for (const [sourceId, health] of facts.healths) {
    if (!health.isEnabled) continue;
    enabledSources += 1;
    const { name, freshness } = health;
    if (freshness === 'live') continue;
    blind.push({
      sourceId,
      name,
      freshness,
      since: health.since ?? health.lastSuccessAt ?? at,
      reason: health.reason ?? '',
      next: health.next ?? '',
    });
  }
  if (configuration !== null) {
    blind.push({
      sourceId: configurationId,
      name: 'Configuration file',
      freshness: 'misconfigured',
      ...configuration,
    });
  }
  return {
    at,
    worst,
    counts: { ...counts, unseen: facts.unseen, unreadable },
    blind,
    enabledSources,
    outboxCount: facts.outbox.open,
    outboxFailed: facts.outbox.failed,
  };
}

/** Whether they say the same, whenever they were made. */
export function isSameState(a: DeskState, b: DeskState): boolean {
  return JSON.stringify({ ...a, at: '' }) === JSON.stringify({ ...b, at: '' });
}

/**
 * What a snapshot changes about what we know. Pure: what was known, what was seen and the time come in; findings go out.
 *
 * - Absence resolves only in a complete snapshot.
 * - An item that could not be read keeps what we knew about it and is marked unreadable.
 * - An alarm that comes back, or whose start moved later between two polls, begins a new episode.
 * - An unchanged snapshot costs one comparison of references per item and finds nothing.
 */
import type { AlarmId, EpisodeId, Instant, SourceId } from '../../preload/contract/common.ts';
import { toInstant, toMs } from '../clock.ts';
import type { AlarmChange, KnownAlarm, ObservedAlarm, Snapshot } from './alarm.ts';
import { canonicalJson, contentOf, isSameAlarm } from './content.ts';
import { severityRank, statusRank } from './order.ts';

/** An active alarm as the core holds it between polls. */
export interface HeldAlarm {
  readonly alarm: KnownAlarm;
  /** The very object the connector gave last time; null after a start. */
  readonly observed: ObservedAlarm | null;
  readonly episodeStartedAt: Instant;
}

/** What we know of one source. */
export interface SourceState {
  readonly sourceId: SourceId;
  /** Active alarms by external id. */
  readonly active: ReadonlyMap<string, HeldAlarm>;
  /** The snapshot that was applied last; null after a start. The same list again changes nothing. */
  readonly applied: Snapshot | null;
  /** A resolved alarm with this external id. Its `statusSince` is when it ended. */
  past(externalId: string): KnownAlarm | undefined;
}

/** Where new ids come from; the caller knows the store, this file does not. */
export interface NewIds {
  alarm(): AlarmId;
  episode(): EpisodeId;
}

export type EpisodeStep =
  | {
      readonly kind: 'begin';
      readonly id: EpisodeId;
      readonly startedAt: Instant;
      /** The alarm itself is new as well. */
      readonly isFirst: boolean;
    }
  | { readonly kind: 'end'; readonly id: EpisodeId | null; readonly endedAt: Instant };

export interface Finding {
  readonly change: AlarmChange;
  readonly episode: EpisodeStep | null;
}

export interface Reconciled {
  readonly findings: readonly Finding[];
  /** Active alarms to hold from now on, also those that differ only by reference. */
  readonly held: ReadonlyMap<string, HeldAlarm>;
  /** External ids of the alarms that are over. */
  readonly over: readonly string[];
}

const nothing: Reconciled = { findings: [], held: new Map(), over: [] };

const later = (a: Instant, b: Instant): Instant => (toMs(a) >= toMs(b) ? a : b);
const earlier = (a: Instant, b: Instant): Instant => (toMs(a) <= toMs(b) ? a : b);

/** The same items in the same order, and no new proof that others are gone. */
function isRepeated(snapshot: Snapshot, applied: Snapshot | null): boolean {
  if (applied === null || (snapshot.isComplete && !applied.isComplete)) return false;
  if (snapshot.alarms === applied.alarms) return true;
  if (snapshot.alarms.length !== applied.alarms.length) return false;
  for (let index = 0; index < snapshot.alarms.length; index += 1) {
    if (snapshot.alarms[index] !== applied.alarms[index]) return false;
  }
  return true;
}

/** Negative when `a` is to be believed over `b`: readable, then the one that needs hands more, then any fixed order. */
function compareDuplicates(a: ObservedAlarm, b: ObservedAlarm): number {
  return (
    Number(a.unreadableReason !== null) - Number(b.unreadableReason !== null) ||
    statusRank[a.status] - statusRank[b.status] ||
    severityRank[a.severity] - severityRank[b.severity] ||
    toMs(a.startsAt) - toMs(b.startsAt) ||
    (canonicalJson(a) < canonicalJson(b) ? -1 : 1)
  );
}

/** One item per identity; of several the worst. */
function distinct(alarms: readonly ObservedAlarm[]): ReadonlyMap<string, ObservedAlarm> {
  const chosen = new Map<string, ObservedAlarm>();
  for (const observed of alarms) {
    // The store holds only well-formed text; two ids that differ in broken halves would collide there.
    const key = observed.externalId.toWellFormed();
    const other = chosen.get(key);
    if (other === undefined || (other !== observed && compareDuplicates(observed, other) < 0)) {
      chosen.set(key, observed);
    }
  }
  return chosen;
}

function begin(
  key: string,
  observed: ObservedAlarm,
  past: KnownAlarm | undefined,
  state: SourceState,
  at: Instant,
  ids: NewIds,
): { finding: Finding; held: HeldAlarm } {
  // Of an unreadable item we believe its identity and that it is there, nothing else.
  const isKnownBetter = observed.unreadableReason !== null && past !== undefined;
  const content = isKnownBetter
    ? {
        ...contentOf(past),
        startsAt: observed.startsAt,
        ackedBy: observed.ackedBy,
        unreadableReason: observed.unreadableReason,
      }
    : contentOf(observed);
  const episodeId = ids.episode();
  const alarm: KnownAlarm = {
    ...content,
    id: past?.id ?? ids.alarm(),
    sourceId: state.sourceId,
    externalId: key,
    status: observed.status,
    statusSince: at,
    firstSeenAt: past?.firstSeenAt ?? at,
    episodeId,
  };
  // Upstream clocks may be ahead of ours, and an alarm may come back with its old start: episodes never overlap.
  const seen = earlier(observed.startsAt, at);
  const startedAt = past === undefined ? seen : later(seen, past.statusSince);
  return {
    finding: {
      change: { kind: 'fired', alarm },
      episode: { kind: 'begin', id: episodeId, startedAt, isFirst: past === undefined },
    },
    held: { alarm, observed, episodeStartedAt: startedAt },
  };
}

function end(held: HeldAlarm, at: Instant): { finding: Finding; alarm: KnownAlarm } {
  const endedAt = later(at, held.episodeStartedAt);
  const alarm: KnownAlarm = {
    ...held.alarm,
    status: 'resolved',
    statusSince: endedAt,
    episodeId: null,
  };
  return {
    alarm,
    finding: {
      change: { kind: 'resolved', alarm, before: held.alarm },
      episode: { kind: 'end', id: held.alarm.episodeId, endedAt },
    },
  };
}

/** What an observation makes of an alarm that was active before, its episode going on. */
function continued(before: KnownAlarm, observed: ObservedAlarm, at: Instant): KnownAlarm {
  if (observed.unreadableReason !== null) {
    return { ...before, unreadableReason: observed.unreadableReason };
  }
  return {
    ...before,
    ...contentOf(observed),
    status: observed.status,
    statusSince: observed.status === before.status ? before.statusSince : at,
  };
}

export function reconcile(
  state: SourceState,
  snapshot: Snapshot,
  atMs: number,
  ids: NewIds,
): Reconciled {
  if (isRepeated(snapshot, state.applied)) return nothing;
  const at = toInstant(atMs);
  const findings: Finding[] = [];
  const heldNow = new Map<string, HeldAlarm>();
  const over: string[] = [];
  const observedNow = distinct(snapshot.alarms);
  let stillThere = 0;

  for (const [key, observed] of observedNow) {
    const known = state.active.get(key);
    if (known === undefined) {
      const begun = begin(key, observed, state.past(key), state, at, ids);
      findings.push(begun.finding);
      heldNow.set(key, begun.held);
      continue;
    }
    stillThere += 1;
    if (known.observed === observed) continue;
    const before = known.alarm;
    const isReadable = observed.unreadableReason === null;
    const hasMoved = observed.startsAt !== before.startsAt;
    if (isReadable && hasMoved && toMs(observed.startsAt) > toMs(before.startsAt)) {
      // It ended and fired again while we were not looking. It ended before its new start, as far as we can tell.
      const ended = end(known, earlier(observed.startsAt, at));
      const begun = begin(key, observed, ended.alarm, state, at, ids);
      findings.push(ended.finding, begun.finding);
      heldNow.set(key, begun.held);
      continue;
    }
    const isSame = isReadable
      ? isSameAlarm(before, observed)
      : before.unreadableReason === observed.unreadableReason;
    if (isSame) {
      heldNow.set(key, { ...known, observed });
      continue;
    }
    const alarm = continued(before, observed, at);
    findings.push({ change: { kind: 'changed', alarm, before }, episode: null });
    heldNow.set(key, { ...known, alarm, observed });
  }

  if (snapshot.isComplete && stillThere < state.active.size) {
    for (const [key, held] of state.active) {
      if (observedNow.has(key)) continue;
      findings.push(end(held, at).finding);
      over.push(key);
    }
  }
  return { findings, held: heldNow, over };
}

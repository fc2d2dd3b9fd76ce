/**
 * Keeps what fired and cleared while nobody looked, as episodes that are over and unseen. What is known already is not
 * kept twice; where we saw only that it was gone, the upstream's own end is the better one.
 */
import type { AlarmId, EpisodeId, Instant, SourceId } from '../../preload/contract/common.ts';
import type { Bus } from '../bus.ts';
import { toInstant, toMs } from '../clock.ts';
import type { PassedEpisode } from '../sources/connector.ts';
import type { WritableDb } from '../store/database.ts';
import type { KnownAlarm } from './alarm.ts';
import type { AlarmIndex } from './alarm-index.ts';
import type { AlarmStore } from './alarm-store.ts';
import { contentOf } from './content.ts';
import type { NewIds } from './reconcile.ts';

export interface PassedDeps {
  readonly db: WritableDb;
  readonly bus: Bus;
  readonly store: AlarmStore;
  readonly index: AlarmIndex;
  readonly sourceName: (sourceId: SourceId) => string;
  readonly alive?: (() => void) | undefined;
  readonly committed: (ids: readonly AlarmId[]) => void;
}

/** One that the bus tells of. */
export interface KeptEpisode {
  readonly alarm: KnownAlarm;
  readonly episodeId: EpisodeId;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

const most = 5_000;
const aliveEvery = 500;
/** Starts that differ by less are the same: some histories are written to the second. */
const sameStartMs = 2_000;

interface Span {
  readonly key: string;
  readonly passed: PassedEpisode;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

/** Whole and in order; nothing ends in our future or before it began. */
export function spansOf(episodes: readonly PassedEpisode[], atMs: number): Span[] {
  const spans: Span[] = [];
  for (const passed of episodes.slice(0, most)) {
    const [startMs, endMs] = [toMs(passed.alarm.startsAt), toMs(passed.endedAt)];
    if (Number.isNaN(startMs) || Number.isNaN(endMs)) continue;
    // A clock of ours that is behind must not lose it.
    const start = Math.min(startMs, atMs);
    const end = Math.min(Math.max(endMs, start), atMs);
    spans.push({
      key: passed.alarm.externalId.toWellFormed(),
      passed,
      startedAt: toInstant(start),
      endedAt: toInstant(end),
    });
  }
  return spans.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

export function createPassed(deps: PassedDeps) {
  const { db, bus, store, index } = deps;

  /** The alarm, made if nobody has heard of it yet. */
  function alarmOf(
    sourceId: SourceId,
    { key, passed, endedAt }: Span,
    known: ReadonlyMap<string, KnownAlarm>,
    at: Instant,
    ids: NewIds,
  ): KnownAlarm {
    const before = known.get(key);
    if (before !== undefined) {
      const active = index.get(before.id);
      if (active !== undefined && active.status !== 'resolved') return active;
      if (before.status !== 'resolved' || before.statusSince >= endedAt) return before;
      const later = { ...before, statusSince: endedAt };
      store.resolve(later, at);
      return later;
    }
    const alarm: KnownAlarm = {
      ...contentOf(passed.alarm),
      id: ids.alarm(),
      sourceId,
      externalId: key,
      status: 'resolved',
      statusSince: endedAt,
      firstSeenAt: at,
      episodeId: null,
    };
    store.insert(alarm, at);
    return alarm;
  }

  function keep(sourceId: SourceId, spans: readonly Span[], atMs: number): KeptEpisode[] {
    const at = toInstant(atMs);
    const ids = store.newIds();
    const known = new Map(
      store.byExternalIds(
        sourceId,
        spans.map(({ key }) => key),
      ),
    );
    const kept: KeptEpisode[] = [];
    for (const [count, span] of spans.entries()) {
      if (count % aliveEvery === 0) deps.alive?.();
      const { key, startedAt, endedAt } = span;
      const before = known.get(key);
      const same = before && store.episodeWithin(before.id, startedAt, endedAt, sameStartMs);
      if (same !== undefined) {
        if (same.endedAt !== null && same.endedAt > endedAt && same.startedAt <= endedAt) {
          store.moveEnd(same.id, endedAt);
        }
        continue;
      }
      const alarm = alarmOf(sourceId, span, known, at, ids);
      known.set(key, alarm);
      const episodeId = ids.episode();
      store.addEnded(alarm, { id: episodeId, startedAt, endedAt }, at);
      const origin = deps.sourceName(sourceId);
      const about = { alarmId: alarm.id, episodeId, sourceId, origin };
      store.addEvent({ ...about, kind: 'fired', text: 'Fired while nobody looked', at: startedAt });
      store.addEvent({
        ...about,
        kind: 'resolved',
        text: 'Cleared while nobody looked',
        at: endedAt,
      });
      kept.push({ alarm, episodeId, startedAt, endedAt });
    }
    return kept;
  }

  /** Returns how many were not known. @throws when the store refuses; then nothing has changed. */
  return function apply(
    sourceId: SourceId,
    episodes: readonly PassedEpisode[],
    atMs: number,
  ): number {
    const spans = spansOf(episodes, atMs);
    if (spans.length === 0) return 0;
    try {
      return db.transaction(() => {
        const kept = keep(sourceId, spans, atMs);
        if (kept.length === 0) return 0;
        const alarms = kept.map(({ alarm }) => alarm);
        index.passed(alarms);
        const sourceName = deps.sourceName(sourceId);
        bus.emit('alarms.passed', { sourceId, sourceName, episodes: kept, at: atMs });
        db.afterCommit(() => deps.committed([...new Set(alarms.map(({ id }) => id))]));
        return kept.length;
      });
    } catch (error) {
      index.reload();
      throw error;
    }
  };
}

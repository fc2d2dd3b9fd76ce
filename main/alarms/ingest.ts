/** Stores what a snapshot changed: alarms, episodes and events, in one transaction. */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { Bus } from '../bus.ts';
import { toInstant } from '../clock.ts';
import type { WritableDb } from '../store/database.ts';
import type { AlarmChange, Snapshot } from './alarm.ts';
import type { AlarmIndex } from './alarm-index.ts';
import type { AlarmStore } from './alarm-store.ts';
import { eventsOf } from './change-events.ts';
import type { Join } from './conditions.ts';
import { calmAfterMs, flappingWords } from './flapping.ts';
import { worseSeverity } from './order.ts';
import { reconcile, type Finding } from './reconcile.ts';
import { clip } from './text.ts';

export interface IngestDeps {
  readonly db: WritableDb;
  readonly bus: Bus;
  readonly store: AlarmStore;
  readonly index: AlarmIndex;
  readonly sourceName: (sourceId: SourceId) => string;
  /** Says from within a long transaction that it goes on: whoever watches the core must not take it for hung. */
  readonly alive?: (() => void) | undefined;
  /** Once the change is on disk. */
  readonly committed: (ids: readonly AlarmId[]) => void;
}

const aliveEvery = 1_000;
/** What a source says after so long without an answer happened while nobody looked. */
const unseenAfterMs = 5 * 60_000;

export function createIngest(deps: IngestDeps) {
  const { db, bus, store, index } = deps;
  /** Sources whose next complete snapshot tells what happened while nobody looked. */
  const catchingUp = new Set<SourceId>(store.olderSources());
  /** By our clock: when each last said anything that counted. */
  const heardAt = new Map<SourceId, number>();
  /** Set while the index is ahead of the disk; still set later on: that transaction was taken back. */
  let isAhead = false;

  const write = (finding: Finding, at: string, origin: string, isUnseen: boolean): void => {
    const { change, episode } = finding;
    const { alarm } = change;
    let episodeId = alarm.episodeId;
    switch (change.kind) {
      case 'fired':
        if (episode?.kind !== 'begin') break;
        if (episode.isFirst) store.insert(alarm, at);
        else store.update(alarm, at);
        store.beginEpisode(alarm, episode, at, isUnseen);
        break;
      case 'resolved':
        store.resolve(alarm, at);
        episodeId = change.before.episodeId;
        if (episode?.kind === 'end' && episodeId !== null) {
          store.endEpisode(episodeId, episode.endedAt, isUnseen);
        }
        break;
      case 'changed': {
        store.update(alarm, at);
        const isAcked = alarm.status === 'acknowledged' && change.before.status !== 'acknowledged';
        if (episodeId !== null && (isAcked || alarm.severity !== change.before.severity)) {
          store.updateEpisode(episodeId, {
            severity: worseSeverity(
              alarm.severity,
              store.episodeSeverity(episodeId) ?? alarm.severity,
            ),
            ackedAt: isAcked ? at : null,
            ackedBy: isAcked ? alarm.ackedBy : null,
          });
        }
        break;
      }
    }
    for (const { kind, text } of eventsOf(change)) {
      store.addEvent({
        alarmId: alarm.id,
        episodeId,
        sourceId: alarm.sourceId,
        kind,
        origin,
        text,
        at,
      });
    }
  };

  /** Both histories say with what, and why. */
  const noteJoin = (id: AlarmId, otherId: AlarmId, { reason }: Join, at: string): void => {
    const [alarm, other] = [index.get(id), index.get(otherId)];
    if (alarm === undefined || other === undefined) return;
    store.addEvent({
      alarmId: id,
      episodeId: alarm.episodeId,
      sourceId: alarm.sourceId,
      kind: 'joined',
      origin: 'Nightdesk',
      text: `Joined with "${clip(other.title, 200)}" at ${deps.sourceName(other.sourceId)}: ${reason}`,
      at,
    });
  };

  const noteFlapping = (id: AlarmId, atMs: number): void => {
    const alarm = index.get(id);
    const flapping = index.flapping.of(id);
    if (alarm === undefined || flapping === null) return;
    const { sourceId, episodeId } = alarm;
    const text = `Began ${flappingWords(flapping, atMs)}`;
    const about = { alarmId: id, episodeId, sourceId, kind: 'flapping', origin: 'Nightdesk' };
    store.addEvent({ ...about, text, at: toInstant(atMs) });
  };

  /** Those that have been still for long enough. */
  const calmDown = (atMs: number): void => {
    const ids = index.flapping.settle(atMs);
    if (ids.length === 0) return;
    index.calm(ids);
    db.transaction(() => {
      const text = `No longer flapping: no change for ${calmAfterMs / 60_000} min`;
      store.addEvents(ids, { kind: 'calm', origin: 'Nightdesk', text, at: toInstant(atMs) });
      db.afterCommit(() => deps.committed(ids));
    });
  };

  return {
    /** What happened since may have happened while nobody looked. */
    gapEnded(): void {
      for (const sourceId of [...index.sourceIds(), ...store.olderSources()]) {
        catchingUp.add(sourceId);
      }
    },

    forget(sourceId: SourceId): void {
      catchingUp.delete(sourceId);
      heardAt.delete(sourceId);
    },

    /** @throws when the store refuses; then nothing has changed, in memory neither. */
    apply(sourceId: SourceId, snapshot: Snapshot, atMs: number): readonly AlarmChange[] {
      if (isAhead) index.reload();
      isAhead = false;
      calmDown(atMs);
      if (atMs - (heardAt.get(sourceId) ?? atMs) > unseenAfterMs) catchingUp.add(sourceId);
      heardAt.set(sourceId, atMs);
      const isUnseen = catchingUp.has(sourceId);
      const result = reconcile(index.state(sourceId, snapshot), snapshot, atMs, store.newIds());
      const changes = result.findings.map((finding) => finding.change);
      if (changes.length === 0) {
        index.take(sourceId, snapshot, result, isUnseen);
      } else {
        isAhead = true;
        try {
          db.transaction(() => {
            const at = toInstant(atMs);
            const sourceName = deps.sourceName(sourceId);
            for (const [count, finding] of result.findings.entries()) {
              write(finding, at, sourceName, isUnseen);
              if (count % aliveEvery === 0) deps.alive?.();
            }
            const flapping = index.flapping.note(changes, atMs);
            const { made, touched } = index.take(sourceId, snapshot, result, isUnseen);
            for (const { a, b, join } of made) {
              noteJoin(a, b, join, at);
              noteJoin(b, a, join, at);
            }
            for (const id of flapping) noteFlapping(id, atMs);
            db.afterCommit(() => {
              isAhead = false;
              deps.committed([...new Set([...changes.map(({ alarm }) => alarm.id), ...touched])]);
            });
            bus.emit('alarms.changed', { sourceId, sourceName, changes, at: atMs });
          });
        } catch (error) {
          index.reload();
          throw error;
        }
      }
      if (snapshot.isComplete) catchingUp.delete(sourceId);
      return changes;
    },
  };
}

/** Replays snapshots against reconcile and keeps what a store would keep. */
import type { AlarmId, EpisodeId, Instant } from '../../../preload/contract/common.ts';
import type { AlarmChange, KnownAlarm, Snapshot } from '../../../main/alarms/alarm.ts';
import { reconcile, type HeldAlarm } from '../../../main/alarms/reconcile.ts';
import { source } from '../../support/alarms.ts';

export interface LedgerEpisode {
  readonly id: EpisodeId;
  readonly externalId: string;
  readonly startedAt: Instant;
  endedAt: Instant | null;
  ends: number;
}

export class Ledger {
  readonly alarms = new Map<string, KnownAlarm>();
  readonly episodes = new Map<EpisodeId, LedgerEpisode>();
  readonly changes: AlarmChange[] = [];
  readonly #active = new Map<string, HeldAlarm>();
  #applied: Snapshot | null = null;
  #alarmId = 0;
  #episodeId = 0;

  apply(snapshot: Snapshot, at: number): readonly AlarmChange[] {
    const result = reconcile(
      {
        sourceId: source,
        active: this.#active,
        applied: this.#applied,
        past: (externalId) => this.alarms.get(externalId),
      },
      snapshot,
      at,
      {
        alarm: () => (this.#alarmId += 1) as AlarmId,
        episode: () => (this.#episodeId += 1) as EpisodeId,
      },
    );
    for (const { change, episode } of result.findings) {
      const { externalId } = change.alarm;
      this.alarms.set(externalId, change.alarm);
      if (episode?.kind === 'begin') {
        const { id, startedAt } = episode;
        this.episodes.set(id, { id, externalId, startedAt, endedAt: null, ends: 0 });
      }
      if (episode?.kind === 'end' && episode.id !== null) {
        const ended = this.episodes.get(episode.id)!;
        ended.endedAt = episode.endedAt;
        ended.ends += 1;
      }
    }
    for (const [key, held] of result.held) this.#active.set(key, held);
    for (const key of result.over) this.#active.delete(key);
    this.#applied = snapshot;
    const changes = result.findings.map(({ change }) => change);
    this.changes.push(...changes);
    return changes;
  }

  /** Forgets object identities, as a restart does. */
  restart(): void {
    this.#applied = null;
    for (const [key, held] of this.#active) this.#active.set(key, { ...held, observed: null });
  }

  /** Everything but ids, whose order follows the order of items. */
  state(): unknown {
    const byKey = (a: { externalId: string }, b: { externalId: string }): number =>
      a.externalId < b.externalId ? -1 : 1;
    return {
      alarms: [...this.alarms.values()]
        .sort(byKey)
        .map(({ id: _id, episodeId, ...alarm }) => ({ ...alarm, isOpen: episodeId !== null })),
      active: [...this.#active.keys()].sort(),
      episodes: [...this.episodes.values()]
        .map(({ id: _id, ...episode }) => ({ ...episode }))
        .sort(
          (a, b) =>
            byKey(a, b) * Number(a.externalId !== b.externalId) ||
            (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0) ||
            Number(a.endedAt === null) - Number(b.endedAt === null),
        ),
    };
  }
}

/**
 * The active alarms, and those that cleared unseen, in memory: what polls are compared with and lists are made from.
 *
 * It always equals the store. A change goes in inside the transaction that stores it, so that listeners see it; should
 * that transaction be taken back, the index is read anew before the next one.
 */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { Clock } from '../clock.ts';
import type { KnownAlarm, Snapshot } from './alarm.ts';
import type { AlarmStore } from './alarm-store.ts';
import { Conditions, type Updated } from './conditions.ts';
import { FlappingWatch } from './flapping-watch.ts';
import type { JoinDecisions } from './join-decisions.ts';
import type { HeldAlarm, Reconciled, SourceState } from './reconcile.ts';

interface OneSource {
  readonly active: Map<string, HeldAlarm>;
  applied: Snapshot | null;
}

export class AlarmIndex {
  readonly #store: AlarmStore;
  readonly #sources = new Map<SourceId, OneSource>();
  readonly #active = new Map<AlarmId, KnownAlarm>();
  readonly #unseen = new Set<AlarmId>();
  readonly #clearedUnseen = new Map<AlarmId, KnownAlarm>();
  /** Clear at the moment, and flapping: they stay in the list. */
  readonly #clearedFlapping = new Map<AlarmId, KnownAlarm>();
  readonly #decisions: JoinDecisions;
  /** Which of the active alarms are the same condition. */
  readonly conditions: Conditions;
  readonly flapping: FlappingWatch;
  #revision = 0;

  constructor(store: AlarmStore, decisions: JoinDecisions, clock: Clock) {
    this.#store = store;
    this.flapping = new FlappingWatch(store, clock);
    this.#decisions = decisions;
    this.conditions = new Conditions(decisions);
    this.reload();
  }

  /** Rises with everything that may change a list. */
  get revision(): number {
    return this.#revision;
  }

  touch(): void {
    this.#revision += 1;
  }

  get unseenCount(): number {
    return this.#unseen.size;
  }

  reload(): void {
    this.#sources.clear();
    this.#active.clear();
    this.#unseen.clear();
    this.#clearedUnseen.clear();
    this.#clearedFlapping.clear();
    for (const { alarm, episodeStartedAt } of this.#store.active()) {
      this.#active.set(alarm.id, alarm);
      this.#source(alarm.sourceId).active.set(alarm.externalId, {
        alarm,
        observed: null,
        episodeStartedAt: episodeStartedAt ?? alarm.startsAt,
      });
    }
    for (const id of this.#store.unseenIds()) {
      this.#unseen.add(id);
      if (this.#active.has(id)) continue;
      const stored = this.#store.byId(id);
      if (stored !== undefined) this.#clearedUnseen.set(id, stored.alarm);
    }
    this.flapping.reload();
    for (const id of this.flapping.all()) {
      const stored = this.#active.has(id) ? undefined : this.#store.byId(id);
      if (stored !== undefined) this.#clearedFlapping.set(id, stored.alarm);
    }
    this.#decisions.reload();
    this.conditions.rebuild(this.#active.values());
    this.touch();
  }

  /** What is known of a source, to compare this snapshot with. */
  state(sourceId: SourceId, snapshot: Snapshot): SourceState {
    const { active, applied } = this.#source(sourceId);
    let past: ReadonlyMap<string, KnownAlarm> | null = null;
    return {
      sourceId,
      active,
      applied,
      past: (externalId) => {
        // One question for all that are new: a storm asks for thousands.
        past ??= this.#store.byExternalIds(
          sourceId,
          snapshot.alarms
            .map((alarm) => alarm.externalId.toWellFormed())
            .filter((key) => !active.has(key)),
        );
        return past.get(externalId);
      },
    };
  }

  /** Takes over what reconcile found. `isUnseen`: it happened while nobody looked. Returns what it joined. */
  take(sourceId: SourceId, snapshot: Snapshot, result: Reconciled, isUnseen: boolean): Updated {
    const source = this.#source(sourceId);
    for (const [key, held] of result.held) source.active.set(key, held);
    for (const key of result.over) source.active.delete(key);
    source.applied = snapshot;
    if (result.findings.length === 0) return { made: [], touched: new Set() };
    for (const { change } of result.findings) {
      const { alarm } = change;
      if (change.kind === 'resolved') {
        this.#active.delete(alarm.id);
        if (this.flapping.of(alarm.id) !== null) this.#clearedFlapping.set(alarm.id, alarm);
        if (isUnseen) this.#unseen.add(alarm.id);
        if (this.#unseen.has(alarm.id)) this.#clearedUnseen.set(alarm.id, alarm);
      } else {
        this.#active.set(alarm.id, alarm);
        if (change.kind === 'fired') {
          this.#clearedFlapping.delete(alarm.id);
          this.#clearedUnseen.delete(alarm.id);
          if (isUnseen) this.#unseen.add(alarm.id);
        }
      }
    }
    this.touch();
    return this.conditions.update(result.findings.map(({ change }) => change.alarm));
  }

  /** These fired and cleared while nobody looked. */
  passed(alarms: Iterable<KnownAlarm>): void {
    for (const alarm of alarms) {
      this.#unseen.add(alarm.id);
      if (!this.#active.has(alarm.id)) this.#clearedUnseen.set(alarm.id, alarm);
    }
    this.touch();
  }

  /** Returns those that were unseen. */
  markSeen(ids: Iterable<AlarmId>): AlarmId[] {
    const seen: AlarmId[] = [];
    for (const id of ids) {
      if (!this.#unseen.delete(id)) continue;
      this.#clearedUnseen.delete(id);
      seen.push(id);
    }
    if (seen.length > 0) this.touch();
    return seen;
  }

  forget(sourceId: SourceId): void {
    this.#sources.delete(sourceId);
    for (const all of [this.#active, this.#clearedUnseen, this.#clearedFlapping]) {
      for (const [id, alarm] of all) {
        if (alarm.sourceId !== sourceId) continue;
        all.delete(id);
        this.#unseen.delete(id);
      }
    }
    this.#decisions.reload();
    this.conditions.forget(sourceId);
    this.touch();
  }

  sourceIds(): IterableIterator<SourceId> {
    return this.#sources.keys();
  }

  get(id: AlarmId): KnownAlarm | undefined {
    return this.#active.get(id) ?? this.#clearedUnseen.get(id) ?? this.#clearedFlapping.get(id);
  }

  active(): IterableIterator<KnownAlarm> {
    return this.#active.values();
  }

  clearedUnseen(): IterableIterator<KnownAlarm> {
    return this.#clearedUnseen.values();
  }

  /** What stands in the list: every condition once. */
  *leads(): Generator<KnownAlarm> {
    const { conditions } = this;
    for (const alarm of this.#active.values()) {
      if ((conditions.of(alarm.id)?.leadId ?? alarm.id) === alarm.id) yield alarm;
    }
  }

  /** The active alarms of a condition, this one first; only itself when it stands alone or is over. */
  membersOf(alarm: KnownAlarm): readonly [KnownAlarm, ...KnownAlarm[]] {
    const others: KnownAlarm[] = [];
    for (const id of this.conditions.of(alarm.id)?.ids ?? []) {
      const other = id === alarm.id ? undefined : this.#active.get(id);
      if (other !== undefined) others.push(other);
    }
    return [alarm, ...others];
  }

  clearedFlapping(): IterableIterator<KnownAlarm> {
    return this.#clearedFlapping.values();
  }

  /** These have calmed down. */
  calm(ids: readonly AlarmId[]): void {
    for (const id of ids) this.#clearedFlapping.delete(id);
    this.touch();
  }

  isUnseen(id: AlarmId): boolean {
    return this.#unseen.has(id);
  }

  #source(sourceId: SourceId): OneSource {
    let source = this.#sources.get(sourceId);
    if (source === undefined) {
      source = { active: new Map(), applied: null };
      this.#sources.set(sourceId, source);
    }
    return source;
  }
}

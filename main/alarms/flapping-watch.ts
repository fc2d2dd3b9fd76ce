/** Which alarms flap now. Kept in memory; after a start it is worked out again from the episodes of the last hours. */
import type { AlarmId } from '../../preload/contract/common.ts';
import { toInstant, toMs, type Clock } from '../clock.ts';
import type { AlarmChange } from './alarm.ts';
import type { AlarmStore } from './alarm-store.ts';
import { flappingNow, noSwings, settled, swung, type Flapping, type Swings } from './flapping.ts';

/** A flapping that goes on for longer is found again all the same. */
const lookBackMs = 6 * 3_600_000;
/** Every poll asks, and a storm leaves thousands to look at. */
const settleEveryMs = 10_000;

export class FlappingWatch {
  readonly #store: AlarmStore;
  readonly #clock: Clock;
  readonly #swings = new Map<AlarmId, Swings>();
  #settledAt = 0;

  constructor(store: AlarmStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  reload(): void {
    this.#swings.clear();
    const from = toInstant(this.#clock.now() - lookBackMs);
    for (const { alarmId, seenAt, endedAt } of this.#store.restlessSince(from)) {
      this.#swing(alarmId, toMs(seenAt));
      if (endedAt !== null) this.#swing(alarmId, toMs(endedAt));
    }
    this.settle(this.#clock.now());
  }

  #swing(id: AlarmId, atMs: number): Swings {
    const next = swung(this.#swings.get(id) ?? noSwings, atMs);
    this.#swings.set(id, next);
    return next;
  }

  /** Returns those that begin to flap with these changes. */
  note(changes: readonly AlarmChange[], atMs: number): AlarmId[] {
    const begun = new Set<AlarmId>();
    for (const { kind, alarm } of changes) {
      if (kind === 'changed') continue;
      const wasFlapping = flappingNow(this.#swings.get(alarm.id), atMs) !== null;
      const isFlapping = this.#swing(alarm.id, atMs).flappingSince !== null;
      if (isFlapping && !wasFlapping) begun.add(alarm.id);
    }
    return [...begun];
  }

  /** Returns those that flap no more. */
  settle(nowMs: number): AlarmId[] {
    const calm: AlarmId[] = [];
    if (Math.abs(nowMs - this.#settledAt) < settleEveryMs) return calm;
    this.#settledAt = nowMs;
    for (const [id, swings] of this.#swings) {
      if (settled(swings, nowMs) !== null) continue;
      this.#swings.delete(id);
      if (swings.flappingSince !== null) calm.push(id);
    }
    return calm;
  }

  of(id: AlarmId): Flapping | null {
    return flappingNow(this.#swings.get(id), this.#clock.now());
  }

  *all(): Generator<AlarmId> {
    for (const id of this.#swings.keys()) if (this.of(id) !== null) yield id;
  }
}

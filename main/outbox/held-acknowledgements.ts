/**
 * Acknowledgements of ours that run out upstream by themselves. While the alarm lasts they are extended; when it clears, or
 * when a person takes the acknowledgement back, they are ended. If this computer dies, they run out: the pager speaks again.
 */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { WritableDb } from '../store/database.ts';
import type { HeldAcknowledgement, OutboxStore } from './outbox-store.ts';

export type { HeldAcknowledgement };

/** Halfway, so that a source may be away for a while before the acknowledgement runs out. */
export const extendFrom = (held: Pick<HeldAcknowledgement, 'expiresAt' | 'order'>): number =>
  held.expiresAt - held.order.durationMs / 2;

/** One thing upstream may hold several alarms: ended only with the last of them. */
export interface EndedHolds {
  readonly letGo: readonly AlarmId[];
  /** One per thing upstream that nobody needs any more. */
  readonly cleanUps: readonly HeldAcknowledgement[];
}

const refKey = (sourceId: SourceId, upstreamRef: string): string => `${sourceId}\n${upstreamRef}`;

export type HeldAcknowledgements = ReturnType<typeof createHeldAcknowledgements>;

export function createHeldAcknowledgements(db: WritableDb, store: OutboxStore) {
  const byAlarm = new Map<AlarmId, HeldAcknowledgement>();
  const byRef = new Map<string, Set<AlarmId>>();

  function forget(alarmId: AlarmId): void {
    const held = byAlarm.get(alarmId);
    if (held === undefined) return;
    byAlarm.delete(alarmId);
    const key = refKey(held.sourceId, held.upstreamRef);
    const alarms = byRef.get(key);
    alarms?.delete(alarmId);
    if (alarms?.size === 0) byRef.delete(key);
  }

  function keep(held: HeldAcknowledgement): void {
    forget(held.alarmId);
    byAlarm.set(held.alarmId, held);
    const key = refKey(held.sourceId, held.upstreamRef);
    const alarms = byRef.get(key);
    if (alarms === undefined) byRef.set(key, new Set([held.alarmId]));
    else alarms.add(held.alarmId);
  }

  for (const held of store.held()) keep(held);

  return {
    of: (id: AlarmId): HeldAcknowledgement | undefined => byAlarm.get(id),
    all: (): Iterable<HeldAcknowledgement> => byAlarm.values(),
    isEmpty: (): boolean => byAlarm.size === 0,

    /** All that one thing upstream holds. */
    under(sourceId: SourceId, upstreamRef: string): readonly HeldAcknowledgement[] {
      const ids = byRef.get(refKey(sourceId, upstreamRef)) ?? [];
      return [...ids].flatMap((id) => byAlarm.get(id) ?? []);
    },

    /** Call these three inside a transaction. */
    hold(ids: readonly AlarmId[], held: Omit<HeldAcknowledgement, 'alarmId'>): void {
      store.hold(ids, held);
      db.afterCommit(() => {
        for (const alarmId of ids) keep({ ...held, alarmId });
      });
    },

    extended(holds: readonly HeldAcknowledgement[], upstreamRef: string, expiresAt: number): void {
      store.extendHeld(
        holds.map(({ alarmId }) => alarmId),
        upstreamRef,
        expiresAt,
      );
      db.afterCommit(() => {
        for (const held of holds) {
          if (byAlarm.get(held.alarmId) === held) keep({ ...held, upstreamRef, expiresAt });
        }
      });
    },

    letGo(ids: readonly AlarmId[]): void {
      if (ids.length === 0) return;
      store.letGo(ids);
      db.afterCommit(() => ids.forEach(forget));
    },

    /** What ends when these alarms have cleared. */
    endedBy(cleared: ReadonlySet<AlarmId>): EndedHolds {
      const letGo: AlarmId[] = [];
      const cleanUps = new Map<string, HeldAcknowledgement>();
      for (const id of cleared) {
        const held = byAlarm.get(id);
        if (held === undefined) continue;
        letGo.push(id);
        const key = refKey(held.sourceId, held.upstreamRef);
        if (cleanUps.has(key)) continue;
        const isNeeded = [...(byRef.get(key) ?? [])].some((other) => !cleared.has(other));
        if (!isNeeded) cleanUps.set(key, held);
      }
      return { letGo, cleanUps: [...cleanUps.values()] };
    },

    /** Rows may have gone with their source. */
    reload(): void {
      byAlarm.clear();
      byRef.clear();
      for (const held of store.held()) keep(held);
    },
  };
}

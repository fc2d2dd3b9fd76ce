/** The one place where intents change: on disk, then on the bus in the same transaction, then in memory and on screen. */
import { randomBytes } from 'node:crypto';
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { Bus, ChangedIntent } from '../bus.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import type { Pace, WritableDb } from '../store/database.ts';
import { alarmsOf, type IntentOrder, type StoredIntent } from './intent.ts';
import { advance, type IntentEvent } from './intent-state.ts';
import { OpenIntents } from './open-intents.ts';
import type { OutboxStore } from './outbox-store.ts';

export interface LedgerDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly store: OutboxStore;
}

const maxNamed = 300;

function toChanged({ order, state, sourceId, alarmId, createdAt }: StoredIntent): ChangedIntent {
  const { kind } = order;
  const about = { kind, state, sourceId, alarmId, createdAt: toInstant(createdAt) };
  const isOfSilence = kind === 'extend_silence' || kind === 'unsilence';
  return isOfSilence ? { ...about, hidden: order.of.hidden } : about;
}

export type IntentLedger = ReturnType<typeof createIntentLedger>;

export function createIntentLedger(deps: LedgerDeps) {
  const { db, clock, bus, windows, store } = deps;
  const open = new OpenIntents(store.open());

  /** Call inside the transaction that stored them. An intent may change once per transaction. */
  function tell(intents: readonly StoredIntent[], at: number): void {
    bus.emit('intents.changed', {
      intents: intents.map(toChanged),
      at,
    });
    db.afterCommit(() => {
      for (const intent of intents) open.put(intent);
      windows.changed('outbox');
      windows.changed('alarms', intents.length > maxNamed ? undefined : intents.flatMap(alarmsOf));
    });
  }

  return {
    open,

    /** Stores new intents of one source that want the same, one per alarm, or one for none. `pace`: see `Pace`. */
    add(
      shared: { sourceId: SourceId; order: IntentOrder },
      items: readonly { alarmId: AlarmId | null; title: string; upstreamRef?: string }[],
      pace: Pace = 'now',
    ): readonly StoredIntent[] {
      if (items.length === 0) return [];
      const { sourceId, order } = shared;
      const at = clock.now();
      // In the order of time, so that thousands of them land at one end of the index.
      const stem = `${at.toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`;
      const intents = items.map(({ alarmId, title, upstreamRef = null }, index): StoredIntent => ({
        id: `${stem}-${index.toString(36).padStart(4, '0')}`,
        order,
        key: null,
        sourceId,
        alarmId,
        title,
        state: 'queued',
        attempts: 0,
        nextAttemptAt: null,
        upstreamRef,
        error: null,
        createdAt: at,
        changedAt: at,
      }));
      db.transaction(() => {
        store.insert({ sourceId, order, at }, intents, pace);
        tell(intents, at);
      });
      return intents;
    },

    /**
     * What the event makes of these, as they are by now. `key`: the idempotence key of the attempt that begins.
     *
     * @returns those that changed.
     */
    change(
      intents: readonly Pick<StoredIntent, 'id'>[],
      event: IntentEvent,
      key: string | null = null,
    ): readonly StoredIntent[] {
      const at = clock.now();
      const changed: StoredIntent[] = [];
      const keyed: string[] = [];
      for (const { id } of intents) {
        const before = open.get(id);
        if (before === undefined) continue;
        const after = advance(before, event, at);
        if (after === before) continue;
        if (key !== null && key !== before.key) keyed.push(id);
        changed.push(key === null ? after : { ...after, key });
      }
      if (changed.length === 0) return changed;
      db.transaction(() => {
        store.save(changed);
        if (key !== null && keyed.length > 0) store.setKey(keyed, key);
        tell(changed, at);
      });
      return changed;
    },

    /** What waits for its next attempt need not wait any more. In memory only: on disk it is due sooner or later. */
    dueNow(sourceId: SourceId): void {
      for (const intent of open.ofSource(sourceId)) {
        if (intent.nextAttemptAt !== null) open.put({ ...intent, nextAttemptAt: null });
      }
    },

    /** Rows may have gone with their source. */
    reload(): void {
      open.reload(store.open());
      windows.changed('outbox');
    },
  };
}

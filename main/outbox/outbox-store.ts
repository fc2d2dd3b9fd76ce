/** Intents and held acknowledgements in SQL. Thousands at once are one statement, so that a request answers at once. */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { IntentState } from '../../preload/contract/outbox.ts';
import { toInstant, toMs } from '../clock.ts';
import type { Pace, WritableDb } from '../store/database.ts';
import type { AcknowledgeOrder, IntentOrder, StoredIntent } from './intent.ts';

interface IntentRow {
  id: string;
  state: string;
  source_id: string;
  alarm_id: number | null;
  title: string;
  payload: string;
  upstream_ref: string | null;
  attempts: number;
  next_attempt_at: string | null;
  error: string | null;
  created_at: string;
  changed_at: string;
}

interface HeldRow {
  alarm_id: number;
  source_id: string;
  upstream_ref: string;
  payload: string;
  expires_at: string;
}

/** An acknowledgement that runs out upstream unless it is extended. */
export interface HeldAcknowledgement {
  readonly alarmId: AlarmId;
  readonly sourceId: SourceId;
  readonly upstreamRef: string;
  readonly order: AcknowledgeOrder;
  readonly expiresAt: number;
}

type Payload = { order: IntentOrder; key?: string };

function toStored(row: IntentRow): StoredIntent {
  const { order, key } = JSON.parse(row.payload) as Payload;
  return {
    id: row.id,
    order,
    key: key ?? null,
    state: row.state as IntentState,
    sourceId: row.source_id as SourceId,
    alarmId: row.alarm_id as AlarmId | null,
    title: row.title,
    upstreamRef: row.upstream_ref,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at === null ? null : toMs(row.next_attempt_at),
    error: row.error,
    createdAt: toMs(row.created_at),
    changedAt: toMs(row.changed_at),
  };
}

const columns = `id, state, source_id, alarm_id, title, payload, upstream_ref, attempts, next_attempt_at, error,
  created_at, changed_at`;

export type OutboxStore = ReturnType<typeof createOutboxStore>;

export function createOutboxStore(db: WritableDb) {
  const selectOpen = db.read<IntentRow>(
    `SELECT ${columns} FROM intent WHERE state IN ('queued','sent','failed') ORDER BY rowid`,
  );
  // Stored with their request and not in the table yet, since the disk is full.
  const selectWaiting = db.read<IntentRow>(
    `SELECT j.value ->> 0 AS id, 'queued' AS state, b.shared ->> 'sourceId' AS source_id, j.value ->> 1 AS alarm_id,
       j.value ->> 2 AS title, b.shared ->> 'payload' AS payload, j.value ->> 3 AS upstream_ref, 0 AS attempts,
       NULL AS next_attempt_at, NULL AS error, b.shared ->> 'at' AS created_at, b.shared ->> 'at' AS changed_at
      FROM bulk_write b JOIN json_each(b.rows) j WHERE b.name = 'intents' AND b.error IS NULL ORDER BY b.id, j.key`,
  );
  const selectOne = db.read<IntentRow>(`SELECT ${columns} FROM intent WHERE id = @id`);
  // By row: walking back from the newest needs no index, and there may be a year of them.
  const selectSettled = db.read<IntentRow>(
    `SELECT ${columns} FROM intent WHERE state IN ('confirmed','overtaken') ORDER BY rowid DESC LIMIT @limit`,
  );
  const insert = db.writeMany('intents');
  const update = db.write(
    `UPDATE intent SET state = @state, upstream_ref = @upstreamRef, attempts = @attempts,
       next_attempt_at = @nextAttemptAt, error = @error, changed_at = @changedAt
      WHERE id IN (SELECT value FROM json_each(@ids))`,
  );
  const setKey = db.write(
    `UPDATE intent SET payload = json_set(payload, '$.key', @key) WHERE id IN (SELECT value FROM json_each(@ids))`,
  );
  const selectHeld = db.read<HeldRow>(
    'SELECT alarm_id, source_id, upstream_ref, payload, expires_at FROM held_acknowledgement',
  );
  const hold = db.write(
    `INSERT INTO held_acknowledgement (alarm_id, source_id, upstream_ref, payload, expires_at)
     SELECT value, @sourceId, @upstreamRef, @payload, @expiresAt FROM json_each(@ids) WHERE true
     ON CONFLICT (alarm_id) DO UPDATE SET source_id = excluded.source_id, upstream_ref = excluded.upstream_ref,
       payload = excluded.payload, expires_at = excluded.expires_at`,
  );
  const extendHeld = db.write(
    `UPDATE held_acknowledgement SET upstream_ref = @upstreamRef, expires_at = @expiresAt
      WHERE alarm_id IN (SELECT value FROM json_each(@ids))`,
  );
  const letGo = db.write(
    'DELETE FROM held_acknowledgement WHERE alarm_id IN (SELECT value FROM json_each(@ids))',
  );

  return {
    /** Oldest first. */
    open: (): StoredIntent[] => [...selectOpen.all({}), ...selectWaiting.all({})].map(toStored),
    get(id: string): StoredIntent | undefined {
      const row = selectOne.get({ id });
      return row && toStored(row);
    },
    /** Newest first. */
    settled: (limit: number): StoredIntent[] => selectSettled.all({ limit }).map(toStored),

    insert(
      { sourceId, order, at }: { sourceId: SourceId; order: IntentOrder; at: number },
      intents: readonly Pick<StoredIntent, 'id' | 'alarmId' | 'title' | 'upstreamRef'>[],
      pace: Pace,
    ): void {
      const shared = {
        kind: order.kind,
        sourceId,
        payload: JSON.stringify({ order } satisfies Payload),
        at: toInstant(at),
      };
      const rows = intents.map(({ id, alarmId, title, upstreamRef }) => [
        id,
        alarmId,
        title,
        upstreamRef,
      ]);
      insert.run(shared, rows, pace);
    },

    /** Intents that go together look alike: as many statements as there are different ones. */
    save(intents: readonly StoredIntent[]): void {
      const alike = Map.groupBy(intents, (intent) =>
        JSON.stringify([
          intent.state,
          intent.upstreamRef,
          intent.attempts,
          intent.nextAttemptAt,
          intent.error,
          intent.changedAt,
        ]),
      );
      for (const group of alike.values()) {
        const [first] = group;
        if (first === undefined) continue;
        const { state, upstreamRef, attempts, nextAttemptAt, error, changedAt } = first;
        update.run({
          ids: JSON.stringify(group.map(({ id }) => id)),
          state,
          upstreamRef,
          attempts,
          nextAttemptAt: nextAttemptAt === null ? null : toInstant(nextAttemptAt),
          error,
          changedAt: toInstant(changedAt),
        });
      }
    },

    setKey: (ids: readonly string[], key: string) => setKey.run({ key, ids: JSON.stringify(ids) }),

    held: (): HeldAcknowledgement[] =>
      selectHeld.all({}).map((row) => ({
        alarmId: row.alarm_id as AlarmId,
        sourceId: row.source_id as SourceId,
        upstreamRef: row.upstream_ref,
        order: JSON.parse(row.payload) as AcknowledgeOrder,
        expiresAt: toMs(row.expires_at),
      })),

    /** Of one source, under one reference. */
    hold(ids: readonly AlarmId[], held: Omit<HeldAcknowledgement, 'alarmId'>): void {
      hold.run({
        ids: JSON.stringify(ids),
        sourceId: held.sourceId,
        upstreamRef: held.upstreamRef,
        payload: JSON.stringify(held.order),
        expiresAt: toInstant(held.expiresAt),
      });
    },

    extendHeld(ids: readonly AlarmId[], upstreamRef: string, expiresAt: number): void {
      extendHeld.run({ ids: JSON.stringify(ids), upstreamRef, expiresAt: toInstant(expiresAt) });
    },

    letGo: (ids: readonly AlarmId[]) => letGo.run({ ids: JSON.stringify(ids) }),
  };
}

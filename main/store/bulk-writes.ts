/**
 * Thousands of rows of one request: on disk before the request is answered, in their table right after it.
 *
 * Writing ten thousand rows with their indices takes 70 to 150 ms. So they are stored as one row of `bulk_write`, in the
 * transaction of the request, and spread in a transaction of their own that also removes that row: whenever the program
 * dies, they are in one place or the other, and never in both. They are spread before the next statement that anybody
 * runs, after a restart too, so nobody can see that it was done in two steps; at the latest in the next turn of the loop.
 */
import type BetterSqlite3 from 'better-sqlite3';
import { AppError, errorText } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { ManyStatement, SqlParams } from './database.ts';
import { toStoreError } from './store-errors.ts';

const log = createLogger('store');

/** Fewer are written at once: that takes no longer than storing them for later. */
const manyFrom = 250;
/** Reading must not wait for a disk that is full at every statement. */
const againAfterMs = 5_000;

/**
 * By name, since an earlier run may have stored what this one spreads. A statement whose parameters change meaning needs
 * another name.
 */
const statements = {
  intents: `INSERT INTO intent (id, kind, state, source_id, alarm_id, title, payload, upstream_ref, created_at, changed_at)
     SELECT j.value ->> 0, @kind, 'queued', @sourceId, j.value ->> 1, j.value ->> 2, @payload, j.value ->> 3, @at, @at
       FROM json_each(@rows) j`,
  // In the order of the alarms, so that their indices are walked once, from one end to the other.
  events: `INSERT INTO event (at, alarm_id, episode_id, source_id, kind, origin, text)
     SELECT @at, a.id, e.id, a.source_id, @kind, @origin, @text
       FROM (SELECT value FROM json_each(@rows) ORDER BY value) j JOIN alarm a ON a.id = j.value
       LEFT JOIN episode e ON e.alarm_id = a.id AND e.ended_at IS NULL`,
} as const;

export type ManyName = keyof typeof statements;

interface BulkRow {
  id: number;
  name: ManyName;
  shared: string;
  rows: string;
}

/** `afterCommit`: see `WritableDb`. */
export function createBulkWrites(
  connection: BetterSqlite3.Database,
  afterCommit: (effect: () => void) => void,
  options: { readonly manyFrom?: number | undefined } = {},
) {
  const few = options.manyFrom ?? manyFrom;
  /** An earlier run may have left some. */
  let isOwed = true;
  let againAt = 0;
  let isPlanned = false;
  const prepared = {
    intents: connection.prepare<[SqlParams]>(statements.intents),
    events: connection.prepare<[SqlParams]>(statements.events),
  } satisfies Record<ManyName, unknown>;
  const keep = connection.prepare<[SqlParams]>(
    'INSERT INTO bulk_write (name, shared, rows) VALUES (@name, @shared, @rows)',
  );
  const owed = connection.prepare<[], BulkRow>(
    'SELECT id, name, shared, rows FROM bulk_write WHERE error IS NULL ORDER BY id LIMIT 1',
  );
  const remove = connection.prepare<[SqlParams]>('DELETE FROM bulk_write WHERE id = @id');
  const setError = connection.prepare<[SqlParams]>(
    'UPDATE bulk_write SET error = @error WHERE id = @id',
  );

  function spreadNext(): void {
    const next = owed.get();
    isOwed = next !== undefined;
    if (next === undefined) return;
    const { id, name, shared, rows } = next;
    try {
      connection
        .transaction(() => {
          prepared[name].run({ ...(JSON.parse(shared) as SqlParams), rows });
          remove.run({ id });
        })
        .immediate();
    } catch (error) {
      if (toStoreError(error) instanceof AppError) throw error;
      // It would fail for ever, and must not keep everything else from being written.
      log.error('rows of a request could not be written', { name, error });
      setError.run({ id, error: errorText(error) });
    }
  }

  /** Before something is written. @throws when the disk refuses: later changes must not be stored without these rows. */
  function spread(): void {
    if (connection.inTransaction) return;
    while (isOwed) spreadNext();
  }

  /** Before something is read, which goes on whatever happens. */
  function trySpread(work = spread): void {
    if (!isOwed || performance.now() < againAt) return;
    try {
      work();
    } catch (error) {
      againAt = performance.now() + againAfterMs;
      log.warn('rows of a request wait for the disk', { error });
    }
  }

  /** One request's rows in each turn, so that nobody waits for all of them. */
  function spreadLater(): void {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      if (!connection.open) return;
      trySpread(spreadNext);
      if (isOwed && performance.now() >= againAt) spreadLater();
    });
  }

  return {
    spread,
    trySpread: () => trySpread(),

    statement(name: ManyName): ManyStatement {
      const insert = prepared[name];
      return {
        run(shared, items, pace) {
          const rows = JSON.stringify(items);
          if (pace === 'now' || items.length < few) {
            insert.run({ ...shared, rows });
            return;
          }
          keep.run({ name, shared: JSON.stringify(shared), rows });
          afterCommit(() => {
            isOwed = true;
            spreadLater();
          });
        },
      };
    },
  };
}

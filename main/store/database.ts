/**
 * The one connection, as two types: what may only read, and what may also write.
 *
 * Take `ReadableDb` where a function must not write; the type says so and `read` enforces it.
 */
import type BetterSqlite3 from 'better-sqlite3';
import { createLogger } from '../logging.ts';
import { createBulkWrites, type ManyName } from './bulk-writes.ts';
import { fromSqlite } from './store-errors.ts';

const log = createLogger('store');

/** Values SQLite can hold. Booleans are stored as 0 and 1 by the caller. */
export type SqlValue = string | number | bigint | null | Uint8Array;
export type SqlParams = Record<string, SqlValue>;

export interface ReadStatement<Row, Params extends SqlParams> {
  get(params: Params): Row | undefined;
  all(params: Params): Row[];
  iterate(params: Params): IterableIterator<Row>;
}

export interface WriteStatement<Params extends SqlParams> {
  run(params: Params): { changes: number; lastId: number };
}

/**
 * `soon`: on disk with the transaction, and in their table before any later statement; thousands take too long to keep a
 * person waiting. The rest of the transaction must not count on the rows, nor change what they are made from.
 */
export type Pace = 'now' | 'soon';

export interface ManyStatement {
  /** One row per item of `rows`, by one of the statements of `bulk-writes.ts`. */
  run(shared: SqlParams, rows: readonly unknown[], pace: Pace): void;
}

export interface ReadableDb {
  /** Prepares a statement that must not write, with parameters bound by name (`@name`). */
  read<Row, Params extends SqlParams = SqlParams>(sql: string): ReadStatement<Row, Params>;
}

export interface WritableDb extends ReadableDb {
  write<Params extends SqlParams = SqlParams>(sql: string): WriteStatement<Params>;
  writeMany(name: ManyName): ManyStatement;
  /** Runs `work` in one immediate transaction (nested calls join it). Synchronous: a promise inside is a bug. */
  transaction<Result>(work: () => Result): Result;
  /**
   * Runs `effect` once the present transaction is on disk, or at once when there is none. After a rollback it never runs.
   * Everything that leaves the store (a notification, a message to a window) goes through here. An effect that fails is
   * logged: what was committed stays, and the other effects still run.
   */
  afterCommit(effect: () => void): void;
}

/** `manyFrom`: for tests. */
export function wrapDatabase(
  connection: BetterSqlite3.Database,
  options: { readonly manyFrom?: number } = {},
): WritableDb {
  let effects: (() => void)[] = [];
  /** Between begin and commit as we asked for them; SQLite may have rolled back on its own meanwhile. */
  let isInside = false;

  const runOutermost = <Result>(work: () => Result): Result => {
    let result: Result;
    try {
      isInside = true;
      result = connection.transaction(work).immediate();
    } catch (error) {
      effects = [];
      throw fromSqlite(error);
    } finally {
      isInside = false;
    }
    const due = effects;
    effects = [];
    for (const effect of due) {
      try {
        effect();
      } catch (error) {
        log.error('effect after a commit failed', { error });
      }
    }
    return result;
  };

  /** After a full disk SQLite may end the transaction by itself; what follows must not be stored without the rest. */
  const refuseOrphan = (): void => {
    if (isInside && !connection.inTransaction) {
      throw new Error('the transaction was rolled back; its later statements must not run');
    }
  };

  const afterCommit = (effect: () => void): void => {
    if (isInside || connection.inTransaction) effects.push(effect);
    else effect();
  };

  const bulk = createBulkWrites(connection, afterCommit, options);

  const known = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw fromSqlite(error);
    }
  };

  return {
    read<Row, Params extends SqlParams>(sql: string) {
      const statement = connection.prepare<[Params], Row>(sql);
      if (!statement.readonly) throw new Error(`not a read: ${sql}`);
      return {
        get(params: Params) {
          bulk.trySpread();
          return known(() => statement.get(params));
        },
        all(params: Params) {
          bulk.trySpread();
          return known(() => statement.all(params));
        },
        iterate(params: Params) {
          bulk.trySpread();
          return statement.iterate(params);
        },
      };
    },
    write<Params extends SqlParams>(sql: string) {
      const statement = connection.prepare<[Params]>(sql);
      return {
        run: (params: Params) => {
          refuseOrphan();
          return known(() => {
            bulk.spread();
            const info = statement.run(params);
            return { changes: info.changes, lastId: Number(info.lastInsertRowid) };
          });
        },
      };
    },
    writeMany(name) {
      const statement = bulk.statement(name);
      return {
        run(shared, rows, pace) {
          refuseOrphan();
          known(() => {
            bulk.spread();
            statement.run(shared, rows, pace);
          });
        },
      };
    },
    transaction<Result>(work: () => Result): Result {
      const guarded = (): Result => {
        const result = work();
        if (result instanceof Promise) throw new Error('a transaction must not return a promise');
        return result;
      };
      refuseOrphan();
      if (connection.inTransaction) return guarded();
      known(() => bulk.spread());
      return runOutermost(guarded);
    },
    afterCommit,
  };
}

/**
 * The one connection, as two types: what may only read, and what may also write.
 *
 * Take `ReadableDb` where a function must not write; the type says so and `read` enforces it.
 */
import type BetterSqlite3 from 'better-sqlite3';
import { createLogger } from '../logging.ts';
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

export interface ReadableDb {
  /** Prepares a statement that must not write, with parameters bound by name (`@name`). */
  read<Row, Params extends SqlParams = SqlParams>(sql: string): ReadStatement<Row, Params>;
}

export interface WritableDb extends ReadableDb {
  write<Params extends SqlParams = SqlParams>(sql: string): WriteStatement<Params>;
  /** Runs `work` in one immediate transaction (nested calls join it). Synchronous: a promise inside is a bug. */
  transaction<Result>(work: () => Result): Result;
  /**
   * Runs `effect` once the present transaction is on disk, or at once when there is none. After a rollback it never runs.
   * Everything that leaves the store (a notification, a message to a window) goes through here. An effect that fails is
   * logged: what was committed stays, and the other effects still run.
   */
  afterCommit(effect: () => void): void;
}

export function wrapDatabase(connection: BetterSqlite3.Database): WritableDb {
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
        get: (params: Params) => known(() => statement.get(params)),
        all: (params: Params) => known(() => statement.all(params)),
        iterate: (params: Params) => statement.iterate(params),
      };
    },
    write<Params extends SqlParams>(sql: string) {
      const statement = connection.prepare<[Params]>(sql);
      return {
        run: (params: Params) => {
          refuseOrphan();
          try {
            const info = statement.run(params);
            return { changes: info.changes, lastId: Number(info.lastInsertRowid) };
          } catch (error) {
            throw fromSqlite(error);
          }
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
      return connection.inTransaction ? guarded() : runOutermost(guarded);
    },
    afterCommit(effect: () => void): void {
      if (isInside || connection.inTransaction) effects.push(effect);
      else effect();
    },
  };
}

import type BetterSqlite3 from 'better-sqlite3';

/**
 * One step of the schema. Once released it is frozen, and it imports nothing from live code.
 * It must not catch its own errors: an error has to leave, so that SQLite rolls everything back.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: BetterSqlite3.Database): void;
}

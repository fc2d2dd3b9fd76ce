/** A store for tests: the real schema, in memory, gone when the test ends. */
import Sqlite from 'better-sqlite3';
import { wrapDatabase, type WritableDb } from '../../main/store/database.ts';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../main/store/migrations/index.ts';

export interface TestStore {
  readonly db: WritableDb;
  /** For what a test must reach below the types: pragmas, plans, damage. */
  readonly connection: Sqlite.Database;
  close(): void;
}

/** Synchronous, with all migrations. `file` for one that survives the connection; in memory otherwise. */
export function openTestStore(options: { file?: string } = {}): TestStore {
  const connection = new Sqlite(options.file ?? ':memory:');
  connection.pragma('foreign_keys = ON');
  migrate(connection, migrations);
  return { db: wrapDatabase(connection), connection, close: () => connection.close() };
}

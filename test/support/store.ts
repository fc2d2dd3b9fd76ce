/** A store for tests: the real schema, in memory, gone when the test ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Clock } from '../../main/clock.ts';
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

/** A folder that nobody else uses; `remove` when the test ends. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'nightdesk-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A clock that stands until it is moved. */
export function standingClock(at: string): Clock & { move(ms: number): void } {
  let now = Date.parse(at);
  return {
    now: () => now,
    monotonic: () => now,
    move(ms) {
      now += ms;
    },
  };
}

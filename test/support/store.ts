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
  /** The same database after a restart: what only memory knew is gone. */
  again(): TestStore;
  close(): void;
}

/**
 * Synchronous, with all migrations. `file` for one that survives the connection; in memory otherwise. `manyFrom`: so many
 * rows of a request are stored as one first.
 */
export function openTestStore(options: { file?: string; manyFrom?: number } = {}): TestStore {
  const { file = ':memory:', ...more } = options;
  const connection = new Sqlite(file);
  connection.pragma('foreign_keys = ON');
  migrate(connection, migrations);
  const again = (): TestStore => ({
    db: wrapDatabase(connection, more),
    connection,
    again,
    close: () => connection.close(),
  });
  return again();
}

/** A folder that nobody else uses; `remove` when the test ends. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'nightdesk-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A clock that stands until it is moved. */
export function standingClock(
  at: string,
): Clock & { move(ms: number): void; set(wall: string): void } {
  let now = Date.parse(at);
  let wrongBy = 0;
  return {
    now: () => now + wrongBy,
    monotonic: () => now,
    move(ms) {
      now += ms;
    },
    /** As a person sets a clock: the monotonic one goes on. */
    set(wall) {
      wrongBy = Date.parse(wall) - now;
    },
  };
}

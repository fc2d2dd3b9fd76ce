/**
 * Opens the one database of a data folder: owned, checked, backed up, migrated.
 *
 * Whatever goes wrong here says what still works and what to do, and leaves the person's file as it was.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { createLogger } from '../logging.ts';
import { listBackups, makeBackup, removeUnfinished, thinBackups } from './backup.ts';
import { isBackupDue, type BackupReason } from './backup-retention.ts';
import { wrapDatabase, type WritableDb } from './database.ts';
import { latestVersion, migrate, pendingFrom, versionOf } from './migrate.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { loadSqlite, type Connection, type Sqlite } from './native.ts';
import { takeOwnership } from './owner-lock.ts';
import { pruneHistory, type PruneCounts } from './prune.ts';
import { inspect, recover, type StoreFiles } from './recover.ts';
import { toStoreError } from './store-errors.ts';
import { type StoreNotice, writeNotice } from './store-notice.ts';

const log = createLogger('store');

export const storeFileName = 'nightdesk.db';

export interface Store {
  readonly db: WritableDb;
  readonly file: string;
  /** What happened while opening. Already kept in the table `notice`; here for the log and for tests. */
  readonly notices: readonly StoreNotice[];
  /** When the newest backup was made; null before the first. */
  lastBackupAt(): number | null;
  /** Makes a verified backup now and thins the old ones; returns its path. */
  backup(): Promise<string>;
  /** Call it every few minutes: makes the daily backup when it is due. Returns its path, or null when none was due. */
  backupIfDue(now: number): Promise<string | null>;
  /** Removes history older than `days`, in small transactions with pauses between them. Call it once a day. */
  prune(now: number, days?: number): Promise<PruneCounts>;
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** Names the holder of the folder to whoever else tries it: `electron`, `web`. */
  readonly shell?: string;
  readonly migrations?: readonly Migration[];
}

/** @throws AppError `store.unavailable` or `store.full`, with what to do next. */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const sqlite = await loadSqlite();
  const { folder, clock } = options;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  } catch (error) {
    throw toStoreError(error);
  }
  const lock = takeOwnership(sqlite, folder, {
    shell: options.shell ?? 'nightdesk',
    startedAt: new Date(clock.now()).toISOString(),
  });
  let connection: Connection | null = null;
  try {
    removeUnfinished(folder);
    const migrations = options.migrations ?? allMigrations;
    const files: StoreFiles = {
      folder,
      file: join(folder, storeFileName),
      latest: latestVersion(migrations),
    };
    const notices: StoreNotice[] = [];
    const unstored: StoreNotice[] = [];
    const damage = inspect(sqlite, files);
    if (damage !== null) {
      const { notice, isStored } = recover(sqlite, files, damage, clock.now());
      log.error('database was damaged', { damage, told: notice.title });
      (isStored ? notices : unstored).push(notice);
    }
    connection = connect(sqlite, files.file);
    const upgrade = await upgradeSchema({
      sqlite,
      connection,
      folder,
      clock,
      migrations,
      unstored,
    });
    notices.push(...unstored, ...upgrade);
    return makeStore({ sqlite, connection, files, clock, notices, release: () => lock.release() });
  } catch (error) {
    connection?.close();
    lock.release();
    throw toStoreError(error);
  }
}

function connect(sqlite: Sqlite, file: string): Connection {
  // Before SQLite makes it: the log and its index take over the permissions of this file.
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const connection = new sqlite(file, { timeout: 5_000 });
  try {
    if (connection.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
      throw new AppError('store.unavailable', 'This disk cannot hold the database safely.', {
        next: 'Start with a data folder on a local disk (--data FOLDER), not on a network share.',
      });
    }
    // Notes from an incident must survive a power cut.
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Backs up, then migrates. Returns what to tell; `unstored` is written with it. */
async function upgradeSchema(context: {
  sqlite: Sqlite;
  connection: Connection;
  folder: string;
  clock: Clock;
  migrations: readonly Migration[];
  unstored: readonly StoreNotice[];
}): Promise<StoreNotice[]> {
  const { sqlite, connection, folder, clock, migrations } = context;
  const before = versionOf(connection);
  const pending = pendingFrom(before, migrations);
  const notices: StoreNotice[] = [];
  if (pending.length > 0 && before > 0) {
    const backup = await makeBackup(sqlite, connection, folder, clock.now(), 'upgrade');
    notices.push({
      at: clock.now(),
      kind: 'migrated',
      title: 'Your data was brought to the new version of Nightdesk',
      text:
        `From data version ${before} to ${latestVersion(migrations)}. ` +
        `The backup from before is kept as backups/${basename(backup)} in the data folder (${folder}).`,
    });
  }
  try {
    migrate(connection, migrations, () => {
      for (const notice of [...context.unstored, ...notices]) writeNotice(connection, notice);
    });
  } catch (error) {
    const known = toStoreError(error);
    if (known instanceof AppError) throw known;
    log.error('migration failed', { error, before });
    throw new AppError(
      'store.unavailable',
      'Your data could not be brought to this version of Nightdesk.',
      {
        next: 'Nothing was changed. Start the previous version again, and report this with the log.',
        cause: error,
      },
    );
  }
  if (pending.length > 0) {
    log.info('schema was migrated', { from: before, to: versionOf(connection) });
  }
  return notices;
}

function makeStore(context: {
  sqlite: Sqlite;
  connection: Connection;
  files: StoreFiles;
  clock: Clock;
  notices: readonly StoreNotice[];
  release: () => void;
}): Store {
  const { sqlite, connection, files, clock } = context;
  const db = wrapDatabase(connection);
  /** Backups and pruning, one after the other. */
  let work: Promise<unknown> = Promise.resolve();
  let isClosing = false;

  const inTurn = <Result>(task: () => Promise<Result>): Promise<Result> => {
    if (isClosing) return Promise.reject(closed());
    const result = work.then(task);
    work = result.catch(() => {});
    return result;
  };
  const backup = async (at: number, reason: BackupReason): Promise<string> => {
    const file = await makeBackup(sqlite, connection, files.folder, at, reason);
    const removed = thinBackups(files.folder);
    log.info('backup was made', { file, removed: removed.length });
    return file;
  };

  return {
    db,
    file: files.file,
    notices: context.notices,
    lastBackupAt() {
      const times = listBackups(files.folder).map(({ at }) => at);
      return times.length === 0 ? null : Math.max(...times);
    },
    backup: () => inTurn(() => backup(clock.now(), 'daily')),
    backupIfDue: (now) =>
      inTurn(async () =>
        isBackupDue(listBackups(files.folder), now) ? backup(now, 'daily') : null,
      ),
    prune: (now, days) => inTurn(() => pruneHistory(db, now, { days, isStopped: () => isClosing })),
    async close() {
      if (isClosing) return;
      isClosing = true;
      await work;
      try {
        connection.pragma('optimize');
        connection.pragma('wal_checkpoint(TRUNCATE)');
      } catch (error) {
        // The log is replayed at the next start; closing goes on.
        log.warn('checkpoint at close failed', { error });
      }
      connection.close();
      context.release();
    },
  };
}

const closed = (): AppError =>
  new AppError('store.unavailable', 'Nightdesk is closing.', { next: 'Start it again.' });

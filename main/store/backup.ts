/** Copies made by SQLite while it is in use, checked before they count. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import {
  backupName,
  backupsToRemove,
  parseBackupName,
  type BackupFile,
  type BackupReason,
} from './backup-retention.ts';
import type { Connection, Sqlite } from './native.ts';
import { toStoreError } from './store-errors.ts';

const draftSuffix = '.unfinished';

export const backupFolder = (folder: string): string => join(folder, 'backups');

export function listBackups(folder: string): BackupFile[] {
  const backups = backupFolder(folder);
  if (!existsSync(backups)) return [];
  try {
    return readdirSync(backups)
      .map(parseBackupName)
      .filter((backup) => backup !== null);
  } catch (error) {
    throw toStoreError(error);
  }
}

/** Empty when every page and index is sound; otherwise what SQLite found, shortened. */
export function findDamage(
  connection: Connection,
  check: 'quick_check' | 'integrity_check',
): string {
  const rows = connection.pragma(`${check}(5)`) as Record<string, string>[];
  const findings = rows.map((row) => Object.values(row)[0] ?? '').filter((text) => text !== 'ok');
  return findings.join('; ').slice(0, 500);
}

/** The same table by table, so that a poll gets its turn in between: whole, a year of history takes a third of a second. */
async function findDamageInTurns(connection: Connection): Promise<string> {
  const tables = connection.pragma('main.table_list') as { name: string; schema: string }[];
  for (const { name, schema } of tables) {
    if (schema !== 'main') continue;
    const rows = connection.pragma(`integrity_check("${name.replaceAll('"', '""')}")`) as Record<
      string,
      string
    >[];
    const finding = rows.map((row) => Object.values(row)[0] ?? '').find((text) => text !== 'ok');
    if (finding !== undefined) return finding;
    await nextTurn();
  }
  return '';
}

/** The rename is only as lasting as the folder that names the file. Windows cannot open folders and needs none of it. */
export function syncToDisk(path: string): void {
  try {
    const handle = openSync(path, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  }
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

/** What a crash in the middle of a backup left behind. */
export function removeUnfinished(folder: string): void {
  const backups = backupFolder(folder);
  if (!existsSync(backups)) return;
  for (const name of readdirSync(backups)) {
    if (name.includes(draftSuffix)) rmSync(join(backups, name), { force: true });
  }
}

/**
 * Makes one backup: to a name that does not count, checked, then renamed. Returns its path.
 *
 * @throws AppError when the disk is full or the folder cannot be written; the earlier backups are as they were.
 */
export async function makeBackup(
  sqlite: Sqlite,
  connection: Connection,
  folder: string,
  at: number,
  reason: BackupReason,
): Promise<string> {
  const file = join(backupFolder(folder), backupName(at, reason));
  const draft = file + draftSuffix;
  try {
    mkdirSync(backupFolder(folder), { recursive: true, mode: 0o700 });
    removeDatabase(draft);
    closeSync(openSync(draft, 'w', 0o600));
    await connection.backup(draft);
    const copy = new sqlite(draft);
    try {
      // A backup is one file, without the companions that a write-ahead log needs.
      copy.pragma('journal_mode = DELETE');
      const damage = await findDamageInTurns(copy);
      if (damage !== '') {
        throw new AppError('store.unavailable', `The copy did not pass its check: ${damage}.`, {
          next: 'The earlier backups are kept. Export what you need from tonight, then report this with the log.',
        });
      }
    } finally {
      copy.close();
    }
    chmodSync(draft, 0o600);
    syncToDisk(draft);
    renameSync(draft, file);
    syncToDisk(backupFolder(folder));
    return file;
  } catch (error) {
    try {
      removeDatabase(draft);
    } catch {
      // What failed first is what matters; the next start clears the rest away.
    }
    throw toStoreError(error);
  }
}

/** Removes what the retention rule gives up; returns the names. */
export function thinBackups(folder: string): string[] {
  const removed = backupsToRemove(listBackups(folder)).map(({ name }) => name);
  for (const name of removed) rmSync(join(backupFolder(folder), name), { force: true });
  return removed;
}

/** Damage is kept and told: the broken file goes aside, the newest backup that passes its check takes its place. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { backupFolder, findDamage, listBackups, syncToDisk } from './backup.ts';
import { restoreOrder, type BackupFile } from './backup-retention.ts';
import { applicationId, refuseForeign, versionOf } from './migrate.ts';
import type { Connection, Sqlite } from './native.ts';
import { isDamage } from './store-errors.ts';
import { forPeople, type StoreNotice, writeNotice } from './store-notice.ts';

const companions = ['-wal', '-shm'] as const;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

export interface StoreFiles {
  readonly folder: string;
  readonly file: string;
  readonly latest: number;
}

/**
 * Why the file must not be used; null when it may.
 *
 * Looks through a handle that cannot write, so that a damaged file and its log are kept exactly as they were found.
 *
 * @throws AppError for a file from a newer Nightdesk or from another program.
 */
export function inspect(sqlite: Sqlite, { folder, file, latest }: StoreFiles): string | null {
  const hasBackups = listBackups(folder).length > 0;
  if (!existsSync(file)) return hasBackups ? 'the file is missing' : null;
  if (sizeOf(file) === 0) {
    return hasBackups || sizeOf(`${file}-wal`) > 0 ? 'the file is empty' : null;
  }
  let connection: Connection | null = null;
  try {
    connection = new sqlite(file, { readonly: true, fileMustExist: true });
    refuseForeign(
      {
        version: versionOf(connection),
        application: Number(connection.pragma('application_id', { simple: true })),
        tables: Number(
          connection.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get(),
        ),
      },
      latest,
      file,
    );
    const damage = findDamage(connection, 'quick_check');
    return damage === '' ? null : damage;
  } catch (error) {
    if (isDamage(error)) return (error as Error).message;
    throw error;
  } finally {
    connection?.close();
  }
}

/** A checked copy of a backup, ready to be renamed into place; null when the backup is no good. */
function prepareCopy(
  sqlite: Sqlite,
  files: StoreFiles,
  backup: BackupFile,
  notice: StoreNotice,
): string | null {
  const copy = `${files.file}.restoring`;
  copyFileSync(join(backupFolder(files.folder), backup.name), copy);
  chmodSync(copy, 0o600);
  let connection: Connection | null = null;
  try {
    connection = new sqlite(copy, { fileMustExist: true });
    const version = versionOf(connection);
    const isUsable =
      connection.pragma('application_id', { simple: true }) === applicationId &&
      version >= 1 &&
      version <= files.latest &&
      findDamage(connection, 'integrity_check') === '';
    if (!isUsable) return null;
    // Inside the copy, so that the notice and the restored data appear together or not at all.
    writeNotice(connection, notice);
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  } finally {
    connection?.close();
  }
  syncToDisk(copy);
  return copy;
}

/**
 * Out of the way and kept, with the log and its index. Also when only a log is left: replayed into another database it
 * would ruin that one.
 */
function moveAside(files: StoreFiles, now: number): void {
  const found = ['', ...companions].filter((suffix) => existsSync(files.file + suffix));
  if (found.length === 0) return;
  const stamp = new Date(now).toISOString().replaceAll(/[-:.]/g, '');
  const parent = join(files.folder, 'damaged');
  let target = join(parent, stamp);
  for (let count = 2; existsSync(target); count++) target = join(parent, `${stamp}-${count}`);
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const suffix of found) {
    renameSync(files.file + suffix, join(target, `nightdesk.db${suffix}`));
  }
}

/**
 * Puts the newest good backup in the place of a damaged or missing file.
 *
 * Returns what to tell. When no backup is good the place is left empty, and the notice (which has nowhere to be written
 * yet) comes back with `isStored: false`.
 */
export function recover(
  sqlite: Sqlite,
  files: StoreFiles,
  damage: string,
  now: number,
): { notice: StoreNotice; isStored: boolean } {
  const isMissing = !existsSync(files.file);
  const candidates = restoreOrder(listBackups(files.folder), now);
  const kept = isMissing
    ? ''
    : ` The damaged file is kept in the folder "damaged" in ${files.folder}.`;
  let skipped = 0;
  try {
    for (const backup of candidates) {
      const notice: StoreNotice = {
        at: now,
        kind: 'restored',
        title: `Your data was restored from the backup of ${forPeople(backup.at)}`,
        text:
          `The database could not be used (${damage}). ` +
          `What was stored after ${forPeople(backup.at)} is not in this copy.` +
          kept +
          (skipped === 0 ? '' : ` ${skipped} newer backup(s) did not pass the check.`),
      };
      const copy = prepareCopy(sqlite, files, backup, notice);
      if (copy === null) {
        skipped += 1;
        continue;
      }
      moveAside(files, now);
      renameSync(copy, files.file);
      syncToDisk(files.folder);
      return { notice, isStored: true };
    }
  } finally {
    for (const suffix of ['', ...companions, '-journal']) {
      rmSync(`${files.file}.restoring${suffix}`, { force: true });
    }
  }

  moveAside(files, now);
  return {
    notice: {
      at: now,
      kind: 'problem',
      title: 'Your data could not be read, and no backup was good: Nightdesk started empty',
      text:
        `The database could not be used (${damage}), and ` +
        (candidates.length === 0
          ? 'there was no backup.'
          : `none of ${candidates.length} backups passed the check.`) +
        kept +
        ' Do not delete it: parts of it may still be readable.',
    },
    isStored: false,
  };
}

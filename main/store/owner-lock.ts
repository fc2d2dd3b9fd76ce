/**
 * One owner per data folder.
 *
 * The lock is an exclusive SQLite transaction on an empty file of its own: the operating system gives it to one
 * connection at a time and takes it back when its holder dies, however it dies, so there is no stale lock and a reused
 * process id cannot be mistaken for the holder. A JSON file beside it names who holds it, for people.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { isDamage, toStoreError } from './store-errors.ts';
import type { Connection, Sqlite } from './native.ts';

export const lockFileName = 'nightdesk.lock';
export const ownerFileName = 'nightdesk.owner.json';

/** Long enough for a predecessor that is just closing. */
const patienceMs = 1_500;

const Owner = z.object({
  pid: z.int(),
  host: z.string().max(300),
  shell: z.string().max(100),
  startedAt: z.iso.datetime(),
});
export type Owner = z.infer<typeof Owner>;

export interface OwnerLock {
  /** Who held the folder last and did not say goodbye (a crash, a power cut); null after a clean end. */
  readonly previous: Owner | null;
  release(): void;
}

function readOwner(folder: string): Owner | null {
  try {
    return Owner.parse(JSON.parse(readFileSync(join(folder, ownerFileName), 'utf8')));
  } catch {
    return null;
  }
}

function heldBy(owner: Owner | null, folder: string): AppError {
  const holder =
    owner === null
      ? 'another Nightdesk that left no name'
      : `another Nightdesk (${owner.shell}, process ${owner.pid} on ${owner.host}, since ${owner.startedAt})`;
  return new AppError('store.unavailable', `The data in ${folder} is in use by ${holder}.`, {
    next: 'Use that window, or quit it first. For a second, separate desk start with --data FOLDER.',
    isRetryable: true,
  });
}

function takeFile(sqlite: Sqlite, file: string): Connection {
  const connection = new sqlite(file, { timeout: patienceMs });
  try {
    connection.pragma('journal_mode = MEMORY');
    connection.exec('BEGIN EXCLUSIVE');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function take(sqlite: Sqlite, file: string): Connection {
  try {
    return takeFile(sqlite, file);
  } catch (error) {
    // The file holds nothing, so one that something else wrote into is simply made anew.
    if (!isDamage(error)) throw error;
    rmSync(file);
    return takeFile(sqlite, file);
  }
}

/** A connection that nothing refers to is collected and closed, and its lock with it: these are kept until released. */
const held = new Set<Connection>();

/** @throws AppError `store.unavailable`, naming the holder, while somebody else has the folder. */
export function takeOwnership(
  sqlite: Sqlite,
  folder: string,
  self: { shell: string; startedAt: string },
): OwnerLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, lockFileName);
  let connection: Connection;
  try {
    writeFileSync(file, '', { flag: 'a', mode: 0o600 });
    connection = take(sqlite, file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
      throw heldBy(readOwner(folder), folder);
    }
    throw toStoreError(error);
  }

  const ownerFile = join(folder, ownerFileName);
  const previous = readOwner(folder);
  const owner: Owner = { pid: process.pid, host: hostname(), ...self };
  try {
    const draft = `${ownerFile}.${process.pid}-${threadId}`;
    writeFileSync(draft, `${JSON.stringify(owner, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, ownerFile);
  } catch (error) {
    connection.close();
    throw toStoreError(error);
  }

  held.add(connection);
  return {
    previous,
    release() {
      if (!held.delete(connection)) return;
      rmSync(ownerFile, { force: true });
      connection.close();
    },
  };
}

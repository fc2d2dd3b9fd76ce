/**
 * Keeps the offline copy in step with the folders: reads what changed, and never loses what it once had because a folder
 * is away (an unmounted disk, a half-finished checkout, a VPN).
 */
import { hash as hashText } from 'node:crypto';
import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { toInstant, type Clock } from '../clock.ts';
import { errorText } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { WritableDb } from '../store/database.ts';
import {
  folderProblem,
  isUnread,
  readFileOf,
  scanFolder,
  type FoundFile,
  type ReadingFile,
} from './files.ts';
import { notText, problemText, type UnreadFile } from './library-problems.ts';
import { createLibraryStore, type StoredFile } from './library-store.ts';
import { parseInPieces, parserVersion } from './parse.ts';
import { rowsOf } from './runbook-rows.ts';
import { foldVersion } from './search/fold.ts';
import { createBreath } from './turns.ts';

const log = createLogger('runbooks');

export interface LibraryFolder {
  /** Stable over updates of the program, and shown to people: the path, or a name for a shipped folder. */
  readonly name: string;
  readonly path: string;
  /**
   * When what is in it was true at its origin, where that is not the moment we looked: the last pull, the fetch of a page.
   * With a path: of that file. Null: never.
   */
  readonly takenAt?: (path: string | null) => number | null;
  /** Links that lead out of here are not followed: a repository must not show files of this computer. */
  readonly within?: string;
}

const batchSize = 400;
/** Text of one transaction: large documents must not hold it up. */
const batchBytes = 2 * 1024 * 1024;
/** So many documents at once leave an index in many parts. */
const untidyAfter = 500;
/** Files that are read from the disk while others are parsed. */
const readAhead = 8;
const settleMs = 300;
const rescanMs = 60_000;
const maxWatchers = 1_000;
/** How far the time of the last look may lag behind while nothing changes: a write costs a flush of the disk. */
const freshEnoughMs = 10 * 60_000;
const hashPrefix = `${parserVersion}-${foldVersion}:`;

export function createLibrary(deps: {
  db: WritableDb;
  clock: Clock;
  onChanged: () => void;
  /** Called with every document that is taken in, before it is stored. */
  onRead?: (folder: LibraryFolder, path: string, markdown: string) => Promise<void>;
  /** A folder that is no longer one of the library. */
  onForgotten?: (name: string) => void;
}) {
  const { db, clock, onChanged } = deps;
  const store = createLibraryStore(db);
  let folders: readonly LibraryFolder[] = [];
  let revision = 0;
  let isStopped = false;
  let work: Promise<void> = Promise.resolve();
  const waiting = new Set<string>();
  const watchers = new Map<string, FSWatcher[]>();
  const watched = new Map<string, string>();
  const away = new Set<string>();
  /** By folder: what the last look left out. */
  const leftOut = new Map<string, readonly UnreadFile[]>();
  let settling: NodeJS.Timeout | null = null;
  let timer: NodeJS.Timeout | null = null;
  let written = 0;
  let tidying: Promise<void> | null = null;

  const changed = (): void => {
    revision++;
    onChanged();
  };

  const breathe = createBreath(clock);

  const takenAt = (folder: LibraryFolder, path: string | null): number | null =>
    folder.takenAt === undefined ? clock.now() : folder.takenAt(path);

  const isListed = (name: string): boolean =>
    !isStopped && folders.some((folder) => folder.name === name);

  /** Reads one file; the store is written later, with others. */
  const readOne = async (
    folder: LibraryFolder,
    file: FoundFile,
    known: StoredFile | undefined,
    reading: ReadingFile,
  ): Promise<(() => boolean) | UnreadFile> => {
    const { text, error } = await reading;
    if (error !== null) {
      log.warn('runbook could not be read', { path: file.path, reason: error });
      return { path: file.path, reason: error };
    }
    if (text === null) return { path: file.path, reason: notText };
    const hash = hashPrefix + hashText('sha256', text);
    const modifiedAt = toInstant(file.modifiedMs);
    if (known?.hash === hash) {
      return () => {
        store.touch(known.id, modifiedAt, file.size);
        return false;
      };
    }
    const pieces = parseInPieces(file.path, text);
    let result = pieces.next();
    while (result.done !== true) {
      await breathe();
      result = pieces.next();
    }
    const parsed = result.value;
    await deps.onRead?.(folder, file.path, parsed.markdown);
    const rows = rowsOf(file.path, parsed);
    return () => {
      store.save({
        folder: folder.name,
        path: file.path,
        rows,
        hash,
        size: file.size,
        modifiedAt,
        copiedAt: toInstant(takenAt(folder, file.path) ?? clock.now()),
        addedAt: toInstant(clock.now()),
      });
      return true;
    };
  };

  const read = async (folder: LibraryFolder): Promise<void> => {
    let scan: Awaited<ReturnType<typeof scanFolder>>;
    try {
      scan = await scanFolder(folder.path, folder.within ?? null);
    } catch (error) {
      keepLastCopy(folder, folderProblem(error));
      return;
    }
    if (!isListed(folder.name)) return;
    const known = new Map(store.files(folder.name).map((file) => [file.path, file]));
    if (scan.files.length === 0 && known.size > 0 && scan.unreadable.length === 0) {
      // An unmounted disk leaves an empty folder behind: that is no reason to forget every runbook.
      keepLastCopy(folder, 'The folder is empty now.');
      return;
    }
    watchDirectories(folder, scan.directories);
    away.delete(folder.name);
    let hasChanged = false;
    let toldAt = clock.monotonic();
    let writes: (() => boolean)[] = [];
    let waitingBytes = 0;
    /** What is kept of these is of a file that was there before. */
    const unverified = new Set<string>();
    const unread: UnreadFile[] = [];
    const flush = (): void => {
      if (writes.length === 0 || !isListed(folder.name)) return;
      const due = writes;
      writes = [];
      waitingBytes = 0;
      written += due.length;
      const wasChanged = db.transaction(() => due.map((write) => write()).includes(true));
      hasChanged ||= wasChanged;
      if (wasChanged && clock.monotonic() - toldAt > 2_000) {
        toldAt = clock.monotonic();
        changed();
      }
    };
    const whole = takenAt(folder, null);
    const wholeAt = whole === null ? null : toInstant(whole);
    // Documents parsed by an older version are read again, once, after an update.
    const isSame = (file: FoundFile, old: StoredFile | undefined): old is StoredFile =>
      old?.size === file.size &&
      old.modifiedAt === toInstant(file.modifiedMs) &&
      old.hash.startsWith(hashPrefix);
    const due = scan.files.filter((file) => !isSame(file, known.get(file.path)));
    const ahead: ReadingFile[] = [];
    let begun = 0;
    const nextReading = (): ReadingFile => {
      for (; ahead.length < readAhead; begun++) {
        const file = due[begun];
        if (file === undefined) break;
        ahead.push(readFileOf(folder.path, file));
      }
      return ahead.shift() ?? Promise.resolve({ text: null, error: null });
    };
    for (const file of scan.files) {
      const old = known.get(file.path);
      if (isSame(file, old)) {
        const confirmedAt = folder.takenAt === undefined ? null : folder.takenAt(file.path);
        const at = confirmedAt === null ? null : toInstant(confirmedAt);
        if (at !== null && at > old.copiedAt && at !== wholeAt) {
          writes.push(() => {
            store.confirm(old.id, at);
            return true;
          });
        }
        continue;
      }
      const write = await readOne(folder, file, old, nextReading());
      if (typeof write === 'function') writes.push(write);
      else {
        unverified.add(file.path);
        unread.push(write);
      }
      waitingBytes += file.size;
      if (writes.length >= batchSize || waitingBytes >= batchBytes) flush();
      await breathe();
      if (!isListed(folder.name)) return;
    }
    flush();
    const present = new Set(scan.files.map((file) => file.path));
    db.transaction(() => {
      for (const file of known.values()) {
        const isAway = unverified.has(file.path) || isUnread(scan, file.path);
        if (!present.has(file.path) && !isAway) {
          store.remove(file.id);
          hasChanged = true;
        } else if (isAway !== (file.isUnverified === 1)) store.setUnverified(file.id, isAway);
      }
      const problem = problemText(scan.problems, unread, store.problems(folder.name));
      leftOut.set(folder.name, [...scan.leftOut, ...unread]);
      const before = store.folders().find((row) => row.folder === folder.name);
      const isFresh =
        folder.takenAt === undefined
          ? Math.abs(clock.now() - Date.parse(before?.copiedAt ?? '1970-01-01')) < freshEnoughMs
          : before?.copiedAt === wholeAt;
      if (before?.problem !== problem) hasChanged = true;
      if (hasChanged || !isFresh) store.setFolder(folder.name, wholeAt, problem);
    });
    if (hasChanged) {
      changed();
      if (written > untidyAfter) tidying ??= tidy();
      log.info('runbook folder read', { folder: folder.name, files: scan.files.length });
    }
  };

  /** In slices, between everything else. */
  const tidy = async (): Promise<void> => {
    written = 0;
    try {
      for (;;) {
        if (isStopped || !store.tidy()) break;
        await nextTurn();
      }
    } catch (error) {
      log.warn('the index could not be tidied', { reason: errorText(error) });
    }
    tidying = null;
  };

  const keepLastCopy = (folder: LibraryFolder, reason: string): void => {
    if (!isListed(folder.name)) return;
    away.add(folder.name);
    const count = store.counts().get(folder.name) ?? 0;
    const problem =
      count === 0 ? reason : `${reason} The last copy of its ${count} runbooks is kept.`;
    const before = store.folders().find((row) => row.folder === folder.name)?.problem;
    store.setFolder(folder.name, null, problem);
    if (before !== problem) {
      log.warn('runbook folder is away', { folder: folder.name, reason });
      changed();
    }
  };

  const watchDirectories = (folder: LibraryFolder, directories: readonly string[]): void => {
    const place = directories.join('\n');
    if (watched.get(folder.name) === place) return;
    watched.set(folder.name, place);
    for (const watcher of watchers.get(folder.name) ?? []) watcher.close();
    const opened: FSWatcher[] = [];
    watchers.set(folder.name, opened);
    // What changed between the look and this moment, nobody told.
    settle(folder.name);
    // Linux watches one directory at a time, and its own recursion would open a watch for every file.
    const isDeep = process.platform !== 'linux';
    for (const directory of isDeep ? [folder.path] : directories.slice(0, maxWatchers)) {
      try {
        const watcher = watch(directory, { recursive: isDeep, persistent: false }, () =>
          settle(folder.name),
        );
        // Out of watches, or gone: the regular look still finds every change.
        watcher.on('error', () => watcher.close());
        opened.push(watcher);
      } catch {
        break;
      }
    }
  };

  const settle = (name: string): void => {
    waiting.add(name);
    if (settling !== null || isStopped) return;
    settling = setTimeout(() => {
      settling = null;
      const due = folders.filter((folder) => waiting.has(folder.name));
      waiting.clear();
      void rescan(due);
    }, settleMs);
    settling.unref();
  };

  /** One after the other: two readings of one folder would undo each other. */
  const rescan = (which: readonly LibraryFolder[] = folders): Promise<void> => {
    const before = work;
    const readAll = async (): Promise<void> => {
      await before;
      for (const folder of which) {
        if (!isListed(folder.name)) continue;
        try {
          await read(folder);
        } catch (error) {
          log.error('runbook folder could not be taken in', { folder: folder.name, error });
        }
      }
    };
    work = readAll();
    return work;
  };

  return {
    store,
    /** Rises with every change of the library. */
    revision: (): number => revision,
    folders: () => folders,
    /** The last look could not read it at all. */
    isAway: (name: string): boolean => away.has(name),
    /** What the last look at a folder could not read. */
    unread: (name: string): readonly UnreadFile[] => leftOut.get(name) ?? [],
    /** Takes the folders in and watches them. The promise settles when the first reading is done. */
    setFolders(next: readonly LibraryFolder[]): Promise<void> {
      folders = [...new Map(next.map((folder) => [folder.name, folder])).values()];
      const names = new Set(folders.map((folder) => folder.name));
      let hasRemoved = false;
      for (const name of [...store.counts().keys(), ...store.folders().map((row) => row.folder)]) {
        if (names.has(name)) continue;
        store.removeFolder(name);
        leftOut.delete(name);
        deps.onForgotten?.(name);
        for (const watcher of watchers.get(name) ?? []) watcher.close();
        watchers.delete(name);
        watched.delete(name);
        hasRemoved = true;
      }
      if (hasRemoved) changed();
      timer ??= setInterval(() => void rescan(), rescanMs);
      timer.unref();
      return rescan();
    },
    rescan,
    /** When the index is in as few parts as it will be. */
    tidied: (): Promise<void> => tidying ?? Promise.resolve(),
    /** When all that was asked for is read. */
    settled: (): Promise<void> => work,
    /** Reads one file at once, because somebody just wrote it. Settles when it is in the store. */
    takeIn(name: string, path: string): Promise<void> {
      const before = work;
      const one = async (): Promise<void> => {
        await before;
        const folder = folders.find((candidate) => candidate.name === name);
        if (folder === undefined || !isListed(name)) return;
        try {
          const { size, mtimeMs } = await stat(join(folder.path, path));
          const known = store.files(name).find((file) => file.path === path);
          const file = { path, size, modifiedMs: Math.floor(mtimeMs) };
          const write = await readOne(folder, file, known, readFileOf(folder.path, file));
          if (typeof write === 'function' && db.transaction(write)) changed();
        } catch (error) {
          log.warn('runbook could not be taken in', { path, reason: errorText(error) });
        }
      };
      work = one();
      return work;
    },
    async stop(): Promise<void> {
      isStopped = true;
      if (settling !== null) clearTimeout(settling);
      if (timer !== null) clearInterval(timer);
      for (const opened of watchers.values()) for (const watcher of opened) watcher.close();
      watchers.clear();
      await work;
      await tidying;
    },
  };
}

export type Library = ReturnType<typeof createLibrary>;

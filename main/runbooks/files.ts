/** Reads folders of runbooks as they really are: links in circles, other encodings, files of megabytes, thousands of them. */
import { close, open, read, type Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { errorText } from '../errors.ts';
import { isDocument } from './extensions.ts';
import type { UnreadFile } from './library-problems.ts';

export interface FoundFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

export interface Scan {
  readonly files: readonly FoundFile[];
  /** Every directory that was read, to be watched. */
  readonly directories: readonly string[];
  /** Files and sub-folders that exist and cannot be read: what is kept of them stays. */
  readonly unreadable: readonly string[];
  /** All that was left out, each with the reason. */
  readonly leftOut: readonly UnreadFile[];
  readonly problems: readonly string[];
}

const isSkipped = (name: string): boolean => name.startsWith('.') || name === 'node_modules';

const maxFiles = 20_000;
const maxDepth = 32;
/** Nobody mends more at once. */
const mostLeftOut = 1_000;
/** Larger files are logs and dumps that happen to end in .md. */
export const maxFileSize = 8 * 1024 * 1024;

/** Whether it is there and could not be read, itself or a folder above it. */
export const isUnread = (scan: Pick<Scan, 'unreadable'>, path: string): boolean =>
  scan.unreadable.some(
    (place) => place === path || (place.endsWith('/') && path.startsWith(place)),
  );

/** Whether what a link leads to is in this folder or below. Both are real paths. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * Everything under `root`. With `within`, links that lead out of that folder are left out.
 *
 * Rejects only when the folder itself cannot be read.
 */
export async function scanFolder(root: string, within: string | null = null): Promise<Scan> {
  const files: FoundFile[] = [];
  const directories: string[] = [];
  const unreadable: string[] = [];
  /** Left out with a reason of their own. */
  const kept: string[] = [];
  const leftOut: UnreadFile[] = [];
  const problems: string[] = [];
  const leaveOut = (path: string, reason: string): void => {
    if (leftOut.length < mostLeftOut) leftOut.push({ path, reason });
  };
  const leaveLinkOut = (path: string): void => {
    problems.push(`${path === '' ? 'It' : path} is a link to outside and was left out`);
    leaveOut(path, 'It is a link to outside of this repository, which is not followed.');
  };
  /** It may lead to a disk that is away: what is kept of it stays. */
  const leaveDeadLinkOut = (path: string): void => {
    kept.push(path);
    problems.push(`${path.replace(/\/$/, '')} is a link that leads to nothing`);
    leaveOut(path.replace(/\/$/, ''), 'It is a link that leads to nothing.');
  };
  // Links may lead in circles: a directory is entered once, by where it really is.
  const entered = new Set<string>();
  let isFull = false;

  const bounds = within === null ? null : await realpath(within);
  const isOutside = async (full: string): Promise<boolean> =>
    bounds !== null && !isWithin(await realpath(full), bounds);

  const visitFile = async (full: string, path: string, isLink: boolean): Promise<void> => {
    try {
      const info = await stat(full);
      if (!info.isFile()) return;
      if (await isOutside(full)) {
        leaveLinkOut(path);
        return;
      }
      if (info.size > maxFileSize) {
        problems.push(`${path} is larger than 8 MB and was left out`);
        unreadable.push(path);
        leaveOut(path, 'It is larger than 8 MB.');
      } else files.push({ path, size: info.size, modifiedMs: Math.floor(info.mtimeMs) });
    } catch (error) {
      if (isLink && isGone(error)) leaveDeadLinkOut(path);
      else if (!isGone(error)) {
        unreadable.push(path);
        leaveOut(path, unreadReason(error));
      }
    }
  };

  const visit = async (full: string, path: string, depth: number): Promise<void> => {
    const real = await realpath(full);
    if (entered.has(real)) return;
    if (bounds !== null && !isWithin(real, bounds)) {
      leaveLinkOut(path);
      return;
    }
    entered.add(real);
    const entries = await readdir(full, { withFileTypes: true });
    directories.push(full);
    const plain: Dirent[] = [];
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (isSkipped(entry.name)) continue;
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      const isFolder =
        entry.isDirectory() ||
        (entry.isSymbolicLink() && (await isDirectory(join(full, entry.name))));
      if (!isFolder) {
        if (isDocument(entry.name)) plain.push(entry);
        // Without an ending it was a folder, as a rule.
        else if (entry.isSymbolicLink() && !entry.name.includes('.') && (await isDead(full, entry)))
          leaveDeadLinkOut(`${child}/`);
      } else if (depth >= maxDepth) {
        problems.push(`${child} is nested too deep and was left out`);
        leaveOut(child, 'It is nested too deep.');
      } else {
        try {
          await visit(join(full, entry.name), child, depth + 1);
        } catch (error) {
          if (isGone(error)) continue;
          unreadable.push(`${child}/`);
          leaveOut(child, unreadReason(error));
        }
      }
    }
    for (let index = 0; index < plain.length && !isFull; index += 32) {
      await Promise.all(
        plain
          .slice(index, index + 32)
          .map((entry) =>
            visitFile(
              join(full, entry.name),
              path === '' ? entry.name : `${path}/${entry.name}`,
              entry.isSymbolicLink(),
            ),
          ),
      );
      isFull = files.length >= maxFiles;
    }
  };

  await visit(root, '', 0);
  if (isFull) problems.push(`more than ${maxFiles} files; the rest was left out`);
  if (unreadable.length > 0) {
    const named = unreadable.slice(0, 3).join(', ');
    problems.push(
      `${unreadable.length} could not be read (${named}${unreadable.length > 3 ? ', …' : ''})`,
    );
  }
  return { files, directories, unreadable: [...unreadable, ...kept], leftOut, problems };
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Whether it leads to nothing now. */
async function isDead(folder: string, entry: Dirent): Promise<boolean> {
  try {
    await stat(join(folder, entry.name));
    return false;
  } catch (error) {
    return isGone(error);
  }
}

/** Why a file cannot be read, for people. */
function unreadReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EACCES' || code === 'EPERM') return 'It may not be read.';
  if (code === 'ELOOP') return 'It is a link that leads back to itself.';
  return `It cannot be read: ${errorText(error)}.`;
}

/** Why a folder cannot be read, for people. */
export function folderProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'The folder is gone.';
  if (code === 'ENOTDIR') return 'This is a file, not a folder.';
  if (code === 'EACCES' || code === 'EPERM') return 'The folder may not be read.';
  return `The folder cannot be read: ${errorText(error)}.`;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** UTF-8, UTF-16 with its mark, or else the western single-byte code that reads every file somehow. Null: not text. */
export function decodeText(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  let text: string;
  if (first === 0xff && second === 0xfe) text = new TextDecoder('utf-16le').decode(bytes);
  else if (first === 0xfe && second === 0xff) text = new TextDecoder('utf-16be').decode(bytes);
  else {
    if (bytes.subarray(0, 8_000).includes(0)) return null;
    try {
      text = strictUtf8.decode(bytes);
    } catch {
      text = new TextDecoder('windows-1252').decode(bytes);
    }
  }
  // The store ends a text at its first NUL; a reader must see that something stood there.
  return (text.includes('\u0000') ? text.replaceAll('\u0000', '\ufffd') : text).toWellFormed();
}

/** A file on its way from the disk; it never rejects. */
export type ReadingFile = Promise<{
  /** Null: it is no text, or could not be read. */
  readonly text: string | null;
  /** Why it could not be read, for people. */
  readonly error: string | null;
}>;

export async function readFileOf(
  root: string,
  file: Pick<FoundFile, 'path' | 'size'>,
): Promise<Awaited<ReadingFile>> {
  try {
    return { text: await readText(root, file), error: null };
  } catch (error) {
    return { text: null, error: unreadReason(error) };
  }
}

/** Null when the file is no text. */
export async function readText(
  root: string,
  { path, size }: Pick<FoundFile, 'path' | 'size'>,
): Promise<string | null> {
  return decodeText(await readBytes(join(root, path), size));
}

/**
 * A whole file, of which the size was just looked up. In as few calls as can be: for small files, what the file handles of
 * `node:fs/promises` do around the reading is most of the work.
 */
function readBytes(path: string, size: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    open(path, 'r', (openError, file) => {
      if (openError !== null) {
        reject(openError);
        return;
      }
      // One byte more than expected tells a file that has grown since.
      const buffer = Buffer.allocUnsafe(size + 1);
      read(file, buffer, 0, size + 1, 0, (readError, count) => {
        close(file, () => {
          if (readError !== null) reject(readError);
          else if (count === size) resolve(buffer.subarray(0, size));
          else readFile(path).then(resolve, reject);
        });
      });
    });
  });
}

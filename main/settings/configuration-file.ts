/**
 * The file on disk. Read whole, written whole: into a second file that then takes the first one's place, so that a crash
 * leaves the old text or the new one.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError, errorText } from '../errors.ts';

/** A configuration is a page or two; what is larger is something else. */
const mostBytes = 4_000_000;
const attempts = 5;

const isAbsent = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';

/** Null when there is no file. @throws when there is one that cannot be read. */
export function readConfigurationText(file: string): string | null {
  try {
    const { size } = statSync(file);
    if (size > mostBytes) throw new Error(`it has ${size.toLocaleString('en')} bytes`);
    const bytes = readFileSync(file);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Changes whenever the file does; cheap enough to ask every two seconds. */
export function fileStamp(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    return isAbsent(error) ? 'absent' : errorText(error);
  }
}

/** A link leads into somebody's repository: write there, and leave the link. */
function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Windows does not open folders.
  }
}

export function writeWhole(file: string, text: string, isStill: () => boolean): boolean {
  const target = realFile(file);
  const folder = dirname(target);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let mode = 0o600;
  try {
    mode = statSync(target).mode & 0o777;
  } catch {
    // A new one is nobody else's business.
  }
  const temporary = join(folder, `.${basename(target)}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    const handle = openSync(temporary, 'wx', mode);
    try {
      fchmodSync(handle, mode);
      // Until all of it is there: a single write may take a part.
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (!isStill()) return false;
    renameSync(temporary, target);
    syncFolder(folder);
    return true;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Edits what is in the file now, not what we remember of it. Should somebody else write meanwhile, their text is edited
 * instead; only between the last look and the rename, microseconds apart, could a change be lost.
 *
 * @throws AppError, and whatever `edit` throws; then the file is as it was.
 */
export function editConfigurationFile(file: string, edit: (text: string | null) => string): string {
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = readConfigurationText(file);
      const after = edit(before);
      if (after === before) return after;
      if (writeWhole(file, after, () => readConfigurationText(file) === before)) return after;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('config.unreadable', `${file} could not be written: ${errorText(error)}.`, {
      next: 'See whether the disk is full and whether you may write there, then try again.',
      cause: error,
    });
  }
  throw new AppError('config.unreadable', `Something else keeps writing ${file}.`, {
    next: 'Close the other program that has it open, then try again.',
    isRetryable: true,
  });
}

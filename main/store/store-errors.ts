/** What SQLite and the file system say, as errors that a person can act on. */
import { AppError } from '../errors.ts';

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

const isDamageCode = (code: string): boolean =>
  code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';

/** Whether the file itself is broken, as opposed to being out of reach. */
export const isDamage = (error: unknown): boolean => isDamageCode(codeOf(error));

/**
 * The AppError for a known failure of the store; anything else comes back as it is, since it is a bug.
 */
export function toStoreError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('store.full', 'The disk is full, so nothing new can be stored.', {
      next: 'Free some space on the disk that holds the data folder; what was stored before is safe.',
      isRetryable: true,
      cause: error,
    });
  }
  if (isDamageCode(code)) {
    return new AppError('store.unavailable', 'The stored data is damaged.', {
      next: 'Restart Nightdesk: it keeps the damaged file and restores the newest good backup.',
      cause: error,
    });
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code === 'SQLITE_PERM' ||
    ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR'].includes(code)
  ) {
    return new AppError('store.unavailable', 'The data folder cannot be written.', {
      next: 'Make the folder writable for you, or start with another one (--data FOLDER).',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') {
    return new AppError('store.unavailable', 'The disk that holds the data reports errors.', {
      next: 'Check the disk, copy the data folder to another one, and start with --data FOLDER.',
      isRetryable: true,
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new AppError('store.unavailable', 'Another program is holding the database.', {
      next: 'Close the program that has the database open, then try again.',
      isRetryable: true,
      cause: error,
    });
  }
  return error;
}

/** The same for errors of SQLite only: inside a transaction other modules run, whose file errors are their own. */
export const fromSqlite = (error: unknown): unknown =>
  codeOf(error).startsWith('SQLITE_') ? toStoreError(error) : error;

import { describe, expect, test } from 'vitest';
import { AppError } from '../../../main/errors.ts';
import { fromSqlite, isDamage, toStoreError } from '../../../main/store/store-errors.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

describe('failures of the store', () => {
  test.each([
    ['SQLITE_FULL', 'store.full', 'disk is full'],
    ['ENOSPC', 'store.full', 'disk is full'],
    ['EDQUOT', 'store.full', 'disk is full'],
    ['SQLITE_CORRUPT', 'store.unavailable', 'damaged'],
    ['SQLITE_CORRUPT_VTAB', 'store.unavailable', 'damaged'],
    ['SQLITE_NOTADB', 'store.unavailable', 'damaged'],
    ['SQLITE_READONLY_DBMOVED', 'store.unavailable', 'cannot be written'],
    ['SQLITE_CANTOPEN', 'store.unavailable', 'cannot be written'],
    ['EROFS', 'store.unavailable', 'cannot be written'],
    ['EACCES', 'store.unavailable', 'cannot be written'],
    ['SQLITE_IOERR_WRITE', 'store.unavailable', 'reports errors'],
    ['SQLITE_BUSY', 'store.unavailable', 'holding'],
  ])('%s says what happened and what to do', (code, expected, words) => {
    const cause = failure(code);
    const error = toStoreError(cause) as AppError;
    expect(error).toBeInstanceOf(AppError);
    expect(error.code).toBe(expected);
    expect(error.message).toContain(words);
    expect(error.next.length).toBeGreaterThan(20);
    expect(error.cause).toBe(cause);
  });

  test.each([
    failure('SQLITE_CONSTRAINT_FOREIGNKEY'),
    failure('ECONNRESET'),
    new TypeError('bug'),
    'text',
    null,
  ])('anything else stays what it is: %s', (error) => {
    expect(toStoreError(error)).toBe(error);
    expect(fromSqlite(error)).toBe(error);
  });

  test('inside a transaction only errors of SQLite are ours', () => {
    expect(fromSqlite(failure('EACCES'))).not.toBeInstanceOf(AppError);
    expect(fromSqlite(failure('SQLITE_FULL'))).toBeInstanceOf(AppError);
  });

  test('a busy or full database is not a damaged one', () => {
    expect(['SQLITE_CORRUPT_INDEX', 'SQLITE_NOTADB'].map(failure).every(isDamage)).toBe(true);
    expect(['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_IOERR'].map(failure).some(isDamage)).toBe(false);
  });
});

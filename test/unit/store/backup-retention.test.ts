import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  backupName,
  backupsToRemove,
  isBackupDue,
  parseBackupName,
  restoreOrder,
  type BackupFile,
} from '../../../main/store/backup-retention.ts';

const hour = 3_600_000;
const day = 24 * hour;
const noon = Date.parse('2026-11-24T12:00:00.000Z');
const made = (at: number, reason: BackupFile['reason'] = 'daily'): BackupFile => ({
  name: backupName(at, reason),
  at,
  reason,
});
const days = (list: readonly BackupFile[]): string[] =>
  list.map(({ at }) => new Date(at).toISOString().slice(5, 10)).sort();
const keptOf = (list: readonly BackupFile[]): BackupFile[] => {
  const removed = new Set(backupsToRemove(list));
  return list.filter((backup) => !removed.has(backup));
};

const anyBackups = fc
  .uniqueArray(
    fc.record({
      at: fc.integer({ min: noon - 800 * day, max: noon + 30 * day }),
      reason: fc.constantFrom<BackupFile['reason']>('daily', 'upgrade'),
    }),
    { maxLength: 120, selector: ({ at }) => at },
  )
  .map((list) => list.map(({ at, reason }) => made(at, reason)));

describe('which backups to keep', () => {
  test.each([
    ['none', [], []],
    ['a single one, however old', [made(noon - 900 * day)], ['06-07']],
    [
      'three made within one day',
      [made(noon), made(noon - hour), made(noon - 2 * hour)],
      ['11-24', '11-24', '11-24'],
    ],
    [
      'one a day for a week, then the last of each week for four weeks',
      Array.from({ length: 40 }, (_, index) => made(noon - index * day)),
      ['11-08', '11-15', '11-18', '11-19', '11-20', '11-21', '11-22', '11-23', '11-24'],
    ],
    [
      'old ones after a long absence: days with a backup count, not days on the calendar',
      Array.from({ length: 5 }, (_, index) => made(noon - (400 + index) * day)),
      ['10-16', '10-17', '10-18', '10-19', '10-20'],
    ],
    [
      'the last two before upgrades, however old',
      [
        ...Array.from({ length: 10 }, (_, index) => made(noon - index * day)),
        ...[100, 200, 300].map((age) => made(noon - age * day, 'upgrade')),
      ],
      ['05-08', '08-16', '11-15', '11-18', '11-19', '11-20', '11-21', '11-22', '11-23', '11-24'],
    ],
  ] as const)('%s', (_, backups, expected) => {
    expect(days(keptOf(backups))).toEqual(expected);
  });

  test('the newest is never removed', () => {
    fc.assert(
      fc.property(anyBackups, (backups) => {
        const newest = Math.max(...backups.map(({ at }) => at));
        expect(backupsToRemove(backups).every(({ at }) => at < newest)).toBe(true);
      }),
    );
  });

  test('few are kept, and thinning twice removes nothing more', () => {
    fc.assert(
      fc.property(anyBackups, (backups) => {
        const kept = keptOf(backups);
        expect(kept.length).toBeLessThanOrEqual(16);
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(3, backups.length));
        expect(backupsToRemove(kept)).toEqual([]);
      }),
    );
  });

  test('thinning after every backup keeps a backup from each of the last weeks', () => {
    let backups: BackupFile[] = [];
    for (let index = 0; index < 120; index++) {
      backups = keptOf([...backups, made(noon + index * day)]);
    }
    const newest = noon + 119 * day;
    for (const age of [1, 3, 6, 9, 16]) {
      expect(
        backups.some(({ at }) => at >= newest - (age + 7) * day && at <= newest - (age - 1) * day),
      ).toBe(true);
    }
  });
});

describe('when the next backup is due', () => {
  test.each([
    ['there is none', [], true],
    ['the last is from an hour ago', [made(noon - hour)], false],
    ['the last is from just under a day ago', [made(noon - day + 1)], false],
    ['the last is a day old', [made(noon - day)], true],
    ['the only one is from the future', [made(noon + 5 * day)], true],
    ['one from the future and one from today', [made(noon + 5 * day), made(noon - hour)], false],
  ])('%s', (_, backups, expected) => {
    expect(isBackupDue(backups, noon)).toBe(expected);
  });
});

describe('names', () => {
  test('a name says when and why, and reads back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_102_444_800_000 }),
        fc.constantFrom<BackupFile['reason']>('daily', 'upgrade'),
        (at, reason) => {
          const name = backupName(at, reason);
          expect(parseBackupName(name)).toEqual({ name, at, reason });
        },
      ),
    );
  });

  test.each([
    'nightdesk.db',
    'holiday.jpg',
    'nightdesk-20261124T040000000Z-daily.db.unfinished',
    '',
    'nightdesk-20269924T040000000Z-daily.db',
  ])('%s is not a backup', (name) => {
    expect(parseBackupName(name)).toBeNull();
  });

  test('restoring tries the newest first, and those from the future last', () => {
    const list = [made(noon - 2 * day), made(noon + day), made(noon - hour), made(noon + 9 * day)];
    expect(restoreOrder(list, noon).map(({ at }) => at - noon)).toEqual([
      -hour,
      -2 * day,
      9 * day,
      day,
    ]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localTime, startOf } from '../../../main/local-time.ts';
import { blindFor, type SightRecord } from '../../../main/reviews/sight.ts';
import { shiftsOf, weekBefore, weekOf } from '../../../main/reviews/week.ts';

const hour = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

describe('weeks', () => {
  test.each([
    ['a Monday', '2026-11-23', 'UTC', '2026-11-23', '2026-11-23T00:00:00.000Z', 168],
    ['a Sunday', '2026-11-29', 'UTC', '2026-11-23', '2026-11-23T00:00:00.000Z', 168],
    ['east', '2026-11-25', 'Asia/Kolkata', '2026-11-23', '2026-11-22T18:30:00.000Z', 168],
    ['far east', '2026-11-25', 'Pacific/Kiritimati', '2026-11-23', '2026-11-22T10:00:00.000Z', 168],
    ['west', '2026-11-25', 'America/Los_Angeles', '2026-11-23', '2026-11-23T08:00:00.000Z', 168],
    [
      'clocks go forward',
      '2026-03-29',
      'Europe/Berlin',
      '2026-03-23',
      '2026-03-22T23:00:00.000Z',
      167,
    ],
    [
      'clocks go back',
      '2026-10-25',
      'Europe/Berlin',
      '2026-10-19',
      '2026-10-18T22:00:00.000Z',
      169,
    ],
    [
      'half an hour back',
      '2026-04-05',
      'Australia/Lord_Howe',
      '2026-03-30',
      '2026-03-29T13:00:00.000Z',
      168.5,
    ],
    [
      'no midnight on Friday',
      '2026-04-24',
      'Africa/Cairo',
      '2026-04-20',
      '2026-04-19T22:00:00.000Z',
      167,
    ],
    ['a zone that is none', '2026-11-25', 'Mars/Olympus', '2026-11-23', null, 168],
    ['a year ends', '2027-01-01', 'UTC', '2026-12-28', '2026-12-28T00:00:00.000Z', 168],
  ])('%s', (_case, day, zone, monday, from, hours) => {
    const week = weekOf(day, zone);
    expect(week.weekOf).toBe(monday);
    expect(iso(week.fromMs)).toBe(from ?? iso(week.fromMs));
    expect((week.toMs - week.fromMs) / hour).toBe(hours);
  });

  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'Pacific/Apia',
  ];
  const days = fc
    .integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) })
    .map((ms) => iso(ms).slice(0, 10));

  test('follow each other without a gap, and their shifts fill them', () => {
    fc.assert(
      fc.property(days, fc.constantFrom(...zones), (day, zone) => {
        const week = weekOf(day, zone);
        expect(weekBefore(week, zone).toMs).toBe(week.fromMs);
        const shifts = shiftsOf(week, zone);
        expect(shifts).toHaveLength(14);
        expect(shifts[0]?.fromMs).toBe(week.fromMs);
        expect(shifts.at(-1)?.toMs).toBe(week.toMs);
        shifts.forEach((shift, index) => {
          expect(shift.toMs).toBeGreaterThan(shift.fromMs);
          expect(shift.fromMs).toBe(shifts[index - 1]?.toMs ?? week.fromMs);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('a day begins where the wall clock first shows it', () => {
    fc.assert(
      fc.property(days, fc.constantFrom(...zones), (day, zone) => {
        const from = startOf(day, 0, zone);
        expect(localTime(from - 60_000, zone).day < day).toBe(true);
        expect(localTime(from, zone).day >= day).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('blindness', () => {
  const record = (atMs: number, kind: SightRecord['kind']): SightRecord => ({ atMs, kind });
  test.each<[string, SightRecord[], number]>([
    ['none', [], 0],
    ['within', [record(110, 'source_blind'), record(130, 'source_live')], 20],
    ['begun before', [record(10, 'source_blind'), record(130, 'source_live')], 30],
    ['not ended', [record(190, 'source_blind')], 10],
    ['before only', [record(10, 'source_blind'), record(90, 'source_live')], 0],
    ['the program stopped', [record(110, 'source_blind'), record(120, 'source_unwatched')], 10],
    [
      'twice begun',
      [record(110, 'source_blind'), record(120, 'source_blind'), record(130, 'source_live')],
      20,
    ],
    ['a clock that jumped back', [record(150, 'source_blind'), record(120, 'source_live')], 0],
  ])('%s', (_case, records, expected) => {
    expect(blindFor(records, 100, 200)).toBe(expected);
  });
});

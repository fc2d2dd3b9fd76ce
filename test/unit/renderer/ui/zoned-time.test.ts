import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOfWallTime, wallDay, wallTime } from '../../../../renderer/ui/zoned-time.ts';

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const minuteMs = 60_000;

describe('a time by the wall clock', () => {
  test.each([
    ['2026-11-24T03:01:12.000Z', 'Europe/Berlin', '2026-11-24T04:01'],
    ['2026-06-24T22:30:00.000Z', 'Europe/Berlin', '2026-06-25T00:30'],
    ['2026-11-24T03:01:12.000Z', 'Asia/Kathmandu', '2026-11-24T08:46'],
  ])('%s in %s reads %s', (instant, zone, text) => {
    expect(wallTime(instant, zone)).toBe(text);
    expect(wallDay(instant, zone)).toBe(text.slice(0, 10));
  });

  test('what was typed comes back as the moment that shows it', () => {
    const day = 86_400_000;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 * 24 * 60 }),
        fc.constantFrom(...zones),
        (minutes, zone) => {
          const text = wallTime(minutes * minuteMs, zone);
          const instant = instantOfWallTime(text, zone);
          expect(instant).not.toBeNull();
          expect(wallTime(instant ?? '', zone)).toBe(text);
          expect(Math.abs(Date.parse(instant ?? '') - minutes * minuteMs)).toBeLessThan(day);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a time that the clock shows twice is the earlier one', () => {
    expect(instantOfWallTime('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
  });

  test('a time that the clock skips is after the jump', () => {
    expect(instantOfWallTime('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
  });

  test.each(['', '04:01', '2026-13-40T04:01', 'yesterday', '2026-11-24'])(
    '%j is no time',
    (text) => {
      expect(instantOfWallTime(text, 'UTC')).toBeNull();
    },
  );

  test('a zone that no system knows is the system’s', () => {
    expect(wallTime('2026-11-24T03:01:12.000Z', 'Mars/Olympus')).toBe(
      wallTime('2026-11-24T03:01:12.000Z', ''),
    );
  });
});

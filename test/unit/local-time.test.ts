import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { isWithinHours } from '../../main/local-time.ts';

const night = { from: '22:00', to: '08:00' };
const within = (timeZone: string, instant: string, hours = night): boolean =>
  isWithinHours(hours, timeZone, Date.parse(instant));

describe('quiet hours', () => {
  test.each([
    ['begin at the very minute', '2026-11-24T21:00:00Z', true],
    ['not a moment before', '2026-11-24T20:59:59.999Z', false],
    ['go on over midnight', '2026-11-24T23:30:00Z', true],
    ['end at the very minute', '2026-11-25T07:00:00Z', false],
    ['last until then', '2026-11-25T06:59:59.999Z', true],
  ])('of Berlin %s', (_promise, instant, isQuiet) => {
    expect(within('Europe/Berlin', instant)).toBe(isQuiet);
  });

  test.each([
    // Berlin goes from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
    ['Europe/Berlin', '2026-03-29T05:59:59Z', true],
    ['Europe/Berlin', '2026-03-29T06:00:00Z', false],
    ['Europe/Berlin', '2026-03-28T06:30:00Z', true],
    ['Europe/Berlin', '2026-10-25T06:59:59Z', true],
    ['Europe/Berlin', '2026-10-25T07:00:00Z', false],
    ['Europe/Berlin', '2026-10-24T06:30:00Z', false],
    // New York goes from 02:00 to 03:00 on 8 March 2026, and from 02:00 back to 01:00 on 1 November.
    ['America/New_York', '2026-03-08T11:59:59Z', true],
    ['America/New_York', '2026-03-08T12:00:00Z', false],
    ['America/New_York', '2026-03-07T12:30:00Z', true],
    ['America/New_York', '2026-11-01T12:59:59Z', true],
    ['America/New_York', '2026-11-01T13:00:00Z', false],
    ['America/New_York', '2026-10-31T12:30:00Z', false],
  ])('%s: the wall clock decides on the day the clocks change, %s', (zone, instant, isQuiet) => {
    expect(within(zone, instant)).toBe(isQuiet);
  });

  test.each(['Europe/Berlin', 'America/New_York'])(
    '%s: every night of the year is ten hours long, but for the two of the clock change',
    (zone) => {
      const minutes = new Map<number, number>();
      const start = Date.parse('2026-01-01T17:00:00Z');
      for (let minute = 0; minute < 364 * 1440; minute += 15) {
        if (!isWithinHours(night, zone, start + minute * 60_000)) continue;
        const day = Math.floor(minute / 1440);
        minutes.set(day, (minutes.get(day) ?? 0) + 15);
      }
      const lengths = [...minutes.values()];
      expect(lengths.filter((length) => length === 600)).toHaveLength(362);
      expect(lengths.filter((length) => length !== 600).toSorted((a, b) => a - b)).toEqual([
        540, 660,
      ]);
    },
  );

  test('within one day, off, and empty', () => {
    const lunch = { from: '12:00', to: '13:00' };
    expect(within('UTC', '2026-11-24T12:30:00Z', lunch)).toBe(true);
    expect(within('UTC', '2026-11-24T13:00:00Z', lunch)).toBe(false);
    expect(isWithinHours(null, 'UTC', 0)).toBe(false);
    expect(within('UTC', '2026-11-24T12:00:00Z', { from: '12:00', to: '12:00' })).toBe(false);
  });

  test('a time zone that nobody knows does not throw', () => {
    expect(() => within('Mars/Olympus', '2026-11-24T12:00:00Z')).not.toThrow();
  });

  test('any instant is either in the window or in its complement', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'UTC'),
        (date, zone) => {
          const at = date.getTime();
          const isDay = isWithinHours({ from: '08:00', to: '22:00' }, zone, at);
          expect(isWithinHours(night, zone, at)).toBe(!isDay);
        },
      ),
    );
  });
});

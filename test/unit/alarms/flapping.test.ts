import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  calmAfterMs,
  flappingFrom,
  flappingNow,
  flappingWindowMs,
  flappingWords,
  noSwings,
  settled,
  swung,
  type Swings,
} from '../../../main/alarms/flapping.ts';
import { minute, start } from '../../support/alarms.ts';

const after = (...minutes: number[]): Swings =>
  minutes.reduce((swings, at) => swung(swings, start + at * minute), noSwings);
const isFlapping = (swings: Swings, atMinute: number): boolean =>
  flappingNow(swings, start + atMinute * minute) !== null;

describe('an alarm flaps', () => {
  test.each([
    ['three times on and off within a quarter of an hour', [0, 1, 2, 3, 4, 5], 5, true],
    ['twice on and off', [0, 1, 2, 3], 3, false],
    ['three times on and off, slowly', [0, 3, 6, 9, 12, 16], 16, false],
    ['just within the window', [0, 3, 6, 9, 12, 15], 15, true],
    ['while it is still for less than it takes to end', [0, 1, 2, 3, 4, 5], 20, true],
    ['no more when it was still for long enough', [0, 1, 2, 3, 4, 5], 20.1, false],
    ['on and on, however slowly it goes on once begun', [0, 1, 2, 3, 4, 5, 19, 33, 47], 60, true],
    ['no more after a pause, although it swings again', [0, 1, 2, 3, 4, 5, 30, 31], 31, false],
  ])('%s', (_name, minutes, at, isSo) => {
    expect(isFlapping(after(...minutes), at)).toBe(isSo);
  });

  it('counts every change since the first, and says them', () => {
    const flapping = flappingNow(after(0, 1, 2, 3, 4, 5, 6, 10), start + 10 * minute);
    expect(flapping).toEqual({ since: start, count: 8 });
    expect(flapping && flappingWords(flapping, start + 10 * minute)).toBe(
      'flapping: 8 changes in 10 min',
    );
  });

  it('forgets what a clock that was set back noted in its future', () => {
    const swings = after(0, 1, 2, 3, 4, 5);
    expect(flappingNow(swings, start - 60 * minute)).toBeNull();
    expect(isFlapping(swung(swings, start - 60 * minute), -60)).toBe(false);
  });
});

describe('whatever an alarm does', () => {
  const history = fc.array(fc.integer({ min: 1, max: 20 * minute }), { maxLength: 60 });

  it('begins to flap only after enough changes in the window, and ends only after a long quiet', () => {
    fc.assert(
      fc.property(history, (gaps) => {
        const times: number[] = [];
        let swings = noSwings;
        let at = start;
        for (const gap of gaps) {
          const was = flappingNow(swings, at) !== null;
          const isStillBefore = flappingNow(swings, at + gap) !== null;
          expect(isStillBefore).toBe(was && gap <= calmAfterMs);
          at += gap;
          times.push(at);
          swings = swung(swings, at);
          const isNow = flappingNow(swings, at) !== null;
          const first = times.at(-flappingFrom);
          const isMany = first !== undefined && at - first <= flappingWindowMs;
          expect(isNow).toBe(isStillBefore || isMany);
        }
      }),
    );
  });

  it('is remembered shortly, and not at all when it is long over', () => {
    fc.assert(
      fc.property(history, (gaps) => {
        let at = start;
        let swings = noSwings;
        for (const gap of gaps) swings = swung(swings, (at += gap));
        expect(swings.recent.length).toBeLessThanOrEqual(flappingFrom);
        expect(settled(swings, at + 60 * minute)).toBeNull();
      }),
    );
  });
});

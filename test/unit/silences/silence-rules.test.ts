import { describe, expect, test } from 'vitest';
import { isOver, whyForgotten } from '../../../main/silences/silence-rules.ts';
import { instant, start } from '../../support/alarms.ts';

const day = 86_400_000;
const silence = (ageMs: number, leftMs: number, state: 'pending' | 'active' = 'active') => ({
  startsAt: instant(start - ageMs),
  endsAt: instant(start + leftMs),
  state,
});

describe('a forgotten silence', () => {
  test.each([
    ['young, hiding nothing', silence(6 * day, day), 0, null],
    ['old, but hiding something', silence(9 * day, day), 1, null],
    ['old, hiding nothing', silence(9 * day, day), 0, '9 days old and hides nothing now'],
    ['old, while nobody can see what it hides', silence(9 * day, day), null, null],
    ['far ahead', silence(day, 40 * day), 3, 'ends only in 40 days'],
    ['far ahead, nobody can see', silence(day, 40 * day), null, 'ends only in 40 days'],
    [
      'both',
      silence(400 * day, 4_000 * day),
      0,
      '400 days old and hides nothing now; ends only in 4000 days',
    ],
    ['not begun', silence(-day, 2 * day, 'pending'), 0, null],
    ['with its start in the future by a clock that jumped', silence(-9 * day, day), 0, null],
  ])('%s', (_what, one, hidesCount, expected) => {
    expect(whyForgotten(one, hidesCount, start)).toBe(expected);
  });

  test('is over at its end, not after it', () => {
    expect(isOver({ endsAt: instant(start) }, start)).toBe(true);
    expect(isOver({ endsAt: instant(start + 1) }, start)).toBe(false);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationWords } from '../../../../main/incidents/words.ts';
import { spanWords } from '../../../../renderer/features/postmortems/span-words.ts';

describe('a span', () => {
  test.each([
    [535, '1 s'],
    [58_547, '59 s'],
    [63_214, '63 s'],
    [5 * 60_000, '5 min'],
    [2 * 3_600_000, '2 h'],
    [50 * 3_600_000, '2 d 2 h'],
  ])('of %i ms is %s', (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });

  test('is said on the screen as in the draft and the export', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 * 86_400_000 }), (ms) => {
        expect(spanWords(ms)).toBe(durationWords(ms));
      }),
    );
  });
});

import { expect, test } from 'vitest';
import { steadySkewMs } from '../../../main/sources/steady-skew.ts';

test.each([
  [null, 0],
  [0, 0],
  [499, 0],
  [-4_999, 0],
  [5_200, 5_000],
  [-7_900, -5_000],
  [3_600_499, 3_600_000],
])('a difference of %s ms counts as %i', (skewMs, steady) => {
  expect(steadySkewMs(skewMs) + 0).toBe(steady);
});

test('what is known to a second only does not move what is shown', () => {
  for (let jitter = -500; jitter <= 500; jitter += 50) {
    expect(steadySkewMs(602_000 + jitter)).toBe(600_000);
  }
});

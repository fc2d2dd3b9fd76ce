import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isVolatileLabel,
  matchersKey,
  matchesAll,
  proposeMatchers,
} from '../../../main/sources/matchers.ts';

const matcher = (name: string, value: string, isRegex = false, isEqual = true) => ({
  name,
  value,
  isRegex,
  isEqual,
});
const label = fc.constantFrom(
  'alertname',
  'service',
  'pod',
  'instance',
  'severity',
  '__proto__',
  'constructor',
);
const labels = fc.dictionary(label, fc.string({ unit: 'binary', minLength: 1 }));

describe('matchers', () => {
  test.each([
    ['no matcher selects nothing', [], { a: 'x' }, false],
    ['an equal value', [matcher('a', 'x')], { a: 'x' }, true],
    ['an absent label is empty', [matcher('a', '')], {}, true],
    ['an absent label is not another value', [matcher('a', 'x', false, false)], {}, true],
    ['a pattern matches the whole', [matcher('a', 'x', true)], { a: 'xy' }, false],
    ['a pattern regards case', [matcher('a', 'x', true)], { a: 'X' }, false],
    ['a pattern may match what is absent', [matcher('a', '.*', true)], {}, true],
    ['a pattern that is refused', [matcher('a', 'x', true, false)], { a: 'x' }, false],
    ['an unreadable pattern selects nothing', [matcher('a', '(', true)], { a: '(' }, false],
    [
      'nor does it select everything when negated',
      [matcher('a', '(', true, false)],
      { a: 'x' },
      false,
    ],
    ['all must agree', [matcher('a', 'x'), matcher('b', 'y')], { a: 'x', b: 'z' }, false],
    ['names of the language itself are absent', [matcher('constructor', '')], {}, true],
  ])('%s', (_, matchers, given, expected) => {
    expect(matchesAll(matchers, given)).toBe(expected);
  });

  test('the proposed ones always match the alarm they were made for, and never more than they say', () => {
    fc.assert(
      fc.property(labels, (given) => {
        const { matchers, volatileLabels } = proposeMatchers(given);
        // None, for an alarm without labels: and no matchers select nothing.
        expect(matchesAll(matchers, given)).toBe(Object.keys(given).length > 0);
        const isAllVolatile = Object.keys(given).every(isVolatileLabel);
        for (const name of volatileLabels) {
          expect(matchers.some((each) => each.name === name)).toBe(isAllVolatile);
        }
      }),
    );
  });

  test('the same set has the same key in any order, another set another', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string(), fc.boolean())), (parts) => {
        const all = parts.map(([name, value, isRegex]) => matcher(name, value, isRegex));
        expect(matchersKey(all.toReversed())).toBe(matchersKey(all));
        expect(matchersKey([...all, matcher('\nextra', '"')])).not.toBe(
          matchersKey([...all, matcher('\nextra', '')]),
        );
      }),
    );
  });
});

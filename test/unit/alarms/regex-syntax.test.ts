import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compilePattern,
  PatternProblem,
  type PatternOptions,
} from '../../../main/alarms/linear-regex.ts';

const exact: PatternOptions = {
  isCaseless: false,
  maxPattern: 5_000,
  maxInstructions: 5_000,
  maxText: 10_000,
};
const matches = (pattern: string, text: string): boolean => compilePattern(pattern, exact)(text);

describe('patterns of other people, as Go reads them', () => {
  test.each<[string, string, boolean]>([
    ['web', 'Web', false],
    ['(?i)web', 'WEB', true],
    ['(?i:w)eb', 'Web', true],
    ['(?i:w)eb', 'WEB', false],
    ['w(?i)eb', 'wEB', true],
    ['(?i)[^a]', 'A', false],
    ['.', '\n', false],
    ['(?s).', '\n', true],
    ['(?-s:.)', '\n', false],
    ['(?P<name>a)b', 'ab', true],
    ['(?<name>a)b', 'ab', true],
    ['[[:alpha:]_]+', 'Ab_', true],
    ['[[:^digit:]]', '7', false],
    ['[\\d-]+', '1-2', true],
    ['[\\x41-\\x{43}]', 'B', true],
    ['\\p{Greek}+', 'αβγ', true],
    ['\\pL', 'é', true],
    ['\\P{Lu}', 'a', true],
    ['\\Qa.b*\\E+', 'a.b**', true],
    ['\\Qa.b', 'a.b', true],
    ['a\\b.\\bc', 'a c', true],
    ['a\\Bb', 'ab', true],
    ['\\Aab\\z', 'ab', true],
    ['|a', '', true],
    ['()', '', true],
    ['💥{2}', '💥💥', true],
    ['a$|b', 'a', true],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(?<!a)',
    '\\1',
    '(?m)a',
    'a{1001}',
    '[[:nope:]]',
    '\\p{Nope}',
    '\\x{110000}',
    '[z-a]',
    '(',
    '(?P<a',
    '[[:alpha:',
    '\\',
    'a**',
    'a+*',
    '(?:(?:a{1000}){1000})',
  ])('%j is no pattern there either', (pattern) => {
    expect(() => compilePattern(pattern, exact)).toThrow(PatternProblem);
  });

  test('agree with JavaScript where both know the syntax', () => {
    const piece = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\b', '\\d', '-');
    const count = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}');
    const pattern = fc
      .array(fc.tuple(piece, count), { maxLength: 6 })
      .map((parts) => parts.map(([one, times]) => (one === '\\b' ? one : one + times)).join(''));
    fc.assert(
      fc.property(
        pattern,
        fc.string({ unit: fc.constantFrom('a', 'b', 'A', '-', '1', '🔥'), maxLength: 6 }),
        (source, text) => {
          expect(matches(source, text)).toBe(new RegExp(`^(?:${source})$`, 'u').test(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

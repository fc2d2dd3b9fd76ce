import { Script } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, PatternProblem } from '../../../main/alarms/linear-regex.ts';

describe('linear regex', () => {
  it.each<[string, string, boolean]>([
    ['check.*', 'checkout', true],
    ['check', 'checkout', false],
    ['', '', true],
    ['', 'a', false],
    ['a|bc|d', 'bc', true],
    ['a|bc|d', 'c', false],
    ['prod-[0-9]+', 'PROD-12', true],
    ['prod-[^0-9]+', 'prod-1', false],
    ['[A-C]x', 'bx', true],
    ['(eu|us)-(west|east)-\\d', 'us-east-1', true],
    ['(?:ab){2,3}', 'ababab', true],
    ['(?:ab){2,3}', 'abababab', false],
    ['a{0}b', 'b', true],
    ['^a.*z$', 'abcz', true],
    ['a^b', 'ab', false],
    ['\\w+\\.example\\.org', 'api.example.org', true],
    ['[]x]+', ']x]', true],
    ['[a-]+', 'a-a', true],
    ['.+?', 'abc', true],
    ['\\s\\S\\D', ' x-', true],
    ['.', '🔥', true],
    ['a{', 'a{', true],
  ])('%j matches %j: %s', (pattern, text, isMatch) => {
    expect(compilePattern(pattern)(text)).toBe(isMatch);
  });

  it.each([
    '(',
    ')',
    '[',
    '*',
    'a**',
    '(?=a)',
    '\\1',
    '\\',
    'a{3,1}',
    '[z-a]',
    'x'.repeat(501),
    '(a{999}){999}',
    '(((((){999}){999}){999}){999})',
    '('.repeat(60),
  ])('says why %j is no pattern', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(PatternProblem);
  });

  it.each(['(a+)+b', '(a|a)*b', '(.*)*x', '.*.*.*.*.*b', '(a?){50}a{50}'])(
    'comes to an end with %j, where backtracking would not',
    (pattern) => {
      expect(typeof compilePattern(pattern)('a'.repeat(4_000))).toBe('boolean');
    },
  );

  const piece = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', 'c', '^', '$');
  const count = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '{0,1}', '{2,}');
  const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
    pattern: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
    part: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.tuple(piece, count).map(([one, times]) => (/^[$^]$/.test(one) ? one : one + times)),
      fc.tuple(tie('pattern'), tie('pattern'), count).map(([x, y, times]) => `(${x}|${y})${times}`),
    ),
  }));

  const question = new Script(`new RegExp('^(?:' + source + ')$', 'i').test(text)`);
  /** What JavaScript's own engine says; null where it backtracks for ever, about once in 60,000 of these patterns. */
  function ownEngine(source: string, text: string): boolean | null {
    try {
      return question.runInNewContext({ source, text }, { timeout: 500 }) as boolean;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
      throw error;
    }
  }

  it("agrees with JavaScript's own engine wherever that comes to an end", () => {
    fc.assert(
      fc.property(
        pattern.filter(({ length }) => length <= 80),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A'), maxLength: 7 }),
        (source, text) => {
          const answer = compilePattern(source)(text);
          const expected = ownEngine(source, text);
          fc.pre(expected !== null);
          expect(answer).toBe(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('answers or says why not, for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (source, text) => {
        let result: unknown;
        try {
          result = compilePattern(source)(text);
        } catch (error) {
          result = error instanceof PatternProblem;
        }
        expect([true, false]).toContain(result);
      }),
      { numRuns: 2_000 },
    );
  });
});

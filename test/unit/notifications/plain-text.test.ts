import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { clip, plainLine, plainText } from '../../../main/notifications/plain-text.ts';

describe('plain text', () => {
  test.each([
    ['keeps words, accents and signs', 'Zürich: 5 % > 3, "ok"', 'Zürich: 5 % > 3, "ok"'],
    ['drops what turns the direction around', 'exe.\u202Egnp\u202C', 'exe.gnp'],
    ['drops what nobody sees', 'a\u200Bb\u2066c\uFEFF', 'abc'],
    ['drops NUL and escapes', 'a\0b\u001B[31mc', 'a b [31mc'],
    ['mends half a character', 'a\uD83D', 'a\uFFFD'],
    ['keeps lines, without empty ones', 'one\r\n\r\n  two\u2028three\n', 'one\ntwo\nthree'],
  ])('%s', (_promise, text, plain) => {
    expect(plainText(text, 100)).toBe(plain);
  });

  test('cuts visibly, and not inside a character', () => {
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip(`ab${'😀'.repeat(3)}`, 4)).toBe('ab…');
  });

  test('whatever comes, what leaves is short, well-formed and without controls', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 500 }),
        fc.integer({ min: 1, max: 80 }),
        (text, limit) => {
          const line = plainLine(text, limit);
          expect(line.length).toBeLessThanOrEqual(limit);
          expect(line.isWellFormed()).toBe(true);
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        },
      ),
    );
  });
});

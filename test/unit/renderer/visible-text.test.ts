import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipText, visibleText } from '../../../renderer/ui/visible-text.ts';

describe('text from outside', () => {
  it.each([
    ['plain text', 'Checkout is down 🔥', 'Checkout is down 🔥'],
    ['a NUL', 'a\u0000b', 'a␀b'],
    ['an escape sequence', '\u001B[31mred', '␛[31mred'],
    ['a turn of direction', 'abc\u202Egnp.exe', 'abc⟨U+202E⟩gnp.exe'],
    ['an isolate', '\u2066x\u2069', '⟨U+2066⟩x⟨U+2069⟩'],
    ['a zero-width space', 'pass\u200Bword', 'pass⟨U+200B⟩word'],
    ['a hidden tag', `a\u{E0041}b`, 'a⟨U+E0041⟩b'],
    ['line breaks', 'a\r\nb\tc', 'a\nb\tc'],
  ])('shows %s', (_name, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('puts a line break on one line where only one is shown', () => {
    expect(visibleText('a\r\n\tb', true)).toBe('a  b');
  });

  it('leaves no control in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(text)).not.toMatch(
          // oxlint-disable-next-line no-control-regex -- controls are what it looks for
          /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/,
        );
      }),
    );
  });

  it('is never cut inside a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, length) => {
        const { text: part, isClipped } = clipText(text, length);
        expect(part.isWellFormed()).toBe(true);
        expect(text.startsWith(part)).toBe(true);
        expect(isClipped).toBe(text.length > length);
      }),
    );
  });
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasMark, isMarked, markedNote, withoutMark } from '../../../main/sources/note-mark.ts';

test('a note is found by its request, not by its text', () => {
  const note = markedNote('still looking', 'key-1', 'ada');
  expect(note).toMatch(/^ada: still looking \[nightdesk [0-9a-f]{8}\]$/);
  expect(hasMark(note, 'key-1')).toBe(true);
  expect(hasMark(note, 'key-2')).toBe(false);
  expect(withoutMark(note)).toBe('ada: still looking');
});

test('the mark comes off and leaves what was written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (note, key) => {
      const marked = markedNote(note, key);
      expect(isMarked(marked)).toBe(true);
      expect(withoutMark(marked)).toBe(note.trim());
    }),
  );
});

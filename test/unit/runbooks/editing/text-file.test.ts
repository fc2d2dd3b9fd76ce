import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatWords,
  readTextFile,
  writeTextFile,
  type TextFile,
} from '../../../../main/runbooks/editing/text-file.ts';

function read(bytes: Buffer): TextFile {
  const file = readTextFile(bytes);
  if (file === null) throw new Error('not read');
  return file;
}

const files: readonly (readonly [string, Buffer, string])[] = [
  ['plain', Buffer.from('# A\n\nb\n'), 'UTF-8'],
  ['of Windows', Buffer.from('# A\r\n\r\nb\r\n'), 'UTF-8, Windows line endings'],
  ['with a mark', Buffer.from('\ufeff# A\nb'), 'UTF-8, with a byte order mark'],
  ['of mixed endings', Buffer.from('# A\r\nb\nc\rd'), 'UTF-8, mixed line endings'],
  ['of an old Mac', Buffer.from('# A\rb\r'), 'UTF-8, old Mac line endings'],
  ['UTF-16', Buffer.from('\ufeff# A\r\nÄ€\r\n', 'utf16le'), 'UTF-16, Windows line endings'],
  ['UTF-16 backwards', Buffer.from('\ufeff# A\n', 'utf16le').swap16(), 'UTF-16 (big endian)'],
  ['single bytes', Buffer.from('Stra\xdfe \x80 \x93x\x94\n', 'latin1'), 'Windows-1252'],
  ['empty', Buffer.alloc(0), 'UTF-8'],
];

describe.each(files)('a file %s', (_, bytes, format) => {
  test('is written back byte by byte when nothing was edited', () => {
    const file = read(bytes);
    expect(file.text).not.toContain('\r');
    expect(writeTextFile(file, file.text)).toEqual({ bytes, note: null });
    expect(formatWords(file)).toBe(format);
  });

  test('keeps its encoding and line endings with a line more', () => {
    const file = read(bytes);
    const { bytes: after } = writeTextFile(file, `first\n${file.text}`);
    const again = read(after);
    expect(again.text).toBe(`first\n${file.text}`);
    expect([again.encoding, again.hasMark]).toEqual([file.encoding, file.hasMark]);
  });
});

test('lines that were not touched keep their odd endings, new ones get the usual', () => {
  const file = read(Buffer.from('a\r\nb\r\nc\nd'));
  expect(writeTextFile(file, 'a\nb\nnew\nc\nd').bytes.toString()).toBe('a\r\nb\r\nnew\r\nc\nd');
});

test('a letter that the encoding has not makes the file UTF-8, and says so', () => {
  const file = read(Buffer.from('Stra\xdfe\n', 'latin1'));
  const { bytes, note } = writeTextFile(file, 'Straße →\n');
  expect(bytes.toString('utf8')).toBe('Straße →\n');
  expect(note).toContain('UTF-8 now');
});

test('single bytes that would read as UTF-8 afterwards are not written as single bytes', () => {
  const file = read(Buffer.from('\xe4 x\n', 'latin1'));
  const { bytes } = writeTextFile(file, 'Ã¤ x\n');
  expect(read(bytes).text).toBe('Ã¤ x\n');
});

test.each([
  ['a NUL', Buffer.from('a\u0000b')],
  ['half a letter of UTF-16', Buffer.from([0xff, 0xfe, 0x41])],
  ['a lone surrogate', Buffer.from('\ufeffa\ud800', 'utf16le')],
])('a file with %s is not edited: it could not be written back as it was', (_, bytes) => {
  expect(readTextFile(bytes)).toBeNull();
});

test('whatever the bytes are, they come back as they were or are not taken', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (raw) => {
      const bytes = Buffer.from(raw);
      const file = readTextFile(bytes);
      expect(file === null || writeTextFile(file, file.text).bytes.equals(bytes)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('any text can be written into any file, and is read back from it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.string({ unit: 'binary', maxLength: 60 }),
      ([, bytes], typed) => {
        const text = typed.replaceAll(/[\0\r\ufeff]/g, '');
        expect(read(writeTextFile(read(bytes), text).bytes).text).toBe(text);
      },
    ),
  );
});

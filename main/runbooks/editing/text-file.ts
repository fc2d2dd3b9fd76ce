/**
 * A file as text and back: what was not edited comes out byte by byte as it went in, whatever its encoding and line endings
 * are. Pure.
 */
import { decodeText } from '../files.ts';
import { equalLines } from './three-way.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface TextFile {
  /** Lines end in a plain newline. */
  readonly text: string;
  readonly encoding: Encoding;
  readonly hasMark: boolean;
  /** How each line ends on disk; the last one with nothing. */
  readonly endings: readonly string[];
}

const encodingWords: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16 (big endian)',
  'windows-1252': 'Windows-1252',
};

/** The western single-byte code, read backwards. */
const singleBytes = new Map(
  Array.from({ length: 256 }, (_, byte) => [
    new TextDecoder('windows-1252').decode(Uint8Array.of(byte)),
    byte,
  ]),
);

function encode(text: string, encoding: Encoding, hasMark: boolean): Buffer | null {
  const marked = hasMark ? `\ufeff${text}` : text;
  if (encoding === 'utf-8') return Buffer.from(marked, 'utf8');
  if (encoding === 'windows-1252') {
    const bytes = Array.from(text, (letter) => singleBytes.get(letter));
    return bytes.some((byte) => byte === undefined) ? null : Buffer.from(bytes as number[]);
  }
  const bytes = Buffer.from(marked, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

function detect(bytes: Uint8Array): { encoding: Encoding; hasMark: boolean } {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', hasMark: true };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', hasMark: true };
  const hasMark = first === 0xef && second === 0xbb && third === 0xbf;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { encoding: 'utf-8', hasMark };
  } catch {
    return { encoding: 'windows-1252', hasMark: false };
  }
}

/** Null when it could not be written back as it was: it is no text, or damaged somewhere. */
export function readTextFile(bytes: Buffer): TextFile | null {
  const { encoding, hasMark } = detect(bytes);
  const decoded = decodeText(bytes);
  if (decoded === null) return null;
  const written = encode(decoded, encoding, hasMark);
  if (written === null || !written.equals(bytes)) return null;
  const endings = decoded.match(/\r\n|\r|\n/g) ?? [];
  return { text: plainLines(decoded), encoding, hasMark, endings: [...endings, ''] };
}

/** As editors have it: every line ends in a plain newline. */
export const plainLines = (text: string): string => text.replaceAll(/\r\n|\r/g, '\n');

/** The ending that most lines have. */
function usualEnding(endings: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const ending of endings) {
    if (ending !== '') counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const [usual] = [...counts].toSorted((a, b) => b[1] - a[1]);
  return usual?.[0] ?? '\n';
}

/** Lines that stayed keep their ending, new ones get the usual one. */
function withEndings(before: TextFile, text: string): string {
  const usual = usualEnding(before.endings);
  const lines = text.split('\n');
  if (before.endings.every((ending) => ending === '' || ending === usual)) return lines.join(usual);
  const kept = new Map(
    equalLines(before.text.split('\n'), lines).map(([old, line]) => [line, before.endings[old]]),
  );
  return lines
    .map((line, index) => {
      if (index === lines.length - 1) return line;
      const ending = kept.get(index) ?? '';
      return line + (ending === '' ? usual : ending);
    })
    .join('');
}

export const newTextFile: TextFile = {
  text: '',
  encoding: 'utf-8',
  hasMark: false,
  endings: [''],
};

/** The file with this text in it. `note`: what had to change besides. */
export function writeTextFile(
  before: TextFile,
  text: string,
): { bytes: Buffer; note: string | null } {
  const whole = withEndings(before, plainLines(text).replaceAll('\u0000', '\ufffd').toWellFormed());
  const bytes = encode(whole, before.encoding, before.hasMark);
  if (bytes !== null && decodeText(bytes) === whole) return { bytes, note: null };
  return {
    bytes: Buffer.from(whole, 'utf8'),
    note: `The text has letters that ${encodingWords[before.encoding]} has not: the file is UTF-8 now.`,
  };
}

/** For people: `UTF-8`, `Windows-1252, Windows line endings`. */
export function formatWords(file: TextFile): string {
  const endings = new Set(file.endings.filter((ending) => ending !== ''));
  const parts = [encodingWords[file.encoding]];
  if (file.hasMark && file.encoding === 'utf-8') parts.push('with a byte order mark');
  if (endings.size > 1) parts.push('mixed line endings');
  else if (endings.has('\r\n')) parts.push('Windows line endings');
  else if (endings.has('\r')) parts.push('old Mac line endings');
  return parts.join(', ');
}

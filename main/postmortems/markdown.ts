/**
 * Text into Markdown, so that it stays text. Pure.
 *
 * What an alarm says is hostile: it must not become a heading, a link, HTML, the end of a block, or front matter.
 */
import { stringify } from 'yaml';
import { oneLine } from '../incidents/words.ts';

const special = /[\\`*_{}[\]<>|~#$&^]/g;

/** Readers make links of these by themselves, whatever is escaped; a fixed-width span is left alone. */
const isLinkLike = (word: string): boolean => /:\/\/|www\.|@/i.test(word);

/** One line of plain text. */
export function escapeText(text: string, length = 2_000): string {
  return oneLine(text, length)
    .split(/( +|`+)/)
    .map((word) => (isLinkLike(word) ? `\`${word}\`` : word.replace(special, '\\$&')))
    .join('')
    .replace(/^([-+=])/, '\\$1')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/** Several lines of plain text, as one paragraph with line breaks that continues at `indent`. */
export const escapeLines = (text: string, indent = ''): string =>
  text
    .toWellFormed()
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => escapeText(line, 20_000))
    .filter((line) => line !== '')
    .join(`\\\n${indent}`);

const invisible = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** A fixed-width block that nothing inside can end. */
export function codeBlock(code: string, indent = ''): string {
  const clean = code
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(invisible, (character) => (/[\n\t]/.test(character) ? character : '\ufffd'));
  const longest = Math.max(2, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...clean.split('\n'), fence].map((line) => indent + line).join('\n');
}

/** What a person wrote as Markdown stays as it is; a block they did not close is closed. */
export function closeBlocks(markdown: string): string {
  let open: string | null = null;
  for (const line of markdown.split(/\r\n|\r|\n/)) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence === null) continue;
    const [, marks = '', rest = ''] = fence;
    if (open === null) {
      if (marks.startsWith('~') || !rest.includes('`')) open = marks;
    } else if (marks.startsWith(open) && rest.trim() === '') open = null;
  }
  const clean = markdown.toWellFormed().replaceAll('\u0000', '\ufffd').trimEnd();
  return open === null ? clean : `${clean}\n${open}`;
}

export type FrontMatter = Readonly<
  Record<string, string | number | null | readonly (string | number)[]>
>;

/** The block between dashes. Values are quoted by the YAML library; one that looks like a marker cannot stand alone. */
export const frontMatter = (values: FrontMatter): string =>
  `---\n${stringify(values, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })}---\n`;

/** `2026-11-24 04:01 UTC`: the same for every reader, wherever they sit. */
export const utcWords = (instant: string): string =>
  `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;

/** Part of a file name: lower case letters, digits, dashes. */
export function slug(text: string): string {
  const plain = oneLine(text)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 60).replace(/-+$/, '');
}

/** A timeline entry as Markdown, to be put into a part of the text. Pure; what an alarm says stays text. */
import type { Entry } from '../../../preload/contract/incidents.ts';
import { visibleText } from '../../ui/visible-text.ts';

const special = /[\\`*_{}[\]<>|~#$&^]/g;

/** Readers make links of these by themselves, whatever is escaped; a fixed-width span is left alone. */
const isLinkLike = (word: string): boolean => /:\/\/|www\.|@/i.test(word);

const longest = 2_000;

export function escapeMarkdown(text: string): string {
  return visibleText(text.slice(0, longest).toWellFormed(), true)
    .trim()
    .split(/( +|`+)/)
    .map((word) => (isLinkLike(word) ? `\`${word}\`` : word.replace(special, '\\$&')))
    .join('');
}

function codeBlock(code: string): string {
  const lines = visibleText(code.toWellFormed()).split('\n');
  const marks = [...code.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(2, ...marks) + 1);
  return ['', `${fence}text`, ...lines, fence].map((line) => `  ${line}`.trimEnd()).join('\n');
}

/** `- 2026-11-24 04:01 UTC: …`: in UTC, as the draft and the export write it. */
export function evidenceText(entry: Entry): string {
  const at = `${entry.at.slice(0, 10)} ${entry.at.slice(11, 16)} UTC`;
  const line = `- ${at}: ${escapeMarkdown(entry.text)} (${escapeMarkdown(entry.origin)})`;
  return entry.code === null ? line : `${line}\n${codeBlock(entry.code)}`;
}

/** Puts it on lines of its own after the line that holds this place: no sentence is torn apart. `place`: where it went in. */
export function insertAt(
  text: string,
  cursor: number,
  addition: string,
): { readonly text: string; readonly place: number } {
  const end = text.indexOf('\n', cursor);
  const place = end === -1 ? text.length : end;
  const before = text.slice(0, place);
  const after = text.slice(place);
  const lead = before === '' || before.endsWith('\n') ? '' : '\n';
  return { text: `${before}${lead}${addition}${after}`, place };
}

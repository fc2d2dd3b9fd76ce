/** The part of a text that shows why it was found. Pure. */
import type { RunbookHit } from '../../../preload/contract/runbooks.ts';
import { placeIn, withoutMarks } from './fold.ts';

/** Cuts `text` into parts around the words; a window of about 200 characters where most of them stand together. */
export function snippetOf(text: string, words: readonly string[]): RunbookHit['snippet'] {
  const source = text.slice(0, 200_000);
  const found = findWords(source, words);
  const first = bestStart(found);
  let start = Math.max(0, first - 60);
  if (start > 0) {
    const space = source.indexOf(' ', start);
    if (space !== -1 && space < first) start = space + 1;
  }
  const end = Math.min(source.length, start + 200);
  const parts: { text: string; isMatch: boolean }[] = [];
  let at = start;
  for (const match of found) {
    if (match.start < at || match.end > end) continue;
    if (match.start > at) parts.push({ text: source.slice(at, match.start), isMatch: false });
    parts.push({ text: source.slice(match.start, match.end), isMatch: true });
    at = match.end;
  }
  if (at < end) parts.push({ text: source.slice(at, end), isMatch: false });
  const last = parts.at(-1);
  if (end < text.length && last !== undefined) parts.push({ text: '…', isMatch: false });
  if (start > 0) parts.unshift({ text: '…', isMatch: false });
  return parts
    .map((part) => ({ ...part, text: part.text.replace(/\s+/g, ' ').toWellFormed() }))
    .filter((part) => part.text !== '');
}

interface Match {
  readonly start: number;
  readonly end: number;
  readonly word: number;
}

function findWords(text: string, words: readonly string[]): Match[] {
  const found: Match[] = [];
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const folded = withoutMarks(match[0]).toLowerCase();
    const word = words.findIndex((candidate) => placeIn(folded, candidate) !== -1);
    if (word === -1) continue;
    const own = words[word] ?? '';
    // The mark covers what was typed, unless accents make the lengths differ.
    const isSame = folded.length === match[0].length;
    const start = match.index + (isSame ? placeIn(folded, own) : 0);
    found.push({ start, end: isSame ? start + own.length : start + match[0].length, word });
    if (found.length >= 500) break;
  }
  return found;
}

/** Where the most different words stand within one window. */
function bestStart(found: readonly Match[]): number {
  let best = found[0]?.start ?? 0;
  let most = 0;
  for (const [index, match] of found.entries()) {
    const near = new Set<number>();
    for (
      let other = index;
      other < found.length && (found[other]?.start ?? 0) < match.start + 140;
      other++
    ) {
      near.add(found[other]?.word ?? 0);
    }
    if (near.size > most) {
      most = near.size;
      best = match.start;
    }
  }
  return best;
}

/**
 * The words that occur in the library, to find the ones that were meant when a word occurs nowhere. Read in slices while nobody
 * waits; a keystroke looks only at what is in memory.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WritableDb } from '../../store/database.ts';
import { editDistance } from './edit-distance.ts';

const shortest = 4;
const longest = 40;
const sliceSize = 1_500;
const mostWords = 400_000;
const mostAnswers = 6;

interface Words {
  readonly terms: string[];
  readonly counts: number[];
  readonly letters: number[];
  /** Places in the lists, by length. */
  readonly byLength: Map<number, number[]>;
}

/** One bit per letter, so that most words are ruled out without being compared. */
function lettersOf(word: string): number {
  let bits = 0;
  for (let index = 0; index < word.length; index++) {
    const code = word.charCodeAt(index);
    bits |= 1 << (code >= 97 && code <= 122 ? code - 97 : 26 + (code % 6));
  }
  return bits;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** How many slips are forgiven; in short words any two letters make another word. */
export const slipsIn = (word: string): number =>
  word.length < shortest ? 0 : word.length < 8 ? 1 : 2;

export function createVocabulary(deps: { db: WritableDb; revision: () => number }) {
  const { db } = deps;
  // Of this connection alone: it keeps nothing, and reads the index.
  db.write(
    `CREATE VIRTUAL TABLE IF NOT EXISTS temp.runbook_word USING fts5vocab(main, runbook_search, row)`,
  ).run({});
  const slice = db.read<{ term: string; count: number }, { after: string; limit: number }>(
    'SELECT term, doc AS count FROM temp.runbook_word WHERE term > @after LIMIT @limit',
  );

  let words: Words | null = null;
  let readAt = -1;
  let reading: Promise<void> | null = null;

  const read = async (): Promise<void> => {
    const revision = deps.revision();
    const next: Words = { terms: [], counts: [], letters: [], byLength: new Map() };
    let after = '';
    for (;;) {
      const rows = slice.all({ after, limit: sliceSize });
      for (const { term, count } of rows) {
        if (term.length < shortest - 1 || term.length > longest || /^\p{N}+$/u.test(term)) continue;
        const same = next.byLength.get(term.length);
        if (same === undefined) next.byLength.set(term.length, [next.terms.length]);
        else same.push(next.terms.length);
        next.terms.push(term);
        next.counts.push(count);
        next.letters.push(lettersOf(term));
      }
      after = rows.at(-1)?.term ?? '';
      if (rows.length < sliceSize || next.terms.length > mostWords) break;
      await nextTurn();
    }
    words = next;
    readAt = revision;
  };

  /** Reads the words anew where the library changed. Settles when they are there. */
  const refresh = async (): Promise<void> => {
    if (readAt === deps.revision()) return;
    reading ??= read().finally(() => {
      reading = null;
    });
    await reading;
  };

  return {
    refresh,
    /** Words like this one, the likeliest first. With `isOpen`, it is still being typed. */
    near(word: string, isOpen: boolean): string[] {
      if (readAt !== deps.revision()) void refresh().catch(() => undefined);
      const slips = slipsIn(word);
      if (words === null || slips === 0) return [];
      const own = lettersOf(word);
      const found: { term: string; distance: number; count: number }[] = [];
      for (const [length, places] of words.byLength) {
        if (length < word.length - slips || (!isOpen && length > word.length + slips)) continue;
        for (const place of places) {
          if (bitCount(own & ~(words.letters[place] ?? 0)) > slips) continue;
          const term = words.terms[place] ?? '';
          // People get the first letter right, or exchange it with the second, or leave it out.
          if (term[0] !== word[0] && term[0] !== word[1] && term[1] !== word[0]) continue;
          const distance = editDistance(word, term, { most: slips, isPrefix: isOpen });
          if (distance <= slips) found.push({ term, distance, count: words.counts[place] ?? 0 });
        }
      }
      return found
        .toSorted(
          (a, b) => a.distance - b.distance || b.count - a.count || a.term.length - b.term.length,
        )
        .slice(0, mostAnswers)
        .map(({ term }) => term);
    },
  };
}

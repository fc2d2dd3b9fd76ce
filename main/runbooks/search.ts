/** Search as you type: any text is a valid query, the last word counts from its first letters. */
import type { RunbookId } from '../../preload/contract/common.ts';
import type { RunbookHit } from '../../preload/contract/runbooks.ts';
import type { ReadableDb } from '../store/database.ts';

const maxWords = 12;
const hitsPerRunbook = 3;
const stubSize = 500;

/** Words as the index cuts them: runs of letters and digits, without accents. */
export function queryWords(text: string): string[] {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{Co}]+/gu);
  return [...new Set(words)].slice(0, maxWords).map((word) => word.slice(0, 60));
}

const phrase = (word: string): string => `"${word}"*`;

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
    const folded = match[0]
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase();
    const word = words.findIndex((candidate) => folded.startsWith(candidate));
    if (word === -1) continue;
    // The mark covers what was typed, unless accents make the lengths differ.
    const length = folded.length === match[0].length ? (words[word] ?? '').length : match[0].length;
    found.push({ start: match.index, end: match.index + length, word });
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

interface SearchRow {
  sectionId: number;
  runbookId: RunbookId;
  title: string;
  path: string;
  anchor: string;
  heading: string;
  rank: number;
  size: number;
}

export function createSearch(db: ReadableDb) {
  // Weights: title, heading, body, names. The order is title, heading, names, body.
  const ranked = db.read<SearchRow, { query: string; limit: number }>(
    `SELECT s.id AS sectionId, s.runbook_id AS runbookId, r.title, r.path, s.anchor, s.heading, m.rank,
            length(s.body) AS size
     FROM (SELECT rowid, bm25(runbook_search, 12.0, 7.0, 1.0, 4.0) AS rank FROM runbook_search
           WHERE runbook_search MATCH @query ORDER BY rank LIMIT @limit) m
     JOIN runbook_section s ON s.id = m.rowid
     JOIN runbook r ON r.id = s.runbook_id`,
  );
  const bodyOf = db.read<{ body: string }, { id: number }>(
    'SELECT substr(body, 1, 200000) AS body FROM runbook_section WHERE id = @id',
  );
  const some = db.read<{ found: number }, { query: string; limit: number }>(
    'SELECT count(*) AS found FROM (SELECT 1 FROM runbook_search WHERE runbook_search MATCH @query LIMIT @limit)',
  );

  /** More than this many matches are not ranked by their bodies: the words are too common to tell them apart. */
  const tooMany = 2_000;

  const rowsOf = (words: readonly string[], limit: number): SearchRow[] => {
    const all = words.map(phrase).join(' ');
    const named = `{title heading names} : (${words.map(phrase).join(' AND ')})`;
    if (some.get({ query: all, limit: tooMany })?.found === tooMany) {
      const rows =
        some.get({ query: named, limit: tooMany })?.found === tooMany
          ? ranked.all({ query: `{title} : (${words.map(phrase).join(' AND ')})`, limit })
          : ranked.all({ query: named, limit });
      if (rows.length > 0) return rows;
    }
    const rows = ranked.all({ query: all, limit });
    if (rows.length > 0 || words.length === 1) return rows;
    return ranked.all({ query: words.map(phrase).join(' OR '), limit });
  };

  return {
    search(text: string, limit: number): RunbookHit[] {
      const words = queryWords(text);
      if (words.length === 0 || limit <= 0) return [];
      const wanted = words.join(' ');
      const score = (row: SearchRow): number => {
        // A stub is short, which the formula takes for being on the point.
        const stub = row.size < stubSize ? 0.6 + (0.4 * row.size) / stubSize : 1;
        const isTitle = queryWords(row.title).join(' ') === wanted;
        const isHeading = row.heading !== '' && queryWords(row.heading).join(' ') === wanted;
        return row.rank * stub - (isTitle ? 20 : isHeading ? 10 : 0);
      };
      const rows = rowsOf(words, Math.max(60, limit * 2))
        .map((row) => ({ row, score: score(row) }))
        .sort((a, b) => a.score - b.score);
      const perRunbook = new Map<RunbookId, number>();
      const hits: RunbookHit[] = [];
      for (const { row } of rows) {
        const count = perRunbook.get(row.runbookId) ?? 0;
        if (count >= hitsPerRunbook) continue;
        perRunbook.set(row.runbookId, count + 1);
        hits.push({
          id: row.runbookId,
          title: row.title,
          path: row.path,
          anchor: row.anchor === '' ? null : row.anchor,
          heading: row.heading === '' || row.heading === row.title ? null : row.heading,
          snippet: snippetOf(bodyOf.get({ id: row.sectionId })?.body ?? '', words),
        });
        if (hits.length >= limit) break;
      }
      return hits;
    },
  };
}

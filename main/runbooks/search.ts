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
  /** The lower the better; 0 where it was not ranked by the formula. */
  rank: number;
  size: number;
}

/** More matches than this cannot be told apart by how often a word occurs, and counting that is what takes the time. */
const tooMany = 2_000;
const maxUnranked = 200;
/** Like the weights of the formula: title, heading. */
const titleWeight = 12;
const headingWeight = 7;

/** How well a title or heading carries the words: all of it made of them is better than one among many. */
function namedScore(text: string, words: readonly string[]): number {
  const own = queryWords(text);
  const found = words.filter((word) => own.some((name) => name.startsWith(word))).length;
  return found === 0 ? 0 : (found / words.length) * (0.5 + (0.5 * found) / own.length);
}

export function createSearch(deps: { db: ReadableDb; revision: () => number }) {
  const { db } = deps;
  const columns = `s.id AS sectionId, s.runbook_id AS runbookId, r.title, r.path, s.anchor, s.heading,
    length(s.body) AS size`;
  const joined = 'JOIN runbook_section s ON s.id = m.id JOIN runbook r ON r.id = s.runbook_id';
  // Weights: title, heading, body, names. The order is title, heading, names, body.
  const ranked = db.read<SearchRow, { query: string; limit: number }>(
    `SELECT ${columns}, m.rank
     FROM (SELECT rowid AS id, bm25(runbook_search, 12.0, 7.0, 1.0, 4.0) AS rank FROM runbook_search
           WHERE runbook_search MATCH @query ORDER BY rank LIMIT @limit) m ${joined}`,
  );
  // The formula counts each of its words in the whole library: only the telling ones are given to it. The plus keeps
  // SQLite from asking the index once for every row id.
  const rankedWithin = db.read<SearchRow, { query: string; within: string; limit: number }>(
    `SELECT ${columns}, m.rank
     FROM (SELECT rowid AS id, bm25(runbook_search, 12.0, 7.0, 1.0, 4.0) AS rank FROM runbook_search
           WHERE runbook_search MATCH @query
             AND +rowid IN (SELECT rowid FROM runbook_search WHERE runbook_search MATCH @within)
           ORDER BY rank LIMIT @limit) m ${joined}`,
  );
  const unranked = db.read<SearchRow, { query: string; limit: number }>(
    `SELECT ${columns}, 0 AS rank
     FROM (SELECT rowid AS id FROM runbook_search WHERE runbook_search MATCH @query LIMIT @limit) m ${joined}`,
  );
  const bodyOf = db.read<{ body: string }, { id: number }>(
    'SELECT substr(body, 1, 200000) AS body FROM runbook_section WHERE id = @id',
  );
  const some = db.read<{ found: number }, { query: string; limit: number }>(
    'SELECT count(*) AS found FROM (SELECT 1 FROM runbook_search WHERE runbook_search MATCH @query LIMIT @limit)',
  );

  /** Answers that are asked again at every keystroke, and stay the same until the library changes. */
  const counted = new Map<string, boolean>();
  let countedAt = -1;
  const hasAtLeast = (query: string, limit: number): boolean => {
    if (countedAt !== deps.revision() || counted.size >= 1_000) counted.clear();
    countedAt = deps.revision();
    const known = counted.get(query);
    if (known !== undefined) return known;
    const answer = some.get({ query, limit })?.found === limit;
    counted.set(query, answer);
    return answer;
  };
  const isCommon = (word: string): boolean => hasAtLeast(phrase(word), tooMany);

  /** Words that are everywhere: where they name something, then where they stand together, then anywhere. */
  const commonRows = (words: readonly string[]): SearchRow[] => {
    if (words.length === 0) return [];
    const all = words.map(phrase).join(' AND ');
    // To find no such place takes longest, and is known as soon as all but the last word are typed.
    const canStandTogether =
      words.length > 1 &&
      (words.length === 2 || hasAtLeast(`"${words.slice(0, -1).join(' ')}"`, 1));
    const queries = [
      `{title heading names} : (${all})`,
      ...(canStandTogether ? [`"${words.join(' ')}"*`] : []),
      all,
    ];
    for (const query of queries) {
      const rows = unranked.all({ query, limit: maxUnranked });
      if (rows.length > 0) return rows;
    }
    return [];
  };

  const rowsOf = (words: readonly string[], limit: number): SearchRow[] => {
    const telling = words.filter((word) => !isCommon(word));
    if (telling.length === 0) {
      const rows = commonRows(words);
      return rows.length > 0
        ? rows
        : unranked.all({ query: words.map(phrase).join(' OR '), limit });
    }
    const query = telling.map(phrase).join(' ');
    const rows =
      telling.length === words.length
        ? ranked.all({ query, limit })
        : rankedWithin.all({ query, within: words.map(phrase).join(' '), limit });
    if (rows.length > 0 || words.length === 1) return rows;
    const anyOf = ranked.all({ query: telling.map(phrase).join(' OR '), limit });
    // A word that is nowhere must not hide what the others find.
    return anyOf.length > 0 ? anyOf : commonRows(words.filter(isCommon));
  };

  return {
    search(text: string, limit: number): RunbookHit[] {
      const words = queryWords(text);
      if (words.length === 0 || limit <= 0) return [];
      const wanted = words.join(' ');
      const score = (row: SearchRow): number => {
        const rank =
          row.rank === 0
            ? -titleWeight * namedScore(row.title, words) -
              headingWeight * namedScore(row.heading, words)
            : row.rank;
        // A stub is short, which the formula takes for being on the point.
        const stub = row.size < stubSize ? 0.6 + (0.4 * row.size) / stubSize : 1;
        const isTitle = queryWords(row.title).join(' ') === wanted;
        const isHeading = row.heading !== '' && queryWords(row.heading).join(' ') === wanted;
        return rank * stub - (isTitle ? 20 : isHeading ? 10 : 0);
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

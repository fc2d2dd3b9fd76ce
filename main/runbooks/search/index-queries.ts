/**
 * How the full-text index is asked, so that a keystroke stays within some milliseconds: words that are everywhere are not given
 * to the formula, which would count each of their places.
 */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { ReadableDb } from '../../store/database.ts';
import { spread } from './fold.ts';

/** What filters leave (see chosen.ts). Of this connection alone, and never on disk. */
export const chosenTable = 'temp.runbook_chosen';

/** A word of the query. */
export interface Unit {
  /** The word, or the words it stands for. */
  readonly names: readonly string[];
  /** As the index is asked for it. */
  readonly query: string;
  readonly isCorrected: boolean;
}

export interface SearchRow {
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

const columns = `s.id AS sectionId, s.runbook_id AS runbookId, r.title, r.path, s.anchor, s.heading,
    length(s.body) AS size`;
const joined = 'JOIN runbook_section s ON s.id = m.id JOIN runbook r ON r.id = s.runbook_id';
// Weights: title, heading, body, names. The order is title, heading, names, body.
const formula = 'bm25(runbook_search, 12.0, 7.0, 1.0, 4.0)';

/** With `chosen`, only what the filters left. The plus keeps SQLite from asking the index once for every row id. */
function prepare(db: ReadableDb, isChosen: boolean) {
  const chosen = isChosen ? `AND +rowid IN (SELECT section_id FROM ${chosenTable})` : '';
  return {
    ranked: db.read<SearchRow, { query: string; limit: number }>(
      `SELECT ${columns}, m.rank
       FROM (SELECT rowid AS id, ${formula} AS rank FROM runbook_search
             WHERE runbook_search MATCH @query ${chosen} ORDER BY rank LIMIT @limit) m ${joined}`,
    ),
    // Only the telling words are given to the formula.
    rankedWithin: db.read<SearchRow, { query: string; within: string; limit: number }>(
      `SELECT ${columns}, m.rank
       FROM (SELECT rowid AS id, ${formula} AS rank FROM runbook_search
             WHERE runbook_search MATCH @query ${chosen}
               AND +rowid IN (SELECT rowid FROM runbook_search WHERE runbook_search MATCH @within)
             ORDER BY rank LIMIT @limit) m ${joined}`,
    ),
    unranked: db.read<SearchRow, { query: string; limit: number }>(
      `SELECT ${columns}, 0 AS rank
       FROM (SELECT rowid AS id FROM runbook_search WHERE runbook_search MATCH @query ${chosen} LIMIT @limit) m ${joined}`,
    ),
  };
}

export function createIndexQueries(deps: { db: ReadableDb; revision: () => number }) {
  const { db } = deps;
  const all = prepare(db, false);
  let filtered: ReturnType<typeof prepare> | null = null;
  const some = db.read<{ found: number }, { query: string; limit: number }>(
    'SELECT count(*) AS found FROM (SELECT 1 FROM runbook_search WHERE runbook_search MATCH @query LIMIT @limit)',
  );

  /** Answers that are asked again at every keystroke, and stay the same until the library changes. */
  const counted = new Map<string, boolean>();
  let countedAt = -1;
  const hasAtLeast = (query: string, limit: number): boolean => {
    if (countedAt !== deps.revision() || counted.size >= 1_000) counted.clear();
    countedAt = deps.revision();
    const key = `${limit} ${query}`;
    const known = counted.get(key);
    if (known !== undefined) return known;
    const answer = some.get({ query, limit })?.found === limit;
    counted.set(key, answer);
    return answer;
  };
  const isCommon = (unit: Unit): boolean => hasAtLeast(unit.query, tooMany);

  return {
    hasAtLeast,
    /** With `isFiltered`, of what `chosen` left. */
    rowsOf(units: readonly Unit[], limit: number, isFiltered: boolean): SearchRow[] {
      // The table of the choice is made with the first choice.
      const ask = isFiltered ? (filtered ??= prepare(db, true)) : all;
      /** Words that are everywhere: where they name something, then where they stand together, then anywhere. */
      const commonRows = (common: readonly Unit[]): SearchRow[] => {
        if (common.length === 0) return [];
        const every = common.map(({ query }) => query).join(' AND ');
        const words = common.map(({ names }) => spread(names[0] ?? ''));
        // To find no such place takes longest, and is known as soon as all but the last word are typed.
        const canStandTogether =
          common.length > 1 &&
          !common.some((unit) => unit.isCorrected) &&
          (common.length === 2 || hasAtLeast(`"${words.slice(0, -1).join(' ')}"`, 1));
        const queries = [
          `{title heading names} : (${every})`,
          ...(canStandTogether ? [`"${words.join(' ')}"*`] : []),
          every,
        ];
        for (const query of queries) {
          const rows = ask.unranked.all({ query, limit: maxUnranked });
          if (rows.length > 0) return rows;
        }
        return [];
      };
      const anyOf = (some: readonly Unit[]): string => some.map(({ query }) => query).join(' OR ');
      const allOf = (some: readonly Unit[]): string => some.map(({ query }) => query).join(' AND ');

      const telling = units.filter((unit) => !isCommon(unit));
      if (telling.length === 0) {
        const rows = commonRows(units);
        return rows.length > 0 ? rows : ask.unranked.all({ query: anyOf(units), limit });
      }
      const query = allOf(telling);
      const rows =
        telling.length === units.length
          ? ask.ranked.all({ query, limit })
          : ask.rankedWithin.all({ query, within: allOf(units), limit });
      if (rows.length > 0 || units.length === 1) return rows;
      const any = ask.ranked.all({ query: anyOf(telling), limit });
      // A word that is nowhere must not hide what the others find.
      return any.length > 0 ? any : commonRows(units.filter(isCommon));
    },
  };
}

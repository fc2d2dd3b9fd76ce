/** Search as you type: any text is a valid query, the last word counts from its first letters, slips are forgiven. */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { RunbookHit, RunbookSearch } from '../../../preload/contract/runbooks.ts';
import type { WritableDb } from '../../store/database.ts';
import { createChosen } from './chosen.ts';
import { placeIn, spread } from './fold.ts';
import { createIndexQueries, type SearchRow, type Unit } from './index-queries.ts';
import { queryWords, readQuery, type FilterContext } from './query.ts';
import { snippetOf } from './snippet.ts';
import { createVocabulary } from './vocabulary.ts';

const hitsPerRunbook = 3;
const stubSize = 500;
/** Like the weights of the formula: title, heading. */
const titleWeight = 12;
const headingWeight = 7;

/** How well a title or heading carries the words: all of it made of them is better than one among many. */
function namedScore(text: string, units: readonly Unit[]): number {
  const own = queryWords(text);
  const found = units.filter(({ names }) =>
    own.some((name) => names.some((word) => placeIn(name, word) !== -1)),
  ).length;
  return found === 0 ? 0 : (found / units.length) * (0.5 + (0.5 * found) / own.length);
}

/** What helped before comes first among what fits alike. */
const helpWeight = (times: number): number => 1 + (0.4 * times) / (times + 2);

export interface SearchDeps {
  readonly db: WritableDb;
  readonly revision: () => number;
  readonly now: () => number;
  readonly sourceNames: () => FilterContext['sourceNames'];
  /** How often a runbook is known to have helped. */
  readonly helped: () => ReadonlyMap<RunbookId, number>;
}

export function createSearch(deps: SearchDeps) {
  const { db } = deps;
  const index = createIndexQueries(deps);
  const vocabulary = createVocabulary(deps);
  const chosen = createChosen(deps);
  const bodyOf = db.read<{ body: string }, { id: number }>(
    'SELECT substr(body, 1, 200000) AS body FROM runbook_section WHERE id = @id',
  );

  /** A word as the index is asked for it; one that is nowhere stands for those it may have been meant as. */
  const unitOf = (word: string, isLast: boolean): Unit => {
    const plain: Unit = { names: [word], query: `"${spread(word)}"*`, isCorrected: false };
    if (index.hasAtLeast(plain.query, 1)) return plain;
    const near = vocabulary.near(word, isLast);
    if (near.length === 0) return plain;
    // One that only goes on where another ends is found with it, and alone would count for its being rare.
    const stems = near.filter((term) => !near.some((own) => own !== term && term.startsWith(own)));
    const query = stems.map((term) => `"${term}"*`).join(' OR ');
    return { names: stems, query: stems.length === 1 ? query : `(${query})`, isCorrected: true };
  };

  const hitOf = (row: SearchRow, names: readonly string[]): RunbookHit => ({
    id: row.runbookId,
    title: row.title,
    path: row.path,
    anchor: row.anchor === '' ? null : row.anchor,
    heading: row.heading === '' || row.heading === row.title ? null : row.heading,
    snippet: snippetOf(bodyOf.get({ id: row.sectionId })?.body ?? '', names),
  });

  const ranked = (
    words: readonly string[],
    units: readonly Unit[],
    limit: number,
    isFiltered: boolean,
  ): SearchRow[] => {
    const wanted = words.join(' ');
    const helped = deps.helped();
    const score = (row: SearchRow): number => {
      const rank =
        row.rank === 0
          ? -titleWeight * namedScore(row.title, units) -
            headingWeight * namedScore(row.heading, units)
          : row.rank;
      // A stub is short, which the formula takes for being on the point.
      const stub = row.size < stubSize ? 0.6 + (0.4 * row.size) / stubSize : 1;
      const isTitle = queryWords(row.title).join(' ') === wanted;
      const isHeading = row.heading !== '' && queryWords(row.heading).join(' ') === wanted;
      const help = helpWeight(helped.get(row.runbookId) ?? 0);
      return rank * stub * help - (isTitle ? 20 : isHeading ? 10 : 0);
    };
    const rows = index
      .rowsOf(units, Math.max(60, limit * 2), isFiltered)
      .map((row) => ({ row, score: score(row) }))
      .sort((a, b) => a.score - b.score);
    const perRunbook = new Map<RunbookId, number>();
    const best: SearchRow[] = [];
    for (const { row } of rows) {
      const count = perRunbook.get(row.runbookId) ?? 0;
      if (count >= hitsPerRunbook) continue;
      perRunbook.set(row.runbookId, count + 1);
      best.push(row);
      if (best.length >= limit) break;
    }
    return best;
  };

  return {
    /** Settles when slips of the pen are forgiven as the library is now. */
    prepare: (): Promise<void> => vocabulary.refresh(),
    search(written: string, limit: number): RunbookSearch {
      const query = readQuery(written);
      const words = queryWords(query.text);
      const isFiltered = query.filters.length > 0;
      const nothing: RunbookSearch = { hits: [], filters: [...query.shown], corrected: [] };
      if (limit <= 0 || (words.length === 0 && !isFiltered)) return nothing;
      if (isFiltered) chosen.choose(query.filters);
      if (words.length === 0) {
        return { ...nothing, hits: chosen.first(limit).map((row) => hitOf(row, [])) };
      }
      const isOpen = !/[\s.,;:!?]$/.test(written);
      const units = words.map((word, place) => unitOf(word, isOpen && place === words.length - 1));
      const names = units.flatMap((unit) => unit.names);
      return {
        ...nothing,
        hits: ranked(words, units, limit, isFiltered).map((row) => hitOf(row, names)),
        corrected: units.flatMap((unit, place) =>
          unit.isCorrected ? [{ typed: words[place] ?? '', found: [...unit.names] }] : [],
        ),
      };
    },
  };
}

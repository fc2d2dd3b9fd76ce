/** The documents that the filters of a search leave, as a table that the index can be asked within. */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { WritableDb } from '../../store/database.ts';
import type { RunbookMeta } from '../model.ts';
import { chosenTable, type SearchRow } from './index-queries.ts';
import { isChosen, type Filter, type Filtered, type FilterContext } from './query.ts';

const dayMs = 86_400_000;

interface Row extends Filtered {
  readonly id: RunbookId;
}

export interface ChosenDeps {
  readonly db: WritableDb;
  readonly revision: () => number;
  readonly now: () => number;
  readonly sourceNames: () => FilterContext['sourceNames'];
}

export function createChosen(deps: ChosenDeps) {
  const { db } = deps;
  db.write(`CREATE TABLE IF NOT EXISTS ${chosenTable} (section_id INTEGER PRIMARY KEY)`).run({});
  const clear = db.write(`DELETE FROM ${chosenTable}`);
  const add = db.write<{ ids: string }>(
    `INSERT INTO ${chosenTable} SELECT id FROM runbook_section
     WHERE runbook_id IN (SELECT value FROM json_each(@ids))`,
  );
  const documents = db.read<{
    id: RunbookId;
    folder: string;
    path: string;
    meta: string;
    reviewedOn: string | null;
    modifiedAt: string;
  }>(
    'SELECT id, folder, path, meta, reviewed_on AS reviewedOn, modified_at AS modifiedAt FROM runbook',
  );
  const first = db.read<SearchRow, { limit: number }>(
    `SELECT s.id AS sectionId, r.id AS runbookId, r.title, r.path, '' AS anchor, '' AS heading, 0 AS rank,
            length(s.body) AS size
     FROM runbook r JOIN runbook_section s ON s.runbook_id = r.id
     WHERE s.position = 0 AND s.id IN (SELECT section_id FROM ${chosenTable})
     ORDER BY r.title COLLATE NOCASE, r.path LIMIT @limit`,
  );

  let rows: Row[] = [];
  let readAt = -1;
  let chosen = '';

  return {
    /** Fills the table; asked again with every letter of the words behind, it has nothing to do. */
    choose(filters: readonly Filter[]): void {
      const now = deps.now();
      const key = `${deps.revision()} ${Math.floor(now / dayMs)} ${JSON.stringify(filters)}`;
      if (key === chosen) return;
      if (readAt !== deps.revision()) {
        readAt = deps.revision();
        rows = documents.all({}).map(({ meta, reviewedOn, modifiedAt, ...row }): Row => {
          const reviewedMs = Date.parse(reviewedOn ?? '');
          return {
            ...row,
            services: (JSON.parse(meta) as Partial<RunbookMeta>).services ?? [],
            asOfMs: Number.isNaN(reviewedMs) ? Date.parse(modifiedAt) : reviewedMs,
          };
        });
      }
      const context: FilterContext = { now, sourceNames: deps.sourceNames() };
      const ids = rows.filter((row) => isChosen(filters, row, context)).map(({ id }) => id);
      db.transaction(() => {
        clear.run({});
        add.run({ ids: JSON.stringify(ids) });
      });
      chosen = key;
    },
    /** The chosen documents by their titles, where no word was asked for. */
    first: (limit: number): SearchRow[] => first.all({ limit }),
  };
}

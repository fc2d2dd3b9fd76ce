/** The offline copy in SQLite: documents, their sections, names and search index, always written together. */
import type { RunbookId } from '../../preload/contract/common.ts';
import type { RunbookSummary } from '../../preload/contract/runbooks.ts';
import type { WritableDb } from '../store/database.ts';
import type { ParsedStep, RunbookMeta } from './model.ts';
import type { RunbookRows } from './runbook-rows.ts';
import { forIndex } from './search/fold.ts';
import { unpackSteps } from './stored-steps.ts';

export interface StoredFile {
  readonly id: RunbookId;
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: string;
  readonly hash: string;
  readonly copiedAt: string;
  readonly isUnverified: number;
}

export interface StoredRunbook {
  readonly summary: RunbookSummary;
  readonly markdown: string;
  readonly meta: RunbookMeta;
  /** What is wrong with its front matter. */
  readonly problem: string | null;
  readonly steps: readonly ParsedStep[];
}

interface Row {
  id: RunbookId;
  title: string;
  path: string;
  folder: string;
  modifiedAt: string;
  copiedAt: string;
  reviewedOn: string | null;
  stepCount: number;
}

/** A copy is as old as the last look that found its file unchanged. */
const summaryColumns = `
  r.id, r.title, r.path, r.folder, r.modified_at AS modifiedAt, r.reviewed_on AS reviewedOn, r.step_count AS stepCount,
  CASE WHEN r.is_unverified = 0 AND f.copied_at > r.copied_at THEN f.copied_at ELSE r.copied_at END AS copiedAt`;
const fromRunbook = 'FROM runbook r LEFT JOIN runbook_folder f ON f.folder = r.folder';

/**
 * For thousands of documents at once: with the usual 1 MB the index would write itself several times within one batch, and
 * with the usual 4 parts it would spend as long on merging them as on everything else. They are merged afterwards, when
 * nobody waits for it.
 */
const indexSettings = [
  ['hashsize', 8 * 1024 * 1024],
  ['automerge', 16],
] as const;

export function createLibraryStore(db: WritableDb) {
  const configured = db.read<{ v: number }, { k: string }>(
    'SELECT v FROM runbook_search_config WHERE k = @k',
  );
  for (const [name, value] of indexSettings) {
    if (configured.get({ k: name })?.v === value) continue;
    db.write(`INSERT INTO runbook_search (runbook_search, rank) VALUES ('${name}', ${value})`).run(
      {},
    );
  }
  const mergeSome = db.write(
    "INSERT INTO runbook_search (runbook_search, rank) VALUES ('merge', 100)",
  );
  const changesSoFar = db.read<{ count: number }>('SELECT total_changes() AS count');

  const list = db.read<Row>(
    `SELECT ${summaryColumns} ${fromRunbook} ORDER BY r.title COLLATE NOCASE, r.path`,
  );
  const one = db.read<
    Row & { markdown: string; meta: string; steps: string; problem: string | null },
    { id: number }
  >(
    `SELECT ${summaryColumns}, r.markdown, r.meta, r.steps, r.problem ${fromRunbook} WHERE r.id = @id`,
  );
  const paths = db.read<{ id: RunbookId; path: string; folder: string; meta: string }>(
    'SELECT id, path, folder, meta FROM runbook',
  );
  const files = db.read<StoredFile, { folder: string }>(
    `SELECT id, path, byte_size AS size, modified_at AS modifiedAt, content_hash AS hash, copied_at AS copiedAt,
            is_unverified AS isUnverified
     FROM runbook WHERE folder = @folder`,
  );
  const folders = db.read<{ folder: string; copiedAt: string | null; problem: string | null }>(
    'SELECT folder, copied_at AS copiedAt, problem FROM runbook_folder',
  );
  const counts = db.read<{ folder: string; count: number }>(
    'SELECT folder, count(*) AS count FROM runbook GROUP BY folder',
  );
  const upsert = db.write(
    `INSERT INTO runbook (folder, path, title, markdown, meta, reviewed_on, step_count, steps, content_hash, byte_size, modified_at, copied_at,
       added_at, problem)
     VALUES (@folder, @path, @title, @markdown, @meta, @reviewedOn, @stepCount, @steps, @hash, @size, @modifiedAt, @copiedAt,
       @addedAt, @problem)
     ON CONFLICT (folder, path) DO UPDATE SET
       title = excluded.title, markdown = excluded.markdown, meta = excluded.meta, reviewed_on = excluded.reviewed_on,
       step_count = excluded.step_count, steps = excluded.steps, content_hash = excluded.content_hash,
       byte_size = excluded.byte_size, modified_at = excluded.modified_at, copied_at = excluded.copied_at, problem = excluded.problem,
       is_unverified = 0`,
  );
  const problems = db.read<{ path: string }, { folder: string }>(
    'SELECT path FROM runbook WHERE folder = @folder AND problem IS NOT NULL ORDER BY path',
  );
  const idOf = db.read<{ id: RunbookId }, { folder: string; path: string }>(
    'SELECT id FROM runbook WHERE folder = @folder AND path = @path',
  );
  const touch = db.write<{ id: number; modifiedAt: string; size: number }>(
    'UPDATE runbook SET modified_at = @modifiedAt, byte_size = @size, is_unverified = 0 WHERE id = @id',
  );
  const confirm = db.write<{ id: number; copiedAt: string }>(
    'UPDATE runbook SET copied_at = @copiedAt WHERE id = @id',
  );
  const setUnverified = db.write<{ id: number; isUnverified: number }>(
    'UPDATE runbook SET is_unverified = @isUnverified WHERE id = @id',
  );
  const removeRunbook = db.write<{ id: number }>('DELETE FROM runbook WHERE id = @id');
  const removeSections = db.write<{ id: number }>(
    'DELETE FROM runbook_section WHERE runbook_id = @id',
  );
  const removeNames = db.write<{ id: number }>('DELETE FROM runbook_name WHERE runbook_id = @id');
  const removeSearch = db.write<{ id: number }>(
    'DELETE FROM runbook_search WHERE rowid IN (SELECT id FROM runbook_section WHERE runbook_id = @id)',
  );
  const addSection = db.write<{
    id: number;
    anchor: string;
    heading: string;
    aliases: string;
    position: number;
    body: string;
  }>(
    `INSERT INTO runbook_section (runbook_id, anchor, heading, aliases, position, body)
     VALUES (@id, @anchor, @heading, @aliases, @position, @body)`,
  );
  const addSearch = db.write<{
    id: number;
    title: string;
    heading: string;
    body: string;
    names: string;
  }>(
    'INSERT INTO runbook_search (rowid, title, heading, body, names) VALUES (@id, @title, @heading, @body, @names)',
  );
  const addName = db.write<{ name: string; id: number; anchor: string; origin: string }>(
    `INSERT OR IGNORE INTO runbook_name (name, runbook_id, anchor, origin)
     VALUES (@name, @id, @anchor, @origin)`,
  );
  const setFolder = db.write<{ folder: string; copiedAt: string | null; problem: string | null }>(
    `INSERT INTO runbook_folder (folder, copied_at, problem) VALUES (@folder, @copiedAt, @problem)
     ON CONFLICT (folder) DO UPDATE SET copied_at = coalesce(excluded.copied_at, copied_at), problem = excluded.problem`,
  );
  const removeFolder = db.write<{ folder: string }>(
    'DELETE FROM runbook_folder WHERE folder = @folder',
  );

  const clear = (id: RunbookId): void => {
    removeSearch.run({ id });
    removeSections.run({ id });
    removeNames.run({ id });
  };

  const summaryOf = ({
    id,
    title,
    path,
    folder,
    modifiedAt,
    copiedAt,
    reviewedOn,
    stepCount,
  }: Row): RunbookSummary => ({
    id,
    title,
    path,
    folder,
    modifiedAt,
    copiedAt,
    reviewedOn,
    stepCount,
  });

  const remove = (id: RunbookId): void =>
    db.transaction(() => {
      clear(id);
      removeRunbook.run({ id });
    });

  return {
    list: (): RunbookSummary[] => list.all({}).map(summaryOf),
    get(id: RunbookId): StoredRunbook | undefined {
      const row = one.get({ id });
      if (row === undefined) return undefined;
      return {
        summary: summaryOf(row),
        markdown: row.markdown,
        meta: JSON.parse(row.meta) as RunbookMeta,
        problem: row.problem,
        steps: unpackSteps(row.steps),
      };
    },
    paths: () => paths.iterate({}),
    files: (folder: string): StoredFile[] => files.all({ folder }),
    /** Documents whose front matter cannot be read. */
    problems: (folder: string): string[] => problems.all({ folder }).map(({ path }) => path),
    folders: () => folders.all({}),
    counts: (): Map<string, number> =>
      new Map(counts.all({}).map((row) => [row.folder, row.count])),
    save(input: {
      folder: string;
      path: string;
      rows: RunbookRows;
      hash: string;
      size: number;
      modifiedAt: string;
      copiedAt: string;
      addedAt: string;
    }): RunbookId {
      const { rows, ...file } = input;
      return db.transaction(() => {
        // To look for old rows of a new document in the index costs more than to put it there.
        const known = idOf.get({ folder: file.folder, path: file.path })?.id;
        if (known !== undefined) clear(known);
        const { lastId } = upsert.run({ ...rows.runbook, ...file });
        const id = known ?? (lastId as RunbookId);
        for (const [
          position,
          { anchor, heading, aliases, body, found },
        ] of rows.sections.entries()) {
          const section = addSection.run({ id, position, anchor, heading, aliases, body });
          addSearch.run({
            id: section.lastId,
            title: forIndex(found.title),
            heading: forIndex(found.heading),
            body: forIndex(body),
            names: forIndex(found.names),
          });
        }
        for (const { name, anchor, origin } of rows.names)
          addName.run({ name, id, anchor, origin });
        return id;
      });
    },
    /** Merges some parts of the index, for some milliseconds. False: there was nothing to do. */
    tidy(): boolean {
      const before = changesSoFar.get({})?.count ?? 0;
      mergeSome.run({});
      return (changesSoFar.get({})?.count ?? 0) - before >= 2;
    },
    touch: (id: RunbookId, modifiedAt: string, size: number): void =>
      void touch.run({ id, modifiedAt, size }),
    /** The origin said that it is still like this. */
    confirm: (id: RunbookId, copiedAt: string): void => void confirm.run({ id, copiedAt }),
    setUnverified: (id: RunbookId, isUnverified: boolean): void =>
      void setUnverified.run({ id, isUnverified: isUnverified ? 1 : 0 }),
    remove,
    setFolder: (folder: string, copiedAt: string | null, problem: string | null): void =>
      void setFolder.run({ folder, copiedAt, problem }),
    /** Taken out of the settings: its copies go too, the runs stay. */
    removeFolder: (folder: string): void =>
      db.transaction(() => {
        for (const file of files.all({ folder })) remove(file.id);
        removeFolder.run({ folder });
      }),
  };
}

export type LibraryStore = ReturnType<typeof createLibraryStore>;

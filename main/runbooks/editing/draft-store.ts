/** What was written and not saved, in SQLite: it outlives a crash, and the file it began from. */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { SqlParams, WritableDb } from '../../store/database.ts';

export interface StoredDraft extends SqlParams {
  readonly key: string;
  /** Null: not a file yet. */
  readonly runbookId: RunbookId | null;
  readonly folder: string;
  readonly path: string;
  readonly baseVersion: string;
  readonly baseText: string;
  readonly text: string;
  readonly keptAt: string;
}

const columns = `key, runbook_id AS runbookId, folder, path, base_version AS baseVersion, base_text AS baseText, text,
  kept_at AS keptAt`;

/** Only the newest of those that are no file yet are kept: each is a new page somebody began. */
const mostNew = 50;

export function createDraftStore(db: WritableDb) {
  const one = db.read<StoredDraft, { key: string }>(
    `SELECT ${columns} FROM runbook_draft WHERE key = @key`,
  );
  const ofRunbook = db.read<StoredDraft, { runbookId: number }>(
    `SELECT ${columns} FROM runbook_draft WHERE runbook_id = @runbookId`,
  );
  const all = db.read<StoredDraft>(
    `SELECT ${columns} FROM runbook_draft ORDER BY kept_at DESC, key LIMIT 200`,
  );
  const put = db.write<StoredDraft>(
    `INSERT INTO runbook_draft (key, runbook_id, folder, path, base_version, base_text, text, kept_at)
     VALUES (@key, @runbookId, @folder, @path, @baseVersion, @baseText, @text, @keptAt)
     ON CONFLICT (key) DO UPDATE SET
       runbook_id = excluded.runbook_id, folder = excluded.folder, path = excluded.path,
       base_version = excluded.base_version, base_text = excluded.base_text, text = excluded.text,
       kept_at = excluded.kept_at`,
  );
  const remove = db.write<{ key: string }>('DELETE FROM runbook_draft WHERE key = @key');
  const tidy = db.write<{ most: number }>(
    `DELETE FROM runbook_draft WHERE runbook_id IS NULL AND key NOT IN (
       SELECT key FROM runbook_draft WHERE runbook_id IS NULL ORDER BY kept_at DESC, key LIMIT @most)`,
  );
  return {
    get: (key: string): StoredDraft | undefined => one.get({ key }),
    ofRunbook: (runbookId: RunbookId): StoredDraft | undefined => ofRunbook.get({ runbookId }),
    all: (): StoredDraft[] => all.all({}),
    put(draft: StoredDraft): void {
      db.transaction(() => {
        put.run(draft);
        if (draft.runbookId === null) tidy.run({ most: mostNew });
      });
    },
    remove: (key: string): void => void remove.run({ key }),
  };
}

export type DraftStore = ReturnType<typeof createDraftStore>;

// What somebody wrote in the editor of runbooks and has not saved: it outlives a crash, and the file it began from.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 11,
  name: 'runbook drafts',
  up(db) {
    db.exec(`
      CREATE TABLE runbook_draft (
        -- Chosen by the window for a runbook that is no file yet; made from folder and path otherwise.
        key          TEXT PRIMARY KEY,
        -- Null: not a file yet. No reference: a draft outlives the file it began from.
        runbook_id   INTEGER,
        folder       TEXT NOT NULL,
        path         TEXT NOT NULL,
        -- The content of the file that the text began from: both sides of a conflict are compared with it.
        base_version TEXT NOT NULL,
        base_text    TEXT NOT NULL,
        text         TEXT NOT NULL,
        kept_at      TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX runbook_draft_by_runbook ON runbook_draft (runbook_id) WHERE runbook_id IS NOT NULL;
    `);
  },
};

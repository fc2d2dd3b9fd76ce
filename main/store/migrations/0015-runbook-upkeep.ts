// Hygiene tells which runbooks nobody uses, and a runbook that came last week is none of them: that needs the day it came.
// And it tells which front matter cannot be read, which is known only while a document is read.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 15,
  name: 'runbook upkeep',
  up(db) {
    db.exec(`
      -- When it came into the library. Of those that were there before this was noted: when they were last read.
      ALTER TABLE runbook ADD COLUMN added_at TEXT NOT NULL DEFAULT '';
      -- What is wrong with its front matter; NULL: nothing.
      ALTER TABLE runbook ADD COLUMN problem TEXT;
      UPDATE runbook SET added_at = copied_at;
      CREATE INDEX runbook_by_problem ON runbook (folder, path) WHERE problem IS NOT NULL;
    `);
  },
};

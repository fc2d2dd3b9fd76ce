// What a person said about a runbook and the alarms of one name: it is theirs, or it is not. Rules only guess.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 12,
  name: 'runbook verdicts',
  up(db) {
    db.exec(`
      -- By folder and path, not by id: a file that was away and came back is a new document of the same name.
      CREATE TABLE runbook_verdict (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        -- As shown, and as names are compared.
        alarm_name TEXT NOT NULL,
        name_key   TEXT NOT NULL,
        -- Only for alarms of this service; empty: of any.
        service    TEXT NOT NULL,
        folder     TEXT NOT NULL,
        path       TEXT NOT NULL,
        -- The section that was meant; empty: the whole document.
        anchor     TEXT NOT NULL,
        title      TEXT NOT NULL,
        verdict    TEXT NOT NULL CHECK (verdict IN ('bound','hidden')),
        at         TEXT NOT NULL,
        UNIQUE (name_key, service, folder, path, anchor)
      ) STRICT;
    `);
  },
};

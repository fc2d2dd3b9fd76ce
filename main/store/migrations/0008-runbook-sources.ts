// Runbooks also come from Git repositories and from the pages that alarms link to: when each was last true at its origin.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 8,
  name: 'runbook sources',
  up(db) {
    db.exec(`
      CREATE TABLE runbook_repository (
        -- Address, branch and subfolder; also the folder of its runbooks.
        place        TEXT PRIMARY KEY,
        branch       TEXT NOT NULL,
        commit_hash  TEXT NOT NULL,
        committed_at TEXT NOT NULL,
        subject      TEXT NOT NULL,
        -- When the remote last said that this is its newest commit.
        fetched_at   TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE runbook_page (
        -- As alarms name it, without its fragment.
        url           TEXT PRIMARY KEY,
        host          TEXT NOT NULL,
        -- Its file below the folder of pages; NULL while there is no copy.
        path          TEXT,
        etag          TEXT,
        last_modified TEXT,
        -- When the page was last known to be as the copy is.
        fetched_at    TEXT,
        next_at       TEXT NOT NULL,
        failure_count INTEGER NOT NULL DEFAULT 0,
        -- What was wrong at the last try, and what to do; NULL: nothing.
        reason        TEXT CHECK (reason IN ('login','private','gone','away','refused')),
        problem       TEXT,
        next          TEXT,
        -- When an alarm last carried the link: pages that none has carried for long are let go.
        seen_at       TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX runbook_page_by_next ON runbook_page (next_at);
      CREATE UNIQUE INDEX runbook_page_by_path ON runbook_page (path) WHERE path IS NOT NULL;
    `);
  },
};

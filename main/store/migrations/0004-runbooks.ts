// The offline copy of every runbook, its search index, and the runs of its steps.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 4,
  name: 'runbooks',
  up(db) {
    db.exec(`
      CREATE TABLE runbook (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        folder       TEXT NOT NULL,
        -- Relative to the folder, with forward slashes.
        path         TEXT NOT NULL,
        title        TEXT NOT NULL,
        markdown     TEXT NOT NULL,
        -- Front matter as JSON: alerts, title, reviewed, …
        meta         TEXT NOT NULL,
        reviewed_on  TEXT,
        step_count   INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        modified_at  TEXT NOT NULL,
        copied_at    TEXT NOT NULL,
        UNIQUE (folder, path)
      ) STRICT;

      -- One row per section; the section before the first heading has an empty anchor.
      CREATE TABLE runbook_section (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        runbook_id INTEGER NOT NULL REFERENCES runbook (id) ON DELETE CASCADE,
        anchor     TEXT NOT NULL,
        heading    TEXT NOT NULL,
        position   INTEGER NOT NULL,
        body       TEXT NOT NULL
      ) STRICT;
      CREATE INDEX runbook_section_by_runbook ON runbook_section (runbook_id, position);

      -- Names by which an alarm finds a runbook for certain: front matter, file name, headings. Folded to lower case.
      CREATE TABLE runbook_name (
        name       TEXT NOT NULL,
        runbook_id INTEGER NOT NULL REFERENCES runbook (id) ON DELETE CASCADE,
        anchor     TEXT NOT NULL,
        origin     TEXT NOT NULL CHECK (origin IN ('front matter','title','file name','heading','table row')),
        PRIMARY KEY (name, runbook_id, anchor, origin)
      ) STRICT, WITHOUT ROWID;

      -- Row ids are those of runbook_section; the text is not stored twice.
      CREATE VIRTUAL TABLE runbook_search USING fts5 (
        title, heading, body, names,
        content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
      );

      CREATE TABLE run (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        -- A run outlives its document: the path says what it was.
        runbook_id INTEGER REFERENCES runbook (id) ON DELETE SET NULL,
        path       TEXT NOT NULL,
        title      TEXT NOT NULL,
        anchor     TEXT,
        alarm_id   INTEGER REFERENCES alarm (id) ON DELETE SET NULL,
        episode_id INTEGER REFERENCES episode (id) ON DELETE SET NULL,
        incident_id INTEGER,
        answers    TEXT NOT NULL DEFAULT '{}',
        started_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX run_by_alarm ON run (alarm_id) WHERE alarm_id IS NOT NULL;
      CREATE INDEX run_by_incident ON run (incident_id) WHERE incident_id IS NOT NULL;

      CREATE TABLE run_step (
        run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
        step_id TEXT NOT NULL,
        state   TEXT NOT NULL CHECK (state IN ('open','done','skipped','did_not_help')),
        -- The step's text when it was ticked: the document may change, history may not.
        text    TEXT NOT NULL,
        at      TEXT NOT NULL,
        PRIMARY KEY (run_id, step_id)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};

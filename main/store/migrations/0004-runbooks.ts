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
        -- The parsed steps as JSON, so that nothing has to be parsed at 4 AM.
        steps        TEXT NOT NULL,
        -- Of the parser's version and the text: a better parser reads everything again.
        content_hash TEXT NOT NULL,
        byte_size    INTEGER NOT NULL,
        modified_at  TEXT NOT NULL,
        copied_at    TEXT NOT NULL,
        -- 1: the last look at the folder could not read this file; the copy is from copied_at.
        is_unverified INTEGER NOT NULL DEFAULT 0 CHECK (is_unverified IN (0, 1)),
        UNIQUE (folder, path)
      ) STRICT;

      -- When each folder was last read whole, and what was wrong with it then. Its runbooks stay when it vanishes.
      CREATE TABLE runbook_folder (
        folder    TEXT PRIMARY KEY,
        copied_at TEXT,
        problem   TEXT
      ) STRICT, WITHOUT ROWID;

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
      -- Without it every document saved or removed reads all names of all others.
      CREATE INDEX runbook_name_by_runbook ON runbook_name (runbook_id);

      -- Row ids are those of runbook_section; the text is not stored twice.
      CREATE VIRTUAL TABLE runbook_search USING fts5 (
        title, heading, body, names,
        content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
      );

      CREATE TABLE run (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        -- No foreign key: a run outlives its document, and what it showed is kept with it.
        runbook_id INTEGER NOT NULL,
        folder     TEXT NOT NULL,
        path       TEXT NOT NULL,
        title      TEXT NOT NULL,
        -- The document's summary and steps as they last were, as JSON.
        summary    TEXT NOT NULL,
        steps      TEXT NOT NULL,
        -- Labels and annotations of the alarm when the run began, as JSON: they fill the commands.
        context    TEXT NOT NULL,
        anchor     TEXT,
        alarm_id   INTEGER REFERENCES alarm (id) ON DELETE SET NULL,
        episode_id INTEGER REFERENCES episode (id) ON DELETE SET NULL,
        incident_id INTEGER,
        answers    TEXT NOT NULL DEFAULT '{}',
        started_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX run_by_runbook ON run (runbook_id);
      CREATE INDEX run_by_path ON run (folder, path);
      CREATE INDEX run_by_alarm ON run (alarm_id) WHERE alarm_id IS NOT NULL;
      CREATE INDEX run_by_incident ON run (incident_id) WHERE incident_id IS NOT NULL;

      CREATE TABLE run_step (
        run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
        step_id TEXT NOT NULL,
        state   TEXT NOT NULL CHECK (state IN ('open','done','skipped','did_not_help')),
        -- The step's text when it was ticked: the document may change, history may not.
        text    TEXT NOT NULL,
        number  INTEGER NOT NULL,
        at      TEXT NOT NULL,
        PRIMARY KEY (run_id, step_id)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};

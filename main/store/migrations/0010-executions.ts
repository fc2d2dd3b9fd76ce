// Commands of a runbook that were run on this computer, with what they printed: also when Nightdesk ended meanwhile.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 10,
  name: 'executions',
  up(db) {
    db.exec(`
      CREATE TABLE execution (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        run_id      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
        step_id     TEXT NOT NULL,
        command     INTEGER NOT NULL,
        step_number INTEGER NOT NULL,
        -- As it was run, with secrets left out.
        text        TEXT NOT NULL,
        shell       TEXT NOT NULL,
        folder      TEXT NOT NULL,
        -- 'unknown': Nightdesk ended before it did.
        state       TEXT NOT NULL CHECK (state IN ('running','ended','stopped','timed_out','not_started','unknown')),
        exit_code   INTEGER,
        -- The process group, for whoever looks for what an 'unknown' one left behind.
        pid         INTEGER,
        -- Why it was not started, or what else there is to say about the end.
        note        TEXT NOT NULL DEFAULT '',
        started_at  TEXT NOT NULL,
        ended_at    TEXT
      ) STRICT;
      CREATE INDEX execution_by_run ON execution (run_id);
      CREATE INDEX execution_running ON execution (state) WHERE state = 'running';

      -- In pieces, so that what a long command printed is on the disk before it ends.
      CREATE TABLE execution_output (
        execution_id INTEGER NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        position     INTEGER NOT NULL,
        text         TEXT NOT NULL,
        PRIMARY KEY (execution_id, position)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};

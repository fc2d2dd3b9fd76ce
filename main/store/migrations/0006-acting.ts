// More can be asked of an upstream, and the list of its silences is kept for the time it cannot be read.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 6,
  name: 'acting',
  up(db) {
    db.exec(`
      -- A CHECK cannot be changed in place. Rows keep their rowid: the outbox is read in that order.
      CREATE TABLE intent_wider (
        id              TEXT PRIMARY KEY,
        kind            TEXT NOT NULL CHECK (kind IN ('acknowledge','unacknowledge','silence','extend_silence','unsilence','comment','resolve')),
        state           TEXT NOT NULL CHECK (state IN ('queued','sent','confirmed','failed','overtaken')),
        source_id       TEXT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
        alarm_id        INTEGER REFERENCES alarm (id) ON DELETE SET NULL,
        title           TEXT NOT NULL,
        -- What to send, complete: a crash between storing and sending loses nothing.
        payload         TEXT NOT NULL,
        -- What the upstream called it (a silence id), to confirm and to undo.
        upstream_ref    TEXT,
        attempts        INTEGER NOT NULL DEFAULT 0,
        next_attempt_at TEXT,
        error           TEXT,
        created_at      TEXT NOT NULL,
        changed_at      TEXT NOT NULL
      ) STRICT;
      INSERT INTO intent_wider (rowid, id, kind, state, source_id, alarm_id, title, payload, upstream_ref, attempts,
          next_attempt_at, error, created_at, changed_at)
        SELECT rowid, id, kind, state, source_id, alarm_id, title, payload, upstream_ref, attempts,
          next_attempt_at, error, created_at, changed_at FROM intent;
      DROP TABLE intent;
      ALTER TABLE intent_wider RENAME TO intent;
      CREATE INDEX intent_open ON intent (source_id, created_at) WHERE state IN ('queued','sent','failed');
      CREATE INDEX intent_by_alarm ON intent (alarm_id, created_at) WHERE alarm_id IS NOT NULL;

      -- The last list of silences that a source gave, whole, to show with its age while the source cannot be read.
      CREATE TABLE known_silences (
        source_id TEXT PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
        read_at   TEXT NOT NULL,
        payload   TEXT NOT NULL
      ) STRICT;
    `);
  },
};

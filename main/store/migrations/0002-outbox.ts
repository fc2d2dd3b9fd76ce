// Intents to change an upstream: stored before they are sent, kept until confirmed.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 2,
  name: 'outbox',
  up(db) {
    db.exec(`
      CREATE TABLE intent (
        id              TEXT PRIMARY KEY,
        kind            TEXT NOT NULL CHECK (kind IN ('acknowledge','unacknowledge','silence','unsilence','comment')),
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
      CREATE INDEX intent_open ON intent (source_id, created_at) WHERE state IN ('queued','sent','failed');
      CREATE INDEX intent_by_alarm ON intent (alarm_id, created_at) WHERE alarm_id IS NOT NULL;

      -- Acknowledgements of ours that upstream holds as an expiring object: extended while the alarm lasts, removed when it clears.
      CREATE TABLE held_acknowledgement (
        alarm_id     INTEGER PRIMARY KEY REFERENCES alarm (id) ON DELETE CASCADE,
        source_id    TEXT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
        upstream_ref TEXT NOT NULL,
        payload      TEXT NOT NULL,
        expires_at   TEXT NOT NULL
      ) STRICT;
    `);
  },
};

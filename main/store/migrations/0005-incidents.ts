// What people work on, its timeline, the postmortem drawn from it, and the actions that follow.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 5,
  name: 'incidents',
  up(db) {
    db.exec(`
      CREATE TABLE incident (
        id              INTEGER PRIMARY KEY AUTOINCREMENT,
        title           TEXT NOT NULL,
        -- Chosen by people, so 'unknown' until they choose; never copied from the alarm.
        severity        TEXT NOT NULL DEFAULT 'unknown' CHECK (severity IN ('unknown','minor','major','critical')),
        impact          TEXT NOT NULL DEFAULT '',
        commander       TEXT NOT NULL DEFAULT '',
        mitigation      TEXT NOT NULL DEFAULT '',
        created_at      TEXT NOT NULL,
        impact_began_at TEXT,
        detected_at     TEXT,
        acknowledged_at TEXT,
        mitigated_at    TEXT,
        resolved_at     TEXT,
        understood_at   TEXT
      ) STRICT;
      CREATE INDEX incident_open ON incident (created_at) WHERE resolved_at IS NULL;

      CREATE TABLE incident_alarm (
        incident_id INTEGER NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
        alarm_id    INTEGER NOT NULL REFERENCES alarm (id) ON DELETE CASCADE,
        joined_at   TEXT NOT NULL,
        -- Why: 'chosen', or the rule that joined it.
        reason      TEXT NOT NULL,
        PRIMARY KEY (incident_id, alarm_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX incident_alarm_by_alarm ON incident_alarm (alarm_id);

      CREATE TABLE entry (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        incident_id INTEGER NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
        at          TEXT NOT NULL,
        kind        TEXT NOT NULL,
        origin      TEXT NOT NULL,
        text        TEXT NOT NULL,
        code        TEXT
      ) STRICT;
      CREATE INDEX entry_by_incident ON entry (incident_id, at, id);

      CREATE TABLE postmortem (
        incident_id INTEGER PRIMARY KEY REFERENCES incident (id) ON DELETE CASCADE,
        text        TEXT NOT NULL,
        revision    INTEGER NOT NULL,
        saved_at    TEXT NOT NULL
      ) STRICT;

      CREATE TABLE action (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        incident_id INTEGER REFERENCES incident (id) ON DELETE SET NULL,
        title       TEXT NOT NULL,
        owner       TEXT NOT NULL DEFAULT '',
        due_on      TEXT,
        done_at     TEXT,
        created_at  TEXT NOT NULL
      ) STRICT;
      CREATE INDEX action_open ON action (due_on) WHERE done_at IS NULL;
    `);
  },
};

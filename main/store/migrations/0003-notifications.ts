// Every notification decision with its reason, the silent ones too, and what is owed to each open episode.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 3,
  name: 'notifications',
  up(db) {
    db.exec(`
      CREATE TABLE decision (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        at         TEXT NOT NULL,
        alarm_id   INTEGER REFERENCES alarm (id) ON DELETE CASCADE,
        episode_id INTEGER REFERENCES episode (id) ON DELETE CASCADE,
        source_id  TEXT,
        class      TEXT NOT NULL CHECK (class IN ('page','notice')),
        occasion   TEXT NOT NULL
          CHECK (occasion IN ('fired','worsened','reminder','recovered','summary','blind','sighted','test')),
        outcome    TEXT NOT NULL CHECK (outcome IN ('sent','not_sent','failed')),
        reason     TEXT NOT NULL,
        carrier    TEXT
      ) STRICT;
      CREATE INDEX decision_by_alarm ON decision (alarm_id, id) WHERE alarm_id IS NOT NULL;
      CREATE INDEX decision_by_episode ON decision (episode_id) WHERE episode_id IS NOT NULL;
      CREATE INDEX decision_by_time ON decision (at);

      -- Reminders owed: a page that nobody acknowledged is repeated, also after a restart.
      CREATE TABLE reminder (
        episode_id INTEGER PRIMARY KEY REFERENCES episode (id) ON DELETE CASCADE,
        alarm_id   INTEGER NOT NULL REFERENCES alarm (id) ON DELETE CASCADE,
        sent_count INTEGER NOT NULL,
        next_at    TEXT NOT NULL
      ) STRICT;
    `);
  },
};

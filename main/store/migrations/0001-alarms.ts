// Sources, alarms, their episodes, and what happened to them.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 1,
  name: 'alarms',
  up(db) {
    db.exec(`
      -- What we know about a configured source. Its settings live in the configuration file.
      CREATE TABLE source (
        id              TEXT PRIMARY KEY,
        kind            TEXT NOT NULL,
        name            TEXT NOT NULL,
        last_attempt_at TEXT,
        last_success_at TEXT,
        -- Text of the last failure; NULL while live.
        problem         TEXT,
        freshness       TEXT NOT NULL DEFAULT 'starting'
          CHECK (freshness IN ('starting','live','stale','unreachable','unauthorized','misconfigured')),
        -- Connector's own memory between runs, e.g. when the upstream started or which heartbeat it sent.
        memory          TEXT NOT NULL DEFAULT '{}'
      ) STRICT;

      -- The last known state of every alarm ever seen (until retention), also of the resolved ones.
      CREATE TABLE alarm (
        id                 INTEGER PRIMARY KEY AUTOINCREMENT,
        source_id          TEXT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
        external_id        TEXT NOT NULL,
        status             TEXT NOT NULL CHECK (status IN ('firing','acknowledged','suppressed','resolved')),
        severity           TEXT NOT NULL CHECK (severity IN ('critical','high','warning','info')),
        -- As the upstream wrote it; NULL when absent.
        severity_text      TEXT,
        is_severity_mapped INTEGER NOT NULL CHECK (is_severity_mapped IN (0, 1)),
        title              TEXT NOT NULL,
        summary            TEXT NOT NULL,
        service            TEXT NOT NULL,
        labels             TEXT NOT NULL,
        annotations        TEXT NOT NULL,
        url                TEXT,
        runbook_url        TEXT,
        starts_at          TEXT NOT NULL,
        acked_by           TEXT,
        -- Upstream references an action needs, e.g. the ids of covering silences.
        refs               TEXT NOT NULL DEFAULT '{}',
        unreadable_reason  TEXT,
        status_since       TEXT NOT NULL,
        first_seen_at      TEXT NOT NULL,
        changed_at         TEXT NOT NULL,
        UNIQUE (source_id, external_id)
      ) STRICT;
      CREATE INDEX alarm_active ON alarm (source_id) WHERE status <> 'resolved';
      -- For status:resolved, newest first.
      CREATE INDEX alarm_resolved ON alarm (status_since) WHERE status = 'resolved';

      -- One firing-to-resolved life of an alarm.
      CREATE TABLE episode (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        alarm_id    INTEGER NOT NULL REFERENCES alarm (id) ON DELETE CASCADE,
        started_at  TEXT NOT NULL,
        -- When we first saw it, by our clock; differs from started_at after a gap.
        seen_at     TEXT NOT NULL,
        ended_at    TEXT,
        severity    TEXT NOT NULL CHECK (severity IN ('critical','high','warning','info')),
        acked_at    TEXT,
        acked_by    TEXT,
        -- 1 until a person has seen that it fired (or cleared) while nobody looked.
        is_unseen   INTEGER NOT NULL DEFAULT 0 CHECK (is_unseen IN (0, 1))
      ) STRICT;
      -- An alarm lives one life at a time: the database itself refuses a second open episode.
      CREATE UNIQUE INDEX episode_open ON episode (alarm_id) WHERE ended_at IS NULL;
      CREATE INDEX episode_by_alarm ON episode (alarm_id, started_at);
      CREATE INDEX episode_by_start ON episode (started_at);
      CREATE INDEX episode_by_end ON episode (ended_at) WHERE ended_at IS NOT NULL;
      CREATE INDEX episode_unseen ON episode (alarm_id) WHERE is_unseen = 1;

      -- What happened to an alarm, in order; the history in the detail pane and the timeline of incidents.
      CREATE TABLE event (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        at         TEXT NOT NULL,
        alarm_id   INTEGER REFERENCES alarm (id) ON DELETE CASCADE,
        episode_id INTEGER REFERENCES episode (id) ON DELETE CASCADE,
        source_id  TEXT REFERENCES source (id) ON DELETE CASCADE,
        kind       TEXT NOT NULL,
        origin     TEXT NOT NULL,
        text       TEXT NOT NULL
      ) STRICT;
      CREATE INDEX event_by_alarm ON event (alarm_id, id);
      CREATE INDEX event_by_source ON event (source_id, at) WHERE source_id IS NOT NULL;
      CREATE INDEX event_by_episode ON event (episode_id) WHERE episode_id IS NOT NULL;

      -- Said once, kept until dismissed.
      CREATE TABLE notice (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        at           TEXT NOT NULL,
        kind         TEXT NOT NULL CHECK (kind IN ('gap','restored','migrated','problem','hint')),
        title        TEXT NOT NULL,
        text         TEXT NOT NULL,
        dismissed_at TEXT
      ) STRICT;
    `);
  },
};

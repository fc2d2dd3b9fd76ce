-- The schema after migration 15. Written by `npm run schema`; change main/store/migrations, not this file.

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
CREATE INDEX alarm_resolved ON alarm (status_since) WHERE status = 'resolved';

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
CREATE UNIQUE INDEX episode_open ON episode (alarm_id) WHERE ended_at IS NULL;
CREATE INDEX episode_by_alarm ON episode (alarm_id, started_at);
CREATE INDEX episode_by_start ON episode (started_at);
CREATE INDEX episode_by_end ON episode (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX episode_unseen ON episode (alarm_id) WHERE is_unseen = 1;

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

CREATE TABLE notice (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  at           TEXT NOT NULL,
  kind         TEXT NOT NULL CHECK (kind IN ('gap','restored','migrated','problem','hint')),
  title        TEXT NOT NULL,
  text         TEXT NOT NULL,
  dismissed_at TEXT
) STRICT;

CREATE TABLE held_acknowledgement (
  alarm_id     INTEGER PRIMARY KEY REFERENCES alarm (id) ON DELETE CASCADE,
  source_id    TEXT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  upstream_ref TEXT NOT NULL,
  payload      TEXT NOT NULL,
  expires_at   TEXT NOT NULL
) STRICT;

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

CREATE TABLE reminder (
  episode_id INTEGER PRIMARY KEY REFERENCES episode (id) ON DELETE CASCADE,
  alarm_id   INTEGER NOT NULL REFERENCES alarm (id) ON DELETE CASCADE,
  sent_count INTEGER NOT NULL,
  next_at    TEXT NOT NULL
) STRICT;

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
  is_unverified INTEGER NOT NULL DEFAULT 0 CHECK (is_unverified IN (0, 1)), added_at TEXT NOT NULL DEFAULT '', problem TEXT,
  UNIQUE (folder, path)
) STRICT;
CREATE INDEX runbook_by_problem ON runbook (folder, path) WHERE problem IS NOT NULL;

CREATE TABLE runbook_folder (
  folder    TEXT PRIMARY KEY,
  copied_at TEXT,
  problem   TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE runbook_section (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  runbook_id INTEGER NOT NULL REFERENCES runbook (id) ON DELETE CASCADE,
  anchor     TEXT NOT NULL,
  heading    TEXT NOT NULL,
  position   INTEGER NOT NULL,
  body       TEXT NOT NULL
, aliases TEXT NOT NULL DEFAULT '[]') STRICT;
CREATE INDEX runbook_section_by_runbook ON runbook_section (runbook_id, position);

CREATE TABLE runbook_name (
  name       TEXT NOT NULL,
  runbook_id INTEGER NOT NULL REFERENCES runbook (id) ON DELETE CASCADE,
  anchor     TEXT NOT NULL,
  origin     TEXT NOT NULL CHECK (origin IN ('front matter','title','file name','heading','table row')),
  PRIMARY KEY (name, runbook_id, anchor, origin)
) STRICT, WITHOUT ROWID;
CREATE INDEX runbook_name_by_runbook ON runbook_name (runbook_id);

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

CREATE TABLE "intent" (
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
CREATE INDEX intent_open ON intent (source_id, created_at) WHERE state IN ('queued','sent','failed');
CREATE INDEX intent_by_alarm ON intent (alarm_id, created_at) WHERE alarm_id IS NOT NULL;

CREATE TABLE known_silences (
  source_id TEXT PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
  read_at   TEXT NOT NULL,
  payload   TEXT NOT NULL
) STRICT;

CREATE TABLE join_decision (
  a_source    TEXT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  a_signature TEXT NOT NULL,
  b_source    TEXT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  b_signature TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('joined','separated')),
  at          TEXT NOT NULL,
  PRIMARY KEY (a_source, a_signature, b_source, b_signature)
) STRICT, WITHOUT ROWID;
CREATE INDEX join_decision_by_source ON join_decision (b_source);

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

CREATE TABLE local_switch (
  name        TEXT PRIMARY KEY,
  switched_at TEXT NOT NULL
) STRICT;

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

CREATE TABLE execution_output (
  execution_id INTEGER NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
  position     INTEGER NOT NULL,
  text         TEXT NOT NULL,
  PRIMARY KEY (execution_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE runbook_draft (
  -- Chosen by the window for a runbook that is no file yet; made from folder and path otherwise.
  key          TEXT PRIMARY KEY,
  -- Null: not a file yet. No reference: a draft outlives the file it began from.
  runbook_id   INTEGER,
  folder       TEXT NOT NULL,
  path         TEXT NOT NULL,
  -- The content of the file that the text began from: both sides of a conflict are compared with it.
  base_version TEXT NOT NULL,
  base_text    TEXT NOT NULL,
  text         TEXT NOT NULL,
  kept_at      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX runbook_draft_by_runbook ON runbook_draft (runbook_id) WHERE runbook_id IS NOT NULL;

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

CREATE TABLE bulk_write (
  id     INTEGER PRIMARY KEY,
  -- Which statement spreads it.
  name   TEXT NOT NULL CHECK (name IN ('intents','events')),
  -- What all rows share, by the names of the statement's parameters.
  shared TEXT NOT NULL,
  -- JSON, one item per row.
  rows   TEXT NOT NULL,
  -- Why it could not be spread; it is kept and not tried again.
  error  TEXT
) STRICT;


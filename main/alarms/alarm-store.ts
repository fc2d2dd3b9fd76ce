/** Alarms, episodes and events in SQL. Every statement is prepared once. */
import type {
  AlarmId,
  AlarmStatus,
  EpisodeId,
  Instant,
  Severity,
  SourceId,
} from '../../preload/contract/common.ts';
import { toInstant, toMs } from '../clock.ts';
import type { Pace, SqlParams, WritableDb } from '../store/database.ts';
import type { KnownAlarm } from './alarm.ts';
import type { NewIds } from './reconcile.ts';

interface AlarmSqlRow {
  id: number;
  source_id: string;
  external_id: string;
  status: string;
  severity: string;
  severity_text: string | null;
  is_severity_mapped: number;
  title: string;
  summary: string;
  service: string;
  labels: string;
  annotations: string;
  url: string | null;
  runbook_url: string | null;
  starts_at: string;
  acked_by: string | null;
  refs: string;
  unreadable_reason: string | null;
  status_since: string;
  first_seen_at: string;
  episode_id: number | null;
  episode_started_at: string | null;
}

/** An alarm with the start of its open episode; null when it is over. */
export interface StoredAlarm {
  readonly alarm: KnownAlarm;
  readonly episodeStartedAt: Instant | null;
}

export interface NewEvent {
  readonly alarmId: AlarmId | null;
  readonly episodeId: EpisodeId | null;
  readonly sourceId: SourceId | null;
  /** `fired`, `acknowledged`, `note`, … */
  readonly kind: string;
  /** Who or what: the source's name, `you`, `Nightdesk`. */
  readonly origin: string;
  readonly text: string;
  readonly at: Instant;
}

const columns = `a.id, a.source_id, a.external_id, a.status, a.severity, a.severity_text, a.is_severity_mapped,
  a.title, a.summary, a.service, a.labels, a.annotations, a.url, a.runbook_url, a.starts_at, a.acked_by, a.refs,
  a.unreadable_reason, a.status_since, a.first_seen_at, e.id AS episode_id, e.started_at AS episode_started_at`;
const withEpisode = `alarm a LEFT JOIN episode e ON e.alarm_id = a.id AND e.ended_at IS NULL`;

function toStored(row: AlarmSqlRow): StoredAlarm {
  return {
    episodeStartedAt: row.episode_started_at,
    alarm: {
      id: row.id as AlarmId,
      sourceId: row.source_id as SourceId,
      externalId: row.external_id,
      status: row.status as AlarmStatus,
      severity: row.severity as Severity,
      severityText: row.severity_text,
      isSeverityMapped: row.is_severity_mapped === 1,
      title: row.title,
      summary: row.summary,
      service: row.service,
      labels: JSON.parse(row.labels) as Record<string, string>,
      annotations: JSON.parse(row.annotations) as Record<string, string>,
      url: row.url,
      runbookUrl: row.runbook_url,
      startsAt: row.starts_at,
      ackedBy: row.acked_by,
      refs: JSON.parse(row.refs) as Record<string, unknown>,
      unreadableReason: row.unreadable_reason,
      statusSince: row.status_since,
      firstSeenAt: row.first_seen_at,
      episodeId: row.episode_id as EpisodeId | null,
    },
  };
}

const toParams = (alarm: KnownAlarm, at: Instant): SqlParams => ({
  id: alarm.id,
  sourceId: alarm.sourceId,
  externalId: alarm.externalId,
  status: alarm.status,
  severity: alarm.severity,
  severityText: alarm.severityText,
  isSeverityMapped: alarm.isSeverityMapped ? 1 : 0,
  title: alarm.title,
  summary: alarm.summary,
  service: alarm.service,
  labels: JSON.stringify(alarm.labels),
  annotations: JSON.stringify(alarm.annotations),
  url: alarm.url,
  runbookUrl: alarm.runbookUrl,
  startsAt: alarm.startsAt,
  ackedBy: alarm.ackedBy,
  refs: JSON.stringify(alarm.refs),
  unreadableReason: alarm.unreadableReason,
  statusSince: alarm.statusSince,
  firstSeenAt: alarm.firstSeenAt,
  at,
});

export type AlarmStore = ReturnType<typeof createAlarmStore>;

export function createAlarmStore(db: WritableDb) {
  const selectActive = db.read<AlarmSqlRow>(
    `SELECT ${columns} FROM ${withEpisode} WHERE a.status <> 'resolved'`,
  );
  const selectById = db.read<AlarmSqlRow>(`SELECT ${columns} FROM ${withEpisode} WHERE a.id = @id`);
  const selectByExternalIds = db.read<AlarmSqlRow>(
    `SELECT ${columns} FROM json_each(@externalIds) j
       CROSS JOIN alarm a ON a.source_id = @sourceId AND a.external_id = j.value
       LEFT JOIN episode e ON e.alarm_id = a.id AND e.ended_at IS NULL`,
  );
  const selectRestless = db.read<{ alarm_id: number; seen_at: string; ended_at: string | null }>(
    `SELECT alarm_id, seen_at, ended_at FROM episode
      WHERE started_at >= @from AND alarm_id IN (
        SELECT alarm_id FROM episode WHERE started_at >= @from GROUP BY +alarm_id HAVING count(*) >= 3)`,
  );
  const selectUnseenIds = db.read<{ alarm_id: number }>(
    `SELECT DISTINCT alarm_id FROM episode WHERE is_unseen = 1`,
  );
  const selectResolved = db.read<AlarmSqlRow>(
    `SELECT ${columns} FROM ${withEpisode}
      WHERE a.status = 'resolved' AND a.status_since >= @from ORDER BY a.status_since DESC LIMIT @limit`,
  );
  // One question for a whole page of rows.
  const countEpisodes = db.read<{ alarm_id: number; episodes: number }>(
    `SELECT e.alarm_id, count(*) AS episodes FROM json_each(@ids) j
       JOIN episode e ON e.alarm_id = j.value AND e.started_at >= @from GROUP BY e.alarm_id`,
  );
  const selectSequences = db.read<{ name: string; seq: number }>(
    `SELECT name, seq FROM sqlite_sequence WHERE name IN ('alarm', 'episode')`,
  );
  const selectSources = db.read<{ id: string; is_older: number; last_success_at: string | null }>(
    `SELECT s.id, s.last_success_at,
            (s.last_success_at IS NOT NULL OR EXISTS (SELECT 1 FROM alarm a WHERE a.source_id = s.id)) AS is_older
       FROM source s`,
  );
  const insertAlarm = db.write(
    `INSERT INTO alarm (id, source_id, external_id, status, severity, severity_text, is_severity_mapped, title, summary,
       service, labels, annotations, url, runbook_url, starts_at, acked_by, refs, unreadable_reason, status_since,
       first_seen_at, changed_at)
     VALUES (@id, @sourceId, @externalId, @status, @severity, @severityText, @isSeverityMapped, @title, @summary,
       @service, @labels, @annotations, @url, @runbookUrl, @startsAt, @ackedBy, @refs, @unreadableReason, @statusSince,
       @firstSeenAt, @at)`,
  );
  const updateAlarm = db.write(
    `UPDATE alarm SET status = @status, severity = @severity, severity_text = @severityText,
       is_severity_mapped = @isSeverityMapped, title = @title, summary = @summary, service = @service, labels = @labels,
       annotations = @annotations, url = @url, runbook_url = @runbookUrl, starts_at = @startsAt, acked_by = @ackedBy,
       refs = @refs, unreadable_reason = @unreadableReason, status_since = @statusSince, changed_at = @at
     WHERE id = @id`,
  );
  const resolveAlarm = db.write(
    `UPDATE alarm SET status = 'resolved', status_since = @statusSince, changed_at = @at WHERE id = @id`,
  );
  const insertEpisode = db.write(
    `INSERT INTO episode (id, alarm_id, started_at, seen_at, severity, acked_at, acked_by, is_unseen)
     VALUES (@id, @alarmId, @startedAt, @at, @severity, @ackedAt, @ackedBy, @isUnseen)`,
  );
  const endEpisode = db.write(
    `UPDATE episode SET ended_at = @endedAt, is_unseen = max(is_unseen, @isUnseen) WHERE id = @id AND ended_at IS NULL`,
  );
  // The first acknowledgement counts; the severity is the worst the episode has had.
  const updateEpisode = db.write(
    `UPDATE episode SET severity = @severity, acked_at = coalesce(acked_at, @ackedAt),
       acked_by = coalesce(acked_by, @ackedBy) WHERE id = @id`,
  );
  const selectEpisodeSeverity = db.read<{ severity: Severity }>(
    `SELECT severity FROM episode WHERE id = @id`,
  );
  const selectWithin = db.read<{ id: number; started_at: string; ended_at: string | null }>(
    `SELECT id, started_at, ended_at FROM episode
      WHERE alarm_id = @alarmId AND started_at <= @to AND (ended_at IS NULL OR ended_at >= @from)
      ORDER BY started_at DESC LIMIT 1`,
  );
  const moveEnd = db.write(`UPDATE episode SET ended_at = @endedAt WHERE id = @id`);
  const insertEnded = db.write(
    `INSERT INTO episode (id, alarm_id, started_at, seen_at, ended_at, severity, is_unseen)
     VALUES (@id, @alarmId, @startedAt, @at, @endedAt, @severity, 1)`,
  );
  const markSeen = db.write(
    `UPDATE episode SET is_unseen = 0 WHERE is_unseen = 1 AND alarm_id IN (SELECT value FROM json_each(@ids))`,
  );
  const insertEvent = db.write(
    `INSERT INTO event (at, alarm_id, episode_id, source_id, kind, origin, text)
     VALUES (@at, @alarmId, @episodeId, @sourceId, @kind, @origin, @text)`,
  );

  const insertEvents = db.writeMany('events');

  return {
    *active(): Generator<StoredAlarm> {
      for (const row of selectActive.iterate({})) yield toStored(row);
    },
    byId(id: AlarmId): StoredAlarm | undefined {
      const row = selectById.get({ id });
      return row && toStored(row);
    },
    /** By external id; unknown ones are absent. */
    byExternalIds: (
      sourceId: SourceId,
      externalIds: readonly string[],
    ): ReadonlyMap<string, KnownAlarm> =>
      new Map(
        selectByExternalIds
          .all({ sourceId, externalIds: JSON.stringify(externalIds) })
          .map((row) => [row.external_id, toStored(row).alarm]),
      ),
    /** The episodes since then of alarms that have had three or more of them, oldest first. */
    restlessSince: (from: Instant) =>
      selectRestless
        .all({ from })
        .map((row) => ({
          alarmId: row.alarm_id as AlarmId,
          seenAt: row.seen_at,
          endedAt: row.ended_at,
        }))
        .sort((a, b) => (a.seenAt < b.seenAt ? -1 : 1)),
    unseenIds: (): AlarmId[] => selectUnseenIds.all({}).map((row) => row.alarm_id as AlarmId),
    resolvedSince: (from: Instant, limit: number): KnownAlarm[] =>
      selectResolved.all({ from, limit }).map((row) => toStored(row).alarm),
    /** Episodes that began since `from`, per alarm; an alarm without one is absent. */
    episodesSince: (ids: readonly AlarmId[], from: Instant): ReadonlyMap<number, number> =>
      new Map(
        countEpisodes
          .all({ ids: JSON.stringify(ids), from })
          .map((row) => [row.alarm_id, row.episodes]),
      ),
    /** Sources that were polled in an earlier run, so that something may have happened since. */
    olderSources: (): SourceId[] =>
      selectSources
        .all({})
        .filter((row) => row.is_older === 1)
        .map((row) => row.id as SourceId),
    /** Ids after the last ones; read once, and only if one is needed. Call it inside the transaction that uses them. */
    newIds(): NewIds {
      let last: { alarm: number; episode: number } | null = null;
      const read = (): { alarm: number; episode: number } => {
        const rows = new Map(selectSequences.all({}).map((row) => [row.name, row.seq]));
        return { alarm: rows.get('alarm') ?? 0, episode: rows.get('episode') ?? 0 };
      };
      return {
        alarm() {
          last ??= read();
          last.alarm += 1;
          return last.alarm as AlarmId;
        },
        episode() {
          last ??= read();
          last.episode += 1;
          return last.episode as EpisodeId;
        },
      };
    },
    insert: (alarm: KnownAlarm, at: Instant) => insertAlarm.run(toParams(alarm, at)),
    update: (alarm: KnownAlarm, at: Instant) => updateAlarm.run(toParams(alarm, at)),
    resolve: (alarm: KnownAlarm, at: Instant) =>
      resolveAlarm.run({ id: alarm.id, statusSince: alarm.statusSince, at }),
    beginEpisode: (
      alarm: KnownAlarm,
      episode: { id: EpisodeId; startedAt: Instant },
      at: Instant,
      isUnseen: boolean,
    ) =>
      insertEpisode.run({
        id: episode.id,
        alarmId: alarm.id,
        startedAt: episode.startedAt,
        at,
        severity: alarm.severity,
        ackedAt: alarm.status === 'acknowledged' ? at : null,
        ackedBy: alarm.status === 'acknowledged' ? alarm.ackedBy : null,
        isUnseen: isUnseen ? 1 : 0,
      }),
    endEpisode: (id: EpisodeId, endedAt: Instant, isUnseen: boolean) =>
      endEpisode.run({ id, endedAt, isUnseen: isUnseen ? 1 : 0 }),
    episodeSeverity: (id: EpisodeId): Severity | undefined =>
      selectEpisodeSeverity.get({ id })?.severity,
    updateEpisode: (
      id: EpisodeId,
      change: { severity: Severity; ackedAt: Instant | null; ackedBy: string | null },
    ) => updateEpisode.run({ id, ...change }),
    /** An episode that overlaps this span, or began within so much of its start. */
    episodeWithin(alarmId: AlarmId, startedAt: Instant, endedAt: Instant, slackMs: number) {
      const row = selectWithin.get({
        alarmId,
        from: toInstant(toMs(startedAt) - slackMs),
        to: toInstant(toMs(endedAt) + slackMs),
      });
      return row === undefined
        ? undefined
        : { id: row.id as EpisodeId, startedAt: row.started_at, endedAt: row.ended_at };
    },
    moveEnd: (id: EpisodeId, endedAt: Instant) => moveEnd.run({ id, endedAt }),
    /** One that was over before anybody saw it. */
    addEnded: (
      alarm: KnownAlarm,
      episode: { id: EpisodeId; startedAt: Instant; endedAt: Instant },
      at: Instant,
    ) => insertEnded.run({ ...episode, alarmId: alarm.id, severity: alarm.severity, at }),
    markSeen: (ids: readonly AlarmId[]) => markSeen.run({ ids: JSON.stringify(ids) }),
    addEvent: (event: NewEvent) => insertEvent.run({ ...event }),
    /** The same event for many alarms, each with its open episode. */
    addEvents: (
      ids: readonly AlarmId[],
      event: Pick<NewEvent, 'kind' | 'origin' | 'text' | 'at'>,
      pace: Pace = 'now',
    ) => insertEvents.run({ ...event }, ids, pace),
  };
}

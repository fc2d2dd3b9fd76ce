/** What is stored about one alarm's past, read for the detail pane. */
import type { AlarmEvent, AlarmPast, Episode } from '../../preload/contract/alarms.ts';
import type { AlarmId, EpisodeId, IncidentId, Instant } from '../../preload/contract/common.ts';
import type { Decision } from '../../preload/contract/notifications.ts';
import { since, toMs } from '../clock.ts';
import type { ReadableDb } from '../store/database.ts';
import { pastOf, type PastNote } from './past.ts';

interface EpisodeSqlRow {
  id: number;
  started_at: string;
  ended_at: string | null;
  acked_at: string | null;
  incident_id: number | null;
  mitigation: string | null;
}

interface DecisionSqlRow {
  at: string;
  alarm_id: number | null;
  class: Decision['class'];
  occasion: Decision['occasion'];
  outcome: Decision['outcome'];
  reason: string;
  carrier: string | null;
}

const mostPast = 1_000;

/** With the incident that the alarm joined during an episode: its mitigation is what fixed it. */
const selectEpisodesSql = (
  limit: number,
): string => `SELECT e.id, e.started_at, e.ended_at, e.acked_at, i.id AS incident_id, i.mitigation
  FROM episode e
  LEFT JOIN incident i ON i.id = (
    SELECT m.incident_id FROM incident_alarm m
     WHERE m.alarm_id = e.alarm_id AND m.joined_at >= e.started_at
       AND (e.ended_at IS NULL OR m.joined_at <= e.ended_at)
     ORDER BY m.joined_at DESC LIMIT 1)
 WHERE e.alarm_id = @id ORDER BY e.started_at DESC, e.id DESC LIMIT ${limit}`;

export function createAlarmHistory(db: ReadableDb) {
  const selectEvents = db.read<AlarmEvent>(
    `SELECT at, kind, text, origin FROM event WHERE alarm_id = @id ORDER BY id DESC LIMIT 200`,
  );
  const selectDecisions = db.read<DecisionSqlRow>(
    `SELECT at, alarm_id, class, occasion, outcome, reason, carrier FROM decision
      WHERE alarm_id = @id ORDER BY id DESC LIMIT 100`,
  );
  const selectEpisodes = db.read<EpisodeSqlRow>(selectEpisodesSql(50));
  const countAll = db.read<{ times: number; first_at: string | null }>(
    `SELECT count(*) AS times, min(started_at) AS first_at FROM episode WHERE alarm_id = @id`,
  );
  const selectNotes = db.read<PastNote>(
    `SELECT at, text, origin FROM event WHERE alarm_id = @id AND kind = 'note' ORDER BY id DESC LIMIT 3`,
  );
  const selectPast = db.read<EpisodeSqlRow>(selectEpisodesSql(mostPast));

  return {
    /** At a glance, of the newest thousand episodes. */
    past(id: AlarmId, timeZone: string): AlarmPast {
      const all = countAll.get({ id });
      return pastOf(
        {
          timesFired: all?.times ?? 0,
          firstAt: all?.first_at ?? null,
          notes: selectNotes.all({ id }),
          episodes: selectPast.all({ id }).map((row) => ({
            startedAt: row.started_at,
            endedAt: row.ended_at,
            fixedBy: row.mitigation,
            incidentId: row.incident_id as IncidentId | null,
          })),
        },
        timeZone,
      );
    },

    /** Newest first. */
    events: (id: AlarmId): AlarmEvent[] => selectEvents.all({ id }),
    /** Newest first, the silent ones too. */
    decisions: (id: AlarmId): Decision[] =>
      selectDecisions.all({ id }).map(({ alarm_id: alarmId, ...decision }) => ({
        ...decision,
        alarmId: alarmId as AlarmId | null,
      })),
    /** Newest first. An open one lasts until `nowMs`. */
    episodes: (id: AlarmId, nowMs: number): Episode[] =>
      selectEpisodes.all({ id }).map((row) => ({
        id: row.id as EpisodeId,
        startedAt: row.started_at,
        endedAt: row.ended_at,
        durationMs: since(toMs(row.started_at), endMs(row.ended_at, nowMs)),
        ackedAt: row.acked_at,
        incidentId: row.incident_id as IncidentId | null,
        fixedBy: row.mitigation === null || row.mitigation === '' ? null : row.mitigation,
      })),
  };
}

const endMs = (endedAt: Instant | null, nowMs: number): number =>
  endedAt === null ? nowMs : toMs(endedAt);

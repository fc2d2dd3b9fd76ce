/** Incidents, their alarms and their timelines in SQL. */
import type { AlarmId, IncidentId, Instant, SourceId } from '../../preload/contract/common.ts';
import type { Entry, IncidentSeverity } from '../../preload/contract/incidents.ts';
import type { ReadableDb, WritableDb } from '../store/database.ts';
import { chosen, type Member, type NewEntry, type StoredIncident } from './incident.ts';

interface IncidentSqlRow {
  id: number;
  title: string;
  severity: IncidentSeverity;
  impact: string;
  commander: string;
  mitigation: string;
  created_at: string;
  impact_began_at: string | null;
  detected_at: string | null;
  acknowledged_at: string | null;
  mitigated_at: string | null;
  resolved_at: string | null;
  understood_at: string | null;
  alarm_count: number;
  firing_count: number;
  has_postmortem: number;
}

/** What a person may change, and the six times. */
export type IncidentFields = Pick<
  StoredIncident,
  'title' | 'severity' | 'impact' | 'commander' | 'mitigation' | 'times'
>;

/** An acknowledged alarm still fires; a suppressed one was put aside. */
const columns = `i.id, i.title, i.severity, i.impact, i.commander, i.mitigation, i.created_at, i.impact_began_at,
  i.detected_at, i.acknowledged_at, i.mitigated_at, i.resolved_at, i.understood_at,
  (SELECT count(*) FROM incident_alarm m WHERE m.incident_id = i.id) AS alarm_count,
  (SELECT count(*) FROM incident_alarm m JOIN alarm a ON a.id = m.alarm_id
    WHERE m.incident_id = i.id AND a.status IN ('firing', 'acknowledged')) AS firing_count,
  EXISTS (SELECT 1 FROM postmortem p WHERE p.incident_id = i.id) AS has_postmortem`;

/** Statements that run for every change of an alarm or for every screen; a test looks at their plans. */
export const incidentQueries = {
  openMembers: `SELECT m.incident_id AS incidentId, m.alarm_id AS alarmId, m.reason
    FROM incident i JOIN incident_alarm m ON m.incident_id = i.id
    WHERE i.resolved_at IS NULL ORDER BY i.created_at, m.alarm_id`,
  openOfAlarm: `SELECT m.incident_id AS id FROM incident_alarm m JOIN incident i ON i.id = m.incident_id
    WHERE m.alarm_id = @alarmId AND i.resolved_at IS NULL ORDER BY m.incident_id DESC`,
  openOfSource: `SELECT DISTINCT m.incident_id AS id FROM incident i
    JOIN incident_alarm m ON m.incident_id = i.id JOIN alarm a ON a.id = m.alarm_id
    WHERE i.resolved_at IS NULL AND a.source_id = @sourceId`,
  timeline: `SELECT id, at, kind, origin, text, code FROM entry WHERE incident_id = @id ORDER BY at, id`,
  lastEntry: `SELECT max(at) AS at FROM entry WHERE incident_id = @id`,
  isKnown: `SELECT id FROM entry WHERE incident_id = @id AND at = @at AND kind = @kind AND text = @text`,
  notified: `SELECT id, at, text FROM entry WHERE incident_id = @id AND at >= @from AND kind = 'notified'
    ORDER BY at DESC LIMIT 200`,
} as const;

const toStored = (row: IncidentSqlRow): StoredIncident => ({
  id: row.id as IncidentId,
  title: row.title,
  severity: row.severity,
  impact: row.impact,
  commander: row.commander,
  mitigation: row.mitigation,
  createdAt: row.created_at,
  times: {
    impactBeganAt: row.impact_began_at,
    detectedAt: row.detected_at,
    acknowledgedAt: row.acknowledged_at,
    mitigatedAt: row.mitigated_at,
    resolvedAt: row.resolved_at,
    understoodAt: row.understood_at,
  },
  counts: {
    alarmCount: row.alarm_count,
    firingCount: row.firing_count,
    hasPostmortem: row.has_postmortem === 1,
  },
});

const toParams = (fields: IncidentFields) => ({
  title: fields.title,
  severity: fields.severity,
  impact: fields.impact,
  commander: fields.commander,
  mitigation: fields.mitigation,
  impactBeganAt: fields.times.impactBeganAt,
  detectedAt: fields.times.detectedAt,
  acknowledgedAt: fields.times.acknowledgedAt,
  mitigatedAt: fields.times.mitigatedAt,
  resolvedAt: fields.times.resolvedAt,
  understoodAt: fields.times.understoodAt,
});

function createReads(db: ReadableDb) {
  const one = db.read<IncidentSqlRow>(`SELECT ${columns} FROM incident i WHERE i.id = @id`);
  // What is open first, then the newest.
  const all = db.read<IncidentSqlRow>(
    `SELECT ${columns} FROM incident i ORDER BY i.resolved_at IS NOT NULL, i.created_at DESC, i.id DESC`,
  );
  const open = db.read<IncidentSqlRow>(
    `SELECT ${columns} FROM incident i WHERE i.resolved_at IS NULL ORDER BY i.created_at DESC, i.id DESC`,
  );
  const members = db.read<Member>(
    `SELECT incident_id AS incidentId, alarm_id AS alarmId, reason FROM incident_alarm
      WHERE incident_id = @id ORDER BY joined_at, alarm_id`,
  );
  const joinedCount = db.read<{ count: number }>(
    `SELECT count(*) AS count FROM incident_alarm WHERE incident_id = @id AND reason <> '${chosen}'`,
  );
  const openMembers = db.read<Member>(incidentQueries.openMembers);
  const openOfAlarm = db.read<{ id: IncidentId }>(incidentQueries.openOfAlarm);
  const openOfSource = db.read<{ id: IncidentId }>(incidentQueries.openOfSource);
  const timeline = db.read<Entry>(incidentQueries.timeline);
  const lastEntry = db.read<{ at: Instant | null }>(incidentQueries.lastEntry);
  const isKnown = db.read<{ id: number }>(incidentQueries.isKnown);
  const notified = db.read<{ id: number; at: Instant; text: string }>(incidentQueries.notified);
  const bounds = db.read<{ first: Instant | null; fired: Instant | null }>(
    `SELECT min(at) AS first, min(at) FILTER (WHERE kind = 'alarm_fired') AS fired FROM entry WHERE incident_id = @id`,
  );
  const latestMitigated = db.read<{ origin: string }>(
    `SELECT origin FROM entry WHERE incident_id = @id AND kind = 'mitigated' ORDER BY id DESC LIMIT 1`,
  );
  const exists = db.read<{ id: number }>('SELECT id FROM incident WHERE id = @id');

  const map = (row: IncidentSqlRow | undefined): StoredIncident | undefined => row && toStored(row);
  return {
    get: (id: IncidentId) => map(one.get({ id })),
    exists: (id: IncidentId): boolean => exists.get({ id }) !== undefined,
    list: (): StoredIncident[] => all.all({}).map(toStored),
    /** Not resolved, newest first. */
    open: (): StoredIncident[] => open.all({}).map(toStored),
    members: (id: IncidentId): Member[] => members.all({ id }),
    /** Alarms that joined by rule. */
    joinedCount: (id: IncidentId): number => joinedCount.get({ id })?.count ?? 0,
    /** Of every open incident, the oldest incident first. */
    openMembers: (): Member[] => openMembers.all({}),
    /** Newest first. */
    openOfAlarm: (alarmId: AlarmId): IncidentId[] =>
      openOfAlarm.all({ alarmId }).map((row) => row.id),
    openOfSource: (sourceId: SourceId): IncidentId[] =>
      openOfSource.all({ sourceId }).map((row) => row.id),
    entries: (id: IncidentId): Entry[] => timeline.all({ id }),
    lastEntryAt: (id: IncidentId): Instant | null => lastEntry.get({ id })?.at ?? null,
    /** The first entry of all, and the first alarm that fired. */
    bounds: (id: IncidentId) => bounds.get({ id }) ?? { first: null, fired: null },
    hasEntry: (id: IncidentId, { at, kind, text }: NewEntry): boolean =>
      isKnown.get({ id, at, kind, text }) !== undefined,
    /** Newest first. */
    notified: (id: IncidentId, from: Instant) => notified.all({ id, from }),
    mitigatedBy: (id: IncidentId): string | null => latestMitigated.get({ id })?.origin ?? null,
  };
}

export type IncidentStore = ReturnType<typeof createIncidentStore>;

export function createIncidentStore(db: WritableDb) {
  const insert = db.write(
    `INSERT INTO incident (title, severity, impact, commander, mitigation, created_at, impact_began_at, detected_at,
       acknowledged_at, mitigated_at, resolved_at, understood_at)
     VALUES (@title, @severity, @impact, @commander, @mitigation, @createdAt, @impactBeganAt, @detectedAt,
       @acknowledgedAt, @mitigatedAt, @resolvedAt, @understoodAt)`,
  );
  const update = db.write(
    `UPDATE incident SET title = @title, severity = @severity, impact = @impact, commander = @commander,
       mitigation = @mitigation, impact_began_at = @impactBeganAt, detected_at = @detectedAt,
       acknowledged_at = @acknowledgedAt, mitigated_at = @mitigatedAt, resolved_at = @resolvedAt,
       understood_at = @understoodAt WHERE id = @id`,
  );
  // The first acknowledgement counts.
  const acknowledge = db.write(
    `UPDATE incident SET acknowledged_at = max(@at, coalesce(impact_began_at, @at))
      WHERE id = @id AND (acknowledged_at IS NULL OR acknowledged_at > @at)`,
  );
  const addMember = db.write(
    `INSERT INTO incident_alarm (incident_id, alarm_id, joined_at, reason) VALUES (@incidentId, @alarmId, @at, @reason)
     ON CONFLICT DO NOTHING`,
  );
  const addEntry = db.write(
    `INSERT INTO entry (incident_id, at, kind, origin, text, code) VALUES (@id, @at, @kind, @origin, @text, @code)`,
  );
  const rewrite = db.write('UPDATE entry SET text = @text WHERE id = @id');
  const reads = createReads(db);

  return {
    ...reads,
    add(fields: IncidentFields, createdAt: Instant): IncidentId {
      return insert.run({ ...toParams(fields), createdAt }).lastId as IncidentId;
    },
    update: (id: IncidentId, fields: IncidentFields): void =>
      void update.run({ ...toParams(fields), id }),
    acknowledge: (id: IncidentId, at: Instant): void => void acknowledge.run({ id, at }),
    /** Says whether it is new there. */
    addMember: (member: Member, at: Instant): boolean =>
      addMember.run({ ...member, at }).changes > 0,
    addEntry: (id: IncidentId, entry: NewEntry): void => void addEntry.run({ ...entry, id }),
    /** Unless the very same is there. */
    addEntryOnce(id: IncidentId, entry: NewEntry): void {
      if (!reads.hasEntry(id, entry)) addEntry.run({ ...entry, id });
    },
    rewriteEntry: (id: number, text: string): void => void rewrite.run({ id, text }),
  };
}

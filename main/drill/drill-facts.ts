/** Reads from the store what the person did during a drill. The data folder of a drill holds nothing else. */
import type { SourceId } from '../../preload/contract/common.ts';
import { toInstant, toMs } from '../clock.ts';
import type { ReadableDb } from '../store/database.ts';
import type { DrillFacts } from './debrief.ts';

/** The facts that are stored; the rest the script knows. */
export type StoredFacts = Omit<DrillFacts, 'firedAt' | 'firingAtResolve' | 'isRescued' | 'factor'>;

interface IncidentRow {
  readonly id: number;
  readonly severity: string;
  readonly impact: string;
  readonly mitigation: string;
  readonly mitigated_at: string | null;
  readonly resolved_at: string | null;
}

const msOrNull = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : toMs(text);

export interface FactReader {
  /** When the first incident of this drill was mitigated; null before, and again when that is taken back. */
  mitigatedAt(): number | null;
  read(): StoredFacts;
}

/**
 * `startedAt`: milliseconds; earlier drills in the same folder do not count. `outageAlarms`: the names of the alarms that
 * are the outage; what is done about the others neither stops it nor is told in the debrief.
 */
export function createFactReader(
  db: ReadableDb,
  sourceId: SourceId,
  startedAt: number,
  outageAlarms: readonly string[],
): FactReader {
  const from = toInstant(startedAt);
  const outage = JSON.stringify(outageAlarms);
  const isOfOutage = `a.labels ->> '$.alertname' IN (SELECT value FROM json_each(@outage))`;
  const incidents = db.read<IncidentRow>(
    `SELECT id, severity, impact, mitigation, mitigated_at, resolved_at
     FROM incident i WHERE created_at >= @from
       -- One without any alarm was opened by hand, for what else than the outage.
       AND (NOT EXISTS (SELECT 1 FROM incident_alarm ia WHERE ia.incident_id = i.id)
         OR EXISTS (SELECT 1 FROM incident_alarm ia JOIN alarm a ON a.id = ia.alarm_id
                    WHERE ia.incident_id = i.id AND ${isOfOutage}))
     ORDER BY created_at, id LIMIT 1`,
  );
  // When the person asked for it, or, if it was done elsewhere, when the source said so.
  const acknowledged = db.read<{ at: string | null }>(
    `SELECT min(at) AS at FROM (
       SELECT min(i.created_at) AS at FROM intent i LEFT JOIN alarm a ON a.id = i.alarm_id
       WHERE i.source_id = @sourceId AND i.kind IN ('acknowledge','silence') AND i.created_at >= @from
         AND i.state IN ('queued','sent','confirmed') AND (i.alarm_id IS NULL OR ${isOfOutage})
       UNION ALL
       SELECT min(e.acked_at) FROM episode e JOIN alarm a ON a.id = e.alarm_id
       WHERE a.source_id = @sourceId AND e.acked_at >= @from AND ${isOfOutage})`,
  );
  const steps = db.read<{ done: number; before: number }>(
    `SELECT count(*) AS done, count(*) FILTER (WHERE at <= @mitigatedAt) AS before
     FROM run_step WHERE state IN ('done','did_not_help') AND at >= @from`,
  );
  const count = (sql: string) => {
    const statement = db.read<{ count: number }>(sql);
    return (params: Record<string, string | number>): number => statement.get(params)?.count ?? 0;
  };
  const notes = count(
    `SELECT count(*) AS count FROM entry
     WHERE incident_id = @incident AND kind IN ('note','decision','status_update')`,
  );
  const postmortems = count(
    `SELECT count(*) AS count FROM postmortem WHERE incident_id = @incident AND trim(text) <> ''`,
  );
  const actions = count(`SELECT count(*) AS count FROM action WHERE incident_id = @incident`);
  const ownerless = count(
    `SELECT count(*) AS count FROM action WHERE incident_id = @incident AND trim(owner) = ''`,
  );

  return {
    mitigatedAt() {
      const at = msOrNull(incidents.get({ from, outage })?.mitigated_at);
      // The time can be corrected by hand; the script does not run backwards past its own beginning.
      return at === null ? null : Math.max(at, startedAt);
    },
    read() {
      const row = incidents.get({ from, outage });
      const incident = row?.id ?? 0;
      const stepCounts = steps.get({ from, mitigatedAt: row?.mitigated_at ?? '9999' });
      return {
        acknowledgedAt: msOrNull(acknowledged.get({ from, sourceId, outage })?.at),
        mitigatedAt: msOrNull(row?.mitigated_at),
        resolvedAt: msOrNull(row?.resolved_at),
        hasIncident: row !== undefined,
        hasSeverity: row !== undefined && row.severity !== 'unknown',
        hasImpact: row !== undefined && row.impact.trim() !== '',
        hasMitigationText: row !== undefined && row.mitigation.trim() !== '',
        notes: notes({ incident }),
        stepsDone: stepCounts?.done ?? 0,
        stepsBeforeMitigation: stepCounts?.before ?? 0,
        hasPostmortem: postmortems({ incident }) > 0,
        actions: actions({ incident }),
        actionsWithoutOwner: ownerless({ incident }),
      };
    },
  };
}

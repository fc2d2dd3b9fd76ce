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

/** `startedAt`: milliseconds; earlier drills in the same folder do not count. */
export function createFactReader(
  db: ReadableDb,
  sourceId: SourceId,
  startedAt: number,
): FactReader {
  const from = toInstant(startedAt);
  const incidents = db.read<IncidentRow>(
    `SELECT id, severity, impact, mitigation, mitigated_at, resolved_at
     FROM incident WHERE created_at >= @from ORDER BY created_at, id LIMIT 1`,
  );
  // When the person asked for it, or, if it was done elsewhere, when the source said so.
  const acknowledged = db.read<{ at: string | null }>(
    `SELECT min(at) AS at FROM (
       SELECT min(created_at) AS at FROM intent
       WHERE source_id = @sourceId AND kind IN ('acknowledge','silence') AND created_at >= @from
         AND state IN ('queued','sent','confirmed')
       UNION ALL
       SELECT min(e.acked_at) FROM episode e JOIN alarm a ON a.id = e.alarm_id
       WHERE a.source_id = @sourceId AND e.acked_at >= @from
       UNION ALL
       SELECT min(acknowledged_at) FROM incident
       WHERE created_at >= @from AND acknowledged_at >= @from)`,
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
  const pages = count(
    `SELECT count(*) AS count FROM decision WHERE at >= @from AND class = 'page' AND outcome = 'sent'`,
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
      const at = msOrNull(incidents.get({ from })?.mitigated_at);
      // The time can be corrected by hand; the script does not run backwards past its own beginning.
      return at === null ? null : Math.max(at, startedAt);
    },
    read() {
      const row = incidents.get({ from });
      const incident = row?.id ?? 0;
      const stepCounts = steps.get({ from, mitigatedAt: row?.mitigated_at ?? '9999' });
      return {
        acknowledgedAt: msOrNull(acknowledged.get({ from, sourceId })?.at),
        mitigatedAt: msOrNull(row?.mitigated_at),
        resolvedAt: msOrNull(row?.resolved_at),
        hasIncident: row !== undefined,
        hasSeverity: row !== undefined && row.severity !== 'unknown',
        hasImpact: row !== undefined && row.impact.trim() !== '',
        hasMitigationText: row !== undefined && row.mitigation.trim() !== '',
        notes: notes({ incident }),
        stepsDone: stepCounts?.done ?? 0,
        stepsBeforeMitigation: stepCounts?.before ?? 0,
        pagesSent: pages({ from }),
        hasPostmortem: postmortems({ incident }) > 0,
        actions: actions({ incident }),
        actionsWithoutOwner: ownerless({ incident }),
      };
    },
  };
}

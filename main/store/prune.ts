/** Removes old history in small transactions, so that a poll never waits for it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WritableDb } from './database.ts';
import { historyCutoff } from './history-retention.ts';

export interface PruneCounts {
  readonly episodes: number;
  readonly events: number;
  readonly decisions: number;
  readonly intents: number;
  readonly alarms: number;
}

const chunk = 500;

/** Alarms that an incident refers to, by its list or by a runbook that was run for it: everything of theirs stays. */
const inIncident = (alarm: string): string => `(
  EXISTS (SELECT 1 FROM incident_alarm ia WHERE ia.alarm_id = ${alarm})
  OR EXISTS (SELECT 1 FROM run r WHERE r.alarm_id = ${alarm} AND r.incident_id IS NOT NULL))`;

/** Their events and decisions go with them. */
const oldEpisodes = `
  DELETE FROM episode WHERE id IN (
    SELECT e.id FROM episode e
    WHERE e.ended_at IS NOT NULL AND e.ended_at < @cutoff AND e.is_unseen = 0
      AND NOT ${inIncident('e.alarm_id')}
    LIMIT ${chunk})`;

const oldRecords = (table: 'event' | 'decision'): string => `
  DELETE FROM ${table} WHERE id IN (
    SELECT x.id FROM ${table} x
    WHERE x.at < @cutoff AND x.episode_id IS NULL
      AND (x.alarm_id IS NULL OR NOT ${inIncident('x.alarm_id')})
    LIMIT ${chunk})`;

/** Settled ones: what is open waits for its upstream or for a person, however old it is. */
const oldIntents = `
  DELETE FROM intent WHERE id IN (
    SELECT i.id FROM intent i
    WHERE i.state IN ('confirmed','overtaken') AND i.changed_at < @cutoff
      AND (i.alarm_id IS NULL OR NOT ${inIncident('i.alarm_id')})
    LIMIT ${chunk})`;

const oldAlarms = `
  DELETE FROM alarm WHERE id IN (
    SELECT a.id FROM alarm a
    WHERE a.status = 'resolved' AND a.changed_at < @cutoff
      AND NOT EXISTS (SELECT 1 FROM episode e WHERE e.alarm_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM event v WHERE v.alarm_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.alarm_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM intent i WHERE i.alarm_id = a.id AND i.state IN ('queued','sent','failed'))
      AND NOT EXISTS (SELECT 1 FROM held_acknowledgement h WHERE h.alarm_id = a.id)
      AND NOT ${inIncident('a.id')}
    LIMIT ${chunk})`;

export async function pruneHistory(
  db: WritableDb,
  now: number,
  options: { days?: number | undefined; isStopped?: () => boolean } = {},
): Promise<PruneCounts> {
  const cutoff = historyCutoff(now, options.days);
  const drain = async (sql: string): Promise<number> => {
    let total = 0;
    while (!(options.isStopped?.() ?? false)) {
      const { changes } = db.transaction(() => db.write<{ cutoff: string }>(sql).run({ cutoff }));
      total += changes;
      if (changes < chunk) break;
      await nextTurn();
    }
    return total;
  };
  return {
    episodes: await drain(oldEpisodes),
    events: await drain(oldRecords('event')),
    decisions: await drain(oldRecords('decision')),
    intents: await drain(oldIntents),
    alarms: await drain(oldAlarms),
  };
}

import { describe, expect, test } from 'vitest';
import { openTestStore } from '../support/store.ts';

/** The queries that run for every poll, row or screen. A plan that scans would be felt at 100,000 episodes. */
const hotQueries: readonly [promise: string, sql: string, index: RegExp][] = [
  [
    'active alarms of a source',
    `SELECT * FROM alarm WHERE source_id = @source AND status <> 'resolved'`,
    /SEARCH alarm USING INDEX alarm_active \(source_id=\?\)/,
  ],
  [
    'an alarm by what the source calls it',
    `SELECT a.* FROM json_each(@externalIds) j
       CROSS JOIN alarm a ON a.source_id = @source AND a.external_id = j.value
       LEFT JOIN episode e ON e.alarm_id = a.id AND e.ended_at IS NULL`,
    /SEARCH a USING INDEX sqlite_autoindex_alarm_1 \(source_id=\? AND external_id=\?\)/,
  ],
  [
    'the open episode of an alarm',
    'SELECT * FROM episode WHERE alarm_id = @alarm AND ended_at IS NULL',
    /SEARCH episode USING INDEX episode_open \(alarm_id=\?\)/,
  ],
  [
    'the events of an alarm, newest first',
    'SELECT * FROM event WHERE alarm_id = @alarm ORDER BY id DESC LIMIT 100',
    /SEARCH event USING INDEX event_by_alarm \(alarm_id=\?\)/,
  ],
  [
    'how often an alarm fired in the last 7 days',
    'SELECT count(*) FROM episode WHERE alarm_id = @alarm AND started_at >= @from',
    /SEARCH episode USING COVERING INDEX episode_by_alarm \(alarm_id=\? AND started_at>\?\)/,
  ],
  [
    'all episodes of the last 7 days',
    // The plus keeps SQLite from walking every episode in the order of the grouping.
    'SELECT alarm_id, count(*) FROM episode WHERE started_at >= @from GROUP BY +alarm_id',
    /SEARCH episode USING (COVERING )?INDEX episode_by_start \(started_at>\?\)/,
  ],
  [
    'alarms that came and went often in the last hours',
    `SELECT alarm_id, seen_at, ended_at FROM episode
      WHERE started_at >= @from AND alarm_id IN (
        SELECT alarm_id FROM episode WHERE started_at >= @from GROUP BY +alarm_id HAVING count(*) >= 3)`,
    /SEARCH episode USING INDEX episode_by_(start|alarm) \((alarm_id=\? AND )?started_at>\?\)/,
  ],
  [
    'what fired and cleared while nobody looked',
    'SELECT * FROM episode WHERE is_unseen = 1',
    /USING (COVERING )?INDEX episode_unseen/,
  ],
  [
    'decisions about an alarm',
    'SELECT * FROM decision WHERE alarm_id = @alarm ORDER BY id DESC LIMIT 100',
    /SEARCH decision USING INDEX decision_by_alarm \(alarm_id=\?\)/,
  ],
  [
    'the timeline of an incident, in order',
    'SELECT * FROM entry WHERE incident_id = @incident ORDER BY at, id',
    /SEARCH entry USING INDEX entry_by_incident \(incident_id=\?\)/,
  ],
  [
    'what a silence would have hidden in the last 7 days',
    `SELECT e.alarm_id, e.severity, count(*) AS episodes, a.title, a.labels
       FROM episode e CROSS JOIN alarm a ON a.id = e.alarm_id
      WHERE e.ended_at IS NOT NULL AND e.ended_at >= @from AND a.source_id = @source
      GROUP BY +e.alarm_id, e.severity`,
    /SEARCH e USING INDEX episode_by_end \(ended_at>\?\)/,
  ],
  [
    'the open intents of a source',
    `SELECT * FROM intent WHERE source_id = @source AND state IN ('queued','sent','failed') ORDER BY created_at`,
    /SEARCH intent USING INDEX intent_open \(source_id=\?\)/,
  ],
];

describe('hot queries', () => {
  test.each(hotQueries)('%s: uses its index and sorts nothing', (_promise, sql, index) => {
    const { connection } = openTestStore();
    const parameters = Object.fromEntries(
      [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name!, '[]']),
    );
    const plan = connection
      .prepare<[Record<string, string>], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(parameters)
      .map(({ detail }) => detail)
      .join('\n');
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(/^SCAN (?!.*(USING|VIRTUAL TABLE))/m);
    expect(plan).not.toContain('FOR ORDER BY');
  });
});

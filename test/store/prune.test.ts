import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  historyCutoff,
  isAlarmExpired,
  isEpisodeExpired,
  isRecordExpired,
} from '../../main/store/history-retention.ts';
import { pruneHistory } from '../../main/store/prune.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

const now = Date.parse('2026-11-24T04:00:00.000Z');
const dayMs = 86_400_000;
const ago = (days: number): string => new Date(now - days * dayMs).toISOString();
const cutoff = historyCutoff(now);

interface EpisodeSpec {
  readonly endedDaysAgo: number | null;
  readonly isUnseen: boolean;
}
interface AlarmSpec {
  readonly isResolved: boolean;
  readonly changedDaysAgo: number;
  readonly episodes: readonly EpisodeSpec[];
  /** Events and decisions without an episode, such as notes. */
  readonly eventsDaysAgo: readonly number[];
  readonly decisionsDaysAgo: readonly number[];
  readonly tie: 'none' | 'incident' | 'run';
}

function store(alarms: readonly AlarmSpec[]): TestStore {
  const test = openTestStore();
  const { connection } = test;
  const run = (sql: string, ...values: (string | number | null)[]): number =>
    Number(connection.prepare(sql).run(...values).lastInsertRowid);
  run(`INSERT INTO source (id, kind, name) VALUES ('s', 'k', 'n')`);
  const incident = run(`INSERT INTO incident (title, created_at) VALUES ('I', ?)`, ago(900));
  for (const [index, alarm] of alarms.entries()) {
    const id = run(
      `INSERT INTO alarm (source_id, external_id, status, severity, is_severity_mapped, title, summary, service,
                          labels, annotations, starts_at, status_since, first_seen_at, changed_at)
       VALUES ('s', ?, ?, 'high', 1, '', '', '', '{}', '{}', ?, ?, ?, ?)`,
      `x${index}`,
      alarm.isResolved ? 'resolved' : 'firing',
      ago(950),
      ago(950),
      ago(950),
      ago(alarm.changedDaysAgo),
    );
    let hasOpen = false;
    for (const episode of alarm.episodes) {
      if (episode.endedDaysAgo === null && hasOpen) continue;
      hasOpen ||= episode.endedDaysAgo === null;
      const episodeId = run(
        `INSERT INTO episode (alarm_id, started_at, seen_at, ended_at, severity, is_unseen)
         VALUES (?, ?, ?, ?, 'high', ?)`,
        id,
        ago(940),
        ago(940),
        episode.endedDaysAgo === null ? null : ago(episode.endedDaysAgo),
        episode.isUnseen ? 1 : 0,
      );
      for (const table of ['event', 'decision']) insertRecord(table, ago(940), id, episodeId);
    }
    for (const days of alarm.eventsDaysAgo) insertRecord('event', ago(days), id, null);
    for (const days of alarm.decisionsDaysAgo) insertRecord('decision', ago(days), id, null);
    if (alarm.tie === 'incident') {
      run(`INSERT INTO incident_alarm VALUES (?, ?, ?, 'chosen')`, incident, id, ago(900));
    }
    if (alarm.tie === 'run') {
      run(
        `INSERT INTO run (runbook_id, folder, path, title, summary, steps, context, alarm_id, incident_id, started_at)
         VALUES (1, '', '', '', '', '[]', '{}', ?, ?, ?)`,
        id,
        incident,
        ago(900),
      );
    }
  }
  function insertRecord(table: string, at: string, alarm: number, episode: number | null): void {
    if (table === 'event') {
      run(
        `INSERT INTO event (at, alarm_id, episode_id, kind, origin, text) VALUES (?, ?, ?, 'k', 'o', '')`,
        at,
        alarm,
        episode,
      );
    } else {
      run(
        `INSERT INTO decision (at, alarm_id, episode_id, class, occasion, outcome, reason)
         VALUES (?, ?, ?, 'page', 'fired', 'sent', '')`,
        at,
        alarm,
        episode,
      );
    }
  }
  return test;
}

type Rows = Record<string, (string | number | null)[]>;
const rowsOf = ({ connection }: TestStore, table: string): Rows[] =>
  connection.prepare<[], Rows>(`SELECT * FROM ${table} ORDER BY id`).all();
const idsOf = (test: TestStore, table: string): number[] =>
  test.connection.prepare<[], number>(`SELECT id FROM ${table} ORDER BY id`).pluck().all();

/** What the pure rule says should stay. */
function expectedIds(test: TestStore): Record<string, number[]> {
  const tied = new Set(
    test.connection
      .prepare<[], number>(
        `SELECT alarm_id FROM incident_alarm UNION SELECT alarm_id FROM run WHERE incident_id IS NOT NULL`,
      )
      .pluck()
      .all(),
  );
  const is = (value: unknown): number => Number(value);
  const episodes = rowsOf(test, 'episode').filter(
    (row) =>
      !isEpisodeExpired(
        {
          endedAt: row['ended_at'] as unknown as string | null,
          isUnseen: is(row['is_unseen']) === 1,
          isInIncident: tied.has(is(row['alarm_id'])),
        },
        cutoff,
      ),
  );
  const livingEpisodes = new Set(episodes.map((row) => is(row['id'])));
  const records = (table: string): Rows[] =>
    rowsOf(test, table).filter((row) =>
      row['episode_id'] === null
        ? !isRecordExpired(
            {
              at: row['at'] as unknown as string,
              hasEpisode: false,
              isInIncident: tied.has(is(row['alarm_id'])),
            },
            cutoff,
          )
        : livingEpisodes.has(is(row['episode_id'])),
    );
  const events = records('event');
  const decisions = records('decision');
  const withRecords = new Set(
    [...episodes, ...events, ...decisions].map((row) => is(row['alarm_id'])),
  );
  const alarms = rowsOf(test, 'alarm').filter(
    (row) =>
      !isAlarmExpired(
        {
          status: row['status'] as unknown as string,
          changedAt: row['changed_at'] as unknown as string,
          isInIncident: tied.has(is(row['id'])),
          hasRecords: withRecords.has(is(row['id'])),
        },
        cutoff,
      ),
  );
  const ids = (rows: Rows[]): number[] => rows.map((row) => is(row['id']));
  return {
    episode: ids(episodes),
    event: ids(events),
    decision: ids(decisions),
    alarm: ids(alarms),
  };
}

const age = fc.integer({ min: 0, max: 800 });
const anyAlarm = fc.record<AlarmSpec>({
  isResolved: fc.boolean(),
  changedDaysAgo: age,
  episodes: fc.array(fc.record({ endedDaysAgo: fc.option(age), isUnseen: fc.boolean() }), {
    maxLength: 4,
  }),
  eventsDaysAgo: fc.array(age, { maxLength: 2 }),
  decisionsDaysAgo: fc.array(age, { maxLength: 2 }),
  tie: fc.constantFrom('none', 'none', 'incident', 'run'),
});

const old: AlarmSpec = {
  isResolved: true,
  changedDaysAgo: 500,
  episodes: [{ endedDaysAgo: 500, isUnseen: false }],
  eventsDaysAgo: [500],
  decisionsDaysAgo: [500],
  tie: 'none',
};

describe('pruning history', () => {
  test('removes exactly what the rule says, whatever the history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAlarm, { maxLength: 8 }), async (alarms) => {
        const test = store(alarms);
        const expected = expectedIds(test);
        await pruneHistory(test.db, now);
        for (const [table, ids] of Object.entries(expected)) {
          expect({ [table]: idsOf(test, table) }).toEqual({ [table]: ids });
        }
        expect(test.connection.pragma('foreign_key_check')).toEqual([]);
        test.close();
      }),
      { numRuns: 60 },
    );
  });

  test.each<[string, Partial<AlarmSpec>, number]>([
    ['an old, seen, resolved alarm goes with all its history', {}, 0],
    ['an alarm of an incident stays, whole', { tie: 'incident' }, 1],
    ['an alarm whose runbook was run for an incident stays, whole', { tie: 'run' }, 1],
    ['what nobody has seen stays', { episodes: [{ endedDaysAgo: 500, isUnseen: true }] }, 1],
    ['an alarm that still fires stays', { isResolved: false }, 1],
    ['an alarm with a recent note stays', { eventsDaysAgo: [2] }, 1],
  ])('%s', async (_, change, left) => {
    const test = store([{ ...old, ...change }]);
    await pruneHistory(test.db, now);
    expect(idsOf(test, 'alarm')).toHaveLength(left);
  });

  test.each(['incident', 'run'] as const)('history tied to an incident stays: %s', async (tie) => {
    const test = store([{ ...old, tie }]);
    await pruneHistory(test.db, now);
    expect(idsOf(test, 'event')).toHaveLength(2);
    expect(idsOf(test, 'decision')).toHaveLength(2);
    expect(idsOf(test, 'episode')).toHaveLength(1);
  });

  test('an alarm whose change was not sent yet stays', async () => {
    const test = store([old]);
    test.connection.exec(
      `INSERT INTO intent (id, kind, state, source_id, alarm_id, title, payload, created_at, changed_at)
       VALUES ('i', 'acknowledge', 'queued', 's', 1, '', '{}', '', '')`,
    );
    await pruneHistory(test.db, now);
    expect(idsOf(test, 'alarm')).toEqual([1]);
  });

  test('goes in small steps: other work gets its turn in between', async () => {
    const test = store(Array.from({ length: 1_200 }, () => old));
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const counts = await pruneHistory(test.db, now);
    clearInterval(timer);
    expect(counts).toEqual({
      episodes: 1_200,
      events: 1_200,
      decisions: 1_200,
      intents: 0,
      alarms: 1_200,
    });
    expect(turns).toBeGreaterThan(0);
  });

  test('stops between two steps when the store closes', async () => {
    const test = store(Array.from({ length: 1_200 }, () => old));
    let steps = 0;
    await pruneHistory(test.db, now, { isStopped: () => steps++ >= 1 });
    expect(idsOf(test, 'episode')).toHaveLength(700);
  });

  test('a month is kept, whatever was asked for', () => {
    expect(historyCutoff(now, 0)).toBe(ago(31));
    expect(historyCutoff(now, 90)).toBe(ago(90));
    expect(historyCutoff(now)).toBe(ago(400));
  });
});

import { describe, expect, test } from 'vitest';
import {
  createQueries,
  seriesName,
  type MetricStore,
  type QueryDeps,
} from '../../../../main/runbooks/running/queries.ts';
import type { RunCommand } from '../../../../main/runbooks/running/running-service.ts';
import { SourceError } from '../../../../main/sources/source-error.ts';
import { AlarmId, RunId, SourceId } from '../../../../preload/contract/common.ts';
import { QueryAnswer } from '../../../../preload/contract/running.ts';
import { literal, missing } from '../../../support/steps.ts';
import { standingClock } from '../../../support/store.ts';

const clock = standingClock('2026-11-24T04:00:00.000Z');
const command = (change: Partial<RunCommand> = {}): RunCommand => ({
  alarmId: null,
  incidentId: null,
  runbookTitle: 'R',
  switchName: '/r',
  stepNumber: 1,
  quoting: 'promql',
  language: 'promql',
  parts: [literal('up')],
  text: 'up',
  expected: null,
  ...change,
});
type Asked = Parameters<MetricStore['range']>[0];

function open(
  change: Partial<RunCommand> = {},
  series: readonly object[] = [],
  names = ['prom'],
  fail?: () => never,
) {
  const asked: (Asked & { store: string })[] = [];
  const told: Parameters<QueryDeps['onAnswer']>[0][] = [];
  const queries = createQueries({
    clock,
    runs: { commandOf: () => command(change) },
    sourceOf: () => SourceId.parse('second'),
    onAnswer: (answered) => fail?.() ?? void told.push(answered),
    stores: () =>
      names.map((name) => ({
        id: SourceId.parse(name),
        name,
        range: (input) => {
          asked.push({ ...input, store: name });
          return Promise.resolve({ series: series as never, partialReason: null });
        },
      })),
  });
  const which = { runId: RunId.parse(1), stepId: 's', command: 0, rangeMs: 3_600_000 };
  return { asked, told, query: (more: object = {}) => queries.query({ ...which, ...more }) };
}

describe('a PromQL fence', () => {
  test('is told on the timeline with the newest values, once in five minutes', async () => {
    const series = Array.from({ length: 10 }, (_, index) => ({
      metric: { __name__: 'up', job: `j${index}` },
      values: [
        [1_764_000_000, '0'],
        [1_764_000_030, `${index}.123456`],
        [1_764_000_060, 'NaN'],
      ],
    }));
    const { told, query } = open({ alarmId: AlarmId.parse(7), stepNumber: 3 }, series);
    await query();
    await query({ rangeMs: 6 * 3_600_000 });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ alarmId: 7, number: 3, sourceName: 'prom', query: 'up' });
    expect(told[0]?.answer.split('\n')).toEqual([
      ...Array.from({ length: 8 }, (_, index) =>
        `up{job="j${index}"}  ${Number(`${index}.123`)}`.replace('  0.123', '  0.1235'),
      ),
      'and 2 more',
    ]);
    const full = open({}, series, ['prom'], () => {
      throw new Error('database or disk is full');
    });
    expect((await full.query()).seriesCount).toBe(10);
    const none = open();
    await none.query();
    expect(none.told[0]?.answer).toBe('no series');
  });

  test('is asked over the last hour, in as many steps as a small graph has', async () => {
    const { asked, query } = open({}, [
      {
        metric: { __name__: 'up', job: 'a' },
        values: [
          [1_764_000_000, '1'],
          [1_764_000_030, 'NaN'],
        ],
      },
    ]);
    const answer = QueryAnswer.parse(await query());
    expect(asked).toEqual([
      {
        store: 'prom',
        expression: 'up',
        fromMs: clock.now() - 3_600_000,
        untilMs: clock.now(),
        stepMs: 30_000,
      },
    ]);
    expect(answer).toMatchObject({
      sourceId: 'prom',
      seriesCount: 1,
      problem: null,
      series: [
        {
          name: 'up{job="a"}',
          points: [
            [new Date(1_764_000_000_000).toISOString(), 1],
            [new Date(1_764_000_030_000).toISOString(), null],
          ],
        },
      ],
    });
  });

  test('is asked of the source of its alarm, or of the one that was chosen', async () => {
    const own = open({ alarmId: AlarmId.parse(7) }, [], ['first', 'second', 'third']);
    expect((await own.query()).sourceId).toBe('second');
    expect((await own.query({ sourceId: 'third' })).sourceId).toBe('third');
    expect((await own.query({ sourceId: 'gone' })).sourceId).toBe('second');
    expect((await open({}, [], ['first', 'second']).query()).sourceId).toBe('first');
  });

  test('shows the first of many series, and no more points than it has room for', async () => {
    const values = Array.from({ length: 5_000 }, (_, index) => [index, String(index)]);
    const many = Array.from({ length: 500 }, (_, index) => ({
      metric: { i: String(index) },
      values,
    }));
    const answer = await open({}, many).query();
    expect(answer.seriesCount).toBe(500);
    expect(answer.series).toHaveLength(20);
    expect(answer.series[0]?.points.length).toBeLessThanOrEqual(240);
  });

  test('says what to do where there is nobody to ask, or no answer', async () => {
    expect((await open({}, [], []).query()).problem?.next).toMatch(/Add one under Sources/);
    const failing = createQueries({
      clock,
      runs: { commandOf: () => command() },
      sourceOf: () => null,
      onAnswer: () => {},
      stores: () => [
        {
          id: SourceId.parse('a'),
          name: 'a',
          range: () =>
            Promise.reject(new SourceError('source.unreachable', 'parse error', { next: 'Look.' })),
        },
      ],
    });
    const which = { runId: RunId.parse(1), stepId: 's', command: 0, rangeMs: 60_000 };
    expect((await failing.query(which)).problem).toEqual({ text: 'parse error', next: 'Look.' });
  });

  test.each<[string, Partial<RunCommand>, RegExp]>([
    ['without a value', { parts: [missing('job')], text: 'up{job="<job>"}' }, /job is missing/],
    ['in another language', { quoting: 'sh' }, /no PromQL/],
    ['in LogQL', { language: 'logql' }, /no PromQL/],
  ])('%s is not asked', async (_what, change, why) => {
    const { asked, query } = open(change);
    await expect(query()).rejects.toThrow(why);
    expect(asked).toEqual([]);
  });
});

test.each([
  [{}, 'value'],
  [{ __name__: 'up' }, 'up'],
  [{ a: 'x"y' }, '{a="x\\"y"}'],
])('%j is called %s', (metric, name) => expect(seriesName(metric)).toBe(name));

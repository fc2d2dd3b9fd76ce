/** Prometheus and its relatives against the shared suite, and what is special about them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toInstant } from '../../main/clock.ts';
import type { Connection } from '../../main/sources/source-state.ts';
import type { HttpAnswer, HttpClient } from '../../main/sources/http.ts';
import { prometheusKind } from '../../main/sources/prometheus/connector.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import type { Upstream } from '../support/connectors/case.ts';
import { never, open } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { standingClock } from '../support/store.ts';
import {
  password,
  startPrometheusStandIn,
  user,
  type PrometheusStandIn,
} from './prometheus/stand-in.ts';

/** The suite hands back what `start` gave it. */
const own = (upstream: Upstream): PrometheusStandIn => upstream as PrometheusStandIn;

const one: ConnectorCase = {
  kind: prometheusKind,
  start: startPrometheusStandIn,
  settings: ({ url }) => ({ url: `${url}/prometheus`, login: 'basic', user, tenant: 'team-a' }),
  secrets: { password },
  wrongSecrets: { password: 'wröng-"pass"-9932' },
  severities: {
    critical: 'critical',
    page: 'critical',
    P1: 'critical',
    error: 'high',
    high: 'high',
    warning: 'warning',
    ticket: 'warning',
    info: 'info',
    none: 'info',
  },
  unknownSeverity: 'zwölf',
  absentSeverity: 'warning',
  paging: { alarms: 150, isLaterPage: ({ query }) => query.has('group_next_token') },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'it started a moment ago': (upstream) => {
      own(upstream).startedAt = Date.now() - 5_000;
      upstream.show([]);
    },
    'its rules stand still': (upstream) => {
      own(upstream).evaluatedAgoMs = 600_000;
    },
    'it warns that its answer is partial': (upstream) => {
      own(upstream).envelope = { warnings: ['fetch rules: a store did not answer'] };
      upstream.show([]);
    },
    'a storage behind it did not answer': (upstream) => {
      own(upstream).envelope = { isPartial: true };
      upstream.show([]);
    },
    'it has no rules for this tenant': (upstream) => {
      own(upstream).hasRules = false;
    },
    'it can read none of its targets': (upstream) => {
      own(upstream).targets = [0, 0];
      upstream.show([]);
    },
    'it says error with status 200': (upstream) => {
      own(upstream).envelope = { status: 'error', errorType: 'internal', error: 'no ring' };
    },
  },
  kept: ['acknowledge', 'silence'],
};

describeConnector(one, ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']);

describe('prometheus rules', () => {
  let upstream: PrometheusStandIn;
  let connection: Connection;
  const since = Date.now() - 3_600_000;
  const alarms = ['a1', 'b2'].map((key) => ({ key, name: `Alarm ${key}`, since }));
  const poll = () => connection.connector.poll(never);
  const reopen = (settings: Record<string, unknown> = {}): void => {
    connection = open(
      { ...one, settings: (other) => ({ ...one.settings(other), ...settings }) } as ConnectorCase,
      upstream,
    );
  };
  beforeEach(async () => {
    upstream = await startPrometheusStandIn();
    upstream.show(alarms);
    reopen();
  });
  afterEach(async () => {
    await connection.connector.close();
    await upstream.close();
  });

  test('a rule that cannot be evaluated ends none of its alarms, and is told', async () => {
    const before = await poll();
    upstream.broken = new Map([['Alarm a1', 'many-to-many matching not allowed']]);
    for (let count = 0; count < 3; count += 1) {
      const { snapshot, remarks } = await poll();
      expect(snapshot.isComplete).toBe(true);
      expect(snapshot.alarms).toEqual(before.snapshot.alarms);
      expect(remarks.join()).toMatch(/1 rule cannot be evaluated.*Alarm a1.*many-to-many/);
    }
    upstream.broken = new Map();
    upstream.show(alarms.slice(1));
    expect((await poll()).snapshot.alarms.map(({ title }) => title)).toEqual([
      'Alarm b2 on b2:9100',
    ]);
  });

  test('pending alarms are no alarms, unless they are wanted: then they are suppressed until they fire', async () => {
    upstream.pending = new Set(['Alarm a1']);
    expect((await poll()).snapshot.alarms).toHaveLength(1);
    await connection.connector.close();
    reopen({ isPendingShown: true });
    const pending = (await poll()).snapshot.alarms.find(({ title }) => title.includes('a1'));
    expect(pending).toMatchObject({
      status: 'suppressed',
      severity: 'info',
      isSeverityMapped: true,
    });
    upstream.pending = new Set();
    const firing = (await poll()).snapshot.alarms.find(({ title }) => title.includes('a1'));
    expect(firing).toMatchObject({
      status: 'firing',
      severity: 'critical',
      externalId: pending?.externalId,
    });
  });

  test('while it restores its memory after a start, a firing alarm that shows as pending stays what it was', async () => {
    reopen({ isPendingShown: true });
    await poll();
    upstream.startedAt = Date.now() - 20_000;
    upstream.evaluatedAgoMs = 10_000;
    upstream.pending = new Set(['Alarm a1', 'Alarm b2']);
    const { snapshot, blind } = await poll();
    expect(snapshot).toMatchObject({ alarms: [], isComplete: false });
    expect(blind?.message).toMatch(/started \d+ s ago/);
  });

  test('a group that was just loaded resolves nothing until it is evaluated, and is no blindness', async () => {
    upstream.evaluatedAgoMs = null;
    const { snapshot, blind, remarks } = await poll();
    expect(snapshot.isComplete).toBe(false);
    expect(blind).toBeNull();
    expect(remarks.join()).toMatch(/were not evaluated often enough yet/);
  });

  test('an Alertmanager or Grafana that has the same alert is known by its fingerprint', async () => {
    const [first] = (await poll()).snapshot.alarms;
    expect(first?.refs['same']).toEqual([
      expect.stringMatching(/^alertmanager:[0-9a-f]{16}$/),
      expect.stringMatching(/^grafana:[0-9a-f]{16}$/),
    ]);
  });

  test.each([
    [
      'vmalert',
      ['status/runtimeinfo', 'status/buildinfo', 'alertmanagers', 'query', 'query_range'],
    ],
    ['the ruler of Mimir', ['status/runtimeinfo', 'alertmanagers']],
  ])('%s, which lacks some paths, is read as well', async (_, lacks) => {
    upstream.lacks = new Set(lacks);
    const { snapshot, blind } = await poll();
    expect(blind).toBeNull();
    expect(snapshot).toMatchObject({ isComplete: true, alarms: [{}, {}] });
    await poll();
    const asked = upstream.requests.filter(({ path }) => path.endsWith('/query')).length;
    expect(asked).toBe(lacks.includes('query') ? 1 : 2);
    expect((await connection.connector.test(never)).isUsable).toBe(true);
  });

  test('replicas behind one address, which began at other times, are one source without new episodes', async () => {
    const [before] = (await poll()).snapshot.alarms;
    const started = upstream.startedAt;
    for (const [replica, laterMs] of [0, 9_000, 0, 9_000].entries()) {
      upstream.startedAt = started - replica * 1_000;
      upstream.show(alarms.map((alarm) => ({ ...alarm, since: since + laterMs })));
      const { snapshot, memory } = await poll();
      expect(snapshot.isComplete).toBe(true);
      expect(snapshot.alarms[0]?.startsAt).toBe(before?.startsAt);
      expect(memory?.['start']).toMatchObject({ startedAt: new Date(started).toISOString() });
    }
    // Began after the last poll: so it cleared in between.
    const again = Date.now() + 2_000;
    upstream.show(alarms.map((alarm) => ({ ...alarm, since: again })));
    expect((await poll()).snapshot.alarms[0]?.startsAt).toBe(toInstant(again));
  });

  test('targets that cannot be read are a remark while others can', async () => {
    upstream.targets = [1, 0, 0];
    const { remarks, blind } = await poll();
    expect(blind).toBeNull();
    expect(remarks).toEqual(['2 of its 3 targets cannot be read.']);
  });

  test('a test of a source without rules says that it can never raise an alarm', async () => {
    upstream.hasRules = false;
    const report = await connection.connector.test(never);
    expect(report.isUsable).toBe(false);
    expect(report.steps.find(({ name }) => name === 'rules')).toMatchObject({ outcome: 'failed' });
  });

  describe('what passed unseen', () => {
    const until = Math.floor(Date.now() / 1_000) * 1_000;
    const from = until - 3_600_000;
    const labels = { alertname: 'Short', instance: 'x:1', severity: 'page' };
    /** A point at every step of 15 s, from and to so many minutes after the beginning. */
    const points = (start: number, first: number, last: number): [number, string][] => {
      const values: [number, string][] = [];
      for (let at = first * 60; at <= last * 60; at += 15) values.push([start + at, '1']);
      return values;
    };
    const passed = async () => {
      await poll();
      const { passed: read } = connection.connector;
      if (read === undefined) throw new Error('it cannot tell');
      return read(toInstant(from), toInstant(until), never);
    };

    test('each episode within the time is one, with its alarm, begin and end', async () => {
      upstream.series = (start) => [
        { metric: labels, values: [...points(start, 10, 12), ...points(start, 30, 31)] },
      ];
      const { episodes, incompleteReason } = await passed();
      expect(incompleteReason).toBeNull();
      // To the second: the clocks are compared by a header without fractions.
      const minutes = (at: string): number => Math.round((Date.parse(at) - from) / 6_000) / 10;
      expect(
        episodes.map(({ alarm, endedAt }) => [minutes(alarm.startsAt), minutes(endedAt)]),
      ).toEqual([
        [10, 11.8],
        [30, 30.8],
      ]);
      const [first, second] = episodes;
      expect(first?.alarm).toMatchObject({ severity: 'critical', title: 'Short on x:1' });
      expect(first?.alarm.externalId).toBe(second?.alarm.externalId);
    });

    test('is asked for and told by its own clock, as its alarms are, however far that is off', async () => {
      upstream.skewMs = 1_200_000;
      try {
        const starts: number[] = [];
        upstream.series = (start) => {
          starts.push(start);
          return [{ metric: labels, values: points(start, 10, 12) }];
        };
        const { episodes } = await passed();
        expect(Math.abs((starts[0] ?? 0) * 1_000 - from)).toBeLessThan(60_000);
        expect(
          Math.abs(Date.parse(episodes[0]?.alarm.startsAt ?? '') - from - 600_000),
        ).toBeLessThan(60_000);
      } finally {
        upstream.skewMs = 0;
      }
    });

    test('what fired before or fires still is left to the polls, and helpers are left out', async () => {
      const known = {
        alertname: 'Alarm a1',
        instance: 'a1:9100',
        job: 'node',
        severity: 'critical',
      };
      upstream.series = (start) => [
        { metric: labels, values: points(start, 0, 5) },
        { metric: known, values: points(start, 50, 60) },
        { metric: { alertname: 'Watchdog' }, values: points(start, 10, 20) },
      ];
      expect((await passed()).episodes).toEqual([]);
    });

    test('one that ended just before the end is told, as no poll lists it', async () => {
      upstream.series = (start) => [{ metric: labels, values: points(start, 58, 60) }];
      expect((await passed()).episodes).toHaveLength(1);
    });

    test('it says when it was away itself, or when its answer is partial', async () => {
      upstream.startedAt = from + 60_000;
      expect((await passed()).incompleteReason).toMatch(/started in between/);
      upstream.envelope = { warnings: ['a store did not answer'] };
      expect((await passed()).incompleteReason).toMatch(/a store did not answer/);
    });

    test('a week stays within what it may ask for', async () => {
      await poll();
      await connection.connector.passed?.(
        toInstant(until - 7 * 86_400_000),
        toInstant(until),
        never,
      );
      const { query } = upstream.requests.at(-1) ?? {};
      expect(Number(query?.get('step'))).toBeGreaterThan(1_200);
    });
  });
});

describe('prometheus fixtures', () => {
  const folder = join(import.meta.dirname, 'prometheus/fixtures');
  const clock = standingClock('2026-03-01T12:00:30.000Z');

  /** Answers with one file, and lacks everything else. */
  const httpOf = (body: unknown): HttpClient => ({
    async request({ url }): Promise<HttpAnswer> {
      const isRules = url.includes('/rules');
      return {
        status: isRules ? 200 : 404,
        headers: {},
        body: isRules ? body : '',
        clockSkewMs: 0,
      };
    },
    close: async () => {},
  });

  test.each(readdirSync(folder))('%s is read whole', async (file) => {
    const { answer, expected } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      answer: unknown;
      expected: { alarms: unknown[]; isComplete: boolean; remarks: string[] };
    };
    const connector = prometheusKind.create({
      sourceId: 'prod' as SourceId,
      name: 'Prod',
      settings: prometheusKind.settings.parse({ url: 'http://p.example.org' }) as Record<
        string,
        string
      >,
      secrets: {},
      http: httpOf(answer),
      clock,
      memory: {},
      severityMap: {},
    });
    const { snapshot, remarks } = await connector.poll(never);
    expect(snapshot.isComplete).toBe(expected.isComplete);
    expect(snapshot.alarms).toMatchObject(expected.alarms);
    expect(snapshot.alarms).toHaveLength(expected.alarms.length);
    expect(remarks).toEqual(expected.remarks.map((text) => expect.stringContaining(text)));
  });

  test('an address of another program is told apart from one that fails', async () => {
    const wrong = httpOf({ hello: 'world' });
    const answer = await wrong.request({ url: 'http://p/rules', signal: never });
    expect(answer.status).toBe(200);
    const connector = prometheusKind.create({
      sourceId: 'prod' as SourceId,
      name: 'Prod',
      settings: prometheusKind.settings.parse({ url: 'http://p.example.org' }) as Record<
        string,
        string
      >,
      secrets: {},
      http: wrong,
      clock,
      memory: {},
      severityMap: {},
    });
    await expect(connector.poll(never)).rejects.toBeInstanceOf(SourceError);
    await expect(connector.poll(never)).rejects.toThrow('not like a Prometheus');
  });
});

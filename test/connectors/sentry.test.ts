import { anything, assert, property, string } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { issueOf } from '../../main/sources/sentry/actions.ts';
import { reopenedTimes, sentryKind } from '../../main/sources/sentry/connector.ts';
import { comparable, idOf, nextCursor, WireIssue } from '../../main/sources/sentry/parse.ts';
import { SentrySettings } from '../../main/sources/sentry/settings.ts';
import { externalIdOf, toAlarm } from '../../main/sources/sentry/to-alarm.ts';
import type { Connection } from '../../main/sources/source-state.ts';
import { never, open } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import issues from './sentry/fixtures/issues-26.json' with { type: 'json' };
import { startSentryStandIn, token, type SentryStandIn } from './sentry/stand-in.ts';

const one: ConnectorCase = {
  kind: sentryKind,
  start: startSentryStandIn,
  settings: ({ url }) => ({ url, organization: 'acme' }),
  secrets: { token },
  wrongSecrets: { token: 'sntryu_wrong-Ieth6ohc' },
  severities: {
    fatal: 'critical',
    error: 'high',
    warning: 'warning',
    info: 'info',
    debug: 'info',
    sample: 'info',
    unknown: 'warning',
  },
  unknownSeverity: 'purple',
  absentSeverity: 'warning',
  paging: { alarms: 250, isLaterPage: ({ query }) => query.has('cursor') },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'the token sees no project': (upstream) => {
      (upstream as SentryStandIn).seesProjects = false;
    },
  },
  kept: ['acknowledge'],
};

describeConnector(one, [
  'acknowledge',
  'unacknowledge',
  'silence',
  'extend_silence',
  'unsilence',
  'comment',
  'resolve',
]);

describe('sentry issues that vanish from the list', () => {
  let upstream: SentryStandIn;
  let connection: Connection;
  const since = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  const shown = (...keys: string[]) => keys.map((key) => ({ key, name: `Alarm ${key}`, since }));
  const poll = () => connection.connector.poll(never);
  const statuses = async (): Promise<string[]> =>
    (await poll()).snapshot.alarms.map(({ title, status }) => `${title} ${status}`);

  beforeEach(async () => {
    upstream = await startSentryStandIn();
    upstream.show(shown('a1', 'b2'));
    connection = open(one, upstream);
    await poll();
  });
  afterEach(async () => {
    await connection.connector.close();
    await upstream.close();
  });

  test('one that somebody archived is suppressed, not over, and fires again afterwards', async () => {
    upstream.state('a1').status = 'ignored';
    expect(await statuses()).toEqual(['Alarm b2 firing', 'Alarm a1 suppressed']);
    upstream.state('a1').status = 'unresolved';
    expect(await statuses()).toEqual(['Alarm a1 firing', 'Alarm b2 firing']);
  });

  test('it is still so after a restart of Nightdesk', async () => {
    upstream.state('a1').status = 'ignored';
    const { memory = {} } = await poll();
    await connection.connector.close();
    connection = open(one, upstream, { memory });
    expect(await statuses()).toEqual(['Alarm b2 firing', 'Alarm a1 suppressed']);
  });

  test('one that slipped through the pages stays', async () => {
    upstream.missed.add('a1');
    expect(await statuses()).toEqual(['Alarm b2 firing', 'Alarm a1 firing']);
    upstream.missed.clear();
    expect(await statuses()).toEqual(['Alarm a1 firing', 'Alarm b2 firing']);
  });

  test('one that does not match the query any more is over after a second look', async () => {
    upstream.missed.add('a1');
    await poll();
    expect(await statuses()).toEqual(['Alarm b2 firing']);
  });

  test('one that was resolved or deleted is over at once', async () => {
    upstream.state('a1').status = 'resolved';
    expect(await statuses()).toEqual(['Alarm b2 firing']);
    upstream.show([]);
    expect(await statuses()).toEqual([]);
  });

  test('many at once are looked up in turns, and nothing counts as over before', async () => {
    upstream.show(shown(...Array.from({ length: 50 }, (_, index) => `n${index}`)));
    await poll();
    upstream.show(shown('b2'));
    const first = await poll();
    expect(first.snapshot.isComplete).toBe(false);
    expect(first.snapshot.incompleteReason).toContain('30 issues');
    expect((await poll()).snapshot.isComplete).toBe(false);
    const last = await poll();
    expect(last.snapshot.isComplete).toBe(true);
    expect(last.snapshot.alarms).toHaveLength(1);
  });

  test('one that is snoozed for good is no silence, one with an end is', async () => {
    upstream.state('a1').status = 'ignored';
    const b2 = upstream.state('b2');
    b2.status = 'ignored';
    b2.ignoreUntil = Date.now() + 3_600_000;
    const silences = await connection.connector.actions?.silences(never);
    expect(silences?.map(({ scope, createdBy }) => [scope, createdBy])).toEqual([
      ['issue SHOP-B2 of shop: Alarm b2', 'Ada'],
    ]);
    expect(await connection.connector.actions?.silences(never)).toEqual(silences);
  });

  test('unsilencing does not open an issue that was resolved meanwhile', async () => {
    upstream.state('a1').status = 'resolved';
    const [alarm] = (await poll()).snapshot.alarms;
    expect(alarm?.title).toBe('Alarm b2');
    const { id } = issuesById('a1');
    await connection.connector.actions?.send({ kind: 'unsilence', upstreamRef: id }, 'key', never);
    expect(upstream.state('a1').status).toBe('resolved');
  });

  const issuesById = (key: string): { id: string } => {
    const request = upstream.requests.findLast(({ path }) => /issues\/\d+\/$/.test(path));
    const [, id = ''] = /issues\/(\d+)\/$/.exec(request?.path ?? '') ?? [];
    if (id === '') throw new Error(`${key} was not looked up`);
    return { id };
  };
});

describe('sentry answers', () => {
  const context = {
    usesPriority: true,
    isAssignedAcknowledged: false,
    severityMap: {},
    reopenedAt: () => undefined,
  };
  const alarmOf = (raw: unknown, more: Partial<typeof context> = {}) =>
    toAlarm(WireIssue.parse(raw), externalIdOf(idOf(raw) ?? ''), { ...context, ...more });

  test('26: each status, level and priority', () => {
    const [pool, slow, key] = issues.map((raw) => alarmOf(raw));
    expect(pool).toMatchObject({
      externalId: 'sentry:1:6120457781',
      status: 'firing',
      severity: 'critical',
      severityText: 'high priority',
      title: 'ConnectionError: pool exhausted',
      summary: 'checkout.payments in charge · assigned to Ada',
      service: 'shop',
      labels: { alertname: 'ConnectionError', issue: 'SHOP-2F7', issue_id: '6120457781' },
      startsAt: '2026-03-02T09:14:22.105Z',
    });
    expect(slow).toMatchObject({ status: 'suppressed', severity: 'warning', title: 'Slow query' });
    expect(key).toBeNull();
  });

  test('assigned counts as acknowledged only where somebody chose so', () => {
    const [pool] = issues;
    expect(alarmOf(pool)?.status).toBe('firing');
    expect(alarmOf(pool, { isAssignedAcknowledged: true })).toMatchObject({
      status: 'acknowledged',
      ackedBy: 'Ada',
    });
    expect(alarmOf(pool, { usesPriority: false })?.severity).toBe('high');
  });

  test('a reopened issue begins where it came back, and keeps that', () => {
    const first = reopenedTimes({}, issues);
    expect(first).toEqual({ '6120457781': '2026-11-23T03:58:41.000Z' });
    const later = issues.map((raw) => ({ ...raw, lastSeen: '2026-11-23T04:30:00Z' }));
    expect(reopenedTimes(first, later)).toBe(first);
    expect(reopenedTimes(first, [])).toEqual({});
  });

  test('counters and the time of the last event are no change', () => {
    const [pool] = issues;
    expect(comparable({ ...pool, count: '9', lastSeen: 'now' })).toEqual(comparable(pool));
    expect(comparable({ ...pool, status: 'ignored' })).not.toEqual(comparable(pool));
  });

  const next = (results: string): string =>
    `<https://x/?cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1", <https://x/?cursor=0:100:0>; rel="next"; results="${results}"; cursor="0:100:0"`;
  test.each([
    [next('true'), '0:100:0'],
    [next('false'), null],
    [undefined, undefined],
    ['', undefined],
    ['<https://x/>; rel="previous"; results="false"; cursor="1:2:3"', undefined],
    ['<https://x/>; rel="next"; results="true"', undefined],
  ])('the Link header %j leads to %j', (link, cursor) => {
    expect(nextCursor(link)).toBe(cursor);
  });

  test('a Link header of any text leads nowhere or to a cursor without spaces', () => {
    assert(
      property(string(), (text) => {
        const cursor = nextCursor(text);
        return cursor === undefined || cursor === null || !/[\s;"]/.test(cursor);
      }),
    );
  });

  test('only an id of digits goes into an address', () => {
    assert(
      property(anything(), (id) => {
        const found = idOf({ id });
        return found === null || /^\d{1,30}$/.test(found);
      }),
    );
  });

  const matcher = { name: 'issue_id', value: '12', isRegex: false, isEqual: true };
  test.each([
    ['nothing', []],
    ['two labels', [matcher, { ...matcher, name: 'project' }]],
    ['another label', [{ ...matcher, name: 'project' }]],
    ['a pattern', [{ ...matcher, isRegex: true }]],
    ['all but one', [{ ...matcher, isEqual: false }]],
    ['an empty id', [{ ...matcher, value: '' }]],
    ['a path', [{ ...matcher, value: '../..' }]],
  ])('a silence of %s is refused', (_, matchers) => {
    expect(() => issueOf(matchers)).toThrow(/Sentry|issue/);
    expect(issueOf([matcher])).toBe('12');
  });

  test.each([
    ['is:unresolved', true],
    ['is:unresolved level:[error, fatal]', true],
    ['!level:info', true],
    ['level:eror', false],
    ['level:[error,crit]', false],
    ['', false],
  ])('the query %j may be saved: %s', (query, isTaken) => {
    const draft = { organization: 'acme', query };
    expect(SentrySettings.safeParse(draft).success).toBe(isTaken);
  });
});

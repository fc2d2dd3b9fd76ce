import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { objectOf, scopeOf } from '../../main/sources/datadog/actions.ts';
import { datadogKind } from '../../main/sources/datadog/connector.ts';
import { covers, groupsOf } from '../../main/sources/datadog/groups.ts';
import { WireGroup } from '../../main/sources/datadog/parse.ts';
import { apiAddress, appAddress, DatadogSettings } from '../../main/sources/datadog/settings.ts';
import { externalIdOf, toAlarm } from '../../main/sources/datadog/to-alarm.ts';
import { settingsProblem } from '../../main/sources/form.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import { never, open } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { status } from '../support/upstream-faults.ts';
import monitors from './datadog/fixtures/monitors.json' with { type: 'json' };
import {
  groupOf,
  keys,
  monitorId,
  startDatadogStandIn,
  type DatadogStandIn,
} from './datadog/stand-in.ts';

const one: ConnectorCase = {
  kind: datadogKind,
  start: startDatadogStandIn,
  settings: ({ url }) => ({ site: 'other', url }),
  secrets: keys,
  wrongSecrets: { ...keys, applicationKey: 'ddapp_wrong-Yeiz4ahn' },
  severities: {
    Alert: 'critical',
    Warn: 'warning',
    'No Data': 'warning',
    P1: 'critical',
    P2: 'high',
    P3: 'warning',
    P4: 'info',
    P5: 'info',
  },
  unknownSeverity: 'Exploded',
  absentSeverity: { why: 'a group always has a state, which is its severity without a priority' },
  paging: { alarms: 250, isLaterPage: ({ query }) => Number(query.get('page') ?? 0) > 0 },
  zones: { why: 'times are seconds since the epoch' },
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'the keys see no monitor at all': (upstream) => {
      upstream.show([]);
      (upstream as DatadogStandIn).isWellThere = false;
    },
  },
  kept: ['acknowledge'],
};

describeConnector(one, ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']);

describe('datadog', () => {
  let upstream: DatadogStandIn;
  const since = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  const shown = (key: string) => ({ key, name: `Alarm ${key}`, since });
  beforeEach(async () => {
    upstream = await startDatadogStandIn();
    upstream.show([shown('a1'), shown('b2')]);
  });
  afterEach(() => upstream.close());
  const opened = (settings: SourceSettings = {}) =>
    open({ ...one, settings: () => ({ ...one.settings(upstream), ...settings }) }, upstream)
      .connector;

  test('a tag that no monitor has is no quiet', async () => {
    const connector = opened({ monitorTags: ['team:nobody'] });
    const { blind, snapshot } = await connector.poll(never);
    expect(snapshot.isComplete).toBe(false);
    expect(blind?.message).toContain('team:nobody');
    await connector.close();
  });

  test('a monitor that slipped out of the pages is asked for before it counts as gone', async () => {
    const connector = opened();
    await connector.poll(never);
    upstream.hidden.add('a1');
    expect((await connector.poll(never)).snapshot.alarms).toHaveLength(2);
    upstream.show([shown('b2')]);
    const { snapshot } = await connector.poll(never);
    expect([snapshot.alarms.length, snapshot.isComplete]).toEqual([1, true]);
    await connector.close();
  });

  test('too many requests: it waits as long as Datadog says', async () => {
    upstream.fault = status(
      429,
      { 'x-ratelimit-reset': '37', 'content-type': 'application/json' },
      '{"errors":[]}',
    );
    const connector = opened();
    await expect(connector.poll(never)).rejects.toMatchObject({
      code: 'source.unreachable',
      retryAfterMs: 37_000,
    });
    await connector.close();
  });

  test('a draft and a mute of another scope show as what they are', async () => {
    const now = Math.floor(Date.now() / 1_000);
    upstream.more.set('a1', { draft_status: 'draft' });
    upstream.more.set('b2', {
      matching_downtimes: [{ id: 1, scope: ['host:other'], start: now - 60, end: null }],
    });
    const connector = opened();
    const { snapshot } = await connector.poll(never);
    expect(snapshot.alarms.map(({ status }) => status)).toEqual(['suppressed', 'firing']);
    await connector.close();
  });

  test('without a start it counts from when it was first seen, also after a restart', async () => {
    upstream.more.set('a1', { state: { groups: {} }, multi: false });
    const connector = opened();
    const first = await connector.poll(never);
    await connector.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const memory = JSON.parse(JSON.stringify(first.memory)) as Record<string, unknown>;
    const again = open(one, upstream, { memory }).connector;
    const second = await again.poll(never);
    expect(second.snapshot.alarms).toEqual(first.snapshot.alarms);
    upstream.show([shown('b2')]);
    expect((await again.poll(never)).memory?.['seen']).toEqual({});
    await again.close();
  });

  test('no data is nothing for those who said so', async () => {
    upstream.show([{ ...shown('a1'), severity: 'No Data' }]);
    const connector = opened({ isNoDataShown: false });
    expect((await connector.poll(never)).snapshot).toMatchObject({ alarms: [], isComplete: true });
    await connector.close();
  });

  test('a silence is a downtime of one monitor and group, and of nothing else', async () => {
    const connector = opened();
    const matchers = [
      { name: 'monitor_id', value: String(monitorId('a1')), isRegex: false, isEqual: true },
      { name: 'group', value: groupOf('a1'), isRegex: false, isEqual: true },
    ];
    const endsAt = new Date(Date.now() + 7_200_000).toISOString();
    await connector.actions?.send(
      { kind: 'silence', matchers, by: 'ada', note: 'planned', endsAt, about: null },
      'key-1',
      never,
    );
    expect(upstream.downtimes).toMatchObject([
      { monitorId: monitorId('a1'), scope: 'env:prod AND host:a1' },
    ]);
    expect(await connector.actions?.silences(never)).toMatchObject([
      { createdBy: 'ada', comment: 'planned', matchers, state: 'active' },
    ]);
    await connector.close();
  });

  test('downtimes that others made are listed with what they cover', async () => {
    upstream.downtimes.push({
      id: '11111111-2222-4333-8444-555555555555',
      monitorId: 5,
      scope: 'env:prod OR env:test',
      message: 'deploy',
      startMs: Date.now() - 60_000,
      endMs: Date.now() + 60_000,
      isCanceled: false,
    });
    const connector = opened();
    expect(await connector.actions?.silences(never)).toMatchObject([
      {
        matchers: [],
        createdBy: 'Datadog',
        comment: 'deploy',
        scope: 'downtime of monitor 5, scope env:prod OR env:test',
      },
    ]);
    await connector.close();
  });

  test('what fired and cleared meanwhile is told, as far as Datadog knows', async () => {
    const at = since / 1_000;
    const past = (began: number, ended: number) => ({
      overall_state: 'OK',
      state: {
        groups: {
          'host:x': {
            name: 'host:x',
            status: 'OK',
            last_triggered_ts: at + began,
            last_resolved_ts: at + ended,
          },
        },
      },
    });
    upstream.more.set('a1', past(10, 70));
    upstream.more.set('b2', past(-500, 70));
    const connector = opened();
    const passed = await connector.passed?.(
      new Date(since).toISOString(),
      new Date(since + 600_000).toISOString(),
      never,
    );
    expect(passed?.episodes).toMatchObject([
      {
        alarm: {
          externalId: `datadog:1:${monitorId('a1')}:host:x`,
          startsAt: new Date(since + 10_000).toISOString(),
        },
        endedAt: new Date(since + 70_000).toISOString(),
      },
    ]);
    expect(passed?.incompleteReason).toMatch(/only the last time/);
    await connector.close();
  });
});

describe('a silence of Datadog', () => {
  const equal = (name: string, value: string) => ({ name, value, isRegex: false, isEqual: true });
  test('of a monitor covers all its groups, of a group that one', () => {
    expect(objectOf([equal('monitor_id', '7')])).toEqual({ monitorId: '7', scope: '*' });
    expect(objectOf([equal('monitor_id', '7'), equal('group', '*')]).scope).toBe('*');
    expect(objectOf([equal('group', 'a:b,c:d'), equal('monitor_id', '7')]).scope).toBe(
      'a:b AND c:d',
    );
  });
  test.each([
    ['no matcher', []],
    ['no monitor', [equal('group', 'a:b')]],
    ['an empty monitor', [equal('monitor_id', '')]],
    ['every monitor', [equal('monitor_id', '*')]],
    ['an empty group', [equal('monitor_id', '7'), equal('group', '')]],
    ['a group with a hole', [equal('monitor_id', '7'), equal('group', 'a:b,')]],
    ['a group that is an expression', [equal('monitor_id', '7'), equal('group', 'a:* OR b:*')]],
    ['another label', [equal('monitor_id', '7'), equal('env', 'prod')]],
    ['a pattern', [{ ...equal('monitor_id', '7'), isRegex: true }]],
    ['its opposite', [{ ...equal('monitor_id', '7'), isEqual: false }]],
    ['two monitors', [equal('monitor_id', '7'), equal('monitor_id', '8')]],
  ])('with %s never goes out', (_, matchers) => {
    expect(() => objectOf(matchers)).toThrow(SourceError);
  });
});

describe('a scope', () => {
  test.each([
    ['*', 'host:a', true],
    [['host:a'], 'env:prod,host:a', true],
    [['env:prod', 'host:a'], 'env:prod,host:a', true],
    ['env:prod AND host:a', 'env:prod,host:a', true],
    [['env:test'], 'env:prod,host:a', false],
    [['host:a', 'env:test'], 'env:prod,host:a', false],
    ['host:a OR host:b', 'host:a', false],
    ['NOT host:b', 'host:a', false],
    ['host:*', 'host:a', false],
    [[], 'host:a', false],
    [undefined, 'host:a', false],
    ['env:prod', '*', false],
  ])('%j covers %s: %s', (scope, group, expected) => {
    expect(covers(scope, group)).toBe(expected);
  });

  test('property: what we mute is muted, and no other group', () => {
    const tag = fc.stringMatching(/^[a-z]{1,4}:[a-z0-9]{1,4}$/);
    const group = fc.uniqueArray(tag, { minLength: 1, maxLength: 4 }).map((tags) => tags.join(','));
    fc.assert(
      fc.property(group, group, (mine, other) => {
        expect(covers(scopeOf(mine), mine)).toBe(true);
        const all = new Set(other.split(','));
        const isWithin = mine.split(',').every((each) => all.has(each));
        expect(covers(scopeOf(mine), other)).toBe(isWithin);
      }),
    );
  });
});

describe('the fixture of Datadog', () => {
  const nowMs = Date.parse('2026-11-24T04:00:00Z');
  const settings = DatadogSettings.parse({});
  const alarmsOf = (raw: unknown) =>
    groupsOf(raw, nowMs).items.map((item) =>
      toAlarm(WireGroup.parse(item), externalIdOf(item) ?? '', {
        settings,
        app: appAddress(settings),
        severityMap: {},
        startOf: () => '2026-11-24T03:55:00.000Z',
      }),
    );

  test('reads as it is meant', () => {
    const [checkout, login, well, fresh] = monitors;
    expect(alarmsOf(checkout)).toMatchObject([
      {
        externalId: 'datadog:1:4711:env:prod,host:web1',
        status: 'firing',
        severity: 'high',
        severityText: 'P2',
        title: 'Latency of checkout (env:prod,host:web1)',
        summary: 'Customers wait at the till.',
        service: 'checkout',
        startsAt: '2026-11-24T03:50:00.000Z',
        runbookUrl: 'https://wiki.example.org/checkout',
        url: 'https://app.datadoghq.com/monitors/4711?group=env%3Aprod%2Chost%3Aweb1',
        labels: {
          alertname: 'Latency of checkout',
          monitor_id: '4711',
          group: 'env:prod,host:web1',
          host: 'web1',
          env: 'prod',
          team: 'shop',
          pci: '',
        },
      },
      { title: 'Latency of checkout (env:prod,host:web2), no data', status: 'firing' },
      { externalId: 'datadog:1:4711:env:test,host:web9', status: 'suppressed' },
    ]);
    expect(alarmsOf(login)).toMatchObject([
      {
        externalId: 'datadog:1:4712:*',
        status: 'suppressed',
        severity: 'warning',
        title: 'Synthetic login',
        startsAt: '2026-11-24T03:55:00.000Z',
        runbookUrl: null,
      },
    ]);
    expect([alarmsOf(well), alarmsOf(fresh), groupsOf(fresh, nowMs).isUnknown]).toEqual([
      [],
      [],
      true,
    ]);
  });

  test('property: whatever a monitor is, it is cut without failing, and not well is never lost', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (anything, word) => {
        groupsOf(anything, nowMs);
        const known = ['ok', 'ignored', 'skipped', 'unknown'];
        const { items } = groupsOf({ id: 7, overall_state: word, state: anything }, nowMs);
        expect(items.length > 0 || known.includes(word.toLowerCase())).toBe(true);
      }),
    );
  });

  test('an id that JSON cannot hold exactly is no identity', () => {
    const [item] = groupsOf({ id: 2 ** 60, overall_state: 'Alert' }, nowMs).items;
    expect(item === undefined ? 'none' : externalIdOf(item)).toBeNull();
  });
});

test.each([
  [{}, 'https://api.datadoghq.com', 'https://app.datadoghq.com'],
  [{ site: 'datadoghq.eu' }, 'https://api.datadoghq.eu', 'https://app.datadoghq.eu'],
  [{ site: 'us5.datadoghq.com' }, 'https://api.us5.datadoghq.com', 'https://us5.datadoghq.com'],
  [{ site: 'ddog-gov.com' }, 'https://api.ddog-gov.com', 'https://app.ddog-gov.com'],
  [{ site: 'other', url: 'https://proxy.example.org/dd' }, 'https://proxy.example.org/dd', null],
])('the site of %j has its addresses', (given, api, app) => {
  const settings = DatadogSettings.parse(given);
  expect([apiAddress(settings), appAddress(settings)]).toEqual([api, app]);
});

test('another site needs its address, and tags are tags', () => {
  expect(settingsProblem(datadogKind, { site: 'other' })).toMatch(/^Address of the API: Enter/);
  expect(settingsProblem(datadogKind, { monitorTags: ['a b'] })).toMatch(/without commas/);
  expect(settingsProblem(datadogKind, {})).toBeNull();
});

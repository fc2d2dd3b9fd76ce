import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { statuspageKind } from '../../main/sources/statuspage/connector.ts';
import { selectComponents } from '../../main/sources/statuspage/selection.ts';
import { systemClock } from '../../main/clock.ts';
import { connect } from '../../main/sources/connect.ts';
import type { Connection } from '../../main/sources/source-state.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { answer } from '../support/upstream-faults.ts';
import {
  component,
  incident,
  startStatuspage,
  type StatuspageStandIn,
} from './statuspage/stand-in.ts';

const asPage = (upstream: unknown): StatuspageStandIn => upstream as StatuspageStandIn;

const one: ConnectorCase = {
  kind: statuspageKind,
  start: startStatuspage,
  settings: ({ url }) => ({ url, components: ['API'] }),
  secrets: {},
  wrongSecrets: null,
  severities: {
    critical: 'critical',
    major: 'high',
    minor: 'warning',
    none: 'info',
    maintenance: 'info',
  },
  unknownSeverity: 'apocalyptic',
  absentSeverity: 'warning',
  paging: { why: 'one document' },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'the chosen component is gone from the page': (upstream) => {
      asPage(upstream).incidents = [];
      asPage(upstream).components = [component('Web')];
    },
    'the page speaks of an outage and lists none': (upstream) => {
      asPage(upstream).incidents = [];
      asPage(upstream).indicator = 'major';
    },
    'its incidents are missing from the document': (upstream) => {
      asPage(upstream).lacks = 'incidents';
    },
    'its components are missing from the document': (upstream) => {
      asPage(upstream).lacks = 'components';
    },
  },
  kept: ['acknowledge', 'silence'],
};

describeConnector(one, ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']);

const never = new AbortController().signal;
const anHourAgo = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;

const open = (
  url: string,
  settings: SourceSettings = { components: ['API'] },
  memory: Readonly<Record<string, unknown>> = {},
): Connection =>
  connect({
    kind: statuspageKind,
    sourceId: 'acme' as SourceId,
    name: 'Acme',
    settings: statuspageKind.settings.parse({ url, ...settings }) as SourceSettings,
    severityMap: {},
    secrets: new Map(),
    memory,
    clock: systemClock,
  });

describe('the components that one depends on', () => {
  let upstream: StatuspageStandIn;
  const read = async (
    settings: SourceSettings = { components: ['API'] },
    memory: Readonly<Record<string, unknown>> = {},
  ) => {
    const { connector } = open(upstream.url, settings, memory);
    const result = await connector.poll(never);
    await connector.close();
    return result;
  };
  beforeEach(async () => {
    upstream = await startStatuspage();
  });
  afterEach(() => upstream.close());

  test('an incident about other components is not ours', async () => {
    upstream.show([{ key: 'a1', name: 'Alarm a1', since: anHourAgo }]);
    expect((await read({ components: ['Web'] })).snapshot.alarms).toEqual([]);
    expect((await read({ components: ['api'] })).snapshot.alarms).toHaveLength(1);
    expect((await read({ components: ['cmp-api'] })).snapshot.alarms).toHaveLength(1);
    expect((await read({ isWholePage: true })).snapshot.alarms).toHaveLength(1);
  });

  test('an incident that names no component is about any of them', async () => {
    const shown = incident({ key: 'a1', name: 'Alarm a1', since: anHourAgo });
    upstream.incidents = [{ ...shown, components: [], incident_updates: [] }];
    expect((await read({ components: ['Web'] })).snapshot.alarms).toHaveLength(1);
  });

  test('the name of a group stands for all in it', async () => {
    upstream.components = [
      component('Europe', { group: true, components: ['cmp-api'] }),
      component('API', { group_id: 'cmp-europe' }),
      component('Web'),
    ];
    upstream.show([{ key: 'a1', name: 'Alarm a1', since: anHourAgo }]);
    expect((await read({ components: ['Europe'] })).snapshot.alarms).toHaveLength(1);
  });

  test('with none chosen it is not live, and names those that there are', async () => {
    const { snapshot, blind } = await read({});
    expect(snapshot.isComplete).toBe(false);
    expect(blind?.freshness).toBe('misconfigured');
    expect(blind?.next).toContain('API, Web');
  });

  test.each([
    ['major_outage', 'critical', 'firing'],
    ['partial_outage', 'high', 'firing'],
    ['degraded_performance', 'warning', 'firing'],
    ['under_maintenance', 'info', 'suppressed'],
    ['on_fire', 'high', 'firing'],
  ])('a component in %s without an incident is %s and %s', async (status, severity, shown) => {
    upstream.components = [component('API', { status }), component('Web', { status })];
    const [alarm, ...others] = (await read()).snapshot.alarms;
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({
      severity,
      status: shown,
      isSeverityMapped: status !== 'on_fire',
    });
    expect(alarm?.startsAt).toBe('2026-11-23T11:20:00.340Z');
    expect(alarm?.labels).toMatchObject({ layer: 'dependency', component: 'API' });
  });

  test('an incident speaks for its components; one that was an alarm before stays until it is mended', async () => {
    const shown = incident({ key: 'a1', name: 'Alarm a1', since: anHourAgo });
    upstream.components = [component('API', { status: 'major_outage' }), component('Web')];
    upstream.incidents = [shown];
    const covered = await read();
    expect(covered.snapshot.alarms.map(({ labels }) => labels['alertname'])).toEqual([
      'DependencyIncident',
    ]);
    upstream.incidents = [];
    const alone = await read();
    expect(alone.snapshot.alarms).toHaveLength(1);
    upstream.incidents = [shown];
    const kept = JSON.parse(JSON.stringify(alone.memory)) as Record<string, unknown>;
    expect((await read({ components: ['API'] }, kept)).snapshot.alarms).toHaveLength(2);
    upstream.components = [component('API'), component('Web')];
    expect((await read({ components: ['API'] }, kept)).snapshot.alarms).toHaveLength(1);
  });

  test('an incident that is only watched counts as acknowledged, unless one wants it firing', async () => {
    const shown = incident({ key: 'a1', name: 'Alarm a1', since: anHourAgo });
    upstream.incidents = [{ ...shown, status: 'monitoring' }];
    expect((await read()).snapshot.alarms[0]?.status).toBe('acknowledged');
    const [firing] = (await read({ components: ['API'], monitoring: 'firing' })).snapshot.alarms;
    expect(firing?.status).toBe('firing');
  });

  test.each(['resolved', 'postmortem'])('an incident that is %s is over', async (status) => {
    const shown = incident({ key: 'a1', name: 'Alarm a1', since: anHourAgo });
    upstream.incidents = [{ ...shown, status }];
    expect((await read()).snapshot).toMatchObject({ alarms: [], isComplete: true });
  });

  test('maintenance shows while it lasts, suppressed', async () => {
    const { created_at: at, ...shown } = incident({ key: 'm1', name: 'Upgrade', since: anHourAgo });
    const planned = { ...shown, scheduled_for: at, scheduled_until: at, impact: 'maintenance' };
    upstream.maintenances = [{ ...planned, status: 'scheduled' }];
    expect((await read()).snapshot.alarms).toEqual([]);
    upstream.maintenances = [{ ...planned, status: 'in_progress' }];
    expect((await read()).snapshot.alarms[0]).toMatchObject({
      status: 'suppressed',
      severity: 'info',
    });
    const hidden = await read({ components: ['API'], isMaintenanceShown: false });
    expect(hidden.snapshot.alarms).toEqual([]);
  });

  test('an unchanged page is asked about, not sent again', async () => {
    upstream.show([{ key: 'a1', name: 'Alarm a1', since: anHourAgo }]);
    const { connector } = open(upstream.url);
    const first = await connector.poll(never);
    const second = await connector.poll(never);
    expect(upstream.notModified).toBe(1);
    expect(second.snapshot.alarms).toBe(first.snapshot.alarms);
    expect(second.memory).toBe(first.memory);
    await connector.close();
  });

  test('the time of an answer that a cache kept says nothing about the clock', async () => {
    upstream.skewMs = -600_000;
    upstream.age = 600;
    expect((await read()).clockSkewMs).toBeNull();
  });

  test('the address of its API is taken as well', async () => {
    upstream.show([{ key: 'a1', name: 'Alarm a1', since: anHourAgo }]);
    const { connector } = open(`${upstream.url}/api/v2/summary.json?x=1`);
    expect((await connector.poll(never)).snapshot.alarms).toHaveLength(1);
    await connector.close();
  });

  test('what came and went meanwhile is told, with the identities of the poll', async () => {
    upstream.show([{ key: 'a1', name: 'Alarm a1', since: anHourAgo }]);
    const ended = (key: string, minutes: number): Record<string, unknown> => ({
      ...incident({ key, name: `Alarm ${key}`, since: anHourAgo }),
      status: 'resolved',
      resolved_at: new Date(anHourAgo + minutes * 60_000).toISOString(),
    });
    upstream.history = [
      ended('b2', 10),
      ended('c3', 90),
      incident({ key: 'a1', name: 'Alarm a1' }),
    ];
    const { connector } = open(upstream.url);
    const from = new Date(anHourAgo - 60_000).toISOString();
    const until = new Date(anHourAgo + 3_600_000).toISOString();
    const passed = await connector.passed?.(from, until, never);
    expect(passed?.episodes).toHaveLength(1);
    expect(passed?.episodes[0]?.alarm).toMatchObject({
      externalId: 'statuspage:1:page00000001/inc-b2',
      status: 'firing',
    });
    expect(passed?.incompleteReason).toMatch(/components/);
    await connector.close();
  });

  test('a page that answers as another kind of page is misconfigured', async () => {
    upstream.fault = answer('{"page":{"name":"Acme","url":"x","status":"UP"}}');
    await expect(read()).rejects.toMatchObject({ code: 'source.misconfigured' });
  });
});

test('what is chosen is on the page, or is told as missing', () => {
  const names = fc.constantFrom('API', 'Web', 'Europe', 'api ', 'Nope');
  fc.assert(
    fc.property(fc.array(names), fc.array(names), (has, wants) => {
      const components = has.map((name, index) => ({ id: `c${index}`, name }));
      const { ids, missing } = selectComponents(components, wants, false);
      const plain = (name: string): string => name.trim().toLowerCase();
      const isThere = (name: string): boolean => has.some((other) => plain(other) === plain(name));
      expect(missing).toEqual(wants.filter((name) => !isThere(name)));
      for (const id of ids) expect(components.map((component) => component.id)).toContain(id);
    }),
  );
});

const folder = join(import.meta.dirname, 'statuspage/fixtures');
test.each(readdirSync(folder))('the page %s reads as it is meant', async (name) => {
  const {
    answer: page,
    settings,
    expected,
  } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
    answer: unknown;
    settings: SourceSettings;
    expected: unknown[];
  };
  const upstream = await startStatuspage();
  upstream.fault = answer(JSON.stringify(page));
  const { connector } = open(upstream.url, settings);
  const { snapshot } = await connector.poll(never);
  expect(snapshot.isComplete).toBe(true);
  expect(snapshot.alarms).toMatchObject(expected);
  expect(snapshot.alarms).toHaveLength(expected.length);
  await connector.close();
  await upstream.close();
});

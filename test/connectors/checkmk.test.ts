import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../main/clock.ts';
import { checkmkKind } from '../../main/sources/checkmk/connector.ts';
import { externalIdOf, targetOf, WireHost, WireService } from '../../main/sources/checkmk/parse.ts';
import { hostAlarm, serviceAlarm } from '../../main/sources/checkmk/to-alarm.ts';
import { connect } from '../../main/sources/connect.ts';
import type { Connection } from '../../main/sources/source-state.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { until } from '../support/prometheus-stack.ts';
import {
  hostRow,
  login,
  secrets,
  serviceRow,
  startCheckmk,
  type CheckmkStandIn,
} from './checkmk/stand-in.ts';

const asCheckmk = (upstream: unknown): CheckmkStandIn => upstream as CheckmkStandIn;

const one: ConnectorCase = {
  kind: checkmkKind,
  start: startCheckmk,
  settings: ({ url }) => ({ url: `${url}/mysite`, ...login }),
  secrets,
  wrongSecrets: { secret: 'no-such-secret-anywhere' },
  severities: {
    critical: 'critical',
    down: 'critical',
    unknown: 'high',
    unreachable: 'high',
    warning: 'warning',
  },
  unknownSeverity: 'state 7',
  absentSeverity: { why: 'every host and service has a state' },
  paging: { why: 'its lists are whole' },
  zones: { why: 'it writes Unix seconds' },
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'this user sees no host': (upstream) => {
      asCheckmk(upstream).show([]);
      asCheckmk(upstream).hosts = [];
    },
    'the core stands still': (upstream) => {
      asCheckmk(upstream).show([]);
      asCheckmk(upstream).silentSeconds = 3_600;
    },
    'the list is missing from the answer': (upstream) => {
      upstream.fault = (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"domainType":"service","id":"all"}');
      };
      upstream.isFaulty = ({ path }) => path.includes('/collections/');
    },
  },
};

describeConnector(one, [
  'acknowledge',
  'unacknowledge',
  'silence',
  'extend_silence',
  'unsilence',
  'comment',
]);

const never = new AbortController().signal;
const anHourAgo = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;

describe('Checkmk', () => {
  let upstream: CheckmkStandIn;
  const connections: Connection[] = [];
  beforeEach(async () => {
    upstream = await startCheckmk();
    upstream.show([{ key: 'a1', name: 'Alarm a1', since: anHourAgo }]);
  });
  afterEach(async () => {
    for (const { connector } of connections.splice(0)) await connector.close();
    await upstream.close();
  });
  const open = (
    settings: SourceSettings = {},
    more: { memory?: Readonly<Record<string, unknown>>; clock?: Clock } = {},
  ): Connection['connector'] => {
    const connection = connect({
      kind: checkmkKind,
      sourceId: 'prod' as SourceId,
      name: 'Prod',
      settings: checkmkKind.settings.parse({
        url: `${upstream.url}/mysite`,
        ...login,
        ...settings,
      }) as SourceSettings,
      severityMap: {},
      secrets: new Map(Object.entries(secrets)),
      memory: more.memory ?? {},
      clock: more.clock ?? systemClock,
    });
    connections.push(connection);
    return connection.connector;
  };
  const refs = { host: 'host-a1', service: 'Alarm a1', site: null };
  const acknowledge = (about: typeof refs | { host: string; service: null; site: null }) =>
    ({
      kind: 'acknowledge',
      externalId: 'checkmk:1:x',
      refs: about,
      matchers: [],
      by: 'ada',
      note: '',
      durationMs: 900_000,
    }) as const;

  test.each([
    '/mysite',
    '/mysite/',
    '/mysite/check_mk/',
    '/mysite/check_mk/api/1.0/',
    '/mysite/check_mk/index.py?start_url=x',
  ])('the address %s leads to the same site', async (path) => {
    const { snapshot } = await open({ url: `${upstream.url}${path}` }).poll(never);
    expect(snapshot.alarms).toHaveLength(1);
    expect(snapshot.alarms[0]?.url).toBe(
      `${upstream.url}/mysite/check_mk/view.py?view_name=service&host=host-a1&service=Alarm+a1`,
    );
  });

  test('a user with password is known as well', async () => {
    expect((await open({ login: 'password' }).poll(never)).snapshot.isComplete).toBe(true);
  });

  test('an old version that takes queries only in the address is read that way', async () => {
    upstream.takesPost = false;
    const connector = open();
    expect((await connector.poll(never)).snapshot.alarms).toHaveLength(1);
    const before = upstream.requests.length;
    expect((await connector.poll(never)).snapshot.isComplete).toBe(true);
    expect(upstream.requests.slice(before).every(({ method }) => method === 'GET')).toBe(true);
  });

  test('soft states show only when they are asked for', async () => {
    upstream.services = [serviceRow('web1', 'HTTP', { state: 2, state_type: 0 })];
    expect((await open().poll(never)).snapshot.alarms).toEqual([]);
    expect((await open({ isSoftShown: true }).poll(never)).snapshot.alarms).toHaveLength(1);
  });

  test('a core that stands still is blind within a minute, its alarms stay', async () => {
    let nowMs = Date.now();
    const connector = open({}, { clock: { now: () => nowMs, monotonic: () => nowMs } });
    expect((await connector.poll(never)).blind).toBeNull();
    upstream.silentSeconds = 3_600;
    nowMs += 61_000;
    const { snapshot, blind } = await connector.poll(never);
    expect(blind?.message).toMatch(/stands still/);
    expect(snapshot.alarms).toHaveLength(1);
    expect(snapshot.isComplete).toBe(false);
  });

  test('without the service that proves life it says so; once seen, its lack makes it blind', async () => {
    const connector = open({ heartbeat: 'Nothing' });
    const { remarks, blind, snapshot } = await connector.poll(never);
    expect([blind, snapshot.isComplete]).toEqual([null, true]);
    expect(remarks.join()).toMatch(/would look quiet/);
    const seen = open({ heartbeat: 'Nothing' }, { memory: { heartbeats: ['*'] } });
    expect((await seen.poll(never)).blind?.message).toMatch(/Nothing any more/);
  });

  test('of several sites, one that is down makes it blind and hides nothing of the others', async () => {
    const other = serviceRow('far-host', 'HTTP', { state: 2, site: 'remote' });
    upstream.services.push(other);
    upstream.hosts.push(hostRow('far-host', { site: 'remote' }));
    const connector = open({ sites: ['mysite', 'remote'] });
    const both = await connector.poll(never);
    expect(both.snapshot).toMatchObject({ isComplete: true });
    expect(both.snapshot.alarms.map(({ refs: { site } }) => site)).toEqual(['mysite', 'remote']);
    upstream.deadSites.add('remote');
    const torn = await connector.poll(never);
    expect(torn.snapshot.isComplete).toBe(false);
    expect(torn.blind?.message).toMatch(/remote/);
    expect(torn.snapshot.alarms).toHaveLength(1);
  });

  test.each(['50% full', '100%25 odd', 'Filesystem /%2Fvar'])(
    'a service named %s is acknowledged under its own name',
    async (description) => {
      upstream.services = [serviceRow('host-a1', description, { state: 2 })];
      const actions = open().actions;
      await actions?.send(acknowledge({ ...refs, service: description }), 'key-1', never);
      await until('it is acknowledged', () => upstream.services[0]?.['acknowledged'] === 1);
      expect(upstream.requests.at(-1)?.path).toMatch(/acknowledge/);
    },
  );

  test('a host is acknowledged, commented and put into downtime as a host', async () => {
    upstream.hosts = [hostRow('web1', { state: 1 })];
    const connector = open();
    const about = { host: 'web1', service: null, site: null };
    const [alarm] = (await connector.poll(never)).snapshot.alarms;
    expect(alarm).toMatchObject({ title: 'Host web1 is down', severity: 'critical', refs: about });
    await connector.actions?.send(acknowledge(about), 'key-1', never);
    await until('it is acknowledged', () => upstream.hosts[0]?.['acknowledged'] === 1);
    const silence = {
      kind: 'silence',
      matchers: [{ name: 'host', value: 'web1', isRegex: false, isEqual: true }],
      by: 'ada',
      note: 'work',
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    } as const;
    await connector.actions?.send(silence, 'key-2', never);
    await until('it is in downtime', () => upstream.downtimes.length === 1);
    expect(upstream.downtimes[0]).toMatchObject({ host: 'web1', service: null });
    const [shown] = (await connector.poll(never)).snapshot.alarms;
    expect(shown).toMatchObject({ status: 'suppressed', ackedBy: 'ada' });
  });

  test('after a crash, what was sent is found by its mark', async () => {
    const silence = {
      kind: 'silence',
      matchers: [
        { name: 'host', value: 'host-a1', isRegex: false, isEqual: true },
        { name: 'service', value: 'Alarm a1', isRegex: false, isEqual: true },
      ],
      by: 'ada',
      note: 'work',
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    } as const;
    const comment = {
      kind: 'comment',
      externalId: 'checkmk:1:x',
      refs,
      by: 'ada',
      note: 'seen',
    } as const;
    for (const run of [1, 2, 3]) {
      const { actions } = open();
      await actions?.send(silence, 'key-1', never);
      await actions?.send(comment, 'key-2', never);
      await until(
        `run ${run} is through`,
        () =>
          upstream.downtimes.length > 0 &&
          upstream.services[0]?.['comments_with_info'] !== undefined,
      );
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(upstream.downtimes).toHaveLength(1);
    expect(upstream.effects('a1').comments).toHaveLength(1);
  });

  test.each([
    [[]],
    [[{ name: 'service', value: 'HTTP', isRegex: false, isEqual: true }]],
    [[{ name: 'host', value: '', isRegex: false, isEqual: true }]],
    [[{ name: 'host', value: 'web.*', isRegex: true, isEqual: true }]],
    [[{ name: 'host', value: 'web1', isRegex: false, isEqual: false }]],
    [
      [
        { name: 'host', value: 'web1', isRegex: false, isEqual: true },
        { name: 'team', value: 'a', isRegex: false, isEqual: true },
      ],
    ],
  ])('a downtime for anything but one host or service goes nowhere', async (matchers) => {
    const silence = {
      kind: 'silence',
      matchers,
      by: 'ada',
      note: '',
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    } as const;
    await expect(open().actions?.send(silence, 'key-1', never)).rejects.toMatchObject({
      code: 'source.rejected',
    });
    expect(upstream.requests).toEqual([]);
  });

  test('what is fine again is not acknowledged, and the words say so', async () => {
    const [row] = upstream.services;
    if (row === undefined) throw new Error('no service');
    row['state'] = 0;
    await expect(open().actions?.send(acknowledge(refs), 'key-1', never)).rejects.toMatchObject({
      message: expect.stringContaining('fine again') as unknown,
    });
  });
});

const context = {
  base: 'https://monitoring.example/mysite',
  site: null,
  serviceLabels: ['service'],
  severityMap: {},
} as const;

test('a warning that becomes critical began when it was last fine', () => {
  const row = { state: 1, last_state_change: 1_795_455_208, last_time_ok: 1_795_455_200 };
  const wire = (more: object) =>
    WireService.parse({ ...serviceRow('web1', 'HTTP'), ...row, ...more });
  const warning = serviceAlarm(wire({}), 'x', context);
  const critical = serviceAlarm(wire({ state: 2, last_state_change: 1_795_459_999 }), 'x', context);
  expect(critical?.startsAt).toBe(warning?.startsAt);
  expect(critical?.severity).toBe('critical');
});

test('any row in trouble becomes an alarm under the name of its host and service', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
  const row = fc.record({
    host_name: text,
    description: text,
    state: fc.integer({ min: 1, max: 9 }),
    acknowledged: fc.constantFrom(0, 1),
    scheduled_downtime_depth: fc.nat(2),
    host_scheduled_downtime_depth: fc.nat(2),
    labels: fc.oneof(fc.dictionary(text, text), fc.constant([])),
    comments_with_info: fc.oneof(fc.constant('broken'), fc.array(fc.tuple(fc.nat(), text, text))),
  });
  fc.assert(
    fc.property(row, (facts) => {
      const raw = { ...serviceRow('h', 's'), ...facts };
      const target = targetOf('service', raw);
      expect(target).toEqual({ host: facts.host_name, service: facts.description });
      const id = externalIdOf(target ?? { host: '', service: null });
      const alarm = serviceAlarm(WireService.parse(raw), id, context);
      const isQuiet = facts.scheduled_downtime_depth + facts.host_scheduled_downtime_depth > 0;
      const loud = facts.acknowledged === 1 ? 'acknowledged' : 'firing';
      expect(alarm?.status).toBe(isQuiet ? 'suppressed' : loud);
      expect(alarm?.labels).toMatchObject({ host: facts.host_name, service: facts.description });
      expect(alarm?.isSeverityMapped).toBe(facts.state <= 3);
    }),
  );
});

const folder = join(import.meta.dirname, 'checkmk/fixtures');
test.each(readdirSync(folder))('the answer %s reads as it is meant', (name) => {
  const { services, hosts, expected } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
    services: { value: { extensions: unknown }[] };
    hosts: { value: { extensions: unknown }[] };
    expected: unknown[];
  };
  const alarms = [
    ...services.value.map(({ extensions }) =>
      serviceAlarm(WireService.parse(extensions), 'x', context),
    ),
    ...hosts.value.map(({ extensions }) => hostAlarm(WireHost.parse(extensions), 'x', context)),
  ];
  expect(alarms).toMatchObject(expected);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../main/clock.ts';
import { connect } from '../../main/sources/connect.ts';
import { goAlertKind } from '../../main/sources/goalert/connector.ts';
import { bothDocuments, readDocument } from '../../main/sources/goalert/documents.ts';
import { WireAlert } from '../../main/sources/goalert/parse.ts';
import { toAlarm } from '../../main/sources/goalert/to-alarm.ts';
import type { Connection } from '../../main/sources/source-state.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import {
  alertOf,
  idOf,
  person,
  secrets,
  service,
  startGoAlert,
  twoKeys,
  type GoAlertStandIn,
} from './goalert/stand-in.ts';

const asGoAlert = (upstream: unknown): GoAlertStandIn => upstream as GoAlertStandIn;

const one: ConnectorCase = {
  kind: goAlertKind,
  start: startGoAlert,
  settings: ({ url }) => ({ url }),
  secrets,
  wrongSecrets: { token: 'some-key-that-nobody-made' },
  severities: {
    critical: 'critical',
    high: 'high',
    warning: 'warning',
    info: 'info',
    p1: 'critical',
  },
  unknownSeverity: 'apocalyptic',
  absentSeverity: {
    why: 'GoAlert pages people, so an alert without one has the severity that a person set: high',
  },
  paging: {
    alarms: 230,
    isLaterPage: ({ json }) =>
      (json as { variables?: { input?: { after?: string } } }).variables?.input?.after?.startsWith(
        'cursor',
      ) === true,
  },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'it shows no service to this login': (upstream) => {
      asGoAlert(upstream).alerts = [];
      asGoAlert(upstream).services = [];
    },
    'an answer with errors beside its data': (upstream) => {
      asGoAlert(upstream).errors = [{ message: 'context deadline exceeded', path: ['alerts'] }];
    },
    'its list is missing from the answer': (upstream) => {
      upstream.fault = (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"data":{"services":{"nodes":[]}}}');
      };
    },
  },
  kept: ['silence'],
};

describeConnector(one, ['acknowledge', 'resolve', 'silence', 'extend_silence', 'unsilence']);

const never = new AbortController().signal;
const anHourAgo = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;

describe('GoAlert', () => {
  let upstream: GoAlertStandIn;
  const connections: Connection[] = [];
  beforeEach(async () => {
    upstream = await startGoAlert();
    upstream.show([{ key: 'a1', name: 'Alarm a1', since: anHourAgo }]);
  });
  afterEach(async () => {
    for (const { connector } of connections.splice(0)) await connector.close();
    await upstream.close();
  });
  const open = (
    settings: SourceSettings = {},
    known: Readonly<Record<string, string>> = secrets,
  ): Connection['connector'] => {
    const connection = connect({
      kind: goAlertKind,
      sourceId: 'prod' as SourceId,
      name: 'Prod',
      settings: goAlertKind.settings.parse({ url: upstream.url, ...settings }) as SourceSettings,
      severityMap: {},
      secrets: new Map(Object.entries(known)),
      memory: {},
      clock: systemClock,
    });
    connections.push(connection);
    return connection.connector;
  };
  const acknowledge = (key: string) =>
    ({
      kind: 'acknowledge',
      externalId: `goalert:1:${idOf(key)}`,
      refs: {},
      matchers: [],
      by: 'ada',
      note: '',
      durationMs: 900_000,
    }) as const;

  test('with two keys, each has its own operation', async () => {
    const connector = open({ login: 'keys' }, twoKeys);
    expect((await connector.poll(never)).snapshot.alarms).toHaveLength(1);
    await connector.actions?.send(acknowledge('a1'), 'key-1', never);
    expect(upstream.effects('a1').isAcknowledged).toBe(true);
  });

  test('with a password it logs in once, and once more when the session has run out', async () => {
    const connector = open({ login: 'password', user: person.user }, { password: person.password });
    await Promise.all([connector.poll(never), connector.poll(never)]);
    expect(upstream.logins).toBe(1);
    upstream.sessions.clear();
    expect((await connector.poll(never)).snapshot.isComplete).toBe(true);
    expect(upstream.logins).toBe(2);
  });

  test('a refused password is tried once, not twice: accounts get locked', async () => {
    const connector = open({ login: 'password', user: person.user }, { password: 'wrong-one' });
    await expect(connector.poll(never)).rejects.toMatchObject({
      code: 'source.unauthorized',
      isRetryable: false,
    });
    expect(upstream.logins).toBe(1);
  });

  test('a key of another document is told with the document that it needs', async () => {
    upstream.keyDocument = 'query SomethingElse { alerts { nodes { alertID } } }';
    await expect(open().poll(never)).rejects.toMatchObject({
      code: 'source.misconfigured',
      next: expect.stringContaining('query NightdeskRead(') as unknown,
    });
  });

  test('a key sends no document: a blank more or less does not matter', async () => {
    upstream.keyDocument = bothDocuments.replaceAll('\n', '\r\n  ');
    expect((await open().poll(never)).snapshot.isComplete).toBe(true);
  });

  test.each([
    ['access denied: must be admin', 'source.unauthorized'],
    ['Cannot query field "meta" on type "Alert".', 'source.misconfigured'],
    ['pq: connection refused', 'source.unreachable'],
  ])('an answer with the error %s is %s', async (message, code) => {
    upstream.errors = [{ message }];
    await expect(open().poll(never)).rejects.toMatchObject({ code });
  });

  test('only the chosen services, which must be there', async () => {
    expect((await open({ services: [service.id] }).poll(never)).snapshot.alarms).toHaveLength(1);
    const { blind, snapshot } = await open({ services: [service.id, 'gone'] }).poll(never);
    expect(blind?.message).toContain('gone');
    expect(snapshot.isComplete).toBe(false);
  });

  test('an alert of a service in maintenance is suppressed until that ends', async () => {
    const [alert] = upstream.alerts;
    if (alert === undefined) throw new Error('no alert');
    const ends = (ms: number): void => {
      alert['service'] = {
        ...service,
        maintenanceExpiresAt: new Date(ms).toISOString(),
        labels: [],
      };
    };
    ends(Date.now() + 3_600_000);
    const connector = open();
    expect((await connector.poll(never)).snapshot.alarms[0]?.status).toBe('suppressed');
    ends(Date.now() - 1_000);
    expect((await connector.poll(never)).snapshot.alarms[0]?.status).toBe('firing');
  });

  test('a maintenance that ends while the answer stays the same is over, too', async () => {
    let nowMs = Date.now();
    const [alert] = upstream.alerts;
    if (alert === undefined) throw new Error('no alert');
    const expires = new Date(nowMs + 60_000).toISOString();
    alert['service'] = { ...service, maintenanceExpiresAt: expires, labels: [] };
    const connection = connect({
      kind: goAlertKind,
      sourceId: 'prod' as SourceId,
      name: 'Prod',
      settings: goAlertKind.settings.parse({ url: upstream.url }) as SourceSettings,
      severityMap: {},
      secrets: new Map(Object.entries(secrets)),
      memory: {},
      clock: { now: () => nowMs, monotonic: () => nowMs },
    });
    connections.push(connection);
    expect((await connection.connector.poll(never)).snapshot.alarms[0]?.status).toBe('suppressed');
    nowMs += 61_000;
    expect((await connection.connector.poll(never)).snapshot.alarms[0]?.status).toBe('firing');
  });

  test('a closed alert is not acknowledged any more, and the words say so', async () => {
    const [alert] = upstream.alerts;
    if (alert === undefined) throw new Error('no alert');
    alert['status'] = 'StatusClosed';
    await expect(open().actions?.send(acknowledge('a1'), 'key-1', never)).rejects.toMatchObject({
      code: 'source.rejected',
    });
    expect(upstream.effects('a1').acknowledgements).toBe(0);
  });

  test('what is acknowledged already is not written again', async () => {
    const settings = { login: 'password', user: person.user };
    const { actions } = open(settings, { password: person.password });
    await actions?.send(acknowledge('a1'), 'key-1', never);
    await actions?.send(acknowledge('a1'), 'key-2', never);
    const writes = upstream.requests.filter(({ text }) => text.includes('NightdeskWrite'));
    expect(writes).toHaveLength(1);
    expect(writes[0]?.json).toMatchObject({
      variables: { input: { alertIDs: [idOf('a1')], newStatus: 'StatusAcknowledged' } },
    });
  });

  test.each(['', '0x1', 'a1', '1,2', '-1', '99999999999999999999'])(
    'an identity that names no alert (%s) goes nowhere',
    async (id) => {
      const action = { ...acknowledge('a1'), externalId: `goalert:1:${id}` };
      const before = upstream.requests.length;
      await expect(open().actions?.send(action, 'key-1', never)).rejects.toMatchObject({
        code: 'source.rejected',
      });
      expect(upstream.requests).toHaveLength(before);
    },
  );

  test('what came and went meanwhile is told, with the identities of the poll', async () => {
    const closed = {
      ...alertOf({ key: 'b2', name: 'Alarm b2', since: anHourAgo }, idOf('b2')),
      status: 'StatusClosed',
      metrics: { closedAt: new Date(anHourAgo + 600_000).toISOString() },
    };
    upstream.alerts.push(closed);
    const from = new Date(anHourAgo - 60_000).toISOString();
    const passed = await open().passed?.(from, new Date().toISOString(), never);
    expect(passed).toMatchObject({
      incompleteReason: null,
      episodes: [
        {
          alarm: { externalId: `goalert:1:${idOf('b2')}`, status: 'firing' },
          endedAt: closed.metrics.closedAt,
        },
      ],
    });
    expect(upstream.requests.at(-1)?.json).toMatchObject({
      variables: { input: { filterByStatus: ['StatusClosed'], notClosedBefore: from } },
    });
  });
});

test('the document to make a key with is the one that is sent', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/goalert.graphql'), 'utf8');
  expect(text.trim()).toBe(bothDocuments.trim());
  expect(text).toContain(readDocument);
});

const context = {
  base: 'https://goalert.example',
  severityKeys: ['severity'],
  defaultSeverity: 'high',
  severityMap: {},
  nowMs: Date.parse('2026-11-24T05:00:00Z'),
} as const;

test('any readable alert that is not closed becomes an alarm under its own number', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const pairs = fc.option(fc.array(fc.record({ key: text, value: text }), { maxLength: 4 }));
  const alert = fc.record({
    alertID: fc.nat(),
    status: fc.constantFrom('StatusUnacknowledged', 'StatusAcknowledged', 'StatusNew'),
    summary: text,
    details: fc.option(text),
    createdAt: fc.constant('2026-11-24T04:00:00Z'),
    service: fc.option(
      fc.record({ id: text, name: text, maintenanceExpiresAt: fc.option(text), labels: pairs }),
    ),
    recentEvents: fc.constant({
      nodes: [{ timestamp: 'x', message: 'Acknowledged by Ada (Web)' }],
    }),
    meta: pairs,
  });
  fc.assert(
    fc.property(alert, (raw) => {
      const alarm = toAlarm(WireAlert.parse(raw), context);
      expect(alarm?.externalId).toBe(`goalert:1:${raw.alertID}`);
      expect(alarm?.ackedBy).toBe(raw.status === 'StatusAcknowledged' ? 'Ada' : null);
      expect(
        alarm?.status === 'firing' || raw.status === 'StatusAcknowledged' || raw.service !== null,
      ).toBe(true);
    }),
  );
});

const folder = join(import.meta.dirname, 'goalert/fixtures');
test.each(readdirSync(folder))('the answer %s reads as it is meant', (name) => {
  const { answer, expected } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
    answer: { data: { alerts: { nodes: unknown[] } } };
    expected: unknown[];
  };
  const alarms = answer.data.alerts.nodes.map((raw) => toAlarm(WireAlert.parse(raw), context));
  expect(alarms).toMatchObject(expected);
});

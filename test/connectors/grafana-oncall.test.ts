import { anything, assert, property } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { grafanaOnCallKind } from '../../main/sources/grafana-oncall/connector.ts';
import { idOf as idOfRaw, WireGroup, WirePage } from '../../main/sources/grafana-oncall/parse.ts';
import { externalIdOf, toAlarm } from '../../main/sources/grafana-oncall/to-alarm.ts';
import type { UpstreamAction } from '../../main/sources/connector.ts';
import type { Connection } from '../../main/sources/source-state.ts';
import { never, open } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import page from './grafana-oncall/fixtures/alert-groups-1.16.json' with { type: 'json' };
import {
  idOf,
  key,
  startGrafanaOnCallStandIn,
  type GrafanaOnCallStandIn,
} from './grafana-oncall/stand-in.ts';

const one: ConnectorCase = {
  kind: grafanaOnCallKind,
  start: startGrafanaOnCallStandIn,
  settings: ({ url }) => ({ url: `${url}/oncall` }),
  secrets: { key },
  wrongSecrets: { key: 'wrong-Sah4eiFu9aeCh2ko' },
  severities: {
    critical: 'critical',
    page: 'critical',
    error: 'high',
    warning: 'warning',
    info: 'info',
  },
  unknownSeverity: 'purple',
  absentSeverity: 'warning',
  paging: { alarms: 250, isLaterPage: ({ query }) => Number(query.get('page')) > 1 },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'the owner of the key sees nothing': (upstream) => {
      (upstream as GrafanaOnCallStandIn).hasIntegrations = false;
    },
  },
};

const kept = ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence'] as const;
describeConnector(one, [...kept, 'comment', 'resolve']);

describe('grafana-oncall alert groups', () => {
  let upstream: GrafanaOnCallStandIn;
  let connection: Connection;
  const since = Date.parse('2026-11-23T03:00:00Z');
  const poll = () => connection.connector.poll(never);
  const statuses = async (): Promise<string[]> =>
    (await poll()).snapshot.alarms.map(({ title, status }) => `${title} ${status}`);
  const silencing = (endsAt: string): UpstreamAction => ({
    kind: 'silence',
    matchers: [{ name: 'alert_group', value: idOf('a1'), isRegex: false, isEqual: true }],
    by: 'ada',
    note: 'planned work',
    endsAt,
  });
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

  beforeEach(async () => {
    upstream = await startGrafanaOnCallStandIn();
    upstream.show(['a1', 'b2'].map((name) => ({ key: name, name: `Alarm ${name}`, since })));
    connection = open(one, upstream);
    await poll();
  });
  afterEach(async () => {
    await connection.connector.close();
    await upstream.close();
  });

  test('one that changes its state between two requests is not over', async () => {
    upstream.missed.add('a1');
    expect(await statuses()).toEqual(['Alarm b2 firing', 'Alarm a1 firing']);
    upstream.state('a1').state = 'resolved';
    expect(await statuses()).toEqual(['Alarm b2 firing']);
  });

  test('it says who acknowledged', async () => {
    upstream.state('a1').state = 'acknowledged';
    const { snapshot } = await poll();
    expect(snapshot.alarms.find(({ title }) => title === 'Alarm a1')).toMatchObject({
      status: 'acknowledged',
      ackedBy: 'ada',
    });
    const before = upstream.requests.length;
    await poll();
    expect(upstream.requests.slice(before).some(({ path }) => path.includes('/users/'))).toBe(
      false,
    );
  });

  test('an acknowledged one is silenced by taking the acknowledgement back first', async () => {
    upstream.state('a1').state = 'acknowledged';
    await connection.connector.actions?.send(silencing(inHours(1)), 'key', never);
    expect(upstream.state('a1').state).toBe('silenced');
  });

  test('a silence is moved also where a silenced one cannot be silenced again', async () => {
    upstream.refusesSilenced = true;
    const { actions } = connection.connector;
    await actions?.send(silencing(inHours(1)), 'key', never);
    const endsAt = inHours(3);
    await actions?.send(
      { kind: 'extend_silence', upstreamRef: idOf('a1'), endsAt },
      'key-2',
      never,
    );
    const [until = 0] = upstream.effects('a1').silencedUntil;
    expect(Math.abs(until - Date.parse(endsAt))).toBeLessThan(5_000);
  });

  test('a silence made elsewhere is listed, and it says that its end is not told', async () => {
    Object.assign(upstream.state('b2'), { state: 'silenced', silencedAt: Date.now() - 600_000 });
    const silences = await connection.connector.actions?.silences(never);
    expect(silences).toHaveLength(1);
    expect(silences?.[0]?.scope).toContain('does not tell its end');
  });

  test('what is resolved already is not written to', async () => {
    upstream.state('a1').state = 'resolved';
    const about = { externalId: externalIdOf(idOf('a1')), refs: { id: idOf('a1') } };
    const action: UpstreamAction = {
      kind: 'acknowledge',
      ...about,
      matchers: [],
      by: 'ada',
      note: '',
      durationMs: 1,
    };
    await expect(connection.connector.actions?.send(action, 'key', never)).rejects.toThrow(
      /resolved already/,
    );
    await connection.connector.actions?.send(
      { kind: 'resolve', ...about, by: 'ada', note: '' },
      'key',
      never,
    );
    expect(upstream.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('a service account reads, and what it may not write is kept here', async () => {
    upstream.isServiceAccount = true;
    const reader: ConnectorCase = {
      ...one,
      settings: ({ url }) => ({
        url: `${url}/oncall`,
        login: 'service account',
        stack: 'https://acme.grafana.net',
      }),
    };
    const { connector } = open(reader, upstream);
    expect((await connector.poll(never)).snapshot.alarms).toHaveLength(2);
    expect([...(connector.actions?.kinds ?? [])].toSorted()).toEqual([...kept].toSorted());
    const report = await connector.test(never);
    expect(report.steps.find(({ name }) => name === 'write')?.outcome).toBe('warning');
    await connector.close();
  });

  test('what fired and cleared meanwhile is told', async () => {
    upstream.state('a1').state = 'resolved';
    upstream.more.set('a1', { resolved_at: '2026-11-23T03:20:00Z' });
    const passed = await connection.connector.passed?.(
      '2026-11-23T02:00:00.000Z',
      '2026-11-23T04:00:00.000Z',
      never,
    );
    expect(passed?.incompleteReason).toBeNull();
    expect(
      passed?.episodes.map(({ alarm, endedAt }) => [alarm.title, alarm.status, endedAt]),
    ).toEqual([['Alarm a1', 'firing', '2026-11-23T03:20:00.000Z']]);
  });
});

describe('grafana-oncall answers', () => {
  const context = { severityMap: {}, userNames: new Map([['UCGEIXI1MR1NZ', 'ada']]) };

  test('1.16: each state, with and without a payload', () => {
    const [checkout, silenced, resolved] = WirePage.parse(page).results.map((raw) =>
      toAlarm(WireGroup.parse(raw), externalIdOf(idOfRaw(raw) ?? ''), context),
    );
    expect(checkout).toMatchObject({
      externalId: 'grafana-oncall:1:IZ1KQ7YV3NMPL',
      status: 'acknowledged',
      ackedBy: 'ada',
      severity: 'critical',
      service: 'checkout',
      summary: 'More than 5 % of the payments fail',
      runbookUrl: 'https://runbooks.example.org/checkout',
      labels: { alertname: 'CheckoutErrors', cluster: 'eu-1', alert_group: 'IZ1KQ7YV3NMPL' },
      refs: { same: ['alertmanager:9f8a5b1c2d3e4f60', 'grafana:9f8a5b1c2d3e4f60'] },
    });
    expect(silenced).toMatchObject({
      status: 'suppressed',
      title: 'Alert group IQ2ZZ7YV3NMPA',
      startsAt: '2026-11-22T23:00:00.000Z',
    });
    expect(resolved).toBeNull();
  });

  test('a state that nobody knows is loud', () => {
    const raw = { id: 'I1', state: 'escalating', created_at: '2026-11-23T03:00:00Z' };
    expect(toAlarm(WireGroup.parse(raw), 'x', context)?.status).toBe('firing');
  });

  test('a payload of any shape costs no alarm', () => {
    assert(
      property(anything(), (payload) => {
        const raw = {
          id: 'I1',
          state: 'new',
          created_at: '2026-11-23T03:00:00Z',
          last_alert: { payload },
          labels: payload,
        };
        return toAlarm(WireGroup.parse(raw), 'x', context)?.status === 'firing';
      }),
    );
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { incidentIoKind } from '../../main/sources/incident-io/connector.ts';
import { idOf, WireAlert, WirePage } from '../../main/sources/incident-io/parse.ts';
import { reachesBack } from '../../main/sources/incident-io/passed.ts';
import { IncidentIoSettings } from '../../main/sources/incident-io/settings.ts';
import { externalIdOf, toAlarm } from '../../main/sources/incident-io/to-alarm.ts';
import { never, open } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import page from './incident-io/fixtures/alerts-v2.json' with { type: 'json' };
import {
  httpSource,
  key,
  sourceToken,
  startIncidentIoStandIn,
  type IncidentIoStandIn,
} from './incident-io/stand-in.ts';

const one: ConnectorCase = {
  kind: incidentIoKind,
  start: startIncidentIoStandIn,
  settings: ({ url }) => ({ url, canResolve: true, httpSource }),
  secrets: { key, sourceToken },
  wrongSecrets: { key: 'inc_wrong-Aeng1Aix', sourceToken: 'inc_wrong-moo9IeKe' },
  severities: {
    Critical: 'critical',
    P1: 'critical',
    high: 'high',
    medium: 'warning',
    low: 'info',
  },
  unknownSeverity: 'purple',
  absentSeverity: 'warning',
  paging: { alarms: 120, isLaterPage: ({ query }) => query.has('after') },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'no alert was ever seen': (upstream) => {
      upstream.show([]);
      (upstream as IncidentIoStandIn).hasHistory = false;
    },
    'it takes the filter for another one': (upstream) => {
      (upstream as IncidentIoStandIn).misreadsFilter = true;
    },
  },
  kept: ['acknowledge', 'silence'],
};

const kept = ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence'] as const;
describeConnector(one, [...kept, 'resolve']);

describe('incident-io alerts', () => {
  let upstream: IncidentIoStandIn;
  const since = Date.parse('2026-11-23T03:00:00Z');
  const shown = { key: 'a1', name: 'Alarm a1', since };
  beforeEach(async () => {
    upstream = await startIncidentIoStandIn();
    upstream.show([shown]);
  });
  afterEach(() => upstream.close());

  test('without the token of a source, nothing can be resolved, and it says so', async () => {
    const reader: ConnectorCase = { ...one, settings: ({ url }) => ({ url }), secrets: { key } };
    const { connector } = open(reader, upstream);
    expect([...(connector.actions?.kinds ?? [])].toSorted()).toEqual([...kept].toSorted());
    const [alarm] = (await connector.poll(never)).snapshot.alarms;
    if (alarm === undefined) throw new Error('it is not listed');
    const action = {
      kind: 'resolve' as const,
      externalId: alarm.externalId,
      refs: alarm.refs,
      by: 'ada',
      note: '',
    };
    await expect(connector.actions?.send(action, 'key', never)).rejects.toThrow(/takes no resolve/);
    await connector.close();
  });

  test('an alert of another source is not resolved in the name of this one', async () => {
    upstream.more.set('a1', { alert_source_id: 'another' });
    const { connector } = open(one, upstream);
    const [alarm] = (await connector.poll(never)).snapshot.alarms;
    if (alarm === undefined) throw new Error('it is not listed');
    const action = {
      kind: 'resolve' as const,
      externalId: alarm.externalId,
      refs: alarm.refs,
      by: 'ada',
      note: '',
    };
    await expect(connector.actions?.send(action, 'key', never)).rejects.toThrow(/another source/);
    expect(upstream.requests.every(({ method }) => method === 'GET')).toBe(true);
    await connector.close();
  });

  test('what fired and cleared meanwhile is told, and what did so before is not', async () => {
    upstream.more.set('a1', { status: 'resolved', resolved_at: '2026-11-23T03:20:00Z' });
    const { connector } = open(one, upstream);
    const passed = await connector.passed?.(
      '2026-11-23T02:00:00.000Z',
      '2026-11-23T04:00:00.000Z',
      never,
    );
    expect(passed?.incompleteReason).toBeNull();
    expect(
      passed?.episodes.map(({ alarm, endedAt }) => [alarm.title, alarm.startsAt, endedAt]),
    ).toEqual([['Alarm a1', '2026-11-23T03:00:00.000Z', '2026-11-23T03:20:00.000Z']]);
    expect(
      await connector.passed?.('2026-11-23T03:10:00.000Z', '2026-11-23T04:00:00.000Z', never),
    ).toEqual({
      episodes: [],
      incompleteReason: null,
    });
    await connector.close();
  });
});

describe('incident-io answers', () => {
  test('v2: attributes become labels, an odd one costs nothing', () => {
    const context = { ...IncidentIoSettings.parse({}), severityMap: {} };
    const { alerts } = WirePage.parse(page);
    const [checkout, nightly] = alerts.map((raw) =>
      toAlarm(WireAlert.parse(raw), externalIdOf(idOf(raw) ?? ''), context),
    );
    expect(nightly).toBeNull();
    expect(checkout).toMatchObject({
      externalId: 'incident-io:1:01JDABCD0000000000000001',
      severity: 'critical',
      severityText: 'Critical',
      service: 'Payments',
      startsAt: '2026-11-23T03:12:09.481Z',
      labels: {
        alertname: 'CheckoutErrors',
        severity: 'Critical',
        affected_services: 'checkout, payments',
        team: 'Payments',
      },
      refs: { same: ['alertmanager:9f8a5b1c2d3e4f60', 'incident-io:dedup:9f8a5b1c2d3e4f60'] },
    });
  });

  const at = (...minutes: number[]) =>
    minutes.map((minute) => ({ created_at: new Date(minute * 60_000).toISOString() }));
  test.each([
    ['newest first and old enough', at(9, 7, 3), true],
    ['newest first, but not old enough', at(9, 7, 6), false],
    ['in another order', at(9, 3, 7, 2), false],
    ['with one that cannot be read', [...at(9), {}, ...at(2)], false],
    ['empty', [], false],
  ])('a history that is %s reaches back: %#', (_, raws, isEnough) => {
    expect(reachesBack(raws, 5 * 60_000)).toBe(isEnough);
  });
});

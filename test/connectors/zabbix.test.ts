import { describe, expect, test } from 'vitest';
import { zabbixKind } from '../../main/sources/zabbix/connector.ts';
import { never, open, settled } from '../support/connectors/reading.ts';
import {
  describeConnector,
  type ConnectorCase,
  type Upstream,
} from '../support/connectors/suite.ts';
import { password, startZabbixStandIn, token, type ZabbixStandIn } from './zabbix/stand-in.ts';

const one: ConnectorCase = {
  kind: zabbixKind,
  start: () => startZabbixStandIn('7.0.5'),
  settings: ({ url }) => ({ url: `${url}/zabbix/` }),
  secrets: { token },
  wrongSecrets: { token: 'f00d'.repeat(16) },
  severities: {
    disaster: 'critical',
    high: 'high',
    average: 'high',
    warning: 'warning',
    information: 'info',
    'not classified': 'info',
  },
  unknownSeverity: 'purple',
  absentSeverity: { why: 'every problem has one' },
  paging: {
    alarms: 1_001,
    isLaterPage: ({ json }) =>
      (json as { params?: { eventid_till?: unknown } }).params?.eventid_till !== undefined,
  },
  zones: { why: 'times are seconds since 1970' },
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'the server died, and its heartbeat stands still': (upstream) => {
      (upstream as ZabbixStandIn).heartbeatMs = Date.now() - 120_000;
    },
    'the server was stopped': (upstream) => {
      (upstream as ZabbixStandIn).nodeStatus = '1';
    },
    'the server died, and a user who sees no heartbeat sees no new values': (upstream) => {
      const zabbix = upstream as ZabbixStandIn;
      [zabbix.heartbeatMs, zabbix.valueMs] = [null, Date.now() - 600_000];
    },
    'the user may see no host (any more)': (upstream) => {
      (upstream as ZabbixStandIn).hosts = 0;
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
  'resolve',
]);

describe('zabbix versions', () => {
  const withPassword: ConnectorCase = {
    ...one,
    settings: (upstream) => ({ ...one.settings(upstream), login: 'password', user: 'ada' }),
    secrets: { password },
  };
  const places = ({ requests }: Upstream): string[] =>
    requests.flatMap(({ json, headers }) => {
      const { method, auth } = json as { method: string; auth?: string };
      if (method === 'apiinfo.version' || method === 'user.login') return [];
      return [
        `${headers.authorization === undefined ? '' : 'header'}${auth === undefined ? '' : 'body'}`,
      ];
    });

  test.each([
    ['6.0.14', 'body'],
    ['6.2.9', 'body'],
    ['6.4.0', 'header'],
    ['7.0.5', 'header'],
    ['7.2.0', 'header'],
    ['7.4.1rc1', 'header'],
    ['8.0.0', 'header'],
  ])('%s takes the login in the %s, with token and password alike', async (version, place) => {
    for (const login of [one, withPassword]) {
      const upstream = await startZabbixStandIn(version);
      upstream.show([{ key: 'a1', name: 'Alarm a1', since: Date.now() - 60_000 }]);
      const connection = open(login, upstream);
      const { snapshot, version: told } = await settled(login, connection);
      expect(snapshot).toMatchObject({
        isComplete: true,
        alarms: [{ title: 'Alarm a1 on Host a1' }],
      });
      expect(told).toBe(version);
      expect(new Set(places(upstream))).toEqual(new Set([place]));
      await connection.connector.close();
      await upstream.close();
    }
  });

  test('single problems can be kept quiet from 6.2 on, hosts always', async () => {
    for (const [version, last] of [
      ['6.0.14', ['host', 'component']],
      ['6.2.0', ['triggerid']],
    ] as const) {
      const upstream = await startZabbixStandIn(version);
      const connection = open(one, upstream);
      await settled(one, connection);
      expect(connection.connector.actions?.silenceScopes?.at(-1)).toEqual(last);
      expect(connection.connector.actions?.silenceScopes?.[0]).toEqual(['host']);
      await connection.connector.close();
      await upstream.close();
    }
  });

  test.each(['6.0.14', '7.2.0'])('a maintenance of a host is taken by %s', async (version) => {
    const upstream = await startZabbixStandIn(version);
    upstream.show([
      { key: 'a1', name: 'Alarm a1', since: Date.now() - 60_000 },
      { key: 'b2', name: 'Alarm b2', since: Date.now() - 60_000 },
    ]);
    const connection = open(one, upstream);
    await settled(one, connection);
    const { actions } = connection.connector;
    const endsAt = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 90_000).toISOString();
    const action = {
      kind: 'silence',
      matchers: [{ name: 'host', value: 'host-a1', isEqual: true, isRegex: false }],
      by: 'ada',
      note: 'reboot',
      endsAt,
    } as const;
    const receipt = await actions?.send(action, 'key-1', never);
    expect(await actions?.confirm(action, receipt!, never)).toBe(true);
    // The server cuts seconds off: an early end would wake somebody.
    const [until] = upstream.effects('a1').silencedUntil;
    expect(until).toBeGreaterThanOrEqual(Date.parse(endsAt));
    expect(upstream.effects('b2').silencedUntil).toEqual([]);
    const [listed] = (await actions?.silences(never)) ?? [];
    expect(listed).toMatchObject({ comment: 'reboot', createdBy: 'ada' });
    await connection.connector.close();
    await upstream.close();
  });

  test('a session that ended is renewed once; a refused password is not tried over and over', async () => {
    const upstream = await startZabbixStandIn();
    const connection = open(withPassword, upstream);
    await settled(withPassword, connection);
    expect(upstream.logins).toBe(1);
    upstream.endSessions();
    const { snapshot } = await connection.connector.poll(never);
    expect(snapshot.isComplete).toBe(true);
    expect(upstream.logins).toBe(2);
    await connection.connector.close();

    const wrong = open({ ...withPassword, secrets: { password: 'wrong' } }, upstream);
    for (let count = 0; count < 8; count += 1) {
      await expect(wrong.connector.poll(never)).rejects.toThrow(/refused the login/);
    }
    expect(upstream.logins).toBe(3);
    await wrong.connector.close();
    await upstream.close();
  });

  test('an unknown host group is said, and never means all of them', async () => {
    const upstream = await startZabbixStandIn();
    const grouped = {
      ...one,
      settings: (of: Upstream) => ({ ...one.settings(of), hostGroups: ['nowhere'] }),
    };
    const connection = open(grouped, upstream);
    await expect(connection.connector.poll(never)).rejects.toThrow(
      /does not know all of the host groups nowhere/,
    );
    expect(upstream.requests.filter(({ text }) => text.includes('problem.get'))).toEqual([]);
    await connection.connector.close();
    await upstream.close();
  });
});

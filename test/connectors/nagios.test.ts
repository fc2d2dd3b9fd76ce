import { describe, expect, test } from 'vitest';
import type { UpstreamAction } from '../../main/sources/connector.ts';
import { nagiosKind } from '../../main/sources/nagios/connector.ts';
import { never, open, settled } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { password, startNagiosStandIn, type NagiosStandIn } from './nagios/stand-in.ts';

const one: ConnectorCase = {
  kind: nagiosKind,
  start: startNagiosStandIn,
  settings: ({ url }) => ({ url: `${url}/nagios4/cgi-bin/`, login: 'basic', user: 'ada' }),
  secrets: { password },
  wrongSecrets: { password: 'wrong-Vae3ienu' },
  severities: {
    down: 'critical',
    critical: 'critical',
    unreachable: 'high',
    unknown: 'high',
    warning: 'warning',
  },
  unknownSeverity: 'purple',
  absentSeverity: { why: 'a host or service always has a state' },
  paging: { why: 'pages of its lists would tell of different moments; one answer holds all' },
  zones: { why: 'times are milliseconds since 1970' },
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'Nagios was killed, and its pages show the old states': (upstream) => {
      (upstream as NagiosStandIn).stoppedSinceMs = Date.now() - 120_000;
    },
    'Nagios was stopped, and its pages are empty': (upstream) => {
      (upstream as NagiosStandIn).isGone = true;
    },
    'the user has no rights (any more)': (upstream) => {
      (upstream as NagiosStandIn).hasRights = false;
    },
    'two names that it cannot write share one key': (upstream) => {
      (upstream as NagiosStandIn).lostNames = 2;
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

describe('nagios by itself', () => {
  const shown = [{ key: 'a1', name: 'Alarm a1', since: Date.now() - 60_000 }];
  async function opened(more: Partial<NagiosStandIn> = {}) {
    const upstream = Object.assign(await startNagiosStandIn(), more);
    upstream.show(shown);
    const connection = open(one, upstream);
    const { snapshot } = await settled(one, connection);
    const [alarm] = snapshot.alarms;
    const { actions } = connection.connector;
    if (alarm === undefined || actions === null) throw new Error('it shows nothing');
    const action: UpstreamAction = {
      kind: 'acknowledge',
      externalId: alarm.externalId,
      refs: alarm.refs,
      matchers: [],
      by: 'ada',
      note: 'on it',
      durationMs: 60_000,
    };
    const close = async (): Promise<void> => {
      await connection.connector.close();
      await upstream.close();
    };
    return { upstream, connection, actions, action, snapshot, close };
  }

  test('what it counts and does not list makes it blind', async () => {
    const { snapshot, connection, close } = await opened({ unlisted: 2 });
    expect(snapshot.incompleteReason).toMatch(/^2 alarms without identity/);
    expect((await connection.connector.poll(never)).blind?.next).toMatch(/en_US\.UTF-8/);
    await close();
  });

  test('a new run looks first, and acknowledges nothing twice', async () => {
    const { upstream, actions, action, close } = await opened();
    await actions.send(action, 'key-1', never);
    const second = open(one, upstream);
    await second.connector.actions?.send(action, 'key-1', never);
    expect(upstream.effects('a1').acknowledgements).toBe(1);
    await second.connector.close();
    await close();
  });

  test('a pair that counts no more is fetched anew; a server that knows none gets none', async () => {
    for (const formId of ['0123456789abcdef', null]) {
      const { upstream, actions, action, close } = await opened({ formId });
      await actions.send(action, 'key-1', never);
      upstream.formId = formId === null ? null : 'fedcba9876543210';
      await actions.send({ ...action, kind: 'comment' }, 'key-2', never);
      expect(upstream.effects('a1').comments).toHaveLength(1);
      const pairs = upstream.requests.filter(({ method }) => method === 'POST');
      expect(pairs.every(({ text }) => text.includes('nagFormId') === (formId !== null))).toBe(
        true,
      );
      await close();
    }
  });
});

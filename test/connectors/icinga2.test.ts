/** Icinga 2 against the shared suite, and what is special about it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toInstant } from '../../main/clock.ts';
import type { UpstreamAction } from '../../main/sources/connector.ts';
import { icinga2Kind } from '../../main/sources/icinga2/connector.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import type { Connection } from '../../main/sources/source-state.ts';
import type { Upstream } from '../support/connectors/case.ts';
import { never, open } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { password, startIcinga2StandIn, user, type Icinga2StandIn } from './icinga2/stand-in.ts';

/** The suite hands back what `start` gave it. */
const own = (upstream: Upstream): Icinga2StandIn => upstream as Icinga2StandIn;

const one: ConnectorCase = {
  kind: icinga2Kind,
  start: startIcinga2StandIn,
  settings: ({ url }) => ({ url, user, requiredZones: ['berlin'] }),
  secrets: { password },
  wrongSecrets: { password: 'wröng-"pass"-9932' },
  severities: { WARNING: 'warning', CRITICAL: 'critical', UNKNOWN: 'high' },
  unknownSeverity: 'STATE 7',
  absentSeverity: { why: 'every object has a state' },
  paging: { why: 'one answer holds all' },
  zones: { why: 'Unix seconds' },
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'its user may not read the status': (upstream) => {
      own(upstream).permissions = ['objects/query/*'];
      upstream.show([]);
    },
    'its user sees no object at all': (upstream) => {
      own(upstream).startedAt += 1_000_000;
      own(upstream).isEmpty = true;
      upstream.show([]);
    },
    'its user may read hosts only': (upstream) => {
      own(upstream).permissions = ['objects/query/Host', 'status/query'];
    },
    'it has checked nothing for a quarter of an hour': (upstream) => {
      own(upstream).checks = 0;
      upstream.show([]);
    },
    'it started a moment ago and knows nothing yet': (upstream) => {
      own(upstream).startedAt = Date.now() - 5_000;
      own(upstream).pending = 12;
      upstream.show([]);
    },
    'a zone that it must have is not connected': (upstream) => {
      own(upstream).zones = { master: true, berlin: false };
      upstream.show([]);
    },
  },
};

describeConnector(one, [
  'acknowledge',
  'unacknowledge',
  'comment',
  'silence',
  'extend_silence',
  'unsilence',
]);

describe('icinga2 special', () => {
  let upstream: Icinga2StandIn;
  let connection: Connection;
  const since = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  const alarms = ['a1', 'b2'].map((key) => ({ key, name: `Alarm ${key}`, since }));
  const poll = () => connection.connector.poll(never);
  const reopen = (settings: Record<string, unknown> = {}): void => {
    connection = open(
      { ...one, settings: (other) => ({ ...one.settings(other), ...settings }) } as ConnectorCase,
      upstream,
    );
  };
  const first = async () => {
    const [alarm] = (await poll()).snapshot.alarms;
    if (alarm === undefined) throw new Error('nothing is listed');
    return alarm;
  };
  const actions = () => {
    const { actions: found } = connection.connector;
    if (found === null) throw new Error('it takes no actions');
    return found;
  };
  const acknowledge = (externalId: string): UpstreamAction => ({
    kind: 'acknowledge',
    externalId,
    refs: {},
    matchers: [],
    by: 'ada',
    note: 'looking',
    durationMs: 60_000,
  });
  const silence = (...labels: (readonly [string, string])[]): UpstreamAction => ({
    kind: 'silence',
    matchers: labels.map(([name, value]) => ({ name, value, isEqual: true, isRegex: false })),
    by: 'ada',
    note: 'move',
    endsAt: toInstant(Date.now() + 3_600_000),
  });
  beforeEach(async () => {
    upstream = await startIcinga2StandIn();
    upstream.show(alarms);
    reopen();
  });
  afterEach(async () => {
    await connection.connector.close();
    await upstream.close();
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown> | null]>([
    ['hard', {}, { status: 'firing', severity: 'critical' }],
    ['soft', { state_type: 0 }, null],
    ['never checked', { state: 3, state_type: 0, last_check: -1, last_check_result: null }, null],
    [
      'in downtime and acknowledged',
      { downtime_depth: 1, acknowledgement: 1 },
      { status: 'suppressed' },
    ],
    ['acknowledged, sticky', { acknowledgement: 2 }, { status: 'acknowledged' }],
    ['unreachable', { last_reachable: false }, { status: 'suppressed' }],
  ])('an object that is %s', async (_, attributes, expected) => {
    upstream.show(alarms.slice(0, 1));
    upstream.over.set('a1!check /', attributes);
    const { snapshot } = await poll();
    expect(snapshot.isComplete).toBe(true);
    expect(snapshot.alarms).toMatchObject(expected === null ? [] : [expected]);
  });

  test('a soft problem is shown as suppressed when wanted, and fires as the same alarm', async () => {
    await connection.connector.close();
    reopen({ isSoftShown: true, isUnreachableSuppressed: false });
    upstream.over.set('a1!check /', { state_type: 0, last_reachable: false });
    const soft = await first();
    expect(soft).toMatchObject({ status: 'suppressed', severity: 'info' });
    upstream.over.set('a1!check /', { last_reachable: false });
    const { externalId, startsAt } = soft;
    expect(await first()).toMatchObject({
      status: 'firing',
      severity: 'critical',
      externalId,
      startsAt,
    });
  });

  test('one that was never checked is no alarm, also where soft problems are shown', async () => {
    await connection.connector.close();
    reopen({ isSoftShown: true });
    upstream.over.set('a1!check /', {
      state: 3,
      state_type: 0,
      last_check: -1,
      last_check_result: null,
    });
    const { snapshot } = await poll();
    expect(snapshot.alarms.map(({ labels }) => labels['host'])).toEqual(['b2']);
  });

  test('only chosen custom variables become labels, and links are filled in', async () => {
    await connection.connector.close();
    reopen({ webUrl: 'https://icinga.example.org/icingaweb2' });
    upstream.over.set('a1!check /', {
      vars: { team: 'storage', snmp_community: 'secret-community', cluster: 7 },
    });
    const alarm = await first();
    expect(alarm.labels).toEqual({
      alertname: 'check /',
      host: 'a1',
      service: 'check /',
      hostgroup: 'web',
      team: 'storage',
      cluster: '7',
    });
    expect(JSON.stringify(alarm)).not.toContain('secret-community');
    expect(alarm.runbookUrl).toBe('https://runbooks.example.org/a1');
    expect(alarm.url).toBe(
      'https://icinga.example.org/icingaweb2/icingadb/service?name=check+%2F&host.name=a1',
    );
  });

  test('a check that says the same at another time is no change', async () => {
    const before = await first();
    expect(await first()).toBe(before);
    upstream.over.set('a1!check /', { last_check_result: { output: 'now full' } });
    expect((await first()).summary).toBe('now full');
  });

  test.each([false, true])(
    'a user who may not filter is given all, and finds the problems (newer: %s)',
    async (isNewer) => {
      upstream.isNewer = isNewer;
      upstream.permissions = ['objects/query/*', 'status/query', 'actions/*'];
      const { snapshot, blind } = await poll();
      expect(blind).toBeNull();
      expect(snapshot).toMatchObject({ isComplete: true, alarms: [{}, {}] });
      await actions().send(silence(['host', 'a1'], ['service', 'check /']), 'key', never);
      expect(await actions().silences(never)).toHaveLength(1);
    },
  );

  test.each([false, true])(
    'a read-only user is told which permission is missing, and nothing is done (newer: %s)',
    async (isNewer) => {
      upstream.isNewer = isNewer;
      upstream.permissions = ['objects/query/*', 'status/query', 'filter-expression'];
      const { externalId } = await first();
      for (const action of [
        acknowledge(externalId),
        { kind: 'comment', externalId, refs: {}, by: 'ada', note: 'x' } as const,
        silence(['host', 'a1'], ['service', 'check /']),
      ]) {
        await expect(actions().send(action, 'key', never)).rejects.toMatchObject({
          code: 'source.unauthorized',
          next: expect.stringMatching(/permission actions\/[a-z-]+\./) as unknown,
        });
      }
      expect(upstream.effects('a1')).toMatchObject({ isAcknowledged: false, comments: [] });
      const report = await connection.connector.test(never);
      expect(report.isUsable).toBe(true);
      expect(report.steps.find(({ name }) => name === 'write')).toMatchObject({
        outcome: 'warning',
        next: expect.stringContaining('actions/acknowledge-problem') as unknown,
      });
    },
  );

  test('an alarm that is not there any more is not taken for a missing permission', async () => {
    const { externalId } = await first();
    upstream.show([]);
    await expect(actions().send(acknowledge(externalId), 'key', never)).rejects.toMatchObject({
      code: 'source.rejected',
    });
  });

  test.each([
    ['no identity of ours', ''],
    ['an identity without a name', 'icinga2:1:'],
    ['blanks', 'icinga2:1:  '],
  ])('an action without an object never goes out: %s', async (_, externalId) => {
    await poll();
    const before = upstream.requests.length;
    for (const action of [
      acknowledge(externalId),
      { kind: 'unacknowledge', externalId, refs: {}, upstreamRef: null } as const,
    ]) {
      await expect(actions().send(action, 'key', never)).rejects.toBeInstanceOf(SourceError);
    }
    expect(upstream.requests).toHaveLength(before);
    expect(upstream.effects('a1').isAcknowledged).toBe(false);
  });

  test.each<[string, [string, string][]]>([
    ['other labels', [['alertname', 'check /']]],
    ['a service without its host', [['service', 'check /']]],
    [
      'more than an object has',
      [
        ['host', 'a1'],
        ['service', 'check /'],
        ['team', 'x'],
      ],
    ],
    [
      'two hosts',
      [
        ['host', 'a1'],
        ['host', 'b2'],
      ],
    ],
    ['an empty host', [['host', '']]],
  ])('a downtime is of one object: %s is refused', async (_, labels) => {
    await expect(actions().send(silence(...labels), 'key', never)).rejects.toThrow(
      'one host, or of one service of one host',
    );
    expect(upstream.downtimes).toEqual([]);
  });

  test('a downtime of a host is one with its services: it is listed once, extended and ended as one', async () => {
    await poll();
    await actions().send(silence(['host', 'a1']), 'key', never);
    expect(upstream.downtimes).toHaveLength(2);
    const [listed, ...others] = await actions().silences(never);
    expect(others).toEqual([]);
    expect(listed).toMatchObject({
      scope: 'downtime of host a1 and its services',
      comment: 'move',
      matchers: [{ name: 'host', value: 'a1' }],
    });
    const endsAt = toInstant(Date.now() + 7_200_000);
    const extend: UpstreamAction = { kind: 'extend_silence', upstreamRef: listed!.id, endsAt };
    const longer = await actions().send(extend, 'key-2', never);
    expect(await actions().confirm(extend, longer, never)).toBe(true);
    expect(upstream.downtimes).toHaveLength(2);
    await actions().send({ kind: 'unsilence', upstreamRef: longer.upstreamRef! }, 'key-3', never);
    expect(upstream.downtimes).toEqual([]);
  });

  test('one that somebody made of the host alone covers only the host', async () => {
    await poll();
    const now = Date.now() / 1_000;
    const plain = { author: 'bob', text: 'rack', at: now, start: now - 60, end: now + 600 };
    upstream.downtimes.push({ ...plain, name: 'a1!x', host: 'a1', service: '', parent: '' });
    const [listed] = await actions().silences(never);
    expect(listed?.scope).toBe('downtime of host a1 alone');
    expect(actions().matches(listed!.matchers, { host: 'a1' })).toBe(true);
    expect(actions().matches(listed!.matchers, { host: 'a1', service: 'check /' })).toBe(false);
  });

  test('the same words twice are two comments, and one request sent twice is one', async () => {
    const { externalId } = await first();
    const comment: UpstreamAction = {
      kind: 'comment',
      externalId,
      refs: {},
      by: 'ada',
      note: 'again',
    };
    for (const key of ['one', 'one', 'two']) await actions().send(comment, key, never);
    expect(upstream.effects('a1').comments).toHaveLength(2);
  });

  test('the name of who acknowledged it is shown', async () => {
    const { externalId } = await first();
    await actions().send(acknowledge(externalId), 'key', never);
    expect(await first()).toMatchObject({ status: 'acknowledged', ackedBy: 'ada' });
  });

  test.each([
    ['a moment ago', 20_000, [false, false]],
    ['long enough ago, for the second list', 80_000, [false, true]],
  ])(
    'after a start nothing counts as resolved for a while, and that is no blindness: %s',
    async (_, agoMs, complete) => {
      await connection.connector.close();
      upstream.startedAt = Date.now() - agoMs;
      const startedAt = new Date(Date.now() - 86_400_000).toISOString();
      connection = open(one, upstream, { memory: { start: { startedAt, settledPolls: 2 } } });
      for (const isComplete of complete) {
        const { snapshot, blind, remarks } = await poll();
        expect(blind).toBeNull();
        expect(snapshot.isComplete).toBe(isComplete);
        expect(remarks.join()).toMatch(isComplete ? /^$/ : /started \d+ s ago/);
      }
    },
  );

  test('two masters that answer in turn are no restarts', async () => {
    await poll();
    const started = upstream.startedAt;
    for (const master of [1, 2, 1, 2]) {
      upstream.startedAt = started - master * 60_000;
      const { snapshot, memory } = await poll();
      expect(snapshot.isComplete).toBe(true);
      expect(memory?.['start']).toMatchObject({ startedAt: new Date(started).toISOString() });
    }
  });

  test('endpoints that are not connected are named', async () => {
    upstream.zones = { berlin: true, paris: false };
    const { remarks, blind } = await poll();
    expect(blind).toBeNull();
    expect(remarks).toEqual([expect.stringMatching(/1 endpoint is not connected.*paris-node/)]);
  });
});

/** The Zabbix connector against the real Zabbix 6.0, whose triggers really fire. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { KnownAlarm } from '../../main/alarms/alarm.ts';
import { toInstant } from '../../main/clock.ts';
import type { ConnectorActions, UpstreamAction } from '../../main/sources/connector.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import { zabbixKind } from '../../main/sources/zabbix/connector.ts';
import { until } from '../support/prometheus-stack.ts';
import { configured, openSourceDesk, sourceId, type SourceDesk } from '../support/source-desk.ts';
import { openTestStore } from '../support/store.ts';
import { hasZabbix, startZabbix, userPassword, type ZabbixProgram } from '../support/zabbix.ts';

const id = sourceId('prod');
const hour = 3_600_000;
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

type Ids = Readonly<Record<string, readonly string[]>>;
const firstOf = (ids: Ids): string => Object.values(ids)[0]?.[0] ?? '';

/** A host with one trapper item, and a trigger per entry that fires above its limit. */
async function addHost(
  zabbix: ZabbixProgram,
  host: string,
  triggers: readonly {
    readonly name: string;
    readonly limit: number;
    readonly priority: number;
    readonly more?: Readonly<Record<string, unknown>>;
  }[],
): Promise<void> {
  const hostid = firstOf(
    await zabbix.ask<Ids>('host.create', {
      host,
      name: `The ${host}`,
      groups: [{ groupid: '2' }],
      tags: [{ tag: 'team', value: 'shop' }],
    }),
  );
  const item = { name: 'load', key_: 'load', hostid, type: 2, value_type: 3 };
  await zabbix.ask('item.create', item);
  await zabbix.ask(
    'trigger.create',
    triggers.map(({ name, limit, priority, more }) => ({
      description: name,
      expression: `last(/${host}/load)>${limit}`,
      priority,
      ...more,
    })),
  );
}

describe.skipIf(!hasZabbix)('Zabbix', () => {
  let zabbix: ZabbixProgram;
  let token = '';
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  async function openDesk(
    more: {
      user?: string;
      secret?: string;
      store?: ReturnType<typeof openTestStore>;
      settings?: Record<string, string | string[]>;
    } = {},
  ): Promise<SourceDesk> {
    const { user } = more;
    const settings = {
      url: zabbix.url,
      login: user === undefined ? 'token' : 'password',
      user: user ?? '',
      ...more.settings,
    };
    const desk = openSourceDesk({
      kinds: [zabbixKind],
      isStarted: false,
      sources: [configured({ kind: 'zabbix', settings, intervalMs: 500 })],
      ...(more.store === undefined ? {} : { store: more.store }),
    });
    const secret = more.secret ?? (user === undefined ? token : userPassword);
    await desk.secrets.set(`source/prod/${settings.login}`, secret);
    desk.sources.start();
    closers.push(() => desk.close());
    return desk;
  }

  const becomes = (desk: SourceDesk, freshness: string): Promise<unknown> =>
    until(
      `the source is ${freshness}`,
      () => {
        const health = desk.sources.health(id);
        if (health?.freshness === freshness) return true;
        throw new Error(`${health?.freshness}: ${health?.reason}`);
      },
      15_000,
    );
  const actionsOf = (desk: SourceDesk): ConnectorActions => {
    const found = desk.sources.connector(id)?.actions;
    if (found === null || found === undefined) throw new Error('no actions');
    return found;
  };
  const find = (desk: SourceDesk, host: string, name: string): KnownAlarm | undefined =>
    [...desk.alarms.active()].find(
      ({ labels }) => labels['host'] === host && labels['alertname'] === name,
    );
  const alarm = (desk: SourceDesk, host: string, name: string): KnownAlarm => {
    const found = find(desk, host, name);
    if (found === undefined) throw new Error(`${name} on ${host} is not there`);
    return found;
  };
  const isListed = (desk: SourceDesk, host: string, name: string): Promise<unknown> =>
    until(`${name} is listed`, () => find(desk, host, name) !== undefined, 15_000);
  const about = ({ externalId, refs }: KnownAlarm) => ({ externalId, refs });
  async function does(desk: SourceDesk, action: UpstreamAction, key: string) {
    const receipt = await actionsOf(desk).send(action, key, signal());
    await until(
      `${action.kind} is confirmed`,
      () => actionsOf(desk).confirm(action, receipt, signal()),
      15_000,
    );
    return receipt;
  }
  const refusalOf = async (desk: SourceDesk, action: UpstreamAction): Promise<SourceError> => {
    const error = await actionsOf(desk)
      .send(action, 'refused', signal())
      .catch((reason: unknown) => reason);
    if (error instanceof SourceError) return error;
    throw new Error('it was not refused', { cause: error });
  };

  beforeAll(async () => {
    zabbix = await startZabbix();
    await addHost(zabbix, 'web1', [
      {
        name: 'Load is high on {HOST.NAME}',
        limit: 90,
        priority: 5,
        more: {
          manual_close: 1,
          url: 'https://runbooks.example.org/load?event={EVENT.ID}',
          comments: 'Restart the pool on {HOST.HOST}; größer',
          opdata: 'load {ITEM.LASTVALUE1}',
          tags: [
            { tag: 'service', value: 'web' },
            { tag: 'area', value: 'b' },
            { tag: 'area', value: 'a' },
          ],
        },
      },
      { name: 'Load is rising', limit: 50, priority: 2 },
    ]);
    await addHost(zabbix, 'db1', [
      { name: 'Lag', limit: 10, priority: 3, more: { tags: [{ tag: 'service', value: 'db' }] } },
      { name: 'Cache', limit: 10, priority: 4 },
    ]);
    await addHost(zabbix, 'gone1', [{ name: 'Old', limit: 10, priority: 4 }]);
    const group = firstOf(
      await zabbix.ask<Ids>('usergroup.create', {
        name: 'desk',
        rights: [{ id: '2', permission: 2 }],
      }),
    );
    const none = firstOf(await zabbix.ask<Ids>('usergroup.create', { name: 'none' }));
    for (const [username, usrgrpid] of [
      ['reader', group],
      ['locked', group],
      ['stranger', none],
    ]) {
      const user = { username, passwd: userPassword, roleid: '1', usrgrps: [{ usrgrpid }] };
      await zabbix.ask('user.create', user);
    }
    const tokenid = firstOf(await zabbix.ask<Ids>('token.create', { name: 'desk' }));
    [{ token }] = await zabbix.ask<[{ token: string }]>('token.generate', [tokenid]);
    await zabbix.send('web1', 'load', 95);
    await zabbix.send('db1', 'load', 20);
    await zabbix.send('gone1', 'load', 20);
  });
  afterAll(() => zabbix.remove());

  test('a trigger that fires becomes an alarm with host, tags and links; a user needs only to read', async () => {
    const desk = await openDesk({ user: 'reader' });
    await isListed(desk, 'web1', 'Load is high on {HOST.NAME}');
    await isListed(desk, 'web1', 'Load is rising');
    const high = alarm(desk, 'web1', 'Load is high on {HOST.NAME}');
    expect(high).toMatchObject({
      severity: 'critical',
      severityText: 'disaster',
      status: 'firing',
      title: 'Load is high on The web1',
      summary: 'load 95 · Restart the pool on web1; größer',
      service: 'web',
      labels: { host: 'web1', team: 'shop', service: 'web', area: 'a', area_2: 'b' },
    });
    expect(high.runbookUrl).toMatch(/load\?event=\d+$/);
    expect(high.url).toMatch(/tr_events\.php\?triggerid=\d+&eventid=\d+$/);
    expect(Math.abs(Date.parse(high.startsAt) - Date.now())).toBeLessThan(30_000);
    expect(alarm(desk, 'web1', 'Load is rising')).toMatchObject({
      severity: 'warning',
      title: 'Load is rising on The web1',
    });
    const [source] = await desk.sources.list();
    expect(source).toMatchObject({ version: '6.0.14', problem: null });
    // This user sees neither the heartbeat of the server nor a frequent item.
    expect(source?.remarks.join(' ')).toMatch(/a dead one would look quiet/);
  });

  test('a disabled host is not shown, though its problem stays open there', async () => {
    const desk = await openDesk();
    await isListed(desk, 'gone1', 'Old');
    const [{ hostid }] = await zabbix.ask<[{ hostid: string }]>('host.get', {
      filter: { host: ['gone1'] },
    });
    await zabbix.ask('host.update', { hostid, status: 1 });
    await until('it is gone', () => find(desk, 'gone1', 'Old') === undefined);
    expect(await zabbix.ask<unknown[]>('problem.get', { hostids: [hostid] })).toHaveLength(1);
  });

  test('acknowledge, message, maintenance and closing: written there, seen there, and taken back', async () => {
    const store = openTestStore();
    const desk = await openDesk({ store });
    await isListed(desk, 'db1', 'Lag');
    await isListed(desk, 'db1', 'Cache');
    await isListed(desk, 'web1', 'Load is high on {HOST.NAME}');
    const lag = alarm(desk, 'db1', 'Lag');
    const eventid = String(lag.refs['eventid']);
    const eventThere = async () =>
      (
        await zabbix.ask<
          [{ acknowledged: string; acknowledges: { action: string; message: string }[] }]
        >('event.get', { eventids: [eventid], output: 'extend', select_acknowledges: 'extend' })
      )[0];

    expect(actionsOf(desk).silenceScopes?.[0]).toEqual(['host']);
    const { matchers } = actionsOf(desk).propose(lag);
    expect(matchers.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'host=db1',
      'service=db',
    ]);
    const endsAt = toInstant(Date.now() + 2 * hour);
    const silence: UpstreamAction = {
      kind: 'silence',
      matchers,
      by: 'maria',
      note: 'disk swap',
      endsAt,
      about: about(lag),
    };
    const made = await does(desk, silence, 'key-1');
    // As after a crash: the second attempt finds the first one's.
    expect(await actionsOf(desk).send(silence, 'key-1', signal())).toEqual(made);
    const maintenances = () =>
      zabbix.ask<{ active_till: string; hosts: { host: string }[]; tags: unknown[] }[]>(
        'maintenance.get',
        { output: 'extend', selectHosts: ['host'], selectTags: 'extend' },
      );
    expect(await maintenances()).toMatchObject([
      { hosts: [{ host: 'db1' }], tags: [{ tag: 'service', operator: '0', value: 'db' }] },
    ]);

    const note = 'looking at it; "ünïcode" <b>';
    const acknowledge: UpstreamAction = {
      kind: 'acknowledge',
      ...about(lag),
      matchers: [],
      by: 'maria',
      note,
      durationMs: hour,
    };
    await does(desk, acknowledge, 'key-2');
    await does(desk, acknowledge, 'key-2');
    await does(desk, { kind: 'comment', ...about(lag), by: 'maria', note: 'läuft' }, 'key-3');
    await does(desk, { kind: 'comment', ...about(lag), by: 'maria', note: 'läuft' }, 'key-3');
    const written = await eventThere();
    expect(written.acknowledged).toBe('1');
    // Those of one second come in any order.
    expect(
      written.acknowledges.toSorted((one, two) => two.action.localeCompare(one.action)),
    ).toEqual([
      expect.objectContaining({
        action: '6',
        message: expect.stringContaining(`maria: ${note} [nightdesk `) as string,
      }),
      expect.objectContaining({
        action: '4',
        message: expect.stringMatching(/^maria: läuft \[nightdesk \w+\]$/) as string,
      }),
    ]);
    await until('the desk sees it', () => find(desk, 'db1', 'Lag')?.status !== 'firing');
    expect(alarm(desk, 'db1', 'Lag').ackedBy).toBe('maria');
    expect(alarm(desk, 'db1', 'Cache').status).toBe('firing');

    const cache = alarm(desk, 'db1', 'Cache');
    const close = (of: KnownAlarm): UpstreamAction => ({
      kind: 'resolve',
      ...about(of),
      by: 'maria',
      note: 'done',
    });
    const refused = await refusalOf(desk, close(cache));
    expect(refused.message).toMatch(/does not allow closing it by hand/);
    const high = alarm(desk, 'web1', 'Load is high on {HOST.NAME}');
    await does(desk, close(high), 'key-4');
    await until(
      'it is gone',
      () => find(desk, 'web1', 'Load is high on {HOST.NAME}') === undefined,
    );

    // It looks for maintenances with every full minute, and when it starts.
    await zabbix.stopServer();
    await zabbix.startServer();
    await until(
      'the maintenance counts',
      () => find(desk, 'db1', 'Lag')?.status === 'suppressed',
      65_000,
    );
    await becomes(desk, 'live');
    expect(alarm(desk, 'db1', 'Cache').status).toBe('firing');
    const [listed] = await actionsOf(desk).silences(signal());
    expect(listed).toMatchObject({
      id: made.upstreamRef,
      createdBy: 'maria',
      comment: 'disk swap',
      state: 'active',
      scope: 'maintenance of host The db1, only problems with service=db',
    });
    expect(Date.parse(listed?.endsAt ?? '')).toBeGreaterThanOrEqual(Date.parse(endsAt));
    expect(actionsOf(desk).matches(listed?.matchers ?? [], lag.labels)).toBe(true);
    expect(actionsOf(desk).matches(listed?.matchers ?? [], cache.labels)).toBe(false);

    const longer = toInstant(Date.parse(endsAt) + 3 * hour);
    const upstreamRef = made.upstreamRef ?? '';
    await does(desk, { kind: 'extend_silence', upstreamRef, endsAt: longer }, 'key-5');
    const [extended] = await maintenances();
    expect(Number(extended?.active_till) * 1_000 - Date.parse(longer)).toBeGreaterThanOrEqual(0);
    expect(Number(extended?.active_till) * 1_000 - Date.parse(longer)).toBeLessThan(61_000);
    await does(desk, { kind: 'unsilence', upstreamRef }, 'key-6');
    expect(await maintenances()).toEqual([]);
    await does(desk, { kind: 'unacknowledge', ...about(lag), upstreamRef: null }, 'key-7');
    expect((await eventThere()).acknowledged).toBe('0');

    // Another run on the same store: the same alarm, in the same episode.
    await desk.close();
    closers.splice(0);
    const second = await openDesk({ store });
    await becomes(second, 'live');
    expect(alarm(second, 'db1', 'Lag').episodeId).toBe(lag.episodeId);
    expect((await second.sources.list())[0]?.remarks).toEqual([]);
  });

  test('what fired and cleared in a gap is told; what fires again is the same alarm in a new episode', async () => {
    const desk = await openDesk();
    await isListed(desk, 'db1', 'Cache');
    const before = alarm(desk, 'db1', 'Cache');
    const from = toInstant(Date.now() - 1_000);
    await zabbix.send('db1', 'load', 1);
    await until('it is gone', () => find(desk, 'db1', 'Cache') === undefined);
    await zabbix.send('db1', 'load', 30);
    await isListed(desk, 'db1', 'Cache');
    const again = alarm(desk, 'db1', 'Cache');
    expect(again.id).toBe(before.id);
    expect(again.episodeId).not.toBe(before.episodeId);
    await zabbix.send('db1', 'load', 1);
    await until('it is gone', () => find(desk, 'db1', 'Cache') === undefined);
    const passed = await desk.sources
      .connector(id)
      ?.passed?.(from, toInstant(Date.now() + 2_000), signal());
    expect(passed?.incompleteReason).toBeNull();
    const [episode, ...others] = (passed?.episodes ?? []).filter(
      (one) => one.alarm.externalId === before.externalId,
    );
    expect(others).toEqual([]);
    expect(episode?.alarm.startsAt).toBe(again.startsAt);
    expect(episode?.alarm.severity).toBe('high');
    await zabbix.send('db1', 'load', 20);
  });

  test('logins: one without rights, one that may only read, and wrong ones that lock nobody out', async () => {
    const stranger = await openDesk({ user: 'stranger' });
    await becomes(stranger, 'misconfigured');
    expect(stranger.sources.health(id)?.reason).toMatch(/no monitored host at all/);

    const reader = await openDesk({ user: 'reader' });
    await isListed(reader, 'db1', 'Lag');
    const silence = await refusalOf(reader, {
      kind: 'silence',
      matchers: [{ name: 'host', value: 'db1', isEqual: true, isRegex: false }],
      by: 'maria',
      note: 'x',
      endsAt: toInstant(Date.now() + hour),
    });
    expect(silence.message).toMatch(/role of this user may not call maintenance\.create/);
    const report = await reader.sources.connector(id)?.test(signal());
    expect(report?.isUsable).toBe(true);
    expect(report?.steps.find(({ name }) => name === 'heartbeat')?.outcome).toBe('warning');

    const token1 = await openDesk({ secret: 'f'.repeat(64) });
    await becomes(token1, 'unauthorized');

    // Five wrong ones would block it, and the right one with it: the source stops before.
    const locked = await openDesk({ user: 'locked', secret: 'wrong' });
    await becomes(locked, 'unauthorized');
    for (let count = 0; count < 8; count += 1) {
      locked.sources.poll(id);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await zabbix.login('locked')).toMatch(/^[0-9a-f]{32}$/);
  });

  test('a session that ended is renewed once', async () => {
    const desk = await openDesk({ user: 'reader' });
    await becomes(desk, 'live');
    const failures = desk.sights.length;
    zabbix.sql(
      "DELETE FROM sessions WHERE userid=(SELECT userid FROM users WHERE username='reader')",
    );
    const before = desk.sources.health(id)?.lastSuccessAt ?? '';
    await until(
      'it is polled again',
      () => (desk.sources.health(id)?.lastSuccessAt ?? '') > before,
    );
    expect(desk.sights.slice(failures).every(({ after }) => after === 'live')).toBe(true);
  });

  test('a server that died behind its frontend is blind, and keeps its alarms; so does a dead database', async () => {
    const desk = await openDesk();
    await isListed(desk, 'db1', 'Lag');
    const lag = alarm(desk, 'db1', 'Lag');
    // Who may not see the heartbeat sees an item that the server itself fills.
    const [{ hostid }] = await zabbix.ask<[{ hostid: string }]>('host.get', {
      filter: { host: ['db1'] },
    });
    const item = { name: 'uptime', key_: 'zabbix[uptime]', type: 5, value_type: 3, delay: '1s' };
    await zabbix.ask('item.create', { ...item, hostid });
    await until(
      'it has a value',
      () =>
        Number(
          zabbix.sql(
            'SELECT count(*) FROM history_uint WHERE value > 0 AND itemid IN (SELECT itemid FROM items WHERE type = 5)',
          ),
        ) > 0,
    );
    const reader = await openDesk({ user: 'reader' });
    await isListed(reader, 'db1', 'Lag');
    expect((await reader.sources.list())[0]?.remarks).toEqual([]);

    await zabbix.stopServer('SIGKILL');
    // As if it had been dead for a while.
    zabbix.sql('UPDATE ha_node SET lastaccess = lastaccess - 100');
    zabbix.sql('UPDATE history_uint SET clock = clock - 600');
    await becomes(reader, 'unreachable');
    expect(reader.sources.health(id)?.reason).toMatch(/none of 1 frequent items got a value/);
    await becomes(desk, 'unreachable');
    expect(desk.sources.health(id)?.reason).toMatch(/its last heartbeat is \d+ s old/);
    expect(find(desk, 'db1', 'Lag')?.id).toBe(lag.id);
    const report = await desk.sources.connector(id)?.test(signal());
    expect(report?.isUsable).toBe(false);

    await zabbix.startServer();
    await becomes(desk, 'live');
    await zabbix.stopServer();
    await becomes(desk, 'unreachable');
    expect(desk.sources.health(id)?.reason).toMatch(/none of its nodes is active/);
    expect(find(desk, 'db1', 'Lag')?.id).toBe(lag.id);

    await zabbix.stopDatabase();
    await until('it says why', () =>
      /The frontend of .* says: Error connecting/.test(desk.sources.health(id)?.reason ?? ''),
    );
    expect(find(desk, 'db1', 'Lag')?.id).toBe(lag.id);
  });
});

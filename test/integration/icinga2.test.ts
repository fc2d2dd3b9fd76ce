/** The Icinga 2 connector against the real Icinga 2, with its own authority. What was written is read back past Nightdesk. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toInstant } from '../../main/clock.ts';
import type {
  ActionReceipt,
  ConnectorActions,
  UpstreamAction,
} from '../../main/sources/connector.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import {
  hasIcinga2,
  icinga2Node,
  icinga2Password,
  startAgedIcinga2,
  startIcinga2,
  type AgedIcinga2,
  type Icinga2Program,
  type Icinga2User,
} from '../support/icinga2.ts';
import { until } from '../support/prometheus-stack.ts';
import { configured, openSourceDesk, sourceId, type SourceDesk } from '../support/source-desk.ts';

const prod = sourceId('prod');
const hour = 3_600_000;
const signal = (): AbortSignal => AbortSignal.timeout(20_000);
const disk = 'web 1!disk /';
const odd = 'web 1!größe "x" \\ 100%';

describe.skipIf(!hasIcinga2)('a real Icinga 2', () => {
  let icinga: Icinga2Program;
  let aged: AgedIcinga2;
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    icinga = await startIcinga2([
      {
        name: 'web 1',
        title: 'Web One',
        services: { 'disk /': 1, load: 3, 'größe "x" \\ 100%': 1, never: 1 },
        vars: { team: 'web', snmp_community: 'hidden-community' },
      },
      { name: 'router', services: {} },
      { name: 'behind', parent: 'router', services: {} },
    ]);
    aged = await startAgedIcinga2(icinga);
  });
  afterAll(async () => {
    await aged.close();
    await icinga.remove();
  });
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  const check = async (codes: Readonly<Record<string, number>>): Promise<void> => {
    for (const name of ['web 1', 'router', 'behind', disk, 'web 1!load', odd]) {
      const code = codes[name] ?? 0;
      await icinga.found(name, code, code === 0 ? 'fine' : `${name} is not well`);
    }
  };
  async function open(
    settings: SourceSettings = {},
    user: Icinga2User = 'desk',
  ): Promise<SourceDesk> {
    const desk = openSourceDesk({ isStarted: false });
    closers.push(() => desk.close());
    await desk.secrets.set('source/prod/password', icinga2Password);
    desk.configure([
      configured({ kind: 'icinga2', settings: { url: aged.url, user, ...settings } }),
    ]);
    desk.sources.start();
    return desk;
  }
  const isLive = (desk: SourceDesk): boolean => desk.sources.health(prod)?.freshness === 'live';
  const reason = (desk: SourceDesk): string => desk.sources.health(prod)?.reason ?? '';
  const statuses = (desk: SourceDesk): Record<string, string> =>
    Object.fromEntries(
      [...desk.alarms.active()].map(({ externalId, status }) => [
        externalId.replace('icinga2:1:', ''),
        status,
      ]),
    );
  const becomes = (desk: SourceDesk, wanted: Readonly<Record<string, string>>): Promise<unknown> =>
    until(`it lists ${JSON.stringify(wanted)}`, () => {
      const now = statuses(desk);
      if (!isLive(desk)) throw new Error(reason(desk));
      if (isDeepStrictEqual(now, wanted)) return true;
      throw new Error(JSON.stringify(now));
    });
  const actionsOf = (desk: SourceDesk): ConnectorActions => {
    const found = desk.sources.connector(prod)?.actions;
    if (found === null || found === undefined) throw new Error('it takes no actions');
    return found;
  };
  const about = (name: string) => ({ externalId: `icinga2:1:${name}`, refs: {} });
  const acknowledge = (name: string): UpstreamAction => ({
    kind: 'acknowledge',
    ...about(name),
    matchers: [],
    by: 'alice',
    note: 'looking\ninto "it"',
    durationMs: hour,
  });
  /** Twice, as after a crash between sending and storing the receipt. */
  async function does(
    desk: SourceDesk,
    action: UpstreamAction,
    key: string,
  ): Promise<ActionReceipt> {
    const actions = actionsOf(desk);
    await actions.send(action, key, signal());
    const receipt = await actions.send(action, key, signal());
    expect(await actions.confirm(action, receipt, signal())).toBe(true);
    return receipt;
  }

  test('its hard problems become alarms and resolve; soft, unchecked and unreachable ones do not page', async () => {
    await check({ router: 1, behind: 1, [disk]: 2, 'web 1!load': 1, [odd]: 3 });
    const desk = await open();
    await becomes(desk, {
      router: 'firing',
      behind: 'suppressed',
      [disk]: 'firing',
      [odd]: 'firing',
    });
    const alarms = new Map([...desk.alarms.active()].map((alarm) => [alarm.externalId, alarm]));
    expect(alarms.get(`icinga2:1:${disk}`)).toMatchObject({
      title: 'disk / on Web One',
      severity: 'critical',
      summary: `${disk} is not well`,
      runbookUrl: 'https://runbooks.example.org/web%201',
      labels: { alertname: 'disk /', host: 'web 1', service: 'disk /', team: 'web' },
    });
    expect(alarms.get('icinga2:1:router')).toMatchObject({ severity: 'critical' });
    expect(alarms.get(`icinga2:1:${odd}`)).toMatchObject({ severity: 'high' });
    expect(JSON.stringify([...alarms.values()])).not.toContain('hidden-community');
    const [source] = await desk.sources.list();
    expect(source).toMatchObject({ freshness: 'live', version: '2.13.6-1', remarks: [] });
    expect(Math.abs(source?.clockSkewMs ?? Number.NaN)).toBeLessThan(1_000);

    await icinga.found('web 1!load', 1, 'still high');
    await icinga.found('web 1!load', 1, 'still high');
    await until('the third check made it hard', () => 'web 1!load' in statuses(desk));
    await check({});
    await becomes(desk, {});
  });

  test('an acknowledgement is seen there, shows with its author, and is taken back', async () => {
    await check({ [disk]: 2, [odd]: 1 });
    const desk = await open();
    await becomes(desk, { [disk]: 'firing', [odd]: 'firing' });
    for (const name of [disk, odd]) {
      await does(desk, acknowledge(name), `ack ${name}`);
      expect((await icinga.objects('services')).get(name)?.['acknowledgement']).toBe(1);
    }
    expect([...(await icinga.objects('comments')).values()]).toMatchObject([
      { author: 'alice', text: 'looking\ninto "it"', entry_type: 4 },
      { author: 'alice', entry_type: 4 },
    ]);
    await becomes(desk, { [disk]: 'acknowledged', [odd]: 'acknowledged' });
    expect([...desk.alarms.active()].map(({ ackedBy }) => ackedBy)).toEqual(['alice', 'alice']);
    for (const name of [disk, odd]) {
      await does(
        desk,
        { kind: 'unacknowledge', ...about(name), upstreamRef: null },
        `undo ${name}`,
      );
      expect((await icinga.objects('services')).get(name)?.['acknowledgement']).toBe(0);
    }
    await becomes(desk, { [disk]: 'firing', [odd]: 'firing' });
    await check({});
    await expect(actionsOf(desk).send(acknowledge(disk), 'late', signal())).rejects.toThrow(
      'recovered meanwhile',
    );
  });

  test('a comment is written once, to its object only', async () => {
    await check({ [odd]: 2 });
    const desk = await open();
    await becomes(desk, { [odd]: 'firing' });
    const before = new Set((await icinga.objects('comments')).keys());
    const note = 'restarted; see "INC-7" <b>';
    await does(desk, { kind: 'comment', ...about(odd), by: 'bob', note }, 'comment');
    await expect(
      actionsOf(desk).send({ kind: 'comment', ...about(''), by: 'bob', note }, 'none', signal()),
    ).rejects.toThrow('names no host or service');
    const made = [...(await icinga.objects('comments'))].filter(([name]) => !before.has(name));
    expect(made).toMatchObject([
      [
        expect.stringContaining(odd),
        { author: 'bob', text: expect.stringContaining(note) as unknown, entry_type: 1 },
      ],
    ]);
  });

  test('a silence is a downtime of a service, or of a host with its services; it is extended and ended', async () => {
    await check({ 'web 1': 1, [disk]: 2, [odd]: 2, router: 1 });
    const desk = await open({ isUnreachableSuppressed: false });
    const all = { 'web 1': 'firing', router: 'firing', [disk]: 'firing', [odd]: 'firing' };
    await becomes(desk, all);
    const actions = actionsOf(desk);
    const known = [...desk.alarms.active()].find(({ externalId }) => externalId.endsWith(disk));
    if (known === undefined) throw new Error('it is not there');
    const endsAt = toInstant(Date.now() + hour);
    const { matchers } = actions.propose(known);
    const silence = { kind: 'silence', matchers, by: 'alice', note: 'move', endsAt } as const;
    await does(desk, silence, 'service');
    expect([...(await icinga.objects('downtimes')).values()]).toMatchObject([
      { host_name: 'web 1', service_name: 'disk /', author: 'alice', fixed: true },
    ]);
    await becomes(desk, { ...all, [disk]: 'suppressed' });

    const ofHost = { ...silence, matchers: matchers.filter(({ name }) => name === 'host') };
    await does(desk, ofHost, 'host');
    // The host, its four services, and the one from before.
    expect((await icinga.objects('downtimes')).size).toBe(6);
    await becomes(desk, {
      'web 1': 'suppressed',
      router: 'firing',
      [disk]: 'suppressed',
      [odd]: 'suppressed',
    });
    const listed = await actions.silences(signal());
    expect(new Set(listed.map(({ scope }) => scope))).toEqual(
      new Set(['downtime of disk / on web 1', 'downtime of host web 1 and its services']),
    );
    expect(listed).toHaveLength(2);

    const host = listed.find(({ scope }) => scope?.includes('host'));
    if (host === undefined) throw new Error('it is not listed');
    const later = toInstant(Date.now() + 3 * hour);
    const longer = await does(
      desk,
      { kind: 'extend_silence', upstreamRef: host.id, endsAt: later },
      'longer',
    );
    const now = await icinga.objects('downtimes');
    expect(now.has(host.id)).toBe(false);
    expect(now.size).toBe(6);
    const ends = Number(now.get(longer.upstreamRef ?? '')?.['end_time']) * 1_000;
    expect(Math.abs(ends - Date.parse(later))).toBeLessThan(2_000);

    for (const { id } of await actions.silences(signal())) {
      await does(desk, { kind: 'unsilence', upstreamRef: id }, `end ${id}`);
    }
    expect((await icinga.objects('downtimes')).size).toBe(0);
    await becomes(desk, all);
    await check({});
  });

  test('its own authority and node name are needed, and a client certificate will do as a login', async () => {
    const settings = { url: icinga.url, user: 'desk' };
    const desk = openSourceDesk();
    closers.push(() => desk.close());
    const tries = async (more: SourceSettings, secrets: Record<string, string> = {}) =>
      desk.sources.test({
        kind: 'icinga2',
        name: 'Icinga',
        intervalMs: 15_000,
        settings: { ...settings, ...more },
        secrets: { password: icinga2Password, ...secrets },
      });
    const authority = icinga.authority.trim().split('\n');
    const failure = async (more: SourceSettings): Promise<string> => {
      const { isUsable, steps } = await tries(more);
      expect(isUsable).toBe(false);
      return steps.map(({ text, next }) => `${text} ${next ?? ''}`).join(' ');
    };
    expect(await failure({})).toMatch(/certificate/i);
    expect(await failure({ ca: authority })).toMatch(/name/i);
    const good = await tries({ ca: authority, serverName: icinga2Node });
    expect(good.isUsable).toBe(true);
    expect(good.steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'reach ok',
      'tls ok',
      'login ok',
      'read ok',
      // It was started a moment ago.
      'checks warning',
      'clock ok',
      'version ok',
      'write ok',
    ]);
    const byCertificate = await tries(
      {
        login: 'certificate',
        ca: authority,
        serverName: icinga2Node,
        clientLogin: 'certificate',
        clientCertificate: icinga.client.cert.trim().split('\n'),
      },
      { clientKey: icinga.client.key },
    );
    expect(byCertificate.isUsable).toBe(true);
    expect(byCertificate.steps.map(({ text }) => text)).toContain('Logged in as certified.');
    const wrong = await tries({ ca: authority, serverName: icinga2Node }, { password: 'wrong' });
    expect(wrong.steps.at(-1)).toMatchObject({ name: 'login', outcome: 'failed' });
  });

  test('a read-only user is told what is missing, and nothing happens there', async () => {
    await check({ [disk]: 2 });
    const desk = await open({}, 'reader');
    await becomes(desk, { [disk]: 'firing' });
    const before = (await icinga.objects('comments')).size;
    const matchers = ['web 1', 'disk /'].map((value, index) => ({
      name: index === 0 ? 'host' : 'service',
      value,
      isEqual: true,
      isRegex: false,
    }));
    const endsAt = toInstant(Date.now() + hour);
    const wishes: readonly UpstreamAction[] = [
      acknowledge(disk),
      { kind: 'unacknowledge', ...about(disk), upstreamRef: null },
      { kind: 'comment', ...about(disk), by: 'eve', note: 'x' },
      { kind: 'silence', matchers, by: 'eve', note: 'x', endsAt },
    ];
    for (const wish of wishes) {
      await expect(actionsOf(desk).send(wish, 'key', signal())).rejects.toMatchObject({
        code: 'source.unauthorized',
        next: expect.stringContaining('permission actions/') as unknown,
      });
    }
    expect((await icinga.objects('services')).get(disk)?.['acknowledgement']).toBe(0);
    expect((await icinga.objects('comments')).size).toBe(before);
    expect((await icinga.objects('downtimes')).size).toBe(0);
    expect(statuses(desk)).toEqual({ [disk]: 'firing' });
  });

  test.each<[Icinga2User, RegExp]>([
    ['hosts-only', /may not read services/],
    ['stranger', /sees no host and no service/],
  ])('the quiet of a user who does not see all is not believed: %s', async (user, words) => {
    const desk = await open({}, user);
    await until('it says why', () => words.test(reason(desk)));
    expect(isLive(desk)).toBe(false);
  });

  test('that is killed keeps its alarms here, and after its start nothing resolves before it has checked', async () => {
    await check({ [disk]: 2, router: 1 });
    const desk = await open();
    await becomes(desk, { router: 'firing', [disk]: 'firing' });
    const changes = desk.changes.length;
    await icinga.kill();
    await until('the source is blind', () => !isLive(desk));
    aged.olderMs = 0;
    await icinga.start();
    await until('the start is noticed', () => /started \d+ s ago/.test(reason(desk)));
    expect(Object.keys(statuses(desk))).toHaveLength(2);
    expect(desk.changes).toHaveLength(changes);
    await check({ router: 1 });
    aged.olderMs = hour;
    await becomes(desk, { router: 'firing' });
  });
});

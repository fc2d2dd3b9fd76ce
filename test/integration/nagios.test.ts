/** The Nagios connector against the real Nagios Core, whose commands really do something. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { KnownAlarm } from '../../main/alarms/alarm.ts';
import type { ConnectorActions, UpstreamAction } from '../../main/sources/connector.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import { nagiosKind } from '../../main/sources/nagios/connector.ts';
import { toInstant } from '../../main/clock.ts';
import {
  hasNagios,
  nagiosPassword,
  startNagios,
  type NagiosProgram,
  type NagiosUser,
} from '../support/nagios.ts';
import { until } from '../support/prometheus-stack.ts';
import { configured, openSourceDesk, sourceId, type SourceDesk } from '../support/source-desk.ts';
import { openTestStore } from '../support/store.ts';

const id = sourceId('prod');
const hour = 3_600_000;
const signal = (): AbortSignal => AbortSignal.timeout(20_000);
const password = 'source/prod/password';

async function openDesk(
  nagios: NagiosProgram,
  more: {
    user?: NagiosUser;
    settings?: Record<string, string | number | boolean | string[]>;
    store?: ReturnType<typeof openTestStore>;
  } = {},
): Promise<SourceDesk> {
  const settings = {
    url: `${nagios.url}/`,
    login: 'basic',
    user: more.user ?? 'admin',
    ...more.settings,
  };
  const desk = openSourceDesk({
    kinds: [nagiosKind],
    isStarted: false,
    sources: [configured({ kind: 'nagios', settings, intervalMs: 300 })],
    ...(more.store === undefined ? {} : { store: more.store }),
  });
  await desk.secrets.set(password, nagiosPassword);
  desk.sources.start();
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
const find = (desk: SourceDesk, host: string, service: string | null): KnownAlarm | undefined =>
  [...desk.alarms.active()].find(
    ({ externalId }) => externalId === `nagios:1:${service === null ? host : `${host};${service}`}`,
  );
const alarm = (desk: SourceDesk, host: string, service: string | null): KnownAlarm => {
  const found = find(desk, host, service);
  if (found === undefined) throw new Error(`${host} ${service} is not there`);
  return found;
};
const isListed = (desk: SourceDesk, host: string, service: string | null): Promise<unknown> =>
  until(`${host} ${service} is listed`, () => find(desk, host, service) !== undefined, 10_000);
const about = ({ externalId, refs }: KnownAlarm) => ({ externalId, refs });

/** Sends as the outbox does, and waits until it is read back. */
async function does(desk: SourceDesk, action: UpstreamAction, key: string) {
  const receipt = await actionsOf(desk).send(action, key, signal());
  await until(
    `${action.kind} is confirmed`,
    () => actionsOf(desk).confirm(action, receipt, signal()),
    10_000,
  );
  return receipt;
}

type Json = Record<string, never>;
const dataOf = async (
  nagios: NagiosProgram,
  query: Record<string, string>,
): Promise<Record<string, Json>> =>
  (
    (await nagios.ask('statusjson.cgi', { formatoptions: 'enumerate', ...query })) as {
      data: never;
    }
  ).data;
const valuesOf = async (nagios: NagiosProgram, list: string): Promise<Json[]> =>
  Object.values((await dataOf(nagios, { query: list, details: 'true' }))[list] ?? {});

describe.skipIf(!hasNagios)('Nagios Core', () => {
  let nagios: NagiosProgram;
  const closers: (() => Promise<void>)[] = [];
  const later = (desk: SourceDesk): SourceDesk => {
    closers.push(() => desk.close());
    return desk;
  };

  beforeAll(async () => {
    nagios = await startNagios({
      hosts: [
        {
          name: 'web1',
          services: ['Disk /', 'Größe', 'HTTP'],
          variables: { TEAM: 'shop', PASS: 'x' },
        },
        { name: 'router', services: [] },
        { name: 'behind', parent: 'router', services: ['SSH'] },
        { name: 'db1', services: ['Lag', 'Load'] },
      ],
    });
  });
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });
  afterAll(() => nagios.remove());

  test('a failing check becomes an alarm, keeps its start through worse and better, and resolves', async () => {
    const store = openTestStore();
    const desk = await openDesk(nagios, { store, settings: { customVariables: ['TEAM'] } });
    await becomes(desk, 'live');
    await nagios.found('web1', 'Disk /', 1, 'DISK WARNING - 9 % "free"\ton /');
    await isListed(desk, 'web1', 'Disk /');
    const warning = alarm(desk, 'web1', 'Disk /');
    expect(warning).toMatchObject({
      severity: 'warning',
      status: 'firing',
      title: 'Disk / on web1',
      summary: 'DISK WARNING - 9 % "free" on /',
      runbookUrl: 'https://runbooks.example.org/web1/0',
      labels: { alertname: 'Disk /', host: 'web1', service: 'Disk /' },
    });
    expect(Math.abs(Date.parse(warning.startsAt) - Date.now())).toBeLessThan(10_000);
    await nagios.found('web1', 'Disk /', 2, 'DISK CRITICAL - full');
    await until('it is critical', () => find(desk, 'web1', 'Disk /')?.severity === 'critical');
    expect(alarm(desk, 'web1', 'Disk /').episodeId).toBe(warning.episodeId);
    await desk.close();

    // Another run on the same store: the same alarm, in the same episode.
    const second = await openDesk(nagios, { store, settings: { customVariables: ['TEAM'] } });
    await becomes(second, 'live');
    expect(alarm(second, 'web1', 'Disk /').episodeId).toBe(warning.episodeId);
    expect(second.sources.health(id)?.reason).toBeNull();
    const [source] = await second.sources.list();
    expect(source).toMatchObject({ version: '4.4.6', remarks: [], problem: null });
    await nagios.found('web1', 'Disk /', 0, 'DISK OK');
    await until('it resolves', () => find(second, 'web1', 'Disk /') === undefined);
    await second.close();
    store.close();
  });

  test('names and texts in any letters arrive, though the server has no named locale', async () => {
    const desk = later(await openDesk(nagios));
    await nagios.found('web1', 'Größe', 3, 'zu groß: 日本 😀');
    await isListed(desk, 'web1', 'Größe');
    expect(alarm(desk, 'web1', 'Größe')).toMatchObject({
      severity: 'high',
      severityText: 'unknown',
      summary: 'zu groß: 日本 😀',
    });
    expect(desk.sources.health(id)?.freshness).toBe('live');
    await nagios.found('web1', 'Größe', 0, 'gut');
  });

  test('what hangs on a host or router that is down is suppressed, as Nagios does', async () => {
    const desk = later(await openDesk(nagios));
    await nagios.found('behind', 'SSH', 2, 'no answer');
    await nagios.found('router', null, 1, 'gone');
    await nagios.found('behind', null, 1, 'gone');
    await isListed(desk, 'behind', 'SSH');
    await isListed(desk, 'behind', null);
    await until('it is suppressed', () => find(desk, 'behind', null)?.status === 'suppressed');
    await until('it is suppressed', () => find(desk, 'behind', 'SSH')?.status === 'suppressed');
    expect(alarm(desk, 'router', null)).toMatchObject({ status: 'firing', severity: 'critical' });
    expect(alarm(desk, 'behind', null).severityText).toBe('unreachable');
    for (const host of ['router', 'behind']) await nagios.found(host, null, 0, 'back');
    await nagios.found('behind', 'SSH', 0, 'back');
  });

  test('acknowledge, comment, downtime: written there, seen there, and taken back', async () => {
    const desk = later(await openDesk(nagios));
    await nagios.found('db1', 'Lag', 2, 'lag 90 s');
    await nagios.found('db1', 'Load', 1, 'load 9');
    await isListed(desk, 'db1', 'Lag');
    await isListed(desk, 'db1', 'Load');
    const lag = alarm(desk, 'db1', 'Lag');
    const note = 'looking at it; "ünïcode" <b>';
    await does(
      desk,
      { kind: 'acknowledge', ...about(lag), matchers: [], by: 'maria', note, durationMs: hour },
      'key-1',
    );
    const service = await dataOf(nagios, {
      query: 'service',
      hostname: 'db1',
      servicedescription: 'Lag',
    });
    expect(service['service']).toMatchObject({ problem_has_been_acknowledged: true });
    await until('the desk sees it', () => find(desk, 'db1', 'Lag')?.status === 'acknowledged');
    expect(alarm(desk, 'db1', 'Lag').ackedBy).toBe('maria');
    expect(alarm(desk, 'db1', 'Load').status).toBe('firing');

    await does(desk, { kind: 'comment', ...about(lag), by: 'maria', note: 'Neustart läuft' }, 'k2');
    const comments = await valuesOf(nagios, 'commentlist');
    expect(comments.map(({ comment_data: text }) => text)).toEqual([
      expect.stringMatching(/^maria: looking at it "ünïcode" b \[nightdesk [0-9a-f]{8}\]$/),
      expect.stringMatching(/^maria: Neustart läuft \[nightdesk [0-9a-f]{8}\]$/),
    ]);

    const endsAt = toInstant(Math.floor(Date.now() / 1_000) * 1_000 + 2 * hour);
    const matchers = actionsOf(desk).propose(lag).matchers;
    expect(matchers.map(({ name }) => name)).toEqual(['host', 'service']);
    await does(
      desk,
      { kind: 'silence', matchers, by: 'maria', note: 'disk swap', endsAt, about: about(lag) },
      'key-3',
    );
    await until('the desk sees it', () => find(desk, 'db1', 'Lag')?.status === 'suppressed');
    expect(alarm(desk, 'db1', 'Load').status).toBe('firing');
    const [silence] = await actionsOf(desk).silences(signal());
    expect(silence).toMatchObject({
      comment: 'disk swap',
      createdBy: 'maria',
      state: 'active',
      endsAt,
      scope: 'downtime of Lag on db1',
    });

    const extended = toInstant(Date.parse(endsAt) + 3 * hour);
    await does(
      desk,
      { kind: 'extend_silence', upstreamRef: silence!.id, endsAt: extended },
      'key-4',
    );
    expect(await valuesOf(nagios, 'downtimelist')).toEqual([
      expect.objectContaining({
        host_name: 'db1',
        service_description: 'Lag',
        end_time: Date.parse(extended),
        is_in_effect: true,
      }),
    ]);
    const [longer] = await actionsOf(desk).silences(signal());
    await does(desk, { kind: 'unsilence', upstreamRef: longer!.id }, 'key-5');
    expect(await valuesOf(nagios, 'downtimelist')).toEqual([]);
    await does(desk, { kind: 'unacknowledge', ...about(lag), upstreamRef: null }, 'key-6');
    await until('it fires again', () => find(desk, 'db1', 'Lag')?.status === 'firing');
    await nagios.found('db1', 'Lag', 0, 'fine');
    await nagios.found('db1', 'Load', 0, 'fine');
  });

  test('a downtime of a host covers its services, and a second attempt makes no second one', async () => {
    const desk = later(await openDesk(nagios));
    await nagios.found('db1', 'Load', 2, 'load 30');
    await isListed(desk, 'db1', 'Load');
    const action: UpstreamAction = {
      kind: 'silence',
      matchers: [{ name: 'host', value: 'db1', isEqual: true, isRegex: false }],
      by: 'maria',
      note: 'reboot',
      endsAt: toInstant(Date.now() + hour),
    };
    await does(desk, action, 'host-1');
    await until('it is suppressed', () => find(desk, 'db1', 'Load')?.status === 'suppressed');
    // As after a crash: nothing is remembered, so it looks what is there.
    const again = later(await openDesk(nagios));
    await becomes(again, 'live');
    const receipt = await does(again, action, 'host-1');
    expect(await valuesOf(nagios, 'downtimelist')).toHaveLength(1);
    await does(again, { kind: 'unsilence', upstreamRef: receipt.upstreamRef ?? '' }, 'host-2');
    expect(await valuesOf(nagios, 'downtimelist')).toEqual([]);
    await nagios.found('db1', 'Load', 0, 'fine');
  });

  test('a command without the pair of cookie and field is refused there, so ours had it', async () => {
    const page = await nagios.page('cmd.cgi', {
      cmd_typ: '3',
      cmd_mod: '2',
      host: 'db1',
      service: 'Lag',
      com_data: 'bare',
      btnSubmit: 'Commit',
    });
    expect(page).toMatch(/CSRF cookie/);
  });

  test('what fired and cleared in a gap is told from its log', async () => {
    const desk = later(await openDesk(nagios));
    await becomes(desk, 'live');
    const from = toInstant(Date.now() - 1_000);
    await nagios.found('web1', 'HTTP', 1, 'slow');
    await until('it is logged', () => /SERVICE ALERT: web1;HTTP;WARNING/.test(nagios.log()));
    await nagios.found('web1', 'HTTP', 2, 'dead');
    await until('it is logged', () => /SERVICE ALERT: web1;HTTP;CRITICAL/.test(nagios.log()));
    await nagios.found('web1', 'HTTP', 0, 'fine');
    await until('it is logged', () => /SERVICE ALERT: web1;HTTP;OK/.test(nagios.log()));
    const until1 = toInstant(Date.now() + 2_000);
    const passed = await desk.sources.connector(id)?.passed?.(from, until1, signal());
    const [episode] = (passed?.episodes ?? []).filter(
      (one) => one.alarm.externalId === 'nagios:1:web1;HTTP',
    );
    expect(passed?.incompleteReason).toBeNull();
    expect(episode?.alarm).toMatchObject({
      severity: 'critical',
      summary: 'dead',
      runbookUrl: 'https://runbooks.example.org/web1/2',
    });
    expect(Date.parse(episode?.endedAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(episode?.alarm.startsAt ?? ''),
    );
  });

  test('logins: none, one without rights, and one that may only read', async () => {
    const stranger = later(await openDesk(nagios, { user: 'stranger' }));
    await becomes(stranger, 'misconfigured');
    expect(stranger.sources.health(id)?.reason).toMatch(/no host and no service at all/);
    expect(stranger.sources.health(id)?.next).toMatch(/authorized_for_all_hosts/);

    const nobody = later(await openDesk(nagios));
    await nobody.secrets.set(password, 'wrong');
    nobody.configure([...nobody.configured()].map((one) => ({ ...one, name: 'again' })));
    await becomes(nobody, 'unauthorized');

    const reader = later(await openDesk(nagios, { user: 'reader' }));
    await nagios.found('db1', 'Load', 2, 'load 30');
    await isListed(reader, 'db1', 'Load');
    const action: UpstreamAction = {
      kind: 'acknowledge',
      ...about(alarm(reader, 'db1', 'Load')),
      matchers: [],
      by: 'maria',
      note: 'mine',
      durationMs: hour,
    };
    const refused = await actionsOf(reader)
      .send(action, 'reader-1', signal())
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SourceError);
    expect((refused as SourceError).message).toMatch(/may only read/);
    const report = await reader.sources.connector(id)?.test(signal());
    expect(report?.isUsable).toBe(true);
    expect(report?.steps.find(({ name }) => name === 'write')?.outcome).toBe('warning');
    await nagios.found('db1', 'Load', 0, 'fine');
  });

  test('a Nagios that died behind its pages is blind, and keeps its alarms; stopped or started, it says so', async () => {
    const desk = later(await openDesk(nagios));
    await nagios.found('db1', 'Lag', 2, 'lag 90 s');
    await isListed(desk, 'db1', 'Lag');
    const lag = alarm(desk, 'db1', 'Lag');
    const changes = desk.changes.length;
    await nagios.stop('SIGKILL');
    nagios.age(120);
    await becomes(desk, 'unreachable');
    expect(desk.sources.health(id)?.reason).toMatch(/has not written its status for 12\d s/);
    expect(find(desk, 'db1', 'Lag')?.id).toBe(lag.id);
    // Writing into the pipe of a dead Nagios would hang.
    const action: UpstreamAction = { kind: 'comment', ...about(lag), by: 'maria', note: 'hello' };
    await expect(actionsOf(desk).send(action, 'dead-1', signal())).rejects.toThrow(
      /has not written its status/,
    );

    // It lost its memory: until it has checked again, what was critical is "pending" there, and no recovery.
    await nagios.start();
    await becomes(desk, 'live');
    expect((await dataOf(nagios, { query: 'servicecount' }))['count']).toMatchObject({
      critical: 0,
    });
    expect(find(desk, 'db1', 'Lag')?.id).toBe(lag.id);
    expect(desk.changes).toHaveLength(changes);
    await nagios.found('db1', 'Lag', 0, 'fine');
    await until('it resolves', () => find(desk, 'db1', 'Lag') === undefined);
    await nagios.found('db1', 'Load', 2, 'load 30');
    await isListed(desk, 'db1', 'Load');
    const load = alarm(desk, 'db1', 'Load');

    await nagios.stop();
    await becomes(desk, 'unreachable');
    await until('it says why', () =>
      /Nagios itself does not run/.test(desk.sources.health(id)?.reason ?? ''),
    );
    expect(desk.sources.health(id)?.next).toMatch(/Start Nagios/);
    expect(find(desk, 'db1', 'Load')?.id).toBe(load.id);
    await nagios.start();
    await becomes(desk, 'live');
    expect(find(desk, 'db1', 'Load')?.episodeId).toBe(load.episodeId);
  });
});

describe.skipIf(!hasNagios)('the times of its forms', () => {
  const programs: NagiosProgram[] = [];
  const desks: SourceDesk[] = [];
  afterEach(async () => {
    for (const desk of desks.splice(0)) await desk.close();
    for (const program of programs.splice(0)) await program.remove();
  });

  test.each([
    ['us', 'America/New_York'],
    ['euro', 'Asia/Kolkata'],
    ['strict-iso8601', 'Europe/Berlin'],
  ] as const)('a downtime ends when it was asked for: %s in %s', async (dateFormat, zone) => {
    const nagios = await startNagios({
      hosts: [{ name: 'web1', services: ['HTTP'] }],
      dateFormat,
      zone,
    });
    programs.push(nagios);
    const desk = await openDesk(nagios);
    desks.push(desk);
    await becomes(desk, 'live');
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    // Within the day, and on the other side of the next change of the clocks.
    for (const [key, endMs] of Object.entries({ soon: now + hour, far: now + 150 * 24 * hour })) {
      await does(
        desk,
        {
          kind: 'silence',
          matchers: [{ name: 'host', value: 'web1', isEqual: true, isRegex: false }],
          by: 'maria',
          note: key,
          endsAt: toInstant(endMs),
        },
        key,
      );
      const ends = (await valuesOf(nagios, 'downtimelist')).map(({ end_time: end }) => end);
      expect(Math.abs(Number(ends.at(-1)) - endMs)).toBeLessThan(2_000);
    }
  });
});

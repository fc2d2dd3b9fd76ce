/** The Alertmanager connector against the real Alertmanager and Prometheus, whose rules really fire. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectorActions, UpstreamAction } from '../../main/sources/connector.ts';
import type { AlarmStatus } from '../../preload/contract/common.ts';
import {
  firingRules,
  freePort,
  hasAlertmanager,
  hasPrometheus,
  login,
  startAlertmanager,
  startPrometheus,
  until,
  watchdogRule,
  type AlertmanagerProgram,
  type PostedAlert,
  type PrometheusProgram,
} from '../support/prometheus-stack.ts';
import { configured, openSourceDesk, sourceId, type SourceDesk } from '../support/source-desk.ts';
import { openTestStore } from '../support/store.ts';
import { startFaultyProxy, type FaultyProxy } from '../support/upstream-faults.ts';

const prod = sourceId('prod');
const hour = 3_600_000;
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

const isLive = (desk: SourceDesk): boolean => desk.sources.health(prod)?.freshness === 'live';
const live = (desk: SourceDesk, atMostMs = 60_000): Promise<unknown> =>
  until(
    'the source is live',
    () => {
      if (isLive(desk)) return true;
      throw new Error(desk.sources.health(prod)?.reason ?? 'unknown source');
    },
    atMostMs,
  );
const statuses = (desk: SourceDesk): Record<string, AlarmStatus> =>
  Object.fromEntries(
    [...desk.alarms.active()].map(({ labels, status }) => [labels['alertname'] ?? '', status]),
  );

const alert = (alertname: string, more: Record<string, string> = {}): PostedAlert => ({
  labels: { alertname, severity: 'critical', service: 'checkout', instance: 'web-1:80', ...more },
  annotations: { summary: `${alertname} is up` },
  startsAt: new Date(Date.now() - hour).toISOString(),
  endsAt: new Date(Date.now() + hour).toISOString(),
});

/** Said to be up for long, so that a test need not wait for the seventy seconds after a start. */
async function settled(alertmanager: AlertmanagerProgram): Promise<FaultyProxy> {
  const proxy = await startFaultyProxy(alertmanager.url);
  proxy.olderMs = hour;
  return proxy;
}

const closers: (() => Promise<void>)[] = [];
const later = <Thing extends { close(): Promise<void> }>(thing: Thing): Thing => {
  closers.push(() => thing.close());
  return thing;
};
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe.skipIf(!hasPrometheus)('rules that fire', () => {
  let alertmanager: AlertmanagerProgram;
  let prometheus: PrometheusProgram;
  let proxy: FaultyProxy;

  beforeAll(async () => {
    alertmanager = await startAlertmanager();
    prometheus = await startPrometheus({ alertmanagers: [alertmanager] });
    proxy = await settled(alertmanager);
    await until('all rules fire', async () => (await alertmanager.alerts()).length === 3);
  });
  afterAll(async () => {
    await proxy.close();
    await prometheus.remove();
    await alertmanager.remove();
  });

  test('become alarms with their severity, service and runbook, and resolve when the rule is gone', async () => {
    const store = openTestStore();
    const settings = { urls: [proxy.url] };
    const desk = openSourceDesk({ store, sources: [configured({ settings })] });
    await live(desk);
    const [checkout] = [...desk.alarms.active()].filter(({ service }) => service === 'checkout');
    expect(checkout).toMatchObject({
      severity: 'critical',
      title: 'Checkout fails for 20% of requests',
      runbookUrl: 'https://runbooks.example.org/checkout-error-rate',
      status: 'firing',
    });
    expect(statuses(desk)).toEqual({ CheckoutErrorRate: 'firing', DiskFillingUp: 'firing' });
    const [source] = await desk.sources.list();
    expect(source).toMatchObject({
      freshness: 'live',
      alarmCount: 2,
      version: '0.25.0',
      problem: null,
    });
    expect(source?.remarks).toEqual([]);
    expect(Math.abs(source?.clockSkewMs ?? Number.NaN)).toBeLessThan(2_000);

    // Resent again and again meanwhile, and polled by another run on the same store: still the same alarms.
    const changes = desk.changes.length;
    await desk.close();
    const second = openSourceDesk({ store, sources: [configured({ settings })] });
    await live(second);
    expect(changes).toBe(1);
    expect(second.changes).toEqual([]);
    expect([...second.alarms.active()].map(({ id }) => id)).toContain(checkout?.id);

    await prometheus.setRules([watchdogRule]);
    await until('both resolve', () => Object.keys(statuses(second)).length === 0);
    expect(isLive(second)).toBe(true);
    expect(second.alarms.get(checkout!.id)?.status).toBe('resolved');

    await prometheus.setRules(firingRules);
    await until('they fire again', () => Object.keys(statuses(second)).length === 2);
    const again = second.alarms.get(checkout!.id);
    expect(again?.status).toBe('firing');
    expect(again?.episodeId).not.toBe(checkout?.episodeId);
    await second.close();
    store.close();
  });

  test('a heartbeat that stops makes the source blind, and what fell silent with it stays', async () => {
    await until('all rules fire', async () => (await alertmanager.alerts()).length === 3);
    const desk = later(
      openSourceDesk({ sources: [configured({ settings: { urls: [proxy.url] } })] }),
    );
    await live(desk);
    await prometheus.setRules([]);
    // Already before it expires: others may expire before it does.
    await until('it is missed', () =>
      /Watchdog is not renewed/.test(desk.sources.health(prod)?.reason ?? ''),
    );
    await until(
      'Alertmanager lists nothing',
      async () => (await alertmanager.alerts()).length === 0,
    );
    desk.sources.poll(prod);
    await until('it says why', () =>
      /heartbeat alarm Watchdog is missing/.test(desk.sources.health(prod)?.reason ?? ''),
    );
    expect(Object.keys(statuses(desk))).toHaveLength(2);
    expect(desk.changes).toHaveLength(1);
    await prometheus.setRules(firingRules);
    await live(desk);
    expect(Object.keys(statuses(desk))).toHaveLength(2);
  });
});

describe.skipIf(!hasAlertmanager)('silences', () => {
  let alertmanager: AlertmanagerProgram;
  let proxy: FaultyProxy;
  let desk: SourceDesk;

  beforeAll(async () => {
    alertmanager = await startAlertmanager({
      prefix: '/alertmanager',
      inhibitRules: [
        {
          source_matchers: ['severity="critical"'],
          target_matchers: ['severity="info"'],
          equal: ['service'],
        },
      ],
    });
    proxy = await settled(alertmanager);
    await alertmanager.post([
      alert('ErrorRate'),
      alert('Latency', { service: 'search', severity: 'warning' }),
      alert('Inhibited', { severity: 'info' }),
    ]);
    desk = openSourceDesk({
      sources: [configured({ settings: { urls: [`${proxy.url}/alertmanager/`], login: 'none' } })],
    });
    await live(desk);
  });
  afterAll(async () => {
    await desk.close();
    await proxy.close();
    await alertmanager.remove();
  });

  const actions = (): ConnectorActions => {
    const found = desk.sources.connector(prod)?.actions;
    if (found === null || found === undefined) throw new Error('no actions');
    return found;
  };
  const known = (alertname: string) => {
    const found = [...desk.alarms.active()].find(({ labels }) => labels['alertname'] === alertname);
    if (found === undefined) throw new Error(`${alertname} is not there`);
    return found;
  };
  const acknowledge = (alertname: string): Extract<UpstreamAction, { kind: 'acknowledge' }> => ({
    kind: 'acknowledge',
    refs: {},
    externalId: known(alertname).externalId,
    matchers: actions().propose(known(alertname)).matchers,
    by: 'alice',
    note: 'looking\ninto "it"',
    durationMs: 1_800_000,
  });
  const activeSilences = async () =>
    (await alertmanager.silences()).filter(({ status }) => status.state === 'active');

  test('an inhibited alarm is suppressed from the start', () => {
    expect(statuses(desk)['Inhibited']).toBe('suppressed');
  });

  test('an acknowledgement is one silence with our mark, prolonged in place and taken back', async () => {
    const action = acknowledge('ErrorRate');
    const receipt = await actions().send(action, 'key-1', signal());
    const [silence, ...others] = await activeSilences();
    expect(others).toEqual([]);
    expect(silence).toMatchObject({
      id: receipt.upstreamRef,
      comment: 'ACK! looking into "it" [nightdesk]',
      createdBy: 'alice',
    });
    expect(silence?.matchers.map(({ name }) => name)).toEqual(['alertname', 'service', 'severity']);
    expect(await actions().confirm(action, receipt, signal())).toBe(true);

    desk.sources.refresh(prod);
    await until('it shows as acknowledged', () => statuses(desk)['ErrorRate'] === 'acknowledged');
    expect(known('ErrorRate').ackedBy).toBe('alice');
    expect(statuses(desk)['Latency']).toBe('firing');

    // The same once more, as after a crash between sending and storing the receipt.
    const again = await actions().send(action, 'key-1', signal());
    expect(again.upstreamRef).toBe(receipt.upstreamRef);
    expect(await activeSilences()).toHaveLength(1);

    const longer = { ...action, durationMs: 3_600_000 };
    const extended = await actions().extend(longer, receipt, signal());
    expect(extended.upstreamRef).toBe(receipt.upstreamRef);
    const [prolonged] = await activeSilences();
    expect(Date.parse(prolonged?.endsAt ?? '')).toBeGreaterThan(Date.now() + 3_000_000);
    expect(Date.parse(extended.expiresAt ?? '')).toBeGreaterThan(Date.now() + 3_000_000);

    const undo: UpstreamAction = {
      kind: 'unacknowledge',
      refs: {},
      externalId: action.externalId,
      upstreamRef: receipt.upstreamRef,
    };
    const undone = await actions().send(undo, 'key-2', signal());
    expect(await actions().confirm(undo, undone, signal())).toBe(true);
    expect(await activeSilences()).toEqual([]);
    desk.sources.refresh(prod);
    await until('it fires again', () => statuses(desk)['ErrorRate'] === 'firing');
    // Taken back twice is taken back.
    await actions().send(undo, 'key-2', signal());
  });

  test('an acknowledgement that ran out is made anew when it is prolonged', async () => {
    const action = acknowledge('Latency');
    const receipt = await actions().send(action, 'key-3', signal());
    await actions().send(
      { kind: 'unsilence', upstreamRef: receipt.upstreamRef! },
      'key-4',
      signal(),
    );
    const extended = await actions().extend(action, receipt, signal());
    expect(extended.upstreamRef).not.toBe(receipt.upstreamRef);
    expect((await activeSilences()).map(({ id }) => id)).toEqual([extended.upstreamRef]);
    await actions().send(
      { kind: 'unsilence', upstreamRef: extended.upstreamRef! },
      'key-5',
      signal(),
    );
  });

  test('a silence of our own shows as suppressed, also beside an acknowledgement', async () => {
    const matchers = [{ name: 'service', value: 'sea.*', isRegex: true, isEqual: true }];
    const endsAt = new Date(Date.now() + hour).toISOString();
    const silence: UpstreamAction = { kind: 'silence', matchers, by: 'bob', note: 'move', endsAt };
    expect(actions().matches(matchers, known('Latency').labels)).toBe(true);
    expect(actions().matches(matchers, known('ErrorRate').labels)).toBe(false);
    const receipt = await actions().send(silence, 'key-6', signal());
    const ack = await actions().send(acknowledge('Latency'), 'key-7', signal());
    expect(await actions().confirm(silence, receipt, signal())).toBe(true);
    desk.sources.refresh(prod);
    await until('it shows as suppressed', () => statuses(desk)['Latency'] === 'suppressed');
    expect(statuses(desk)['ErrorRate']).toBe('firing');
    const listed = await actions().silences(signal());
    expect(new Set(listed.map(({ id }) => id))).toEqual(
      new Set([receipt.upstreamRef, ack.upstreamRef]),
    );
    const end: UpstreamAction = { kind: 'unsilence', upstreamRef: receipt.upstreamRef! };
    expect(
      await actions().confirm(end, await actions().send(end, 'key-8', signal()), signal()),
    ).toBe(true);
    desk.sources.refresh(prod);
    await until('the acknowledgement shows', () => statuses(desk)['Latency'] === 'acknowledged');
  });

  test('a silence asked for once more ends when the last wish says, also when that is sooner', async () => {
    const matchers = [{ name: 'service', value: 'elsewhere', isRegex: false, isEqual: true }];
    const wish = (hours: number): UpstreamAction => ({
      kind: 'silence',
      matchers,
      by: 'bob',
      note: 'move',
      endsAt: new Date(Date.now() + hours * hour).toISOString(),
    });
    const receipts = [];
    for (const hours of [8, 1]) {
      receipts.push(await actions().send(wish(hours), `key-wish-${hours}`, signal()));
    }
    const own = (await activeSilences()).filter(
      ({ matchers: [first] }) => first?.value === 'elsewhere',
    );
    expect(own.map(({ id }) => id)).toEqual([receipts[1]?.upstreamRef]);
    expect(Date.parse(own[0]?.endsAt ?? '')).toBeLessThan(Date.now() + 2 * hour);
    await actions().send(
      { kind: 'unsilence', upstreamRef: receipts[1]!.upstreamRef! },
      'key-wish-end',
      signal(),
    );
  });

  test('a silence on nothing is refused before it is sent', async () => {
    await expect(
      actions().send({ ...acknowledge('ErrorRate'), matchers: [] }, 'key-9', signal()),
    ).rejects.toThrow('would silence everything');
  });

  test('hostile values are matched as they are', async () => {
    const value = 'a"b\\c\n$(reboot) `x` {{ .y }} 🔥 .*';
    await alertmanager.post([alert('Hostile', { service: value })]);
    desk.sources.refresh(prod);
    await until('it is there', () => statuses(desk)['Hostile'] === 'firing');
    const receipt = await actions().send(acknowledge('Hostile'), 'key-10', signal());
    desk.sources.refresh(prod);
    await until('it shows as acknowledged', () => statuses(desk)['Hostile'] === 'acknowledged');
    expect(statuses(desk)['ErrorRate']).toBe('firing');
    await actions().send(
      { kind: 'unsilence', upstreamRef: receipt.upstreamRef! },
      'key-11',
      signal(),
    );
  });
});

describe.skipIf(!hasAlertmanager)('logins', () => {
  let alertmanager: AlertmanagerProgram;
  beforeAll(async () => {
    alertmanager = await startAlertmanager({ hasLogin: true });
    await alertmanager.post([alert('Watchdog'), alert('ErrorRate')]);
  });
  afterAll(() => alertmanager.remove());

  const draft = (password: string) => ({
    kind: 'alertmanager',
    name: 'Müller & Söhne: Prod!',
    intervalMs: 5_000,
    settings: { urls: [alertmanager.url], login: 'basic', user: login.user },
    secrets: { password },
  });

  test('the form says step by step what works', async () => {
    const desk = later(openSourceDesk());
    const good = await desk.sources.test(draft(login.password));
    expect(good.isUsable).toBe(true);
    expect(good.steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'reach ok',
      'tls ok',
      'login ok',
      'read warning',
      'write ok',
      'clock ok',
      'version ok',
      'heartbeat ok',
    ]);
    const bad = await desk.sources.test(draft('wrong-password-7'));
    expect(bad.isUsable).toBe(false);
    expect(bad.steps.at(-1)).toMatchObject({ name: 'login', outcome: 'failed' });
    expect(JSON.stringify(bad)).not.toContain('wrong-password-7');
    expect((await desk.sources.test({ ...draft(''), secrets: {} })).isUsable).toBe(false);
    // Nothing was kept by trying.
    expect(await desk.sources.list()).toEqual([]);
  });

  test('three refusals stop the source, loudly, until there is a new password', async () => {
    const proxy = later(await settled(alertmanager));
    const desk = later(openSourceDesk());
    const settings = { urls: [proxy.url], login: 'basic', user: login.user };
    const saved = await desk.sources.save({ ...draft('wrong'), settings });
    expect(saved).toMatchObject({
      id: 'muller-sohne-prod',
      secrets: expect.arrayContaining([
        { name: 'password', isSet: true, isKept: false },
        { name: 'token', isSet: false, isKept: false },
      ]),
    });
    desk.configure(desk.configured().map((source) => ({ ...source, intervalMs: 50 })));
    await until('it stopped', async () => (await desk.sources.list())[0]?.isStopped);
    const refused = proxy.requests.length;
    const health = desk.sources.health(saved.id);
    expect(health).toMatchObject({ freshness: 'unauthorized' });
    expect(health?.reason).toMatch(/stopped trying/);
    expect(desk.sights.at(-1)?.reason).toMatch(/stopped trying/);
    desk.bus.emit('gap.ended', { fromMs: 0, at: Date.now(), reason: 'sleep' });
    desk.sources.refresh(saved.id);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(proxy.requests).toHaveLength(refused);

    await desk.sources.save({
      ...draft(login.password),
      id: saved.id,
      settings,
    });
    await until('it is live', () => desk.sources.health(saved.id)?.freshness === 'live');
    expect(JSON.stringify(await desk.sources.list())).not.toContain(`"${login.password}"`);
    expect(JSON.stringify(desk.configured())).not.toContain(login.password);
  });
});

describe.skipIf(!hasAlertmanager)('several members', () => {
  test('are one source: each alarm once, silences through any, and one may be down', async () => {
    const talk = [await freePort(), await freePort()] as const;
    const first = await startAlertmanager({ cluster: { port: talk[0], peers: [] } });
    closers.push(() => first.remove());
    const second = await startAlertmanager({ cluster: { port: talk[1], peers: [talk[0]] } });
    closers.push(() => second.remove());
    const proxies = [later(await settled(first)), later(await settled(second))];
    const both = [alert('Watchdog'), alert('ErrorRate')];
    await first.post([...both, alert('OnlyAtFirst')]);
    await second.post([...both, alert('OnlyAtSecond')]);
    const desk = later(
      openSourceDesk({
        sources: [configured({ settings: { urls: proxies.map(({ url }) => url) } })],
      }),
    );
    await live(desk);
    expect(Object.keys(statuses(desk)).toSorted()).toEqual([
      'ErrorRate',
      'OnlyAtFirst',
      'OnlyAtSecond',
    ]);

    await first.stop();
    await until('the remark names it', async () =>
      (await desk.sources.list())[0]?.remarks.some((remark) =>
        remark.includes('One of its addresses fails'),
      ),
    );
    expect(isLive(desk)).toBe(true);
    const actions = desk.sources.connector(prod)?.actions;
    const [target] = [...desk.alarms.active()].filter(
      ({ labels }) => labels['alertname'] === 'ErrorRate',
    );
    await actions?.send(
      {
        kind: 'acknowledge',
        refs: {},
        externalId: target!.externalId,
        matchers: actions.propose(target!).matchers,
        by: 'alice',
        note: '',
        durationMs: 600_000,
      },
      'key',
      signal(),
    );
    expect((await second.silences()).map(({ comment }) => comment)).toEqual([
      'ACK! seen [nightdesk]',
    ]);
    await until('it shows', () => statuses(desk)['ErrorRate'] === 'acknowledged');

    await second.stop();
    await until('the source is blind', () => !isLive(desk));
    expect(Object.keys(statuses(desk))).toContain('ErrorRate');
  });
});

describe.skipIf(!hasAlertmanager)('an Alertmanager that goes and comes', () => {
  test('resolves nothing while it is empty, and what is really over once it has settled', async () => {
    const alertmanager = await startAlertmanager();
    closers.push(() => alertmanager.remove());
    const stays = alert('Stays');
    await alertmanager.post([alert('Watchdog'), stays, alert('Clears')]);
    const proxy = later(await settled(alertmanager));
    const desk = later(
      openSourceDesk({ sources: [configured({ settings: { urls: [proxy.url] } })] }),
    );
    await live(desk);

    await alertmanager.stop();
    proxy.olderMs = 0;
    await until('the source is blind', () => !isLive(desk));
    expect(statuses(desk)).toEqual({ Stays: 'firing', Clears: 'firing' });
    await alertmanager.start();
    const startedAt = Date.now();
    await until('the restart is noticed', () =>
      /started \d+ s ago/.test(desk.sources.health(prod)?.reason ?? ''),
    );
    await alertmanager.post([alert('Watchdog'), stays]);
    // The real seventy seconds: no clock of ours is bent here.
    await live(desk, 90_000);
    expect(Date.now() - startedAt).toBeGreaterThan(69_000);
    await until('what is over resolves', () => Object.keys(statuses(desk)).length === 1);
    expect(statuses(desk)).toEqual({ Stays: 'firing' });
    const kinds = desk.changes.flatMap(({ changes }) =>
      changes.map(({ kind, alarm }) => `${kind} ${alarm.labels['alertname']}`),
    );
    expect(kinds.toSorted()).toEqual(['fired Clears', 'fired Stays', 'resolved Clears']);
  });

  test('that freezes makes the source blind, and live again when it thaws', async () => {
    const alertmanager = await startAlertmanager();
    closers.push(() => alertmanager.remove());
    await alertmanager.post([alert('Watchdog'), alert('ErrorRate')]);
    const proxy = later(await settled(alertmanager));
    const desk = later(
      openSourceDesk({
        sources: [configured({ settings: { urls: [proxy.url] } })],
        httpLimits: { headersMs: 800 },
      }),
    );
    await live(desk);
    alertmanager.freeze();
    await until('the source is blind', () => !isLive(desk));
    expect(desk.sources.health(prod)?.reason).toMatch(/never answered/);
    alertmanager.thaw();
    await live(desk);
    expect(desk.changes).toHaveLength(1);
  });
});

describe.skipIf(!hasAlertmanager)('10,000 alarms', () => {
  test('are read whole, and cost nothing while they stay', async () => {
    const alertmanager = await startAlertmanager();
    closers.push(() => alertmanager.remove());
    const many = Array.from({ length: 10_000 }, (_, index) =>
      alert(`Alarm${index % 40}`, { pod: `pod-${index}`, service: `service-${index % 12}` }),
    );
    for (let at = 0; at < many.length; at += 1_000)
      await alertmanager.post(many.slice(at, at + 1_000));
    await alertmanager.post([alert('Watchdog')]);
    const proxy = later(await settled(alertmanager));
    const desk = later(
      openSourceDesk({
        sources: [configured({ intervalMs: 5_000, settings: { urls: [proxy.url] } })],
      }),
    );
    await live(desk);
    const [source] = await desk.sources.list();
    expect(source?.alarmCount).toBe(10_000);
    expect(desk.changes).toHaveLength(1);

    const polls = proxy.requests.length;
    await alertmanager.post([alert('TheNewOne'), ...many.slice(0, 3_000)]);
    desk.sources.poll(prod);
    await until('the new one is there', () => desk.changes.length === 2);
    expect(desk.changes[1]?.changes.map(({ kind, alarm }) => [kind, alarm.title])).toEqual([
      ['fired', 'TheNewOne is up'],
    ]);
    desk.sources.poll(prod);
    await until('it was polled again', () => proxy.requests.length >= polls + 4);
    await live(desk);
    expect(desk.changes).toHaveLength(2);
  });
});

/** The Prometheus connector against the real Prometheus, whose rules really fire. */
import { afterEach, describe, expect, test } from 'vitest';
import { toInstant } from '../../main/clock.ts';
import type { UpstreamAction } from '../../main/sources/connector.ts';
import type { AlarmStatus } from '../../preload/contract/common.ts';
import {
  firingRules,
  hasPrometheus,
  login,
  startAlertmanager,
  startPrometheus,
  until,
  watchdogRule,
  type AlertingRule,
  type PrometheusProgram,
} from '../support/prometheus-stack.ts';
import { configured, openSourceDesk, sourceId, type SourceDesk } from '../support/source-desk.ts';
import { startFaultyProxy, type FaultyProxy } from '../support/upstream-faults.ts';

const prod = sourceId('prod');
const hour = 3_600_000;
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

const closers: (() => Promise<void>)[] = [];
const later = <Thing extends { close(): Promise<void> }>(thing: Thing): Thing => {
  closers.push(() => thing.close());
  return thing;
};
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Said to be up for long, so that a test need not wait for the seventy seconds after a start. */
async function start(
  options: Partial<Parameters<typeof startPrometheus>[0]> = {},
): Promise<{ prometheus: PrometheusProgram; proxy: FaultyProxy }> {
  const prometheus = await startPrometheus({ alertmanagers: [], ...options });
  closers.push(() => prometheus.remove());
  const proxy = later(await startFaultyProxy(prometheus.url));
  proxy.olderMs = hour;
  return { prometheus, proxy };
}
const open = (proxy: FaultyProxy, settings: Record<string, string | boolean> = {}): SourceDesk =>
  later(
    openSourceDesk({
      sources: [configured({ kind: 'prometheus', settings: { url: proxy.url, ...settings } })],
    }),
  );

const isLive = (desk: SourceDesk): boolean => desk.sources.health(prod)?.freshness === 'live';
const reason = (desk: SourceDesk): string => desk.sources.health(prod)?.reason ?? '';
const statuses = (desk: SourceDesk): Record<string, AlarmStatus> =>
  Object.fromEntries(
    [...desk.alarms.active()].map(({ labels, status }) => [labels['alertname'] ?? '', status]),
  );
const bothFire = (desk: SourceDesk): Promise<unknown> =>
  until('both alarms fire, live', () => isLive(desk) && Object.keys(statuses(desk)).length === 2);

describe.skipIf(!hasPrometheus)('rules of a real Prometheus', () => {
  test('become alarms under the fingerprint of its Alertmanager, and resolve when the rule is gone', async () => {
    const alertmanager = await startAlertmanager();
    closers.push(() => alertmanager.remove());
    const broken: AlertingRule = { alert: 'Broken', expr: 'count_values("", vector(1)) > 0' };
    const { prometheus, proxy } = await start({
      alertmanagers: [alertmanager],
      rules: [...firingRules, broken],
    });
    const desk = open(proxy);
    await bothFire(desk);
    const checkout = [...desk.alarms.active()].find(({ service }) => service === 'checkout');
    expect(checkout).toMatchObject({
      severity: 'critical',
      title: 'Checkout fails for 20% of requests',
      runbookUrl: 'https://runbooks.example.org/checkout-error-rate',
      url: `${proxy.url}/graph?g0.expr=vector%280.2%29+%3E+0.05&g0.tab=1`,
    });
    const [source] = await desk.sources.list();
    expect(source).toMatchObject({ version: '2.42.0+ds', problem: null });
    expect(source?.remarks).toEqual([
      expect.stringMatching(/1 rule cannot be evaluated.*Broken.*invalid label name/),
    ]);
    const there = await until('Alertmanager has it', async () =>
      (await alertmanager.alerts()).find(({ labels }) => labels['service'] === 'checkout'),
    );
    expect(checkout?.refs['same']).toContain(`alertmanager:${there.fingerprint}`);

    await prometheus.setRules([watchdogRule]);
    await until('both resolve', () => Object.keys(statuses(desk)).length === 0);
    await until('it is live', () => isLive(desk));
  });

  test('that wait are shown when wanted, and fire as the same alarm', async () => {
    const rules = [{ alert: 'Slow', expr: 'vector(1)', for: '4s', labels: { severity: 'high' } }];
    const { proxy } = await start({ rules });
    const desk = open(proxy, { isPendingShown: true });
    await until('it is pending', () => statuses(desk)['Slow'] === 'suppressed');
    await until('it fires', () => statuses(desk)['Slow'] === 'firing');
    const kinds = desk.changes.flatMap(({ changes }) =>
      changes.map(({ kind, alarm }) => `${kind} ${alarm.severity}`),
    );
    expect(kinds).toEqual(['fired info', 'changed high']);
  });

  test('that fired and cleared unseen are told afterwards', async () => {
    const { prometheus, proxy } = await start({ rules: [watchdogRule] });
    const desk = open(proxy);
    await until('it is live', () => isLive(desk));
    desk.configure(desk.configured().map((each) => ({ ...each, intervalMs: hour })));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const from = toInstant(Date.now());
    const firing = async (): Promise<number> => {
      const answer = await fetch(`${prometheus.url}/api/v1/query?query=ALERTS`);
      const { data } = (await answer.json()) as { data: { result: unknown[] } };
      return data.result.length;
    };
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await prometheus.setRules(firingRules);
    await until('all rules fire', async () => (await firing()) === 3);
    await prometheus.setRules([watchdogRule]);
    await until('they cleared', async () => (await firing()) === 1);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const passed = await desk.sources
      .connector(prod)
      ?.passed?.(from, toInstant(Date.now()), signal());
    expect(passed?.incompleteReason).toBeNull();
    const names = passed?.episodes.map(({ alarm }) => alarm.labels['alertname']);
    expect(names?.toSorted()).toEqual(['CheckoutErrorRate', 'DiskFillingUp']);
    expect(statuses(desk)).toEqual({});
  });
});

describe.skipIf(!hasPrometheus)('a real Prometheus', () => {
  test('that is killed and comes back resolves nothing until it has settled', async () => {
    const { prometheus, proxy } = await start();
    const desk = open(proxy);
    await bothFire(desk);
    // One change where both rules were evaluated before a poll, else two.
    const known = desk.changes.length;
    await prometheus.stop();
    await until('the source is blind', () => !isLive(desk));
    expect(Object.keys(statuses(desk))).toHaveLength(2);
    proxy.olderMs = 0;
    await prometheus.start();
    await until('the restart is noticed', () => /started \d+ s ago/.test(reason(desk)));
    expect(Object.keys(statuses(desk))).toHaveLength(2);
    proxy.olderMs = hour;
    await bothFire(desk);
    expect(desk.changes).toHaveLength(known);
  });

  test('asks for its login, and a test of it says step by step what works', async () => {
    const { proxy } = await start({ hasLogin: true });
    const desk = later(openSourceDesk());
    const draft = (password: string) => ({
      kind: 'prometheus',
      name: 'Prometheus',
      intervalMs: 5_000,
      settings: { url: proxy.url, login: 'basic', user: login.user },
      secrets: { password },
    });
    await until('the rules are evaluated', async () => {
      const { steps } = await desk.sources.test(draft(login.password));
      return steps.some(({ name, outcome }) => name === 'rules' && outcome === 'ok');
    });
    const good = await desk.sources.test(draft(login.password));
    expect(good.steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'reach ok',
      'tls ok',
      'login ok',
      'read ok',
      'rules ok',
      'history ok',
      'write skipped',
      'clock ok',
      'version ok',
    ]);
    const bad = await desk.sources.test(draft('wrong-password-7'));
    expect(bad.isUsable).toBe(false);
    expect(bad.steps.at(-1)).toMatchObject({ name: 'login', outcome: 'failed' });
  });

  test('takes no acknowledgement, so it is kept here over a new start of Nightdesk', async () => {
    const { proxy } = await start();
    const desk = open(proxy);
    await bothFire(desk);
    const alarm = [...desk.alarms.active()].find(({ service }) => service === 'checkout');
    const actions = desk.sources.connector(prod)?.actions;
    if (alarm === undefined || !actions) throw new Error('nothing to acknowledge');
    const action: UpstreamAction = {
      kind: 'acknowledge',
      externalId: alarm.externalId,
      refs: alarm.refs,
      matchers: [],
      by: 'alice',
      note: 'looking',
      durationMs: hour,
    };
    const receipt = await actions.send(action, 'key', signal());
    await until('it shows', () => statuses(desk)['CheckoutErrorRate'] === 'acknowledged');
    expect(await actions.confirm(action, receipt, signal())).toBe(true);
    const second = later(
      openSourceDesk({ store: desk.store, sources: desk.configured(), isStarted: false }),
    );
    await desk.sources.stop();
    second.sources.start();
    await until('it is live', () => isLive(second));
    expect(statuses(second)['CheckoutErrorRate']).toBe('acknowledged');
    expect(statuses(second)['DiskFillingUp']).toBe('firing');
  });
});

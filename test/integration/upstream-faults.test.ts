/** Answers that must change nothing: all of them in a row, in front of the real Alertmanager, in one process. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Freshness } from '../../preload/contract/common.ts';
import {
  hasAlertmanager,
  startAlertmanager,
  until,
  type AlertmanagerProgram,
} from '../support/prometheus-stack.ts';
import { configured, openSourceDesk, sourceId, type SourceDesk } from '../support/source-desk.ts';
import {
  answer,
  faults,
  gzipBomb,
  startFaultyProxy,
  type Answer,
  type FaultyProxy,
} from '../support/upstream-faults.ts';

const prod = sourceId('prod');
const hour = 3_600_000;
const limits = {
  connectMs: 1_000,
  headersMs: 700,
  bodyMs: 700,
  totalMs: 3_000,
  maxBytes: 1_000_000,
};

const json = { 'content-type': 'application/json' };
const matrix: Record<string, Answer> = {
  ...faults,
  'a body past the limit': answer(`[${' '.repeat(1_100_000)}]`, json),
  'a small body that unpacks past the limit': gzipBomb(50_000_000),
  'a list of nothing readable': answer('[null, 1, "x", [], {}]', json),
  'a very deep JSON': answer('['.repeat(50_000) + ']'.repeat(50_000), json),
};

const expected: Partial<Record<keyof typeof faults, Freshness>> = {
  'a 401': 'unauthorized',
  'a 403': 'unauthorized',
  'a redirect to a login page elsewhere': 'unauthorized',
  'a 404': 'misconfigured',
  'a web page with status 200': 'misconfigured',
  'text instead of JSON': 'misconfigured',
  'an image': 'misconfigured',
  'another JSON than a list': 'misconfigured',
  'a null': 'misconfigured',
  'an unknown encoding': 'misconfigured',
  'a redirect in a circle': 'misconfigured',
  'a redirect to nowhere': 'misconfigured',
};

describe.skipIf(!hasAlertmanager)('an answer that must change nothing', () => {
  let alertmanager: AlertmanagerProgram;
  let proxy: FaultyProxy;
  let desk: SourceDesk;
  const strays: unknown[] = [];
  const catchStray = (error: unknown): void => {
    strays.push(error);
  };

  const alarmRows = (): unknown[] =>
    desk.store.connection.prepare('SELECT * FROM alarm ORDER BY id').all();
  const health = () => {
    const found = desk.sources.health(prod);
    if (found === undefined) throw new Error('the source is not known');
    return found;
  };
  const becomes = (freshness: Freshness): Promise<unknown> =>
    until(
      `the source is ${freshness}, not ${health().freshness}: ${health().reason}`,
      () => health().freshness === freshness,
    );

  beforeAll(async () => {
    process.on('uncaughtExceptionMonitor', catchStray);
    alertmanager = await startAlertmanager();
    proxy = await startFaultyProxy(alertmanager.url);
    proxy.olderMs = hour;
    const startsAt = new Date(Date.now() - hour).toISOString();
    const endsAt = new Date(Date.now() + hour).toISOString();
    await alertmanager.post(
      ['Watchdog', 'CheckoutErrorRate', 'DiskFillingUp'].map((alertname) => ({
        labels: { alertname, severity: 'critical', service: 'checkout' },
        startsAt,
        endsAt,
      })),
    );
    desk = openSourceDesk({
      sources: [configured({ settings: { urls: [proxy.url] } })],
      httpLimits: limits,
    });
    await becomes('live');
  });

  afterAll(async () => {
    await desk.close();
    await proxy.close();
    await alertmanager.remove();
    process.off('uncaughtExceptionMonitor', catchStray);
  });

  test('two alarms are known to begin with, and the heartbeat is none', () => {
    expect([...desk.alarms.active()].map(({ title }) => title).toSorted()).toEqual([
      'CheckoutErrorRate',
      'DiskFillingUp',
    ]);
  });

  test.each(Object.entries(matrix))('%s', async (name, fault) => {
    const before = alarmRows();
    const changes = desk.changes.length;
    proxy.fault = fault;
    desk.sources.poll(prod);
    await becomes(expected[name as keyof typeof faults] ?? 'unreachable');
    expect(health().reason).toMatch(/.{10,}/);
    expect(health().next).toMatch(/.{5,}/);
    expect(alarmRows()).toEqual(before);
    expect(desk.changes).toHaveLength(changes);

    proxy.fault = null;
    desk.sources.poll(prod);
    await becomes('live');
    expect(health().reason).toBeNull();
    expect(alarmRows()).toEqual(before);
    expect(desk.changes).toHaveLength(changes);
    expect(strays).toEqual([]);
  });

  test('an empty list right after a restart', async () => {
    const before = alarmRows();
    const changes = desk.changes.length;
    await alertmanager.stop();
    desk.sources.poll(prod);
    await becomes('unreachable');
    await alertmanager.start();
    proxy.olderMs = 0;
    await until('the restart is noticed', () => /started \d+ s ago/.test(health().reason ?? ''));
    expect(health().freshness).toBe('unreachable');
    expect(await alertmanager.alerts()).toEqual([]);
    expect(alarmRows()).toEqual(before);
    expect(desk.changes).toHaveLength(changes);
  });

  test('a list without the heartbeat', async () => {
    const before = alarmRows();
    proxy.olderMs = hour;
    await until('the heartbeat is missed', () =>
      /heartbeat alarm Watchdog is missing/.test(health().reason ?? ''),
    );
    expect(health().freshness).toBe('unreachable');
    expect(alarmRows()).toEqual(before);
    expect(strays).toEqual([]);
  });

  test('wrong types in one alarm: it is shown as unreadable, the others live', async () => {
    const alert = (fingerprint: string, labels: unknown) => ({
      fingerprint,
      labels,
      annotations: {},
      startsAt: new Date().toISOString(),
      status: { state: 'active', silencedBy: [], inhibitedBy: [] },
    });
    proxy.fault = answer(
      JSON.stringify([
        alert('000000000000000a', { alertname: 'Watchdog' }),
        alert('000000000000000b', { alertname: 'Whole', severity: 'high' }),
        alert('000000000000000c', { alertname: 'Torn', severity: 7 }),
      ]),
    );
    desk.sources.poll(prod);
    await becomes('live');
    const active = [...desk.alarms.active()];
    expect(active.find(({ title }) => title === 'Whole')?.unreadableReason).toBeNull();
    expect(active.find(({ title }) => title.startsWith('Torn'))?.unreadableReason).toMatch(
      /severity/,
    );
  });
});

/**
 * Everything that an Alertmanager, or what stands in front of it, may answer instead of its alarms, one after the other at
 * one desk: each makes it blind in plain words, none changes an alarm, and none ends the process.
 */
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test, type Page } from '@playwright/test';
import { quietless, watching } from '../support/e2e/configuration.ts';
import { openDesk, type Desk } from '../support/e2e/desk.ts';
import { longAgoMs } from '../support/e2e/monitoring.ts';
import { stored } from '../support/store-file.ts';
import {
  hasAlertmanager,
  startAlertmanager,
  type AlertmanagerProgram,
  type PostedAlert,
} from '../support/prometheus-stack.ts';
import {
  answer,
  faults,
  gzipBomb,
  startFaultyProxy,
  type Answer,
  type FaultyProxy,
} from '../support/upstream-faults.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

test.skip(!hasAlertmanager, 'needs prometheus-alertmanager');

let alertmanager: AlertmanagerProgram;
let proxy: FaultyProxy;
let app: WebApp;

/** Prometheus repeats an alert with the time at which it began. */
const startsAt = new Date().toISOString();
const alerts: readonly PostedAlert[] = [
  { startsAt, labels: { alertname: 'PaymentsFail', severity: 'critical', service: 'payments' } },
  { startsAt, labels: { alertname: 'QueueGrows', severity: 'high', service: 'orders' } },
  { startsAt, labels: { alertname: 'DiskFills', severity: 'warning', service: 'search' } },
];
const names = alerts.map(({ labels }) => labels['alertname'] ?? '');

test.beforeAll(async () => {
  alertmanager = await startAlertmanager();
  await alertmanager.post(alerts);
  proxy = await startFaultyProxy(alertmanager.url);
  proxy.olderMs = longAgoMs;
  app = await startWebApp({ config: watching(proxy.url) });
});

test.afterAll(async () => {
  await app?.dispose();
  await proxy?.close();
  await alertmanager?.remove();
});

/** Past the limit of 96 MB. */
const pastLimit = 97 * 1024 * 1024;
/** Each takes as long as the time limit for it. */
const slow = ['an answer that stops half way', 'silence after the request'] as const;

const quick: Readonly<Record<string, Answer>> = {
  ...Object.fromEntries(
    Object.entries(faults).filter(([name]) => !slow.some((one) => one === name)),
  ),
  'a body past the limit': answer(Buffer.alloc(pastLimit, ' ')),
  'a small body that unpacks past the limit': gzipBomb(pastLimit),
};

/** The true list, with wrong types in one alert that keeps its identity. */
const withOneBroken: Answer = (response) => {
  void (async () => {
    const list = await alertmanager.alerts();
    const broken = list.map((alert) =>
      alert.labels['alertname'] === 'QueueGrows'
        ? { ...alert, startsAt: 17, labels: { ...alert.labels, pod: ['a', 'b'] } }
        : alert,
    );
    answer(JSON.stringify(broken))(response, response.req);
  })();
};

/** Notes every moment in which the window would have said that all is quiet. */
async function watchForQuiet(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    Reflect.set(window, '__quiet', 0);
    setInterval(() => {
      const words = `${document.title} ${document.querySelector('header')?.textContent ?? ''}`;
      if (/quiet/i.test(words) || document.body.textContent.includes('Nothing is firing')) {
        Reflect.set(window, '__quiet', Number(Reflect.get(window, '__quiet')) + 1);
      }
    }, 50);
  });
  return () => page.evaluate(() => Number(Reflect.get(window, '__quiet')));
}

async function pollNow(desk: Desk): Promise<void> {
  const before = proxy.requests.length;
  await desk.page.keyboard.press('Shift+P');
  await expect.poll(() => proxy.requests.length).toBeGreaterThan(before);
}

const isBlind = (desk: Desk): Promise<void> =>
  expect(desk.state).toContainText('blind on Production');
const isLive = (desk: Desk): Promise<void> => expect(desk.state).not.toContainText('blind');

async function expectSameAlarms(desk: Desk): Promise<void> {
  const rows = stored<{ title: string; status: string }>(
    app.dataFolder,
    'SELECT title, status FROM alarm ORDER BY id',
  );
  expect(rows.map(({ status }) => status)).toEqual(names.map(() => 'firing'));
  await expect(desk.state).toContainText('3 firing');
}

test('no answer makes the desk quiet, takes an alarm away, or ends the process', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const quietMoments = await watchForQuiet(page);
  const desk = await openDesk(page, app.url);
  for (const name of names) await expect(desk.rows(name)).toBeVisible();
  const episodes = stored(app.dataFolder, 'SELECT * FROM episode ORDER BY id');

  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(desk.screen.getByRole('heading', { name: 'Sources', level: 1 })).toBeVisible();
  const reason = desk.screen.getByRole('list', { name: 'Sources' });

  for (const [name, fault] of Object.entries(quick)) {
    await test.step(name, async () => {
      proxy.fault = fault;
      await pollNow(desk);
      await isBlind(desk);
      await expect(page).toHaveTitle(/^\? 1 critical blind/);
      // Plain words: what it was and what to do, never a stack or an internal name.
      await expect(reason).toContainText(/127\.0\.0\.1/);
      await expect(reason).not.toContainText(/undefined|\[object|Error:|UND_ERR|ZodError/);
      await expectSameAlarms(desk);
      proxy.fault = null;
      await pollNow(desk);
      await isLive(desk);
    });
  }

  await test.step('wrong types in one alert', async () => {
    proxy.fault = withOneBroken;
    await pollNow(desk);
    await expect(desk.state).toContainText('1 unreadable');
    await isLive(desk);
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    for (const name of names) await expect(desk.rows(name)).toBeVisible();
    await expect(desk.rows('QueueGrows')).toContainText('unreadable');
    await expect(desk.rows('DiskFills')).not.toContainText('unreadable');
    proxy.fault = null;
    await expect(desk.state).not.toContainText('unreadable');
    await expectSameAlarms(desk);
    await page.keyboard.press('g');
    await page.keyboard.press('s');
  });

  await test.step('an empty list right after a restart', async () => {
    await alertmanager.stop();
    proxy.olderMs = 0;
    proxy.fault = null;
    await alertmanager.start();
    expect(await alertmanager.alerts()).toEqual([]);
    await pollNow(desk);
    await expect(reason).toContainText(/started \d+ s ago/);
    // However often it is asked: within its first minute an empty list proves nothing.
    for (let poll = 0; poll < 3; poll += 1) {
      await pollNow(desk);
      await wait(300);
    }
    await isBlind(desk);
    await expectSameAlarms(desk);
    await alertmanager.post(alerts);
    proxy.olderMs = longAgoMs;
    await pollNow(desk);
    await wait(200);
    await pollNow(desk);
    await isLive(desk);
    await expectSameAlarms(desk);
  });

  expect(app.process.exitCode).toBeNull();
  expect(await quietMoments()).toBe(0);
  expect(stored(app.dataFolder, 'SELECT * FROM episode ORDER BY id')).toEqual(episodes);
});

test('a connection that hangs, before its answer or within it, is blind and takes no alarm away', async ({
  page,
}) => {
  const proxies = await Promise.all([1, 2].map(() => startFaultyProxy(alertmanager.url)));
  const sources = proxies.map((one, index) => {
    one.olderMs = longAgoMs;
    const settings = { urls: [one.url] };
    const name = `Place ${index + 1}`;
    return { id: `place-${index}`, kind: 'alertmanager', name, intervalMs: 5_000, settings };
  });
  const held: ServerResponse[] = [];
  const other = await startWebApp({ config: { ...quietless, sources } });
  try {
    const desk = await openDesk(page, other.url);
    // Both read the same Alertmanager: each alarm is one row with two origins.
    await expect(desk.state).toContainText('3 firing');
    await isLive(desk);
    for (const [index, name] of slow.entries()) {
      const one = proxies[index];
      if (one === undefined) continue;
      one.fault = (response) => {
        held.push(response);
        faults[name](response);
      };
    }
    await expect(desk.state).toContainText('blind on 2 sources', { timeout: 60_000 });
    await expect(desk.state).toContainText('3 firing');
    await expect(desk.rows('last known')).toHaveCount(3);
    for (const one of proxies) one.fault = null;
    for (const response of held) response.destroy();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await expect(desk.screen.getByRole('heading', { name: 'Sources', level: 1 })).toBeVisible();
    await page.keyboard.press('Shift+P');
    await expect(desk.state).not.toContainText('blind', { timeout: 60_000 });
    await expect(desk.state).toContainText('3 firing');
  } finally {
    await other.dispose();
    for (const one of proxies) await one.close();
  }
});

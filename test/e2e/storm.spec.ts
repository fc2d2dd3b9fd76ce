/** Ten thousand alarms at once: everything that works with ten still works. Times are the business of the benchmarks. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { watching } from '../support/e2e/configuration.ts';
import { openDesk } from '../support/e2e/desk.ts';
import { longAgoMs } from '../support/e2e/monitoring.ts';
import {
  hasAlertmanager,
  startAlertmanager,
  type AlertmanagerProgram,
  type PostedAlert,
} from '../support/prometheus-stack.ts';
import { syntheticAlerts } from '../support/synthetic-alerts.ts';
import { startFaultyProxy, type FaultyProxy } from '../support/upstream-faults.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

test.skip(!hasAlertmanager, 'needs prometheus-alertmanager');

const count = 10_000;
const chunk = 1_000;
/** Far above what the rows in sight, their words and one alarm need; far below ten thousand rows. */
const mostElements = 3_000;
/** With the runtime, the answer being read and all that SQLite keeps. A leak of copies is far above. */
const mostMegabytes = 900;

let alertmanager: AlertmanagerProgram;
let proxy: FaultyProxy;
let app: WebApp;

test.beforeAll(async () => {
  alertmanager = await startAlertmanager();
  const alerts = syntheticAlerts(count, Date.now()) as unknown as PostedAlert[];
  for (let from = 0; from < count; from += chunk) {
    await alertmanager.post(
      alerts.slice(from, from + chunk).map(({ labels, annotations, startsAt }) => ({
        labels,
        annotations: annotations ?? {},
        startsAt: startsAt ?? '',
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      })),
    );
  }
  proxy = await startFaultyProxy(alertmanager.url);
  proxy.olderMs = longAgoMs;
  app = await startWebApp({ config: watching(proxy.url) });
});

test.afterAll(async () => {
  await app?.dispose();
  await proxy?.close();
  await alertmanager?.remove();
});

/** Of the whole process, as the system counts it; 0 where there is no /proc. */
function residentMegabytes(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

test('ten thousand alarms are listed, filtered, marked and acknowledged, and the acknowledgements arrive', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const desk = await openDesk(page, app.url);
  await expect(desk.state).toContainText('10,000 firing', { timeout: 60_000 });
  await expect(desk.screen).toContainText('10,000 alarms');
  const elements = (): Promise<number> =>
    page.evaluate(() => document.querySelectorAll('*').length);
  expect(await elements()).toBeLessThan(mostElements);

  await test.step('the cursor reaches both ends of the list', async () => {
    await desk.list.focus();
    await page.keyboard.press('End');
    await expect(desk.cursor).toBeInViewport();
    const last = await desk.cursor.textContent();
    await page.keyboard.press('Home');
    await expect(desk.cursor).toBeInViewport();
    expect(await desk.cursor.textContent()).not.toBe(last);
    await expect(desk.detail.getByRole('heading', { level: 2 }).first()).toBeVisible();
  });

  await test.step('a filter leaves what it says', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('service=checkout severity=critical instance 40');
    await expect(desk.screen).toContainText(/\d+ alarms?, [\d,]+ hidden/);
    await expect(desk.rows().first()).toBeVisible();
    for (const row of await desk.rows().all()) await expect(row).toContainText('Critical');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await expect(desk.screen).toContainText('10,000 alarms');
    await page.keyboard.press('Escape');
  });

  await test.step('all are marked and acknowledged, after it was said how many', async () => {
    await desk.list.focus();
    await page.keyboard.press('ControlOrMeta+a');
    await expect(desk.screen).toContainText('10,000 marked');
    await page.keyboard.press('a');
    await expect(desk.dialog).toContainText('Acknowledge 10,000 alarms?');
    await expect(desk.dialog).toContainText('and 9,994 more');
    await desk.dialog.getByRole('button', { name: /^Acknowledge 10,000 alarms/ }).press('Enter');
    await expect(desk.dialog).toBeHidden();
    await expect(desk.state).toContainText('10,000 acknowledged', { timeout: 120_000 });
  });

  // Past Nightdesk: no alarm there is left without a silence of ours.
  const there = await alertmanager.alerts();
  expect(there).toHaveLength(count);
  expect(there.filter(({ status }) => status.silencedBy.length === 0)).toEqual([]);
  expect(await elements()).toBeLessThan(mostElements);
  expect(residentMegabytes(app.process.pid)).toBeLessThan(mostMegabytes);
});

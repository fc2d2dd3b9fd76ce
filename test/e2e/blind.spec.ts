/** An Alertmanager that goes away: the desk says that it cannot look, keeps what it knew, and invents nothing. */
import { expect, test } from '@playwright/test';
import { pollMs, watching } from '../support/e2e/configuration.ts';
import { favicon, openDesk } from '../support/e2e/desk.ts';
import { longAgoMs, startMonitoring, type Monitoring } from '../support/e2e/monitoring.ts';
import { stored } from '../support/store-file.ts';
import { firingRules, hasPrometheus, startAlertmanager } from '../support/prometheus-stack.ts';
import { startFaultyProxy } from '../support/upstream-faults.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

test.skip(!hasPrometheus, 'needs prometheus and prometheus-alertmanager');

let monitoring: Monitoring;
let app: WebApp;

test.beforeAll(async () => {
  monitoring = await startMonitoring(firingRules);
  app = await startWebApp({ config: watching(monitoring.proxy.url) });
});

test.afterAll(async () => {
  await app?.dispose();
  await monitoring?.close();
});

interface StoredEpisode {
  readonly alarm_id: number;
  readonly ended_at: string | null;
}
interface StoredDecision {
  readonly alarm_id: number | null;
  readonly occasion: string;
}

test('an Alertmanager that stops makes the desk blind within two polls, and its return resolves and repeats nothing', async ({
  page,
}) => {
  const desk = await openDesk(page, app.url);
  await expect(desk.rows(/Checkout fails/)).toBeVisible();
  await expect(desk.rows(/DiskFillingUp/)).toBeVisible();
  await expect(desk.state).toContainText('1 critical');
  await expect(desk.state).not.toContainText('blind');
  expect(await page.title()).not.toContain('blind');
  const clearIcon = await favicon(page);
  const episodes = stored<StoredEpisode>(app.dataFolder, 'SELECT * FROM episode');
  expect(episodes).toHaveLength(2);

  await monitoring.alertmanager.stop();
  // Two polls, and what the last one takes.
  await expect(desk.state).toContainText('blind on Production', { timeout: 2 * pollMs + 2_000 });
  await expect(page).toHaveTitle(/^\? 1 critical blind on Production/);
  expect(await favicon(page)).not.toBe(clearIcon);
  await expect(desk.list).toContainText(/Production.*(cannot|blind|last known)/i);
  await expect(page.locator('body')).not.toContainText(/\bquiet\b/i);

  for (const name of [/Checkout fails/, /DiskFillingUp/]) {
    await expect(desk.rows(name)).toContainText('last known');
  }
  await expect(desk.detail).toContainText(/cannot be looked at, so this is the last known/);
  await expect(desk.detail).toContainText(/, \d+ (s|min) old/);

  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(desk.screen.getByRole('heading', { name: 'Runbooks', level: 1 })).toBeVisible();
  await desk.screen.getByText('A disk of this computer', { exact: false }).first().click();
  await expect(desk.screen.getByRole('checkbox').first()).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('t');

  await monitoring.alertmanager.start();
  await expect(desk.state).not.toContainText('blind', { timeout: 60_000 });
  await expect(desk.state).toContainText('1 critical');
  await expect(page).toHaveTitle(/^1 critical/);
  expect(await favicon(page)).toBe(clearIcon);
  for (const name of [/Checkout fails/, /DiskFillingUp/]) {
    await expect(desk.rows(name)).not.toContainText('last known');
  }

  await app.stop();
  // The same two lives of the same two alarms: none ended, none began.
  const after = stored<StoredEpisode>(app.dataFolder, 'SELECT * FROM episode');
  expect(after).toEqual(episodes);
  const decisions = stored<StoredDecision>(
    app.dataFolder,
    'SELECT alarm_id, occasion FROM decision WHERE alarm_id IS NOT NULL',
  );
  expect(decisions.filter(({ occasion }) => occasion !== 'reminder')).toEqual(
    episodes.map(({ alarm_id }) => ({ alarm_id, occasion: 'fired' })),
  );
});

test('a quiet desk that loses its sight is not quiet any more, anywhere', async ({ page }) => {
  const alertmanager = await startAlertmanager();
  const proxy = await startFaultyProxy(alertmanager.url);
  proxy.olderMs = longAgoMs;
  const other = await startWebApp({ config: watching(proxy.url) });
  try {
    const desk = await openDesk(page, other.url);
    await expect(desk.state).toContainText('Quiet');
    await expect(page).toHaveTitle(/^Quiet/);
    await expect(desk.screen).toContainText('Nothing is firing');
    const quietIcon = await favicon(page);

    await alertmanager.stop();
    await expect(desk.state).toContainText('blind on Production', { timeout: 2 * pollMs + 2_000 });
    await expect(page).toHaveTitle(/^\? nothing known to fire blind on Production/);
    await expect(desk.screen).toContainText('Cannot look');
    await expect(page.locator('body')).not.toContainText(/\bquiet\b|Nothing is firing/i);
    expect(await favicon(page)).not.toBe(quietIcon);
  } finally {
    await other.dispose();
    await proxy.close();
    await alertmanager.remove();
  }
});

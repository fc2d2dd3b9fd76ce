/** A fresh start: three choices, and what each leads to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { openDesk } from '../support/e2e/desk.ts';
import { longAgoMs } from '../support/e2e/monitoring.ts';
import { hasAlertmanager, login, startAlertmanager } from '../support/prometheus-stack.ts';
import { startFaultyProxy } from '../support/upstream-faults.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

let app: WebApp;

test.beforeEach(async () => {
  app = await startWebApp();
});
test.afterEach(() => app.dispose());

test('a fresh start offers a source, a drill, or this computer', async ({ page }) => {
  await openDesk(page, app.url);
  const choices = page.getByRole('list', { name: 'How to begin' });
  await expect(choices.getByRole('listitem')).toHaveCount(3);
  await expect(choices).toContainText('Connect a source');
  await expect(choices).toContainText('Run a drill');
  await expect(choices).toContainText('npm start -- --drill');
  await expect(choices).toContainText('Look at this computer only');
});

test('this computer alone is watched at once, and the choice is asked once', async ({ page }) => {
  const desk = await openDesk(page, app.url);
  await page.getByRole('button', { name: /^Begin/ }).click();
  await expect(desk.screen.getByRole('heading', { name: 'Triage' })).toBeAttached();
  await expect(page.getByRole('list', { name: 'Sources' })).toContainText('This computer');
  await expect(desk.state).not.toContainText('blind');
  await page.reload();
  await expect(desk.screen.getByRole('heading', { name: 'Triage' })).toBeAttached();
  await expect(page.getByRole('list', { name: 'How to begin' })).toHaveCount(0);
});

test('a source is connected by its form: tested, saved, and read', async ({ page }) => {
  test.skip(!hasAlertmanager, 'needs prometheus-alertmanager');
  const alertmanager = await startAlertmanager({ hasLogin: true });
  const proxy = await startFaultyProxy(alertmanager.url);
  proxy.olderMs = longAgoMs;
  try {
    await alertmanager.post([
      { labels: { alertname: 'PaymentsFail', severity: 'critical', service: 'payments' } },
    ]);
    const desk = await openDesk(page, app.url);
    const { screen } = desk;
    await page.getByRole('button', { name: /^Connect/ }).click();
    await screen.getByRole('link', { name: /^Prometheus Alertmanager/ }).click();
    await screen.getByLabel(/^Name/).fill('Production');
    await screen.getByLabel(/^Addresses/).fill(proxy.url);
    await screen.getByRole('combobox', { name: /^Login/ }).click();
    await page.getByRole('option', { name: 'basic' }).click();
    await screen.getByLabel(/^User name/).fill(login.user);
    await screen.getByLabel(/^Password/).fill('not this one');
    const report = screen.getByRole('region', { name: /^Test/ });
    await screen.getByRole('button', { name: /^Test/ }).click();
    await expect(report).toContainText('It cannot be used like this.');
    await expect(report.getByRole('listitem').filter({ hasText: 'Login' })).toContainText('Failed');

    await screen.getByLabel(/^Password/).fill(login.password);
    await screen.getByRole('button', { name: /^Test/ }).click();
    await expect(report).toContainText('It works');
    const step = (name: string) => report.getByRole('listitem').filter({ hasText: name });
    for (const name of ['Reach it', 'Login', 'Read alarms'])
      await expect(step(name)).toContainText('OK');
    await expect(step('Read alarms')).toContainText('1 alarm');
    await expect(step('Acknowledge and silence')).toBeVisible();

    await screen.getByRole('button', { name: /^Save and poll/ }).click();
    await expect(screen.getByRole('list', { name: 'Sources' })).toContainText('Production');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await expect(desk.rows('PaymentsFail')).toContainText('Production');
    await expect(desk.state).toContainText('1 critical');
  } finally {
    await proxy.close();
    await alertmanager.remove();
  }
  const file = readFileSync(join(app.dataFolder, 'nightdesk.json'), 'utf8');
  expect(file).toContain('Production');
  expect(file).not.toMatch(/password/i);
});

/** An alarm that nothing names: its suggestions, what a person says of them, at the desk and at 4 AM, and the report. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { violations } from '../support/e2e/accessible.ts';
import { watching } from '../support/e2e/configuration.ts';
import { openDesk } from '../support/e2e/desk.ts';
import { handsOn } from '../support/e2e/keyboard.ts';
import { longAgoMs } from '../support/e2e/monitoring.ts';
import {
  hasAlertmanager,
  startAlertmanager,
  type AlertmanagerProgram,
} from '../support/prometheus-stack.ts';
import { startFaultyProxy, type FaultyProxy } from '../support/upstream-faults.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

test.skip(!hasAlertmanager, 'needs prometheus-alertmanager');

const text = 'Look at the lag of the replica, and at what the primary does meanwhile. '.repeat(9);
const lag = `---\nreviewed: 2024-01-01\n---\n\n# Replica lag of the orders database\n\n${text}\n\n1. Read the lag of the replica.\n`;
const service = `# Database\n\n${text}\n\n1. Call the owner of the database.\n`;

let folder: string;
let alertmanager: AlertmanagerProgram;
let proxy: FaultyProxy;
let app: WebApp;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-runbooks-'));
  mkdirSync(join(folder, 'database'));
  writeFileSync(join(folder, 'database', 'replica-lag.md'), lag);
  writeFileSync(join(folder, 'database', 'README.md'), service);
  alertmanager = await startAlertmanager();
  await alertmanager.post([
    {
      labels: { alertname: 'OrdersReplicaLagHigh', service: 'database', severity: 'critical' },
      annotations: { runbook_url: 'docs/never/written.md' },
      startsAt: new Date(Date.now() - 60_000).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    },
  ]);
  proxy = await startFaultyProxy(alertmanager.url);
  proxy.olderMs = longAgoMs;
  app = await startWebApp({ config: watching(proxy.url, { runbookFolders: [folder] }) });
});

test.afterAll(async () => {
  await app?.dispose();
  await proxy?.close();
  await alertmanager?.remove();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test('a suggestion is hidden, brought back and bound, by keyboard, with its reason in sight', async ({
  page,
}) => {
  const hands = await handsOn(page);
  const desk = await openDesk(page, app.url);
  await expect(desk.rows('OrdersReplicaLagHigh')).toBeVisible({ timeout: 30_000 });
  const card = desk.detail.getByRole('region', { name: /^Runbook/ });
  await expect(card).toContainText('Replica lag of the orders database');
  await expect(card).toContainText('suggestion, words: orders, replica, lag');
  await expect(card).toContainText('Read the lag of the replica.');
  await expect(card).toContainText('Its link docs/never/written.md opens no runbook');

  await hands.press('Shift+N');
  await expect(card).toContainText('Call the owner of the database.');
  const said = card.getByRole('list', { name: 'What was said about runbooks' });
  await expect(said).toContainText('hidden from every OrdersReplicaLagHigh');
  await hands.use(said.getByRole('button', { name: 'take back' }));
  await expect(card).toContainText('Read the lag of the replica.');
  await expect(said).toHaveCount(0);

  await hands.use(card.getByRole('button', { name: 'The right one' }));
  await expect(card).toContainText('you said that it is the one');
  await expect(said).toContainText('bound to every OrdersReplicaLagHigh');
  expect(await violations(page)).toEqual([]);
  await hands.use(said.getByRole('button', { name: 'take back' }));
  await expect(card).toContainText('suggestion, words');
  await hands.expectNoPointer();
});

test('at 4 AM the next one takes the place of the wrong one', async ({ page }) => {
  const hands = await handsOn(page);
  const desk = await openDesk(page, app.url);
  await expect(desk.rows('OrdersReplicaLagHigh')).toBeVisible({ timeout: 30_000 });
  await page.evaluate(() => {
    window.location.hash = '/four-am';
  });
  await expect(page.getByRole('heading', { name: 'Read the lag of the replica.' })).toBeVisible();
  await expect(page.getByText(/^suggested, not certain/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Not this one' })).toBeVisible();
  await hands.press('Shift+N');
  await expect(
    page.getByRole('heading', { name: 'Call the owner of the database.' }),
  ).toBeVisible();
  await hands.use(page.getByRole('button', { name: 'Undo' }));
  await expect(page.getByRole('heading', { name: 'Read the lag of the replica.' })).toBeVisible();
});

test('the report says what to do, and leads to the alarm', async ({ page }) => {
  const hands = await handsOn(page);
  const desk = await openDesk(page, app.url);
  await hands.press('g', 'r');
  await expect(desk.screen.getByRole('heading', { name: 'Runbooks', level: 1 })).toBeVisible();
  await hands.press('h');
  const findings = desk.screen.getByRole('region', { name: 'All findings' });
  await expect(findings).toContainText('leads to no runbook: docs/never/written.md');
  await expect(findings).toContainText('Last reviewed on 2024-01-01');
  expect(await violations(page)).toEqual([]);
  await hands.use(desk.screen.getByRole('button', { name: /^Dead links \d/ }));
  await expect(desk.screen.getByRole('region', { name: 'Dead links', exact: true })).toBeVisible();
  await hands.use(desk.screen.getByRole('link', { name: 'OrdersReplicaLagHigh' }).first());
  await expect(desk.detail.getByRole('heading', { name: 'OrdersReplicaLagHigh' })).toBeVisible();
  await hands.expectNoPointer();
});

test('a row of a table that is about the alarm is marked and in sight', async ({ page }) => {
  const rows = Array.from(
    { length: 60 },
    (_, index) => `| \`SlaAlarm${index}Low\` | Act ${index} |`,
  );
  writeFileSync(
    join(folder, 'alarms.md'),
    `# Alarms of the SLA\n\n| Alarm | What to do |\n|---|---|\n${rows.join('\n')}\n`,
  );
  await alertmanager.post([
    {
      labels: { alertname: 'SlaAlarm50Low', severity: 'critical' },
      startsAt: new Date(Date.now() - 60_000).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    },
  ]);
  const hands = await handsOn(page);
  const desk = await openDesk(page, app.url);
  const row = desk.rows('SlaAlarm50Low');
  await expect(row).toBeVisible({ timeout: 30_000 });
  await row.click();
  await expect(desk.detail).toContainText('a table row names the alarm');
  await hands.press('r');
  const own = page.getByRole('row', { name: 'SlaAlarm50Low Act 50' });
  await expect(own).toHaveAttribute('aria-current', 'true');
  await expect(own).toBeInViewport();
  expect(await violations(page)).toEqual([]);
});

/** An Alertmanager that goes away, as the Electron shell shows it outside the window: in the tray and on the badge. */
import { expect, test } from '@playwright/test';
import { startDouble, type DoubleApp } from '../support/double-app.ts';
import type { World } from '../support/electron-double/world.ts';
import { pollMs, watching } from '../support/e2e/configuration.ts';
import { startMonitoring, type Monitoring } from '../support/e2e/monitoring.ts';
import { firingRules, hasPrometheus } from '../support/prometheus-stack.ts';

test.skip(!hasPrometheus, 'needs prometheus and prometheus-alertmanager');

let monitoring: Monitoring;
let app: DoubleApp;

test.beforeAll(async () => {
  monitoring = await startMonitoring(firingRules);
  app = startDouble({ config: watching(monitoring.proxy.url) });
});

test.afterAll(async () => {
  await app?.dispose();
  await monitoring?.close();
});

const tray = async (): Promise<World['tray']> => (await app.look()).tray;

test('an Alertmanager that stops is blind in the tray within two polls, beside what was known', async () => {
  await expect
    .poll(async () => (await tray()).toolTip, { timeout: 30_000 })
    .toContain('1 critical, sight clear');
  const clear = await app.look();
  expect(clear.tray.title).not.toContain('?');
  const pages = clear.notifications.filter(({ urgency }) => urgency === 'critical');
  expect(pages).toHaveLength(1);

  await monitoring.alertmanager.stop();
  await expect
    .poll(async () => (await tray()).toolTip, { timeout: 2 * pollMs + 2_000 })
    .toContain('Blind: Production; 1 critical');
  const blind = await app.look();
  expect(blind.tray.icon).not.toBe(clear.tray.icon);
  expect(blind.tray.menu[0]?.label).toContain('Blind: Production; 1 critical');
  expect(blind.badgeCount).toBe(clear.badgeCount);

  await monitoring.alertmanager.start();
  await expect
    .poll(async () => (await tray()).toolTip, { timeout: 60_000 })
    .toContain('1 critical, sight clear');
  const after = await app.look();
  expect(after.tray.icon).toBe(clear.tray.icon);
  // Nobody is told a second time that it fires.
  const texts = after.notifications.map(({ title }) => title);
  expect(texts.filter((title) => title === pages[0]?.title)).toHaveLength(1);
});

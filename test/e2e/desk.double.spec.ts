/** The Electron shell on the test double: its windows, its tray, and a core that is lost. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startWebApp } from '../support/web-app.ts';
import { startDouble, type DoubleApp, type DoubleOptions } from '../support/double-app.ts';

const apps: DoubleApp[] = [];
const start = (options?: DoubleOptions): DoubleApp => {
  const app = startDouble(options);
  apps.push(app);
  return app;
};

test.afterEach(async () => {
  const info = test.info();
  for (const app of apps.splice(0).toReversed()) {
    if (info.status !== info.expectedStatus) {
      await info.attach('output', { body: app.output(), contentType: 'text/plain' });
      const log = join(app.dataFolder, 'nightdesk.log');
      if (existsSync(log)) await info.attach('log', { path: log });
    }
    await app.dispose();
  }
});

const toolTip = async (app: DoubleApp): Promise<string> => (await app.look()).tray.toolTip;

test('the window is a guest: sandboxed, isolated, without Node, and sees nothing of the bridge', async () => {
  const app = start();
  const page = await app.page();
  const { windows, isSandboxEnabled, privileges } = await app.look();
  expect(isSandboxEnabled).toBe(true);
  expect(privileges.app).toMatchObject({ standard: true, secure: true });
  expect(privileges.app).not.toHaveProperty('bypassCSP');
  expect(windows[0]?.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webviewTag: false,
    webSecurity: true,
    spellcheck: false,
  });
  const seen = await page.evaluate(() =>
    ['require', 'process', 'module', 'electron', 'ipcRenderer', 'nightdesk'].filter(
      (name) => name in window,
    ),
  );
  expect(seen).toEqual([]);
});

test('the page loads over our own scheme, under the policy, without a violation', async () => {
  const app = start();
  const page = await app.page();
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
  const reply = await page.reload({ waitUntil: 'load' });
  const headers = reply?.headers() ?? {};
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
  expect(headers['content-security-policy']).toContain("connect-src 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  await page.waitForTimeout(1_000);
  expect(violations).toEqual([]);
});

test('the tray is blind before the core has spoken', async () => {
  const app = start();
  await expect.poll(() => toolTip(app).catch(() => '')).toContain('Blind');
});

for (const how of ['killCore', 'hangCore'] as const) {
  test(`a core that is lost (${how}) is blind in tray and menu, and comes back`, async () => {
    test.setTimeout(90_000);
    const app = start();
    await app.page();
    await expect.poll(() => toolTip(app)).not.toMatch(/Nightdesk itself/);
    app.harmCore(how);
    await expect.poll(() => toolTip(app), { timeout: 12_000 }).toMatch(/Nothing is being watched/);
    const { tray } = await app.look();
    expect(tray.menu[0]?.label).toContain('Blind: Nightdesk itself');
    expect(tray.title).not.toBe('0');
    await expect.poll(() => toolTip(app), { timeout: 45_000 }).not.toMatch(/Nightdesk itself/);
  });
}

test('closing the window keeps watching in the tray, and says so once', async () => {
  const app = start();
  await app.page();
  expect(await app.act('closeWindow')).toBe(false);
  await expect.poll(async () => (await app.look()).notifications.length).toBe(1);
  let world = await app.look();
  expect(world.windows[0]).toMatchObject({ isVisible: false, isDestroyed: false });
  expect(world.notifications[0]?.title).toContain('keeps watching');
  await app.act('clickTray');
  world = await app.look();
  expect(world.windows[0]).toMatchObject({ isVisible: true, isFocused: true });
  await app.act('closeWindow');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await app.look()).notifications).toHaveLength(1);
  await app.act('clickTrayMenu', 'Open Nightdesk');
  expect((await app.look()).windows[0]?.isVisible).toBe(true);
});

test('a second start shows the window of the first, and ends', async () => {
  const first = start();
  await first.page();
  await first.act('closeWindow');
  const second = start({ dataFolder: first.dataFolder });
  expect(await second.ended).toBe(0);
  await expect.poll(async () => (await first.look()).windows[0]?.isVisible).toBe(true);
});

test('a start on data that the web shell holds says who holds it, in a dialog, and ends', async () => {
  const web = await startWebApp();
  try {
    const app = start({ dataFolder: web.dataFolder });
    expect(await app.ended).toBe(1);
    expect(app.output()).toContain('Nightdesk could not start');
    expect(app.output()).toContain(`process ${web.process.pid}`);
  } finally {
    await web.dispose();
  }
});

test('quitting from the tray ends everything in order', async () => {
  const app = start();
  await app.page();
  await app.act('clickTrayMenu', 'Quit and stop watching');
  expect(await app.ended).toBe(0);
});

test('the window comes back where it was', async () => {
  const app = start();
  await app.page();
  await app.act('closeWindow');
  const file = join(app.dataFolder, 'window.json');
  const state = JSON.parse(readFileSync(file, 'utf8')) as { bounds: object };
  expect(state).toMatchObject({ hasSeenTrayHint: true, bounds: { width: 1_360 } });
  await app.act('quit');
  await app.ended;
  writeFileSync(
    file,
    JSON.stringify({ ...state, bounds: { x: 5, y: 6, width: 1_000, height: 700 } }),
  );
  const again = start({ dataFolder: app.dataFolder });
  await again.page();
  expect((await again.look()).windows[0]?.bounds).toEqual({
    x: 5,
    y: 6,
    width: 1_000,
    height: 700,
  });
});

test('sleep and waking reach the core', async () => {
  const app = start();
  await app.page();
  expect(await app.act('power', 'suspend')).toBe(true);
  expect(await app.act('power', 'resume')).toBe(true);
});

/** Hostile text in alarms and runbooks: it is shown, and does nothing. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { watching } from '../support/e2e/configuration.ts';
import { openDesk, type Desk } from '../support/e2e/desk.ts';
import { hostileRunbook, hostileTexts } from '../support/e2e/hostile.ts';
import { longAgoMs } from '../support/e2e/monitoring.ts';
import { expectNoOverflow, watchPage, type PageWatch } from '../support/e2e/watch-page.ts';
import {
  hasAlertmanager,
  startAlertmanager,
  type AlertmanagerProgram,
} from '../support/prometheus-stack.ts';
import { temporaryFolder } from '../support/store.ts';
import {
  answer,
  startFaultyProxy,
  type Answer,
  type FaultyProxy,
} from '../support/upstream-faults.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

test.skip(!hasAlertmanager, 'needs prometheus-alertmanager');

const cases = Object.entries(hostileTexts).map(([what, { text, isQuotable }], index) => ({
  what,
  text,
  isQuotable,
  alertname: `Hostile${index}`,
}));

let alertmanager: AlertmanagerProgram;
let proxy: FaultyProxy;
let app: WebApp;
const folder = temporaryFolder();

/** What Alertmanager checks before it takes it, a man in the middle does not: links that are none. */
const withHostileLinks: Answer = (response) => {
  void (async () => {
    const list = await alertmanager.alerts();
    const links = list.map((alert) => ({ ...alert, generatorURL: 'javascript:window.__pwned=1' }));
    answer(JSON.stringify(links))(response, response.req);
  })();
};

test.beforeAll(async () => {
  const runbooks = join(folder.path, 'runbooks');
  mkdirSync(runbooks);
  writeFileSync(
    join(runbooks, 'hostile.md'),
    hostileRunbook(cases.map(({ alertname }) => alertname)),
  );
  alertmanager = await startAlertmanager();
  await alertmanager.post(
    cases.map(({ text, alertname }) => ({
      labels: { alertname, severity: 'critical', service: text, value: text, pod: text },
      annotations: {
        summary: text,
        description: text,
        impact: text,
        runbook_url: text,
        dashboard_url: text,
      },
    })),
  );
  proxy = await startFaultyProxy(alertmanager.url);
  proxy.olderMs = longAgoMs;
  proxy.fault = withHostileLinks;
  app = await startWebApp({ config: watching(proxy.url, { runbookFolders: [runbooks] }) });
});

test.afterAll(async () => {
  await app?.dispose();
  await proxy?.close();
  await alertmanager?.remove();
  folder.remove();
});

let desk: Desk;
let watch: PageWatch;

test.beforeEach(async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  watch = await watchPage(page, app.url);
  desk = await openDesk(page, app.url);
  await expect(desk.state).toContainText(`${cases.length} firing`);
});

async function find(alertname: string): Promise<void> {
  const { page } = desk;
  await page.keyboard.press('/');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(`alertname=${alertname}`);
  await expect(desk.rows()).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(desk.detail).toContainText(alertname);
}

test('hostile labels and annotations run nothing, ask nobody, and keep the layout, on every screen', async ({
  page,
}) => {
  await expectNoOverflow(page);
  for (const { what, alertname } of cases) {
    await test.step(what, async () => {
      await find(alertname);
      await expectNoOverflow(page);
      // A link that is none is not followed.
      await page.keyboard.press('o');
      for (const key of ['s', 'i']) {
        await page.keyboard.press(key);
        await expect(desk.dialog).toBeVisible();
        await page.keyboard.press('Escape');
        await expect(desk.dialog).toBeHidden();
      }
      await page.keyboard.press('r');
      await expect(
        desk.screen.getByRole('region', { name: 'Steps', exact: true }).first(),
      ).toBeVisible();
      await expectNoOverflow(page);
      await page.keyboard.press('g');
      await page.keyboard.press('t');
      await expect(desk.list).toBeVisible();
      await watch.expectClean();
    });
  }
  expect(page.context().pages()).toHaveLength(1);
});

test('direction controls are spelled out, a NUL is a picture, and a long text is clipped', async () => {
  await find('Hostile11');
  await expect(desk.detail).toContainText('⟨U+202E⟩');
  await expect(desk.cursor).not.toContainText('\u202e');
  await find('Hostile13');
  await expect(desk.detail).toContainText('a␀b␇c');
  await find('Hostile14');
  const length = await desk.detail.evaluate((pane) => pane.textContent.length);
  expect(length).toBeLessThan(20_000);
  await watch.expectClean();
});

test('a copied command gives a program each of them as one argument, or leaves it out', async ({
  page,
}) => {
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  for (const { what, text, alertname, isQuotable } of cases) {
    await test.step(what, async () => {
      await find(alertname);
      await expect(desk.detail.getByRole('region', { name: /^Runbook/ })).toContainText('printf');
      await page.evaluate(() => navigator.clipboard.writeText('nothing yet'));
      await page.keyboard.press('y');
      await expect.poll(copied).toContain('printf');
      const command = await copied();
      if (!isQuotable) {
        expect(command).toMatch(/^printf '%s\\0' <value> "<value>" '<value>' /);
        return;
      }
      const place = join(folder.path, alertname);
      mkdirSync(place);
      const output = execFileSync('sh', ['-c', command], { cwd: place, encoding: 'utf8' });
      expect(output.split('\0').slice(0, -1)).toEqual([text, text, text, `x${text}y`]);
      expect(readdirSync(place)).toEqual([]);
    });
  }
});

test('a hostile runbook is words on the page, and its incident and postmortem are too', async ({
  page,
}) => {
  await find('Hostile0');
  await page.keyboard.press('r');
  const text = desk.screen.getByRole('region', { name: 'Text' });
  await expect(text).toContainText('Hostile');
  expect(await text.locator('script, iframe, form, style, object, embed').count()).toBe(0);
  const targets = await text
    .locator('a, img')
    .evaluateAll((all) =>
      all.map((one) => one.getAttribute('href') ?? one.getAttribute('src') ?? ''),
    );
  expect(targets.filter((target) => /^\s*(javascript|data|file):/i.test(target))).toEqual([]);
  await expectNoOverflow(page);
  for (const link of await text.getByRole('link').all()) await link.click();
  await expect(
    desk.screen.getByRole('region', { name: 'Steps', exact: true }).first(),
  ).toContainText('printf');

  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await find('Hostile0');
  await page.keyboard.press('i');
  await expect(desk.dialog).toContainText('Open an incident');
  await page.keyboard.press('Enter');
  await expect(desk.screen.getByRole('log', { name: 'Timeline' })).toContainText('<script>');
  await expectNoOverflow(page);
  for (const key of ['p', 'r', 'i']) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.waitForTimeout(300);
    await expectNoOverflow(page);
  }
  await watch.expectClean();
});

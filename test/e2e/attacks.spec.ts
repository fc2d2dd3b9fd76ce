/**
 * A corpus of attacks through runbooks in every dialect, through a web page, and through alarms, in the built window with its real
 * content policy: nothing runs, and nothing is asked of anybody.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { attacks } from '../support/e2e/attacks.ts';
import { watching } from '../support/e2e/configuration.ts';
import { openDesk } from '../support/e2e/desk.ts';
import { expectNoOverflow, watchPage, type PageWatch } from '../support/e2e/watch-page.ts';
import { startPageServer, type PageServer } from '../support/page-server.ts';
import { temporaryFolder } from '../support/store.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

const folder = temporaryFolder();
let site: PageServer;
let app: WebApp;

const json = (value: unknown) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** As many attacks in one alarm as a label of it may hold. */
const perAlarm = 12;
const alarms = Array.from({ length: Math.ceil(attacks.html.length / perAlarm) }, (_, index) => {
  const text = attacks.html.slice(index * perAlarm, (index + 1) * perAlarm).join(' ');
  return { name: `Attack${index}`, text };
});

const alertOf = ({ name, text }: { name: string; text: string }, index: number) => ({
  annotations: {
    summary: text,
    description: text,
    runbook_url: index === 0 ? `${site.url}/ops/attack` : text,
  },
  endsAt: new Date(Date.now() + 300_000).toISOString(),
  fingerprint: `0123456789abcde${index}`,
  receivers: [{ name: text }],
  startsAt: '2026-11-01T04:00:00.000Z',
  status: { inhibitedBy: [], silencedBy: [], state: 'active' },
  updatedAt: new Date().toISOString(),
  generatorURL: '',
  labels: { alertname: name, severity: 'critical', service: text, pod: text },
});

test.beforeAll(async () => {
  const runbooks = join(folder.path, 'runbooks');
  mkdirSync(runbooks);
  for (const [name, text] of Object.entries(attacks.files))
    writeFileSync(join(runbooks, name), text);
  site = await startPageServer();
  site.pages.set('/ops/attack', attacks.page);
  site.pages.set(
    '/api/v2/status',
    json({
      cluster: { status: 'disabled', peers: [] },
      config: { original: '' },
      uptime: new Date(Date.now() - 86_400_000).toISOString(),
      versionInfo: { version: '0.25.0' },
    }),
  );
  site.pages.set('/api/v2/silences', json([]));
  site.pages.set('/api/v2/alerts', (_request, response) => {
    const { headers, body } = json(alarms.map(alertOf));
    response.writeHead(200, headers).end(body);
  });
  app = await startWebApp({ config: watching(site.url, { runbookFolders: [runbooks] }) });
});

test.afterAll(async () => {
  await app?.dispose();
  await site?.close();
  folder.remove();
});

/** Everything that a person's hand may set off without opening a link of the web. */
async function touchAll(place: Locator): Promise<void> {
  await place.evaluate((root) => {
    for (const element of root.querySelectorAll<HTMLElement>('*')) {
      for (const name of [
        'mouseover',
        'mouseenter',
        'mousedown',
        'focus',
        'toggle',
        'load',
        'error',
      ])
        element.dispatchEvent(new Event(name, { bubbles: name.startsWith('mouse') }));
    }
    for (const details of root.querySelectorAll('details')) details.open = true;
  });
  const links = place.locator('a:not([href^="http"]), button[title^="Goes to"]');
  for (let index = 0; index < (await links.count()); index++)
    await links.nth(index).click({ noWaitAfter: true, force: true, timeout: 2_000 });
}

/** By what is really in the window, whatever was written. */
async function expectHarmless(place: Locator): Promise<void> {
  const found = await place.evaluate((root) => {
    const strange: string[] = [];
    for (const element of root.querySelectorAll('*')) {
      const name = element.tagName.toLowerCase();
      // Icons and diagrams are ours; what they are made of holds no address.
      const isOurs = element.closest('svg') !== null;
      if (
        /^(script|iframe|frame|frameset|object|embed|form|style|link|meta|base|video|audio|source|picture|math|template|portal|foreignobject|image|use|animate|area|map)$/.test(
          name,
        )
      )
        strange.push(name);
      for (const { name: attribute, value } of element.attributes) {
        if (attribute.startsWith('on')) strange.push(`${name} ${attribute}`);
        if (attribute === 'style' && /url|fixed|import/i.test(value))
          strange.push(`${name} ${value}`);
        if (
          /^(href|src|action|formaction|ping|background|poster|data|srcset|xlink:href)$/.test(
            attribute,
          )
        ) {
          const isFine = isOurs ? false : /^(https?:|#\/|data:image\/)/.test(value);
          if (!isFine) strange.push(`${name} ${attribute}=${value.slice(0, 60)}`);
        }
        if (attribute === 'src' && /^https?:/.test(value)) strange.push(`${name} src=${value}`);
      }
    }
    return strange;
  });
  expect(found).toEqual([]);
}

async function openRunbook(page: Page, title: string): Promise<Locator> {
  await page.goto(`${new URL(app.url).origin}/#/runbooks`);
  const link = page
    .getByRole('main')
    .getByRole('link', { name: new RegExp(`^${title}`) })
    .first();
  await expect(link).toBeVisible({ timeout: 20_000 });
  await link.click();
  const text = page.getByRole('region', { name: 'Text' });
  await expect(text).toBeVisible();
  return text;
}

const titles = ['HTML', 'Markdown', 'Hugo', 'Ruby', 'AsciiDoc', 'steps', 'page'].map(
  (kind) => `Attack by ${kind}`,
);

let watch: PageWatch;

test.beforeEach(async ({ page }) => {
  watch = await watchPage(page, app.url);
  await openDesk(page, app.url);
});

test('through runbooks and pages: they are shown, run nothing and ask nobody', async ({ page }) => {
  for (const title of titles) {
    await test.step(title, async () => {
      const text = await openRunbook(page, title);
      await expect(text).toContainText('Attack');
      await expectHarmless(page.getByRole('main'));
      await expectNoOverflow(page);
      await touchAll(text);
      await touchAll(page.getByRole('region', { name: 'Run', exact: true }));
      await watch.expectClean();
    });
  }
  expect(page.context().pages()).toHaveLength(1);
});

test('through alarms: they are shown, run nothing and ask nobody', async ({ page }) => {
  const desk = await openDesk(page, app.url);
  for (const { name } of alarms) {
    await page.keyboard.press('/');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(`alertname=${name}`);
    await expect(desk.rows()).toHaveCount(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(desk.detail).toContainText(name);
    await expectHarmless(desk.screen);
    await expectNoOverflow(page);
    await watch.expectClean();
  }
});

test('through the search: what is found is words', async ({ page }) => {
  await page.goto(`${new URL(app.url).origin}/#/runbooks`);
  const field = page.getByRole('searchbox', { name: 'Search the runbooks' });
  for (const typed of [
    'pwned script',
    'evil example onerror',
    '<img src=x onerror=window.__pwned=1>',
  ]) {
    await field.fill(typed);
    await expect(page.getByRole('main')).toContainText('Found');
    await expectHarmless(page.getByRole('main'));
  }
  await watch.expectClean();
});

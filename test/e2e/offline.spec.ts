/** The night in which everything is away: the library was synced before, and all of it works without a network. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { watching } from '../support/e2e/configuration.ts';
import { openDesk } from '../support/e2e/desk.ts';
import { watchPage } from '../support/e2e/watch-page.ts';
import { makeRepository, serveByHttp, type GitHttpServer } from '../support/git-repositories.ts';
import { png, startPageServer, type PageServer } from '../support/page-server.ts';
import { temporaryFolder } from '../support/store.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

const folder = temporaryFolder();
const books = join(folder.path, 'books');
const networkOff = join(folder.path, 'network-off');
let site: PageServer;
let repositories: GitHttpServer;
let app: WebApp;

const json = (value: unknown) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

test.beforeAll(async () => {
  mkdirSync(books);
  writeFileSync(
    join(books, 'FolderAlarm.md'),
    '# Folder alarm\n\nTurn the aardvark off. ![Map of the folder](map.png)\n\n1. Look\n\n   ```sh\n   df -h\n   ```\n',
  );
  writeFileSync(join(books, 'map.png'), png);
  const repository = makeRepository(folder.path);
  repository.commit({
    'docs/GitAlarm.md': '# Git alarm\n\nFeed the badger. ![Map in Git](img/map.png)\n',
    'docs/img/map.png': png,
  });
  repositories = await serveByHttp(folder.path);
  site = await startPageServer();
  site.pages.set(
    '/ops/web-alarm',
    '<html><head><title>Web alarm | Acme</title></head><body><nav>Acme home</nav><main><h1>Web alarm</h1><p>Let the capybara rest, and then look at it again.</p><img src="/map.png" alt="Map of the web"></main></body></html>',
  );
  site.pages.set('/map.png', png);
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
    const { headers, body } = json([
      {
        annotations: { summary: 'It broke', runbook_url: `${site.url}/ops/web-alarm` },
        endsAt: new Date(Date.now() + 300_000).toISOString(),
        fingerprint: '0123456789abcdef',
        receivers: [{ name: 'default' }],
        startsAt: '2026-11-01T04:00:00.000Z',
        status: { inhibitedBy: [], silencedBy: [], state: 'active' },
        updatedAt: new Date().toISOString(),
        generatorURL: '',
        labels: { alertname: 'WebAlarm', severity: 'critical', service: 'checkout' },
      },
    ]);
    response.writeHead(200, headers).end(body);
  });
  app = await startWebApp({
    config: watching(site.url, {
      runbookFolders: [books],
      runbookSources: [
        {
          kind: 'git',
          url: `${repositories.url}/runbooks.git`,
          subfolder: 'docs',
          intervalMs: 60_000,
        },
      ],
    }),
    env: {
      NIGHTDESK_TEST_NETWORK_OFF: networkOff,
      NODE_OPTIONS: `--import=${pathToFileURL(fileURLToPath(new URL('../support/no-network.ts', import.meta.url))).href}`,
    },
  });
});

test.afterAll(async () => {
  await app?.dispose();
  await site?.close();
  await repositories?.close();
  folder.remove();
});

const three = ['Folder alarm', 'Git alarm', 'Web alarm'] as const;

/** Its text and its picture are drawn. */
async function expectWhole(
  page: Page,
  title: string,
  words: string,
  picture: string,
): Promise<void> {
  await page.getByRole('main').getByRole('link', { name: title }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  const text = page.getByRole('region', { name: 'Text' });
  await expect(text).toContainText(words);
  const image = text.getByRole('img', { name: picture });
  await expect(image).toBeVisible();
  await expect
    .poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0);
}

test('every runbook, picture and search works with all networks refused, and nothing claims to be live', async ({
  page,
}) => {
  const watch = await watchPage(page, app.url);
  const desk = await openDesk(page, app.url);
  await page.goto(`${new URL(app.url).origin}/#/runbooks`);
  for (const title of three) {
    await expect(desk.screen.getByRole('link', { name: title }).first()).toBeVisible({
      timeout: 20_000,
    });
  }
  // The copy of the page is whole when its picture is there.
  await expect.poll(() => site.asked.some(({ path }) => path === '/map.png')).toBe(true);

  writeFileSync(networkOff, '');
  const { host } = new URL(app.url);
  await page.route(
    (url) => url.host !== host,
    (route) => route.abort(),
  );
  renameSync(books, `${books}-unmounted`);
  const askedBefore = site.asked.length + repositories.asked.length;

  await page.keyboard.press('Control+k');
  await expect(page.getByLabel('Search actions')).toBeFocused();
  await page.keyboard.type('Update all runbooks');
  await page.keyboard.press('Enter');
  await expect(desk.screen).toContainText('The folder is gone.');
  await expect(desk.screen).toContainText(/could not be reached/);
  await expect(desk.screen).toContainText(/The name .* cannot be found/);
  await expect(desk.state).toContainText('blind', { timeout: 20_000 });

  await expectWhole(page, 'Folder alarm', 'Turn the aardvark off', 'Map of the folder');
  await expect(desk.screen).toContainText('this is the last copy');
  await page.goBack();
  await expectWhole(page, 'Git alarm', 'Feed the badger', 'Map in Git');
  await expect(desk.screen).toContainText('this copy may be behind its repository');
  await page.goBack();
  await expectWhole(page, 'Web alarm', 'Let the capybara rest', 'Map of the web');
  await expect(desk.screen).toContainText(`copy of ${site.url}/ops/web-alarm from`);
  await expect(desk.screen).toContainText('not refreshed');
  await page.goBack();

  for (const [word, title] of [
    ['aardvark', 'Folder alarm'],
    ['badg', 'Git alarm'],
    ['capybara', 'Web alarm'],
  ] as const) {
    await page.getByRole('searchbox').fill(word);
    await expect(desk.screen.getByRole('link', { name: title })).toBeVisible();
  }

  await page.getByRole('searchbox').fill('');
  // The address follows what is typed, a moment later.
  await expect.poll(() => page.url()).not.toContain('q=');
  await page.reload();
  for (const title of three) {
    await expect(desk.screen.getByRole('link', { name: title }).first()).toBeVisible();
  }

  // It did ask, and was refused; nothing came through.
  const refused = readFileSync(networkOff, 'utf8');
  expect(refused).toMatch(/connect 127\.0\.0\.1/);
  expect(refused).toMatch(/git ls-remote/);
  expect(site.asked.length + repositories.asked.length).toBe(askedBefore);
  await watch.expectClean();
});

test('the alarm itself leads to its copy of the page', async ({ page }) => {
  expect(existsSync(networkOff)).toBe(true);
  const desk = await openDesk(page, app.url);
  await expect(desk.rows(/It broke/)).toBeVisible();
  await expect(desk.detail).toContainText('Web alarm');
  rmSync(networkOff);
});

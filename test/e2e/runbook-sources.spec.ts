/** A repository of runbooks is tried, added, followed, written to and removed, and leaves nothing secret behind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { violations } from '../support/e2e/accessible.ts';
import { quietless } from '../support/e2e/configuration.ts';
import { openDesk } from '../support/e2e/desk.ts';
import { watchPage } from '../support/e2e/watch-page.ts';
import {
  makeRepository,
  serveByHttp,
  type GitHttpServer,
  type Repository,
} from '../support/git-repositories.ts';
import { temporaryFolder } from '../support/store.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

const folder = temporaryFolder();
const token = 'tok-Ahqu3eiy';
let repository: Repository;
let server: GitHttpServer;
let app: WebApp;

test.beforeAll(async () => {
  repository = makeRepository(folder.path);
  repository.commit({ 'docs/DiskFull.md': '# Disk full\n\nFree the aardvark.\n' });
  server = await serveByHttp(folder.path);
  server.login = `ada:${token}`;
  app = await startWebApp({ config: quietless });
});

test.afterAll(async () => {
  await app?.dispose();
  await server?.close();
  folder.remove();
});

test('a repository is tried, added with its token, followed and removed', async ({ page }) => {
  const watch = await watchPage(page, app.url);
  const desk = await openDesk(page, app.url);
  await page.goto(`${new URL(app.url).origin}/#/settings`);
  await desk.screen.getByRole('button', { name: 'Add repository' }).click();
  const { dialog } = desk;
  expect(await violations(page)).toEqual([]);
  const address = dialog.getByLabel('Address');
  await address.fill('ext::sh -c id');
  await dialog.getByRole('button', { name: 'Test' }).click();
  await expect(dialog.getByRole('list', { name: 'Test' })).toContainText(
    'run a program are not used',
  );

  await address.fill(`${server.url}/runbooks.git`);
  await dialog.getByLabel('Subfolder').fill('docs');
  await dialog.getByRole('button', { name: 'Test' }).click();
  await expect(dialog.getByRole('list', { name: 'Test' })).toContainText(
    'wants a login that it accepts',
  );
  await dialog.getByLabel('User name').fill('ada');
  await dialog.getByLabel('Token').fill(token);
  await dialog.getByRole('button', { name: 'Test' }).click();
  await expect(dialog.getByRole('list', { name: 'Test' })).toContainText('The token is accepted.');
  await dialog.getByRole('button', { name: 'Add repository' }).click();
  await expect(dialog).toBeHidden();

  const list = desk.screen.getByRole('list', { name: 'Repositories of runbooks' });
  await expect(list).toContainText('1 runbook');
  await expect(list).toContainText(/main at [0-9a-f]{7}, “A change”/);
  expect(await violations(page)).toEqual([]);
  const configuration = readFileSync(join(app.dataFolder, 'nightdesk.json'), 'utf8');
  expect(configuration).toContain('"subfolder": "docs"');
  expect(configuration).not.toContain(token);

  repository.commit({ 'docs/QueueStuck.md': '# Queue stuck\n' }, 'Add the queue');
  await list.getByRole('button', { name: /^Update .* now$/ }).click();
  await expect(list).toContainText('2 runbooks');
  await page.goto(`${new URL(app.url).origin}/#/runbooks`);
  await expect(desk.screen.getByRole('link', { name: 'Queue stuck' })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  await page.goto(`${new URL(app.url).origin}/#/settings`);
  await list.getByRole('button', { name: /^Remove / }).click();
  await dialog.getByRole('button', { name: 'Remove repository' }).click();
  await expect(list).toBeHidden();
  expect(app.output()).not.toContain(token);
  expect(readFileSync(join(app.dataFolder, 'nightdesk.log'), 'utf8')).not.toContain(token);
  await watch.expectClean();
});

test('a pushed change stays, newer runbooks come in, and the way back loses nothing', async ({
  page,
}) => {
  const shared = makeRepository(folder.path, 'shared');
  shared.commit({ 'docs/DiskFull.md': '# Disk full\n\nFree the aardvark.\n' });
  const source = { kind: 'git', url: shared.path, subfolder: 'docs' };
  const own = await startWebApp({
    config: { ...quietless, sources: [], runbookSources: [source, { ...source, subfolder: '' }] },
  });
  try {
    const watch = await watchPage(page, own.url);
    const desk = await openDesk(page, own.url);
    const runbooks = `${new URL(own.url).origin}/#/runbooks`;
    await page.goto(runbooks);
    const card = desk.screen.getByRole('region', { name: /shared \(docs\)/ });
    await expect(card).toContainText('1 runbook');
    await expect(desk.screen).toContainText('shared (all of it)');
    await card.getByRole('link', { name: 'Disk full' }).click();
    await expect(desk.screen.getByRole('heading', { name: 'Disk full' }).first()).toBeVisible();
    await page.keyboard.press('e');
    const text = desk.screen.getByRole('textbox', { name: 'Text of the runbook' });
    await expect(text).toBeFocused();
    // By key: what Playwright fills in has styles of the browser's own, which the policy refuses now and then.
    await page.keyboard.press('Control+a');
    await page.keyboard.type('# Disk, mine');
    await page.keyboard.press('Control+s');
    await expect(page.locator('body')).toContainText('Committed on the branch');
    await page.goto(runbooks);
    await expect(card).toContainText('1 change not pushed');
    await card.getByRole('button', { name: 'Push', exact: true }).click();
    await expect(card).toContainText('Pushed, not merged yet');

    shared.commit({ 'docs/QueueStuck.md': '# Queue stuck\n' });
    await card.getByRole('button', { name: /^Update now/ }).click();
    await expect(card.getByRole('link', { name: 'Queue stuck' })).toBeVisible();
    await expect(card.getByRole('link', { name: 'Disk, mine' })).toBeVisible();
    await card.getByRole('button', { name: 'Follow the repository again' }).click();
    await expect(desk.dialog).toContainText('Nothing is lost');
    expect(await violations(page)).toEqual([]);
    await desk.dialog.getByRole('button', { name: 'Follow the repository' }).click();
    await expect(card.getByRole('link', { name: 'Disk full' })).toBeVisible();
    await expect(card).not.toContainText('Pushed, not merged yet');
    await watch.expectClean();
  } finally {
    await own.dispose();
  }
});

/** A repository of runbooks is tried, added, followed and removed from Settings, and leaves nothing secret behind. */
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

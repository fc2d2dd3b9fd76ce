/** Reading runbooks: links, sections, pictures, diagrams, what is folded and copied, and the search with its slips and filters. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { violations } from '../support/e2e/accessible.ts';
import { quietless } from '../support/e2e/configuration.ts';
import { openDesk } from '../support/e2e/desk.ts';
import { watchPage, type PageWatch } from '../support/e2e/watch-page.ts';
import { png } from '../support/page-server.ts';
import { temporaryFolder } from '../support/store.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

const folder = temporaryFolder();
const fence = '```';
let app: WebApp;
let watch: PageWatch;

const filler = 'Some words that fill the page.\n\n'.repeat(40);

test.beforeAll(async () => {
  const books = join(folder.path, 'books');
  mkdirSync(join(books, 'pods'), { recursive: true });
  writeFileSync(join(books, 'map.png'), png);
  writeFileSync(
    join(books, 'Checkout.md'),
    `# Checkout slow

Look at the [pods](pods/NotReady.adoc#cause), [nowhere](gone.md), or go [down](#The-end) in the <namespace> dashboard. ![Map](map.png)

!!! warning "Careful"
    It deletes.

${fence}mermaid
graph LR
  A[Shop] --> B{Up?}
${fence}

<details><summary>How it was built</summary>

Long ago.

</details>

1. See [the pods](pods/NotReady.adoc).

${fence}sh
echo "copied"
${fence}

${filler}

## The end

It ends.
`,
  );
  writeFileSync(
    join(books, 'pods/NotReady.adoc'),
    `= Pods not ready\n\n${filler}\n\n[[cause]]\n== What causes it\n\nThe aardvark.\n\n|===\n|node1 |primary\n|node2 |spare\n|===\n`,
  );
  writeFileSync(
    join(books, 'Many.md'),
    '# Alarms of the cluster\n\n## PodsDownHard\n\n1. Look at the pods\n\n## KubeletDownHard\n\n### Diagnosis\n\n1. Ask the ocelot\n',
  );
  app = await startWebApp({ config: { ...quietless, runbookFolders: [books] } });
});

test.afterAll(async () => {
  await app?.dispose();
  folder.remove();
});

test.beforeEach(async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  watch = await watchPage(page, app.url);
  await openDesk(page, app.url);
  await page.goto(`${new URL(app.url).origin}/#/runbooks`);
  await expect(page.getByRole('link', { name: /^Checkout slow/ })).toBeVisible();
});

const textOf = (page: Page) => page.getByRole('region', { name: 'Text' });

test('a runbook is drawn as it is meant, and its links open what they mean, at the section', async ({
  page,
}) => {
  await page.getByRole('link', { name: /^Checkout slow/ }).click();
  const text = textOf(page);
  await expect(text).toContainText('in the <namespace> dashboard');
  await expect(text.getByText('Warning', { exact: true })).toBeVisible();
  await expect(text.getByRole('img', { name: 'Map' })).toBeVisible();
  await expect(text.getByRole('img', { name: 'Diagram of Shop, Up?' })).toBeVisible();
  await expect(text.getByText('Long ago.')).toBeHidden();
  await text.getByText('How it was built').click();
  await expect(text.getByText('Long ago.')).toBeVisible();
  await expect(text.getByText('nowhere')).toHaveAttribute('title', 'Not in the library: gone.md');
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  expect(await violations(page)).toEqual([]);

  await text.getByRole('button', { name: 'Copy this block' }).last().click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toBe('echo "copied"');

  await text.getByRole('button', { name: 'down' }).click();
  await expect(text.getByRole('heading', { name: 'The end' })).toBeInViewport();
  expect(page.url()).toContain('section=The-end');
  await page.goBack();

  await text.getByRole('link', { name: 'pods', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Pods not ready' })).toBeVisible();
  await expect(text.getByRole('heading', { name: 'What causes it' })).toBeInViewport();
  // A head without words is none, for eyes and for screen readers.
  await expect(text.getByRole('row')).toHaveText(['node1primary', 'node2spare']);
  expect(await violations(page)).toEqual([]);
  await page.goBack();
  // A step leads there, too.
  await page.getByRole('region', { name: 'Run' }).getByRole('link', { name: 'the pods' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Pods not ready' })).toBeVisible();
  await watch.expectClean();
});

test('the search forgives slips, shows its filters, jumps to the section, and follows the address', async ({
  page,
}) => {
  const field = page.getByRole('searchbox', { name: 'Search the runbooks' });
  const main = page.getByRole('main');
  await field.fill('ardvark service:pods');
  await expect(main.getByText('looked for aardvark')).toBeVisible();
  const filter = main.getByRole('button', { name: 'Take away the filter service pods' });
  await expect(filter).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await field.fill('aardvark service:elsewhere');
  await expect(main).toContainText('No runbook says that');
  await main.getByRole('button', { name: 'Take away the filter service elsewhere' }).click();
  await expect(field).toHaveValue('aardvark');
  await main.getByRole('link', { name: /What causes it/ }).click();
  await expect(textOf(page).getByRole('heading', { name: 'What causes it' })).toBeInViewport();

  await page.goto(`${new URL(app.url).origin}/#/runbooks?q=checkout`);
  await expect(field).toHaveValue('checkout');
  await page.goto(`${new URL(app.url).origin}/#/runbooks?q=aardvark`);
  await expect(field).toHaveValue('aardvark');
  await expect(main.getByRole('link', { name: /What causes it/ })).toBeVisible();
  await watch.expectClean();
});

test('what the search finds in a document for many alarms brings the steps of its alarm only', async ({
  page,
}) => {
  await page.getByRole('searchbox', { name: 'Search the runbooks' }).fill('ocelot');
  await page
    .getByRole('main')
    .getByRole('link', { name: /Diagnosis/ })
    .click();
  const run = page.getByRole('region', { name: 'Run', exact: true });
  await expect(run).toContainText('For the section KubeletDownHard');
  await expect(run).toContainText('Ask the ocelot');
  await expect(run).not.toContainText('Look at the pods');
  await expect(textOf(page).getByRole('heading', { name: 'Diagnosis' })).toBeInViewport();
  await run.getByRole('link', { name: 'Show all steps' }).click();
  await expect(run).toContainText('Look at the pods');
  await watch.expectClean();
});

test('what can be done with a source is in the palette', async ({ page }) => {
  await page.keyboard.press('ControlOrMeta+k');
  const palette = page.getByRole('dialog');
  await palette.getByRole('textbox').fill('update now');
  await expect(palette).toContainText(/Update now: .*books/);
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
  await watch.expectClean();
});

test('a screen begins at its top, and adding runbooks leads to the field for it', async ({
  page,
}) => {
  const main = page.getByRole('main');
  await page.setViewportSize({ width: 1280, height: 400 });
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await main.getByText('Version', { exact: true }).scrollIntoViewIfNeeded();
  await page.getByRole('link', { name: 'Runbooks', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Runbooks' })).toBeInViewport();

  await main.getByRole('button', { name: 'Add runbooks' }).click();
  const field = main.getByRole('textbox', { name: 'Runbook folders' });
  await expect(field).toBeFocused();
  await expect(field).toBeInViewport();
  await watch.expectClean();
});

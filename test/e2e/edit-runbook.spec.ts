/** Writing runbooks with the keyboard: a new one, an edit, somebody else's edit meanwhile, a crash, and one from an incident. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { violations } from '../support/e2e/accessible.ts';
import { quietless } from '../support/e2e/configuration.ts';
import { openDesk, type Desk } from '../support/e2e/desk.ts';
import { handsOn, type Hands } from '../support/e2e/keyboard.ts';
import { watchPage } from '../support/e2e/watch-page.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

const disk = `---
title: Disk full
alerts: [DiskFull]
reviewed: 2024-01-01
---

# Disk full

1. Look at it.

   \`\`\`sh
   df -h <mountpoint>
   \`\`\`

2. Free some space.
`;

let folder: string;
let app: WebApp;
/** Empty while there is no such file. */
const inFolder = (path: string): string =>
  existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '';

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-runbooks-'));
  writeFileSync(join(folder, 'disk.md'), disk);
  writeFileSync(join(folder, 'lag.md'), disk.replaceAll('Disk full', 'Queue lags'));
  app = await startWebApp({ config: { ...quietless, sources: [], runbookFolders: [folder] } });
});
test.afterAll(async () => {
  await app?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Writer {
  readonly desk: Desk;
  readonly hands: Hands;
  readonly text: ReturnType<Page['getByRole']>;
}

async function edit(page: Page, title: string): Promise<Writer> {
  const hands = await handsOn(page);
  const desk = await openDesk(page, app.url);
  await hands.press('g', 'r');
  await hands.use(desk.screen.getByRole('link', { name: title }));
  await expect(desk.screen.getByRole('heading', { name: title, level: 1 }).first()).toBeVisible();
  await hands.press('e');
  const text = desk.screen.getByRole('textbox', { name: 'Text of the runbook' });
  await expect(text).toBeFocused();
  return { desk, hands, text };
}

test('an edit meets somebody else’s, and both are saved', async ({ page }) => {
  const seen = await watchPage(page, app.url);
  const { desk, hands, text } = await edit(page, 'Disk full');
  const hints = desk.screen.getByRole('region', { name: 'Hints' });
  await expect(hints).toContainText('2 steps, 1 command');
  await expect(hints).toContainText('mountpoint');

  // What is typed is shown as it reads, and looked at as it will be read.
  await hands.press('ControlOrMeta+End');
  await hands.type('3. Tell **everybody**.');
  await expect(
    desk.screen.getByRole('region', { name: 'How it reads' }).getByText('everybody'),
  ).toHaveCSS('font-weight', /[67]00/);
  await expect(hints).toContainText('3 steps');

  await hands.press('Alt+r');
  await expect(text).not.toContainText('2024-01-01');
  await hands.press('ControlOrMeta+s');
  await expect(desk.screen.getByText('Saved', { exact: true })).toBeVisible();
  expect(inFolder('disk.md')).toContain('3. Tell **everybody**.');
  expect(inFolder('disk.md')).not.toContain('2024-01-01');

  // Different lines go together by themselves, once somebody said so.
  await hands.type(' And sleep.');
  await expect(desk.screen.getByText(/kept since/)).toBeVisible();
  writeFileSync(join(folder, 'disk.md'), inFolder('disk.md').replace('Look at it', 'Look twice'));
  const conflict = desk.screen.getByRole('alert', { name: 'Changed on disk' });
  await expect(conflict).toContainText('both changes fit together');
  await hands.use(conflict.getByRole('button', { name: 'Save both changes' }));
  await expect(conflict).toBeHidden();
  await expect(text).toContainText('Look twice');
  await expect
    .poll(() => inFolder('disk.md'))
    .toMatch(/Look twice[^]*Tell \*\*everybody\*\*\. And sleep\./);

  // The same line is for a person to choose.
  await text.focus();
  await hands.press('ControlOrMeta+End');
  await hands.type(' Soon.');
  await expect(desk.screen.getByText(/kept since/)).toBeVisible();
  writeFileSync(join(folder, 'disk.md'), inFolder('disk.md').replace('And sleep.', 'And eat.'));
  await expect(conflict).toContainText('both of you changed it');
  expect(await violations(page)).toEqual([]);
  await hands.tabTo(conflict.getByRole('radio', { name: 'Both' }));
  await hands.press('ArrowUp');
  await expect(conflict.getByRole('radio', { name: 'Mine' })).toBeChecked();
  await hands.use(conflict.getByRole('button', { name: 'Save it like this' }));
  await expect.poll(() => inFolder('disk.md')).toContain('And sleep. Soon.');
  await hands.expectNoPointer();
  await seen.expectClean();
});

test('what is typed outlives the program, and Escape leaves it', async ({ page }) => {
  const { desk, hands } = await edit(page, 'Queue lags');
  await hands.press('ControlOrMeta+End');
  await hands.type('3. Half a sent');
  await expect(desk.screen.getByText(/kept since/)).toBeVisible();
  const { dataFolder } = app;
  await app.stop('kill');
  expect(inFolder('lag.md')).not.toContain('Half');
  app = await startWebApp({ dataFolder });

  await openDesk(page, app.url);
  await hands.press('g', 'r');
  await hands.use(desk.screen.getByRole('region', { name: 'Not saved yet' }).getByRole('link'));
  const text = desk.screen.getByRole('textbox', { name: 'Text of the runbook' });
  await expect(text).toContainText('3. Half a sent');
  await hands.press('Escape');
  await expect(text).toBeHidden();
  await expect(
    desk.screen.getByRole('heading', { name: 'Queue lags', level: 1 }).first(),
  ).toBeVisible();
  await hands.press('e');
  await expect(text).toContainText('3. Half a sent');
  await hands.press('ControlOrMeta+s');
  await expect.poll(() => inFolder('lag.md')).toContain('3. Half a sent');
  await hands.expectNoPointer();
});

test('a new runbook begins with a template, and one from the ticked steps of an incident', async ({
  page,
}) => {
  const seen = await watchPage(page, app.url);
  const hands = await handsOn(page);
  const desk = await openDesk(page, app.url);
  await hands.press('g', 'r');
  await expect(desk.screen.getByRole('link', { name: /Disk full/ })).toBeVisible();
  await hands.press('n');
  const text = desk.screen.getByRole('textbox', { name: 'Text of the runbook' });
  await expect(text).toBeFocused();
  await expect(text).toContainText('Is it real?');
  await hands.write('# CheckoutErrors\n\n1. Roll back.');
  await expect(desk.screen.getByLabel('File name')).toHaveValue('CheckoutErrors.md');
  expect(await violations(page)).toEqual([]);
  await hands.press('ControlOrMeta+s');
  await expect.poll(() => inFolder('CheckoutErrors.md')).toContain('1. Roll back.');
  await expect(desk.screen.getByRole('region', { name: 'Run', exact: true })).toBeVisible();

  // The night after: an incident, and a step of the runbook ticked for it.
  await hands.press('g', 'i');
  await expect(desk.screen.getByRole('heading', { name: 'Incidents', level: 1 })).toBeVisible();
  await hands.press('n');
  await expect(desk.dialog.getByLabel('What is broken')).toBeFocused();
  await hands.type('Checkout fails');
  await hands.press('Enter');
  await page.waitForURL(/incidents\/\d+/);
  await expect(desk.dialog).toBeHidden();
  const incident = /incidents\/(\d+)/.exec(page.url())?.[1] ?? '';
  // The screen of the new incident may still be taking the place of the one before when the keys come.
  await expect(async () => {
    await hands.press('g', 'r');
    await expect(desk.screen.getByRole('heading', { name: 'Runbooks', level: 1 })).toBeVisible({
      timeout: 2_000,
    });
  }).toPass();
  await hands.tabTo(desk.screen.getByRole('link', { name: /CheckoutErrors/ }));
  await page.evaluate((id) => {
    const link = document.activeElement as HTMLAnchorElement;
    window.location.hash = `${link.hash}?incident=${id}`;
  }, incident);
  const steps = desk.screen.getByRole('region', { name: 'Steps', exact: true }).first();
  await expect(steps.getByRole('checkbox').first()).toBeVisible();
  await hands.press('Enter');
  await expect(steps.getByRole('checkbox', { checked: true })).toHaveCount(1);
  await hands.press('Escape');
  await hands.use(
    desk.screen.getByRole('button', { name: /Write a runbook from the ticked step/ }),
  );
  await expect(text).toContainText('Roll back.');
  await hands.press('ControlOrMeta+s');
  await expect
    .poll(() => inFolder('checkout-fails.md'))
    .toMatch(/## Make it stop\n\n1\. Roll back\./);
  await hands.expectNoPointer();
  await seen.expectClean();
});

test('a runbook that came with the program is copied, not changed', async ({ page }) => {
  const hands = await handsOn(page);
  const desk = await openDesk(page, app.url);
  await hands.press('g', 'r');
  await hands.use(desk.screen.getByRole('link', { name: /A disk of this computer fills up/ }));
  await expect(
    desk.screen.getByRole('heading', { name: /A disk of/, level: 1 }).first(),
  ).toBeVisible();
  await hands.press('e');
  await expect(desk.screen).toContainText('This runbook came with Nightdesk');
  await hands.use(desk.screen.getByRole('button', { name: /Copy to a folder of mine/ }));
  const text = desk.screen.getByRole('textbox', { name: 'Text of the runbook' });
  await expect(text).toContainText('A disk of this computer fills up');
  await hands.press('ControlOrMeta+s');
  await expect.poll(() => inFolder('LocalDiskSpace.md')).toContain('LocalDiskSpace');
});

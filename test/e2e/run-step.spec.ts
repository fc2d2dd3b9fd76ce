/**
 * The night itself, with the keyboard alone: a page, 4 AM mode, the first step run for real on this computer, what it
 * printed on the timeline, and the end of the impact.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { violations } from '../support/e2e/accessible.ts';
import { quietless } from '../support/e2e/configuration.ts';
import { openDesk } from '../support/e2e/desk.ts';
import { handsOn } from '../support/e2e/keyboard.ts';
import { watchPage } from '../support/e2e/watch-page.ts';
import { temporaryFolder } from '../support/store.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

const folder = temporaryFolder();
const runbooks = join(folder.path, 'runbooks');
const marker = join(folder.path, 'restarted');
let server: Server;
let app: WebApp;

const alarm = {
  id: 'checkout-1',
  name: 'CheckoutDown',
  state: 'firing',
  severity: 'critical',
  summary: 'Nobody can pay',
  labels: { alertname: 'CheckoutDown', service: "check'out $(id)", namespace: 'shop' },
};

const runbook = `# CheckoutDown

## Is it real

1. Ask the checkout how it is

   \`\`\`sh
   printf 'asked %s in %s\\n' "<service>" "<namespace>"
   echo "token=hunter22-hunter22" >&2
   printf 'Password: '; read -r word; echo "thanks for $word"
   \`\`\`

   Expected: it was asked

## Stop it

1. Restart it

   \`\`\`sh
   rm -f ${marker}.old; echo <service> > ${marker}
   \`\`\`

2. Fail over to the other region
`;

test.beforeAll(async () => {
  mkdirSync(runbooks);
  writeFileSync(join(runbooks, 'CheckoutDown.md'), runbook);
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify([alarm]));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarms`;
  app = await startWebApp({
    config: {
      ...quietless,
      // Whenever this runs, it is night: but for the minute before midnight.
      sleepHours: { from: '00:00', to: '23:59' },
      runbookFolders: [runbooks],
      sources: [
        {
          id: 'own',
          kind: 'generic-json',
          name: 'Own alarms',
          intervalMs: 5_000,
          settings: {
            url,
            fields: [
              'id = $.id',
              'title = $.name',
              'status = $.state',
              'severity = $.severity',
              'summary = $.summary',
              'labels = $.labels',
            ],
          },
        },
      ],
    },
    env: { SHELL: '/bin/sh' },
  });
});

test.afterAll(async () => {
  await app.dispose();
  server.closeAllConnections();
  server.close();
  folder.remove();
});

test('from the page to the mitigation: the first step is run for real, and the timeline tells it', async ({
  page,
}) => {
  const hands = await handsOn(page);
  const watch = await watchPage(page, app.url);
  const desk = await openDesk(page, app.url);
  const { screen, dialog } = desk;

  await test.step('the page, and 4 AM mode', async () => {
    await expect(desk.rows('CheckoutDown')).toBeVisible();
    // The offer comes with the page, and with it the key.
    await expect(page.getByRole('button', { name: /^4 AM mode/ })).toBeVisible();
    await expect(async () => {
      await hands.press('g', '4');
      await expect(screen.getByRole('heading', { level: 1 })).toContainText('Nobody can pay', {
        timeout: 2_000,
      });
    }).toPass();
  });

  const step = screen.getByRole('region', { name: 'The step to do now' });
  await test.step('running is off, and the person switches it on for these runbooks', async () => {
    await expect(step).toContainText('Ask the checkout how it is');
    await hands.press('x');
    await expect(dialog).toContainText('switched off for the runbooks of');
    await expect(dialog.getByRole('button', { name: 'Run it' })).toBeDisabled();
    await hands.use(dialog.getByRole('button', { name: /^Switch on for/ }));
    await expect(dialog.getByRole('button', { name: 'Run it' })).toBeEnabled();
  });

  await test.step('exactly what will run is read first', async () => {
    await expect(dialog.getByRole('group', { name: 'The exact command' })).toContainText(
      `printf 'asked %s in %s\\n' ""'check'\\''out $(id)'"" "shop"`,
    );
    await expect(dialog).toContainText('/bin/sh -c');
    await expect(dialog).toContainText('In a terminal');
    expect(await violations(page)).toEqual([]);
    await expect(dialog.getByRole('button', { name: 'Run it' })).toBeFocused();
    // Nobody reads it at once, and a press that comes too early counts for nothing.
    await page.waitForTimeout(600);
    await hands.press('Enter');
    await expect(dialog).toBeHidden();
  });

  const output = step.getByRole('region', { name: /^What the command of step 1 printed/ });
  await test.step('it asks for a password, and the same key leads to where it is typed', async () => {
    const field = output.getByLabel('It asks for a secret');
    await expect(field).toBeVisible();
    await expect(field).toHaveAttribute('type', 'password');
    await hands.press('x');
    await expect(field).toBeFocused();
    expect(await violations(page)).toEqual([]);
    await hands.type('correct-horse-battery');
    await hands.press('Enter');
  });

  await test.step('it ran, and what it printed stands beside what was expected', async () => {
    await expect(output).toContainText('ended with 0');
    await expect(output.getByRole('group', { name: 'Output' })).toContainText(
      "asked check'out $(id) in shop",
    );
    await expect(output).toContainText('token=[redacted]');
    await expect(output).toContainText('thanks for');
    await expect(output).toContainText('it was asked');
    expect(await violations(page)).toEqual([]);
    await expect(screen.getByRole('button', { name: /^Done, next/ })).toBeVisible();
    await page.waitForTimeout(700);
    await hands.press('Enter');
  });

  await test.step('what destroys asks for a name, also of somebody who was just woken', async () => {
    await expect(step).toContainText('Restart it');
    await page.waitForTimeout(700);
    await hands.press('Enter');
    const field = dialog.getByRole('textbox');
    await expect(field).toBeFocused();
    await expect(dialog.getByRole('button', { name: 'Run it' })).toBeDisabled();
    await page.waitForTimeout(600);
    await hands.type("check'out $(id)");
    await hands.press('Enter');
    await expect(dialog).toBeHidden();
    await expect.poll(() => existsSync(marker)).toBe(true);
    expect(readFileSync(marker, 'utf8')).toBe("check'out $(id)\n");
    await expect(screen.getByRole('button', { name: /^Done, next/ })).toBeVisible();
    await page.waitForTimeout(700);
    await hands.press('Enter');
  });

  await test.step('before the next remedy it asks whether it has stopped', async () => {
    await expect(step).toContainText('Fail over to the other region');
    const question = screen.getByRole('status').filter({ hasText: 'Has it stopped?' });
    await expect(question).toContainText('You did: Restart it');
    await expect(question.getByRole('button', { name: /^Mitigated/ })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.waitForTimeout(700);
    await hands.press('s');
  });

  await test.step('mitigated', async () => {
    await expect(screen.getByRole('heading', { name: 'Has it stopped?' })).toBeVisible();
    await page.waitForTimeout(700);
    await hands.press('Enter');
    await expect(dialog.getByRole('textbox')).toBeFocused();
    await hands.press('Enter');
    await expect(dialog).toBeHidden();
  });

  await test.step('and the timeline tells all of it', async () => {
    await hands.press('i');
    const timeline = screen.getByRole('log', { name: 'Timeline' });
    await expect(timeline).toContainText('Ran the command of step 1: ended with 0');
    await expect(timeline).toContainText("asked check'out $(id) in shop");
    await expect(timeline).toContainText('Ran the command of step 2: ended with 0');
    await expect(timeline).toContainText('Mitigated: Restart it');
    await expect(timeline).not.toContainText('hunter22');
    await expect(timeline).not.toContainText('correct-horse');
    await hands.use(timeline.getByRole('button', { name: 'Whole output' }).first());
    await expect(dialog).toContainText("asked check'out $(id) in shop");
    expect(await violations(page)).toEqual([]);
    await hands.press('Escape');
  });
  await hands.expectNoPointer();
  await watch.expectClean();
});

/** Every screen and its main states: no serious finding of axe in any theme, all by keyboard, calm and light when asked. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import {
  brightness,
  expectNoMotion,
  expectReachable,
  violations,
} from '../support/e2e/accessible.ts';
import { quietless, watching } from '../support/e2e/configuration.ts';
import { openDesk, type Desk } from '../support/e2e/desk.ts';
import { longAgoMs } from '../support/e2e/monitoring.ts';
import { freePort, hasAlertmanager, startAlertmanager } from '../support/prometheus-stack.ts';
import { temporaryFolder } from '../support/store.ts';
import { startFaultyProxy } from '../support/upstream-faults.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

// A picture of the page at every press of Tab would take longer than the presses.
test.use({ trace: 'off' });

interface State {
  readonly name: string;
  readonly prepare: (desk: Desk) => Promise<void>;
  /** Whether Tab goes round a screen; in a dialog it goes round the dialog. */
  readonly isDialog?: boolean;
  /** Has a theme of its own. */
  readonly isNight?: boolean;
}

const keys = async (page: Page, ...all: readonly string[]): Promise<void> => {
  for (const key of all) await page.keyboard.press(key);
};

/** By its address, as a link would. */
async function show(desk: Desk, path: string): Promise<void> {
  await desk.page.evaluate((to) => {
    window.location.hash = to;
  }, path);
}

const screen =
  (path: string, title: string | RegExp): State['prepare'] =>
  async (desk) => {
    await show(desk, path);
    await expect(desk.page.getByRole('heading', { name: title, level: 1 }).first()).toBeVisible();
  };

const dialogFrom =
  (path: string, key: string): State['prepare'] =>
  async (desk) => {
    await show(desk, path);
    await expect(desk.rows().first()).toBeVisible();
    await keys(desk.page, key);
    await expect(desk.dialog).toBeVisible();
  };

/** In the order of a night; each state begins where the one before it ended. */
const drillStates: readonly State[] = [
  { name: 'a drill that runs', prepare: screen('/drill', /^Drill/) },
  {
    name: 'triage with many alarms',
    prepare: async (desk) => {
      await show(desk, '/');
      await expect(desk.rows(/Payment queue/)).toBeVisible({ timeout: 40_000 });
    },
  },
  {
    name: 'triage with a filter that nothing matches',
    prepare: async (desk) => {
      await show(desk, '/?query=nosuchalarm');
      await expect(desk.screen).toContainText('Nothing matches the filter');
    },
  },
  {
    name: 'triage with some alarms, two of them marked',
    prepare: async (desk) => {
      await show(desk, '/?query=severity%3Dcritical');
      await expect(desk.rows()).toHaveCount(2);
      await desk.list.focus();
      await keys(desk.page, 'Home', 'Shift+J');
      await expect(desk.screen).toContainText('2 marked');
    },
  },
  { name: 'the silences', prepare: screen('/silences', 'Silences') },
  { name: 'the silence dialog', prepare: dialogFrom('/', 's'), isDialog: true },
  { name: 'the comment dialog', prepare: dialogFrom('/', 'c'), isDialog: true },
  {
    name: 'the palette',
    isDialog: true,
    prepare: async (desk) => {
      await keys(desk.page, 'ControlOrMeta+k');
      await expect(desk.page.getByLabel('Search actions')).toBeVisible();
    },
  },
  { name: 'the help', prepare: dialogFrom('/', '?'), isDialog: true },
  { name: 'the runbooks', prepare: screen('/runbooks', 'Runbooks') },
  {
    name: 'a search in the runbooks',
    prepare: async (desk) => {
      await keys(desk.page, '/');
      await desk.page.keyboard.type('rollout');
      await expect(desk.screen).toContainText('Found');
    },
  },
  { name: 'the hygiene of runbooks', prepare: screen('/runbooks/hygiene', 'Runbook hygiene') },
  {
    name: 'a runbook that runs for an alarm',
    prepare: async (desk) => {
      await show(desk, '/?query=CheckoutErrorRateHigh');
      await expect(desk.detail.getByRole('button', { name: /^Run runbook/ })).toBeVisible();
      await keys(desk.page, 'r');
      await expect(
        desk.screen.getByRole('region', { name: 'Steps', exact: true }).first(),
      ).toBeVisible();
      await keys(desk.page, 'Enter');
      await expect(desk.screen.getByRole('checkbox', { checked: true })).toHaveCount(1);
    },
  },
  {
    name: '4 AM mode',
    isNight: true,
    prepare: async (desk) => {
      await show(desk, '/four-am');
      await expect(desk.page.getByRole('heading').first()).toBeVisible();
    },
  },
  {
    name: 'the dialog of a new incident',
    prepare: dialogFrom('/?query=CheckoutErrorRateHigh', 'i'),
    isDialog: true,
  },
  {
    name: 'an incident before it is mitigated',
    prepare: async (desk) => {
      await dialogFrom('/?query=CheckoutErrorRateHigh', 'i')(desk);
      await keys(desk.page, 'Enter');
      await expect(desk.screen.getByRole('log', { name: 'Timeline' })).toBeVisible();
    },
  },
  {
    name: 'an incident after it was mitigated',
    prepare: async (desk) => {
      await show(desk, '/incidents/1');
      await keys(desk.page, 'm');
      await expect(desk.dialog.getByLabel(/^What stopped it/)).toBeFocused();
      await keys(desk.page, 'Enter');
      await expect(desk.dialog).toBeHidden();
      await expect(desk.screen).toContainText('Take back mitigated');
    },
  },
  { name: 'the incidents', prepare: screen('/incidents', 'Incidents') },
  {
    name: 'a postmortem',
    prepare: async (desk) => {
      await show(desk, '/postmortems/1');
      await expect(desk.screen.getByRole('textbox', { name: 'Summary' })).toBeVisible();
      await desk.screen
        .getByRole('textbox', { name: 'New action: what will be done' })
        .fill('Write down who may roll back');
      await keys(desk.page, 'Enter');
      await expect(desk.screen.getByRole('checkbox')).toHaveCount(1);
    },
  },
  {
    name: 'a postmortem as it reads',
    prepare: async (desk) => {
      await show(desk, '/');
      await show(desk, '/postmortems/1');
      await expect(desk.screen.getByRole('textbox', { name: 'Summary' })).toBeVisible();
      await keys(desk.page, 'v');
      await expect(desk.screen.getByRole('textbox', { name: 'Summary' })).toBeHidden();
    },
  },
  { name: 'the postmortems', prepare: screen('/postmortems', 'Postmortems') },
  { name: 'the actions', prepare: screen('/actions', 'Actions') },
  { name: 'the review of the week', prepare: screen('/reviews', 'This week') },
  { name: 'the sources', prepare: screen('/sources', 'Sources') },
  { name: 'why one was woken', prepare: screen('/notifications', 'Why was I woken, or not?') },
  {
    name: 'the debrief of a drill',
    prepare: async (desk) => {
      await show(desk, '/incidents/1');
      await expect(desk.screen.getByRole('log', { name: 'Timeline' })).toBeVisible();
      await keys(desk.page, 'v');
      await expect(desk.screen).toContainText('Take back resolved');
      await screen('/drill', 'Debrief')(desk);
    },
  },
  {
    name: 'the outbox',
    prepare: async (desk) => {
      await show(desk, '/?query=severity%3Dinfo');
      await expect(desk.detail.getByRole('button', { name: /^Acknowledge/ })).toBeEnabled();
      await keys(desk.page, 'a');
      await expect(desk.state).toContainText('1 acknowledged');
      await screen('/outbox', 'Outbox')(desk);
    },
  },
  { name: 'the settings', prepare: screen('/settings', 'Settings') },
  { name: 'the kinds of sources', prepare: screen('/sources?connect=', 'Connect a source') },
  {
    name: 'the form of a source, with something wrong in it',
    prepare: async (desk) => {
      await screen('/sources?connect=alertmanager', /Alertmanager/)(desk);
      await desk.screen.getByRole('button', { name: /^Save/ }).press('Enter');
      await expect(desk.screen.locator('[aria-invalid="true"]').first()).toBeVisible();
    },
  },
];

async function backToScreen({ page, dialog }: Desk): Promise<void> {
  if (await dialog.isVisible()) {
    await keys(page, 'Escape');
    await expect(dialog).toBeHidden();
  }
}

/** Walks the states in one window: axe in both themes, then the keyboard, then motion. */
async function walk(page: Page, app: WebApp, states: readonly State[]): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  const desk = await openDesk(page, app.url);
  for (const { name, prepare, isDialog = false, isNight = false } of states) {
    await test.step(name, async () => {
      await prepare(desk);
      expect.soft(await violations(page), `${name}, dark`).toEqual([]);
      expect(await brightness(page)).toBeLessThan(60);
      await expectNoMotion(page);
      if (!isDialog) await expectReachable(page);
      if (!isNight) {
        await page.emulateMedia({ colorScheme: 'light' });
        await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
        // The same elements in other colours.
        expect.soft(await violations(page, 'color-contrast'), `${name}, light`).toEqual([]);
        expect(await brightness(page)).toBeGreaterThan(200);
        await page.emulateMedia({ colorScheme: 'dark' });
      }
      await backToScreen(desk);
    });
  }
}

const folder = temporaryFolder();
const drillConfig = join(folder.path, 'nightdesk.json');
test.beforeAll(() => {
  writeFileSync(drillConfig, JSON.stringify({ ...quietless, theme: 'system' }));
});
test.afterAll(() => folder.remove());

async function withApp(
  options: Parameters<typeof startWebApp>[0],
  work: (app: WebApp) => Promise<void>,
): Promise<void> {
  const app = await startWebApp(options);
  try {
    await work(app);
  } finally {
    await app.dispose();
  }
}

test('every screen of a night is accessible, in dark and light, at 4 AM, by keyboard and without motion', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const flags = ['--drill', '--drill-factor', '40', '--config', drillConfig];
  await withApp({ flags }, (app) => walk(page, app, drillStates));
});

test('a first start and a quiet desk are accessible', async ({ page }) => {
  test.skip(!hasAlertmanager, 'needs prometheus-alertmanager');
  const alertmanager = await startAlertmanager();
  const proxy = await startFaultyProxy(alertmanager.url);
  proxy.olderMs = longAgoMs;
  const config = watching(proxy.url, { theme: 'system', hasChosenStart: false });
  try {
    await withApp({ config }, (app) =>
      walk(page, app, [
        {
          name: 'the first start',
          prepare: async (desk) => {
            await expect(desk.page.getByRole('list', { name: 'How to begin' })).toBeVisible();
          },
        },
        {
          name: 'a quiet desk',
          prepare: async (desk) => {
            await show(desk, '/');
            await expect(desk.screen).toContainText('Nothing is firing');
          },
        },
      ]),
    );
  } finally {
    await proxy.close();
    await alertmanager.remove();
  }
});

test('a desk that cannot look is accessible', async ({ page }) => {
  const config = watching(`http://127.0.0.1:${await freePort()}`, { theme: 'system' });
  await withApp({ config }, (app) =>
    walk(page, app, [
      {
        name: 'blind, with nothing known',
        prepare: async (desk) => {
          await expect(desk.state).toContainText('blind on Production');
          await expect(desk.screen).toContainText('Cannot look');
        },
      },
    ]),
  );
});

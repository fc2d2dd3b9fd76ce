/**
 * A whole night with the keyboard alone: the alarm, what was decided about telling, acknowledging, the runbook, the
 * incident, the postmortem and the review. Once with the simulator of a drill, once with Prometheus and Alertmanager.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { openDesk, type Desk } from '../support/e2e/desk.ts';
import { handsOn, type Hands } from '../support/e2e/keyboard.ts';
import { pager, startDrillNight, startRealNight, type Night } from '../support/e2e/nights.ts';
import { watchPage } from '../support/e2e/watch-page.ts';
import { hasPrometheus } from '../support/prometheus-stack.ts';

const drillFactor = 20;

async function choosePagingAlarm({ desk, hands }: Person): Promise<void> {
  await expect(desk.rows(pager.title)).toBeVisible({ timeout: 30_000 });
  await hands.press('/');
  await hands.write('severity=critical error rate');
  await expect(desk.rows()).toHaveCount(1);
  await hands.press('Escape', 'Escape');
  await expect(desk.list).toBeFocused();
  await expect(desk.cursor).toContainText(pager.title);
  await expect(desk.detail.getByRole('heading', { name: pager.title })).toBeVisible();
}

interface Person {
  readonly desk: Desk;
  readonly hands: Hands;
  readonly night: Night;
}

async function acknowledge({ desk, hands, night }: Person): Promise<void> {
  // What was decided about telling stands in the history, whether or not this machine has a desktop to show it on.
  await expect(desk.history).toContainText(/Page (sent|could not be delivered)/);
  await hands.press('a');
  if (night.isReal) {
    // The simulator agrees within a blink; here it takes long enough to see that nothing is claimed before.
    await expect(desk.cursor).toContainText('acknowledging…');
    await expect(desk.state).toContainText('0 acknowledged');
  }
  await expect(desk.detail).toContainText('acknowledged by Ada');
  await expect(desk.cursor).not.toContainText('acknowledging…');
  await expect(desk.state).toContainText('1 acknowledged');

  await hands.press('g', 's');
  await expect(desk.screen.getByRole('list', { name: 'Sources' })).toContainText('Live');
  await hands.press('e');
  const address = await desk.screen.getByLabel(/^Addresses/).inputValue();
  await hands.press('Escape');
  const silences = await night.silences(address.trim());
  expect(silences).toHaveLength(1);
  const [silence] = silences;
  expect(silence?.status.state).toBe('active');
  expect(silence?.createdBy).toContain('Ada');
  expect(silence?.matchers).toContainEqual(
    expect.objectContaining({ name: 'alertname', value: pager.alertname, isRegex: false }),
  );
  await hands.press('g', 't');
}

async function runRunbook({ desk, hands }: Person): Promise<void> {
  await expect(desk.detail.getByRole('region', { name: /^Runbook/ })).toContainText('Checkout');
  await hands.press('r');
  const steps = desk.screen.getByRole('region', { name: 'Steps', exact: true }).first();
  await expect(steps.getByRole('checkbox').first()).toBeVisible();
  // Filled in from the labels and marked as such; no label gives the cluster.
  const command = steps.locator('code').filter({ hasText: 'rollout undo' });
  await expect(command.locator('mark').filter({ hasText: pager.deployment })).toBeVisible();
  await expect(command.locator('mark').filter({ hasText: '<cluster>' })).toBeVisible();
  await hands.press('f');
  await hands.type('prod-eu');
  await hands.press('Enter');
  await expect(command).toContainText('--context prod-eu rollout undo deploy/checkout-api');
  await expect(command.locator('mark').filter({ hasText: 'prod-eu' })).toBeVisible();

  for (let ticked = 1; ticked <= 5; ticked += 1) {
    await hands.press('Enter');
    await expect(steps.getByRole('checkbox', { checked: true })).toHaveCount(ticked);
  }
  await expect(steps).toContainText('5 of 10 dealt with');
  await hands.press('Escape');
  await expect(desk.list).toBeVisible();
}

async function leadIncident({ desk, hands, night }: Person): Promise<void> {
  const { page, dialog, screen } = desk;
  await hands.press('i');
  await expect(dialog).toContainText('Open an incident');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await hands.write('Checkout is down in eu-west-1');
  await hands.press('Enter');
  const timeline = screen.getByRole('log', { name: 'Timeline' });
  await expect(timeline).toContainText('step 5 done');
  await expect(timeline).toContainText(/acknowledged/i);

  await hands.use(screen.getByTitle('Change the severity'));
  await hands.arrowTo(page.getByRole('menuitem', { name: /^Major/ }));
  await hands.press('Enter');
  await expect(screen.getByTitle('Change the severity')).toContainText('Major');

  await hands.use(screen.getByTitle('Change: impact'));
  await hands.type('A third of the customers cannot pay');
  await hands.press('Enter');
  await expect(screen.getByTitle('Change: impact')).toContainText('A third of the customers');

  await hands.press('n');
  await hands.type('Rolled the release back, error rate falls');
  await hands.press('Enter');
  await expect(timeline).toContainText('error rate falls');
  await hands.press('Escape');

  await hands.press('m');
  await expect(dialog.getByLabel(/^What stopped it/)).toBeFocused();
  await hands.write('Rolled checkout-api back to 4.17.2');
  await hands.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(timeline).toContainText(/Mitigated/);
  await night.end();
  await expect(timeline).toContainText(/cleared/i, { timeout: 45_000 });

  await hands.press('v');
  await expect(timeline).toContainText(/Resolved/);
}

/** What the window offers to save, as it arrives on the disk: its front matter, and the rest. */
async function exported(
  desk: Desk,
  press: () => Promise<void>,
): Promise<{ facts: unknown; text: string }> {
  const [download] = await Promise.all([desk.page.waitForEvent('download'), press()]);
  expect(download.suggestedFilename()).toMatch(/\.md$/);
  const document = readFileSync(await download.path(), 'utf8');
  const [, facts = '', text = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(document) ?? [];
  return { facts: parse(facts), text };
}

const pastDue = { typed: '01012020', day: '2020-01-01' } as const;

async function writePostmortem({ desk, hands }: Person): Promise<void> {
  const { screen } = desk;
  await hands.press('p');
  const summary = screen.getByRole('textbox', { name: 'Summary' });
  await hands.tabTo(summary);
  await hands.press('ControlOrMeta+End');
  await hands.type(' The database had no connection left.');
  await expect(screen.getByRole('status').filter({ hasText: /^Saved/ })).toBeVisible();

  const whys = screen.getByRole('tree', { name: 'Whys' });
  await hands.tabTo(whys.getByRole('treeitem').first());
  const drafted = await whys.getByRole('treeitem').count();
  await hands.press('Enter');
  await hands.type('Release 4.18.0 never returned its connections');
  await hands.press('Enter');
  await hands.type('No test runs long enough to notice');
  await hands.press('Escape');
  await expect(whys.getByRole('treeitem')).toHaveCount(drafted + 2);

  await hands.tabTo(screen.getByRole('textbox', { name: 'New action: what will be done' }));
  await hands.type('Soak test the checkout for an hour');
  await hands.press('Tab');
  await hands.type('Grace');
  await hands.press('Tab');
  await hands.type(pastDue.typed);
  await hands.press('Enter');
  await expect(screen.getByRole('checkbox', { name: /Soak test/ })).toBeVisible();
  await expect(screen.getByRole('listitem').filter({ hasText: 'Soak test' })).toContainText(
    'overdue',
  );

  const { facts, text } = await exported(desk, () =>
    hands.use(screen.getByRole('button', { name: /^Export as Markdown/ })),
  );
  expect(facts).toMatchObject({ severity: 'major' });
  for (const part of [
    '## Timeline',
    pager.title,
    'step 5 done',
    'error rate falls',
    'Rolled checkout-api back to 4.17.2',
    'The database had no connection left',
    'never returned its connections',
    'Soak test the checkout for an hour',
    'Grace',
    pastDue.day,
  ]) {
    expect(text.replaceAll('\\', '')).toContain(part);
  }

  await hands.press('w');
  await expect(screen.getByRole('button', { name: /^Understood/ })).toBeHidden();
  await hands.press('g', 'i');
  await expect(screen).toContainText(/understood/i);
}

async function reviewWeek({ desk, hands }: Person): Promise<void> {
  const { screen } = desk;
  await hands.press('g', 'a');
  await expect(screen.getByRole('heading', { name: 'Actions', level: 1 })).toBeVisible();
  await expect(screen).toContainText('1 overdue, 0 open');
  await hands.press('g', 'w');
  await expect(screen.getByRole('heading', { name: 'This week', level: 1 })).toBeVisible();
  await expect(screen.getByRole('region', { name: /^Incidents/ })).toContainText(
    'Checkout is down',
  );
  await expect(screen.getByRole('region', { name: /^Overdue actions/ })).toContainText('Soak test');
  await expect(screen.getByRole('region', { name: /^Most frequent/ })).toContainText(pager.title);
  const { text } = await exported(desk, () => hands.press('e'));
  expect(text).toContain('Soak test the checkout for an hour');
}

/** Through the palette, as somebody who knows no keys. */
async function readDebrief({ desk, hands }: Person): Promise<void> {
  await hands.press('ControlOrMeta+k');
  await expect(desk.page.getByLabel('Search actions')).toBeFocused();
  await hands.type('debrief of');
  await hands.press('Enter');
  await expect(desk.screen.getByRole('heading', { name: 'Debrief', level: 1 })).toBeVisible();
  const times = desk.screen.getByLabel('Times of the drill, from the page');
  for (const what of [/acknowledge/i, /mitigate/i, /resolve/i]) {
    await expect(times).toContainText(what);
  }
  await expect(desk.screen).toContainText(/Acknowledged after \d+ (s|min)/);
  await expect(desk.screen).toContainText(/Customers were failing for \d+ (s|min)/);
}

const nights: readonly { name: string; start: () => Promise<Night>; canStart: boolean }[] = [
  { name: 'the drill', start: () => startDrillNight(drillFactor), canStart: true },
  { name: 'Prometheus and Alertmanager', start: startRealNight, canStart: hasPrometheus },
];

for (const { name, start, canStart } of nights) {
  test(`a night with ${name}: from the alarm to the review with the keyboard alone`, async ({
    page,
  }) => {
    test.skip(!canStart, 'needs prometheus and prometheus-alertmanager');
    const night = await start();
    try {
      const hands = await handsOn(page);
      const watch = await watchPage(page, night.app.url);
      const desk = await openDesk(page, night.app.url);
      const person: Person = { desk, hands, night };
      await test.step('the alarm', () => choosePagingAlarm(person));
      await test.step('acknowledging', () => acknowledge(person));
      await test.step('the runbook', () => runRunbook(person));
      await test.step('the incident', () => leadIncident(person));
      await test.step('the postmortem', () => writePostmortem(person));
      await test.step('the review', () => reviewWeek(person));
      if (!night.isReal) await test.step('the debrief', () => readDebrief(person));
      await hands.expectNoPointer();
      await watch.expectClean();
    } finally {
      await night.close();
    }
  });
}

/** The silences of an Alertmanager, with the keyboard: seen, moved, ended and taken back there; kept when it goes dark. */
import { expect, test } from '@playwright/test';
import { violations } from '../support/e2e/accessible.ts';
import { watching } from '../support/e2e/configuration.ts';
import { openDesk } from '../support/e2e/desk.ts';
import { handsOn } from '../support/e2e/keyboard.ts';
import { longAgoMs } from '../support/e2e/monitoring.ts';
import {
  hasAlertmanager,
  startAlertmanager,
  type AlertmanagerProgram,
  type SilenceThere,
} from '../support/prometheus-stack.ts';
import { startFaultyProxy, status, type FaultyProxy } from '../support/upstream-faults.ts';
import { startWebApp, type WebApp } from '../support/web-app.ts';

test.skip(!hasAlertmanager, 'needs prometheus-alertmanager');

const hour = 3_600_000;
const day = 24 * hour;
let alertmanager: AlertmanagerProgram;
let proxy: FaultyProxy;
let app: WebApp;

/** By somebody else, who never heard of Nightdesk. */
async function silence(name: string, forMs: number, comment: string): Promise<void> {
  const reply = await fetch(`${alertmanager.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'alertname', value: name, isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + forMs).toISOString(),
      createdBy: 'kim',
      comment,
    }),
  });
  expect(reply.ok).toBe(true);
}

const living = async (comment: string): Promise<SilenceThere | undefined> =>
  (await alertmanager.silences()).find(
    (one) => one.comment.startsWith(comment) && one.status.state === 'active',
  );

test.beforeAll(async () => {
  alertmanager = await startAlertmanager();
  const alert = (alertname: string, pod: string) => ({
    labels: { alertname, pod, service: 'checkout', severity: 'critical' },
    annotations: { summary: `${alertname} on ${pod}` },
    startsAt: new Date(Date.now() - hour).toISOString(),
    endsAt: new Date(Date.now() + hour).toISOString(),
  });
  await alertmanager.post([
    alert('PodCrashLooping', 'a'),
    alert('PodCrashLooping', 'b'),
    alert('DiskFillsSoon', 'c'),
  ]);
  await silence('PodCrashLooping', 2 * hour, 'rollout of 4.2');
  await silence('GoneForever', 90 * day, 'until somebody cleans up');
  proxy = await startFaultyProxy(alertmanager.url);
  proxy.olderMs = longAgoMs;
  app = await startWebApp({
    config: watching(proxy.url, {
      sleepHours: { from: '00:00', to: '23:59' },
      customActions: [
        { name: 'Logs', kind: 'open_url', template: 'https://logs.example/?pod={{labels.pod}}' },
        { name: 'Say', kind: 'run_command', template: 'echo {{labels.pod}} in {{labels.zone}}' },
        { name: 'Other', kind: 'copy_command', template: 'id', query: 'service=payments' },
      ],
    }),
  });
});

test.afterAll(async () => {
  await app?.dispose();
  await proxy?.close();
  await alertmanager?.remove();
});

test('what is kept quiet is seen, moved and ended where it is kept', async ({ page }) => {
  const hands = await handsOn(page);
  const desk = await openDesk(page, app.url);
  await expect(desk.rows(/PodCrashLooping/)).toHaveCount(2);
  // Keys that come with the alarm begin a sequence anew.
  await expect(async () => {
    await hands.press('g', 'z');
    const heading = desk.screen.getByRole('heading', { name: 'Silences', level: 1 });
    await expect(heading).toBeVisible({ timeout: 2_000 });
  }).toPass();

  const inForce = desk.screen.getByRole('list', { name: 'In force' });
  const odd = desk.screen.getByRole('list', { name: 'Needs a look' });
  await expect(inForce).toContainText('alertname=PodCrashLooping');
  await expect(inForce).toContainText(/by kim.*rollout of 4\.2/);
  await expect(inForce).toContainText('hides 2 now');
  await expect(inForce).toContainText('ends while you sleep');
  await expect(odd).toContainText('Forgotten? ends only in 89 days');
  await expect(odd).toContainText('hides nothing now');
  expect(await violations(page)).toEqual([]);

  await hands.tabTo(inForce.getByRole('button', { name: /alertname=PodCrashLooping$/ }));
  await hands.press('Enter');
  await expect(inForce.getByRole('link', { name: /PodCrashLooping/ })).toHaveCount(2);

  const before = Date.parse((await living('rollout'))?.endsAt ?? '');
  await hands.press('e');
  await expect
    .poll(async () => Date.parse((await living('rollout'))?.endsAt ?? '') - before)
    .toBeGreaterThan(hour - 1_000);
  await expect(inForce).toContainText('2 h 59 min');

  await hands.press('Delete');
  await expect.poll(() => living('rollout')).toBeUndefined();
  await expect(inForce).toBeHidden();
  await expect(desk.state).toContainText('3 firing');
  await page.getByRole('button', { name: 'Undo' }).last().focus();
  await hands.press('Enter');
  await expect(inForce).toContainText('rollout of 4.2');
  expect((await living('rollout'))?.createdBy).toBe('Ada');

  await hands.press('g', 'o');
  await expect(desk.screen).toContainText('End the silence of alertname=PodCrashLooping');
  await hands.expectNoPointer();
});

test("a command of one's own is seen, completed and run, and its output is kept", async ({
  page,
}) => {
  const hands = await handsOn(page);
  const desk = await openDesk(page, app.url);
  // Nobody else can have switched it on: it stands in no file.
  await page.goto(`${new URL(app.url).origin}/#/settings`);
  const allowed = desk.screen.getByRole('switch', { name: 'Run commands on this computer' });
  await expect(allowed).not.toBeChecked();
  await hands.tabTo(allowed);
  await hands.press('Space');
  await expect(allowed).toBeChecked();
  await page.goto(`${new URL(app.url).origin}/#/?query=DiskFillsSoon`);
  await expect(desk.rows()).toHaveCount(1);
  const own = desk.detail.getByRole('region', { name: 'Own actions' });
  await expect(own.getByRole('button', { name: 'Logs' })).toBeVisible();
  await expect(own.getByRole('button', { name: 'Other' })).toHaveCount(0);

  await hands.press('ControlOrMeta+k');
  await expect(page.getByLabel('Search actions')).toBeFocused();
  await hands.type('Run: Say');
  await hands.press('Enter');
  const shown = own.getByRole('region', { name: 'Say' });
  await expect(shown).toContainText('echo c in {{labels.zone}}');
  await expect(shown.getByRole('button', { name: 'Run this command' })).toBeDisabled();
  await hands.tabTo(shown.getByLabel('labels.zone'));
  await hands.type("eu; echo 'owned'");
  await hands.press('Enter');
  await expect(shown).toContainText(`echo c in 'eu; echo '\\''owned'\\'''`);
  expect(await violations(page)).toEqual([]);
  await hands.use(shown.getByRole('button', { name: 'Run this command' }));
  await expect(shown).toContainText('It succeeded');
  await expect(shown.getByRole('group', { name: 'Output' })).toHaveText("c in eu; echo 'owned'");
  await expect(desk.history).toContainText('Ran Say: ended with 0');
  await hands.expectNoPointer();
});

test('a source that goes dark keeps its last known silences, and says so', async ({ page }) => {
  const desk = await openDesk(page, app.url);
  proxy.fault = status(500);
  await page.goto(`${new URL(app.url).origin}/#/silences`);
  await expect(desk.screen).toContainText(/The silences of Production are the last known, \d+ /, {
    timeout: 30_000,
  });
  await expect(desk.screen).toContainText('alertname=PodCrashLooping');
  proxy.fault = null;
});

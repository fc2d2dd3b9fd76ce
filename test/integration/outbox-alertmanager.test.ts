/** Acknowledging at the real Alertmanager, with a program that is killed again and again. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Order, Sight } from '../support/outbox-night.ts';
import {
  hasAlertmanager,
  startAlertmanager,
  until,
  type AlertmanagerProgram,
  type PostedAlert,
  type SilenceThere,
} from '../support/prometheus-stack.ts';
import { temporaryFolder } from '../support/store.ts';
import { faults, startFaultyProxy, type FaultyProxy } from '../support/upstream-faults.ts';

const program = fileURLToPath(new URL('../support/outbox-night.ts', import.meta.url));
const hour = 3_600_000;

/** Sent again with the same start: another one would be another episode. */
const since = new Date(Date.now() - hour).toISOString();
const alert = (alertname: string, endsInMs = hour): PostedAlert => ({
  labels: { alertname, severity: 'critical', service: 'checkout', instance: 'web-1:80' },
  annotations: { summary: `${alertname} is up` },
  startsAt: since,
  endsAt: new Date(Date.now() + endsInMs).toISOString(),
});

describe.skipIf(!hasAlertmanager)('an acknowledgement at Alertmanager', () => {
  let alertmanager: AlertmanagerProgram;
  let proxy: FaultyProxy;
  let folder: ReturnType<typeof temporaryFolder>;
  let child: ChildProcess | null = null;

  beforeAll(async () => {
    alertmanager = await startAlertmanager();
    proxy = await startFaultyProxy(alertmanager.url);
    // Said to be up for long, so that a test need not wait for the seventy seconds after a start.
    proxy.olderMs = hour;
  });
  afterAll(async () => {
    await proxy.close();
    await alertmanager.remove();
  });
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(async () => {
    await kill();
    folder.remove();
  });

  const begin = (): void => {
    child = fork(program, [join(folder.path, 'night.db'), proxy.url], {
      execArgv: ['--no-warnings'],
    });
  };
  /** As a power cut would. */
  const kill = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  };
  const tell = async (order: Order): Promise<Sight> => {
    if (child === null) throw new Error('no program runs');
    const answer = once(child, 'message', { signal: AbortSignal.timeout(20_000) });
    child.send(order);
    const [sight] = (await answer) as [Sight];
    return sight;
  };
  const sees = (what: string, is: (sight: Sight) => boolean): Promise<unknown> =>
    until(what, async () => {
      const sight = await tell({ do: 'look' });
      if (is(sight)) return true;
      throw new Error(JSON.stringify(sight));
    });
  /** Past Nightdesk: what Alertmanager itself says of silences on this alert. */
  const silencesOn = async (alertname: string): Promise<SilenceThere[]> =>
    (await alertmanager.silences()).filter(({ matchers }) =>
      matchers.some(({ name, value }) => name === 'alertname' && value === alertname),
    );
  const statesOn = async (alertname: string): Promise<string[]> =>
    (await silencesOn(alertname)).map(({ status }) => status.state);

  test('is one marked silence, extended while the alarm lasts and expired when it clears, over four kills', async () => {
    await alertmanager.post([alert('CheckoutDown')]);
    begin();
    await sees('the alarm', ({ statuses }) => statuses['CheckoutDown'] === 'firing');
    expect(await tell({ do: 'acknowledge', names: ['CheckoutDown'] })).toMatchObject({
      refused: [],
    });
    await kill();

    begin();
    await sees('the acknowledgement', ({ statuses, open }) => {
      return statuses['CheckoutDown'] === 'acknowledged' && open === 0;
    });
    const [silence, ...more] = await silencesOn('CheckoutDown');
    expect(more).toEqual([]);
    expect(silence).toMatchObject({
      comment: 'ACK! on it [nightdesk]',
      createdBy: 'Alex',
      status: { state: 'active' },
    });
    // The stable labels: a restart of web-1 must not end it.
    expect(silence?.matchers.map(({ name }) => name).sort()).toEqual([
      'alertname',
      'service',
      'severity',
    ]);
    const [there] = await alertmanager.alerts();
    expect(there?.status).toMatchObject({ state: 'suppressed', silencedBy: [silence?.id] });
    await kill();

    begin();
    await until('it was extended', async () => {
      const [now] = await silencesOn('CheckoutDown');
      return now !== undefined && now.endsAt > (silence?.endsAt ?? '');
    });
    expect(await silencesOn('CheckoutDown')).toMatchObject([{ id: silence?.id }]);
    await kill();

    begin();
    await sees('it again', ({ statuses }) => statuses['CheckoutDown'] === 'acknowledged');
    await alertmanager.post([alert('CheckoutDown', -1_000)]);
    await sees('that it cleared', ({ statuses }) => statuses['CheckoutDown'] === undefined);
    await kill();

    begin();
    await until('its silence is over', async () => {
      return (await statesOn('CheckoutDown')).join() === 'expired';
    });
    await sees('nothing left to do', ({ open }) => open === 0);
  });

  test('is taken back by hand: the silence ends and the alarm fires', async () => {
    await alertmanager.post([alert('SearchSlow')]);
    begin();
    await sees('the alarm', ({ statuses }) => statuses['SearchSlow'] === 'firing');
    await tell({ do: 'acknowledge', names: ['SearchSlow'] });
    await sees('it acknowledged', ({ statuses }) => statuses['SearchSlow'] === 'acknowledged');
    expect(await tell({ do: 'unacknowledge', names: ['SearchSlow'] })).toMatchObject({
      refused: [],
    });
    await sees('it firing', ({ statuses, open }) => {
      return statuses['SearchSlow'] === 'firing' && open === 0;
    });
    expect(await statesOn('SearchSlow')).toEqual(['expired']);
  });

  test('waits while Alertmanager is away, over a kill, and arrives once it is back', async () => {
    await alertmanager.post([alert('MailStuck')]);
    begin();
    await sees('the alarm', ({ statuses }) => statuses['MailStuck'] === 'firing');
    await alertmanager.stop();
    await tell({ do: 'acknowledge', names: ['MailStuck'] });
    await sees('blindness', ({ freshness, open }) => freshness === 'unreachable' && open === 1);
    await kill();
    begin();
    await sees('it still waiting', ({ open, failed }) => open === 1 && failed === 0);
    // Nobody may see its list before the alert was sent again: it is taken for one that has been up for long.
    proxy.fault = faults['a 500'];
    await alertmanager.start();
    await alertmanager.post([alert('MailStuck')]);
    proxy.fault = null;
    await sees('it acknowledged', ({ statuses, open }) => {
      return statuses['MailStuck'] === 'acknowledged' && open === 0;
    });
    expect(await statesOn('MailStuck')).toEqual(['active']);
  });

  test('killed at random while ten are under way: each is there once', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `Storm${index}`);
    await alertmanager.post(names.map((name) => alert(name)));
    begin();
    await sees('all of them', ({ statuses }) => names.every((name) => statuses[name] === 'firing'));
    await tell({ do: 'acknowledge', names });
    for (let times = 0; times < 8; times += 1) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      await kill();
      begin();
      // Half of them into the start of the program, half into its work.
      if (times % 2 === 0) await tell({ do: 'look' });
    }
    await sees('all of them acknowledged', ({ statuses, open }) => {
      return open === 0 && names.every((name) => statuses[name] === 'acknowledged');
    });
    for (const name of names) {
      expect({ name, states: await statesOn(name) }).toEqual({ name, states: ['active'] });
    }
  });
});

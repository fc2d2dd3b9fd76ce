import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createNodeNotifierCarrier } from '../../main/notifications/node-notifier-carrier.ts';
import type { OutgoingNotification } from '../../main/shells/powers.ts';
import { missingPrograms, openNotificationDesktop } from '../support/notification-daemon.ts';
import { until } from '../support/prometheus-stack.ts';

const outgoing = (change: Partial<OutgoingNotification>): OutgoingNotification => ({
  key: 'alarm-1',
  class: 'page',
  title: 'CRITICAL · CheckoutDown',
  body: 'Customers cannot pay',
  alarmId: 1,
  ...change,
});

const without = missingPrograms.length === 0 ? '' : ` (not here: ${missingPrograms.join(', ')})`;

describe.skipIf(missingPrograms.length > 0)(`a real notification daemon${without}`, () => {
  let desktop: Awaited<ReturnType<typeof openNotificationDesktop>>;
  const carrier = createNodeNotifierCarrier();

  /** Shows it, and answers what the daemon was asked to show. */
  const show = async (change: Partial<OutgoingNotification>) => {
    const before = desktop.seen().length;
    await expect(carrier.notify(outgoing(change))).resolves.toEqual({ carrier: 'notify-send' });
    return until('it is seen on the bus', () => desktop.seen()[before]);
  };

  beforeAll(async () => {
    desktop = await openNotificationDesktop();
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', desktop.address);
    vi.stubEnv('DISPLAY', undefined);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await desktop.close();
  });

  test('that does not run is named as the reason', async () => {
    await expect(carrier.notify(outgoing({}))).rejects.toThrow(
      'no program on this desktop shows notifications (no notification daemon runs)',
    );
  });

  test('without a session bus that is the reason', async () => {
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nonexistent/bus');
    try {
      await expect(carrier.notify(outgoing({}))).rejects.toThrow('there is no desktop session');
    } finally {
      vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', desktop.address);
    }
  });

  test('without the program that is the reason, and it is forgotten once the program is there', async () => {
    const { PATH } = process.env;
    vi.stubEnv('PATH', '/nonexistent');
    try {
      await expect(carrier.notify(outgoing({}))).rejects.toThrow('notify-send is not installed');
    } finally {
      vi.stubEnv('PATH', PATH);
    }
    await desktop.startDaemon();
    await show({});
  });

  test('gets title, body and urgency; a page stays until it is closed', async () => {
    expect(await show({})).toEqual({
      app: 'Nightdesk',
      title: 'CRITICAL · CheckoutDown',
      body: 'Customers cannot pay',
      urgency: 2,
      expireMs: 0,
    });
  });

  test('shows one per key: a reminder takes the place of the page', async () => {
    await show({ key: 'alarm-7', title: 'CRITICAL · Seven' });
    await until('the first is on the screen', () => desktop.displayed());
    const before = desktop.displayed();
    await show({ key: 'alarm-7', title: 'Still CRITICAL · Seven' });
    expect(desktop.displayed()).toBe(before);
    await show({ key: 'alarm-8', title: 'CRITICAL · Eight' });
    await until('the other one is beside it', () => desktop.displayed() === (before ?? 0) + 1);
  });

  test('gets a notice that goes away by itself', async () => {
    expect(await show({ class: 'notice' })).toMatchObject({ urgency: 1, expireMs: 10_000 });
  });

  test.each<[string, Partial<OutgoingNotification>, { title?: string; body?: string }]>([
    [
      'an option',
      { title: '--version', body: '-5% drop' },
      { title: 'Nightdesk: --version', body: 'Nightdesk: -5% drop' },
    ],
    [
      'a command',
      { title: 'a $(touch x) `id` "; rm y; #', body: "x $HOME 'y' && reboot | cat" },
      { title: 'a $(touch x) `id` "; rm y; #', body: "x $HOME 'y' &amp;&amp; reboot | cat" },
    ],
    [
      'markup',
      { title: '<b>bold</b>', body: 'x <img src="http://x/"> <a href="x">y</a> &amp;' },
      { body: 'x &lt;img src="http://x/"&gt; &lt;a href="x"&gt;y&lt;/a&gt; &amp;amp;' },
    ],
    [
      'an escape',
      { title: 'C:\\new\\', body: 'C:\\new\\table\\' },
      { title: 'C:\\new\\', body: 'C:\\new\\table\\' },
    ],
    [
      'lines',
      { title: 'one\ntwo', body: 'one\ntwo\r\nthree' },
      { title: 'one two', body: 'one\ntwo\nthree' },
    ],
    [
      'NUL and controls',
      { title: 'a\0b\u0007', body: 'a\0b\u001B[31m' },
      { title: 'a b', body: 'a b [31m' },
    ],
    [
      'directions turned around',
      { title: 'exe.\u202Egnp', body: 'a\u2066b' },
      { title: 'exe.gnp', body: 'ab' },
    ],
    [
      'half a character',
      { title: 'a\uD800', body: 'b\uDC00' },
      { title: 'a\uFFFD', body: 'b\uFFFD' },
    ],
    ['nothing', { title: '', body: '' }, { title: 'Nightdesk', body: 'Open Nightdesk to see it.' }],
    [
      '100 kB',
      { title: 't'.repeat(100_000), body: '"$`\\'.repeat(25_000) },
      { title: `${'t'.repeat(159)}…` },
    ],
  ])('takes %s as text', async (_what, change, expected) => {
    expect(await show(change)).toMatchObject(expected);
  });
});

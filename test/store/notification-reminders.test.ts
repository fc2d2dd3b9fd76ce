/** What is told again, and until when. */
import { describe, expect, test } from 'vitest';
import type { AlarmId } from '../../preload/contract/common.ts';
import { instant, minute, start } from '../support/alarms.ts';
import { openTestStore } from '../support/store.ts';
import { type Desk, openDesk, named, many, poll, setIntent } from '../support/notified-alarms.ts';

describe('reminders', () => {
  test('come every two minutes, at most fifteen times, and then say that it was enough', () => {
    const desk = openDesk();
    poll(desk, named('CheckoutDown'));
    for (let half = 0; half < 80; half += 1) desk.pass(minute / 2);
    expect(desk.titles().filter((title) => title === 'Still CRITICAL · CheckoutDown')).toHaveLength(
      15,
    );
    expect(desk.decided().at(-1)).toBe(
      'reminder not_sent page: reminded 15 times, nobody acknowledged; no more reminders',
    );
    expect(desk.store.connection.prepare('SELECT * FROM reminder').all()).toEqual([]);
  });

  test('do not come too early', () => {
    const desk = openDesk();
    poll(desk, named('CheckoutDown'));
    desk.pass(2 * minute - 1);
    expect(desk.shown).toHaveLength(1);
    desk.pass(1);
    expect(desk.shown).toHaveLength(2);
  });

  test('never come for a notice', () => {
    const desk = openDesk();
    poll(desk, named('Slow', { severity: 'warning' }));
    desk.pass(10 * minute);
    expect(desk.shown).toHaveLength(1);
  });

  test('are still owed after a restart, and counted on', () => {
    const store = openTestStore();
    const first = openDesk({ store });
    poll(first, named('CheckoutDown'));
    first.pass(2 * minute);
    first.notifications.stop();
    const second = openDesk({ store });
    second.pass(10 * minute);
    expect(second.titles()).toEqual(['Still CRITICAL · CheckoutDown']);
    expect(second.shown[0]?.body).toContain('reminder 2 of 15');
  });

  test('wait after a restart until their source was asked', () => {
    const store = openTestStore();
    const first = openDesk({ store });
    poll(first, named('CheckoutDown'));
    first.notifications.stop();
    const second = openDesk({ store });
    second.sight('starting');
    second.pass(10 * minute);
    expect(second.titles()).toEqual([]);
    second.sight('live', { before: 'starting' });
    poll(second);
    second.pass(minute);
    expect(second.titles()).toEqual(['Cleared · CheckoutDown']);
  });

  test.each([
    ['acknowledged', [named('A', { status: 'acknowledged' })]],
    ['suppressed', [named('A', { status: 'suppressed' })]],
    ['over', []],
  ])('end when it is %s, and the notification is taken away', async (_promise, next) => {
    const desk = openDesk();
    poll(desk, named('A'));
    await desk.settled();
    poll(desk, ...next);
    desk.pass(10 * minute);
    expect(desk.titles().filter((title) => title.startsWith('Still'))).toEqual([]);
    expect(desk.withdrawn).toEqual(['alarm-1']);
  });

  test('rest while an acknowledgement is on its way, and come at once when it fails', async () => {
    const desk = openDesk();
    poll(desk, named('A'));
    await desk.settled();
    setIntent(desk, { state: 'queued' });
    expect(desk.withdrawn).toEqual(['alarm-1']);
    desk.pass(10 * minute);
    setIntent(desk, { state: 'sent' });
    desk.pass(10 * minute);
    expect(desk.shown).toHaveLength(1);
    setIntent(desk, { state: 'failed' });
    desk.pass(1);
    expect(desk.titles().at(-1)).toBe('Still CRITICAL · A');
  });

  test('rest after a confirmed acknowledgement, but not for good if it goes on firing', () => {
    const desk = openDesk();
    poll(desk, named('A'));
    desk.pass(2 * minute - 1_000);
    setIntent(desk, { state: 'confirmed' });
    desk.pass(30_000);
    expect(desk.shown).toHaveLength(1);
    desk.pass(31_000);
    expect(desk.shown).toHaveLength(2);
  });

  test('wait after a sleep until every source could be asked', () => {
    const desk = openDesk();
    poll(desk, named('A'));
    desk.clock.move(5 * 3_600_000);
    desk.bus.emit('gap.ended', { fromMs: start, at: desk.clock.now(), reason: 'sleep' });
    desk.pass(14_000);
    expect(desk.shown).toHaveLength(1);
    poll(desk);
    desk.pass(minute);
    expect(desk.titles()).toEqual(['CRITICAL · A', 'Cleared · A']);
  });

  test('come sooner once the settings say so', () => {
    const desk = openDesk({ settings: { repeatPageEveryMs: 3_600_000 } });
    poll(desk, named('A'));
    desk.change({ repeatPageEveryMs: 30_000 });
    desk.pass(30_000);
    desk.pass(30_000);
    expect(desk.shown).toHaveLength(3);
  });

  test('of many pages at once are one', () => {
    const desk = openDesk();
    poll(desk, ...many(500));
    desk.pass(2 * minute);
    expect(desk.titles().at(-1)).toBe('Still firing: 500 pages that nobody acknowledged');
    expect(desk.decided().at(-1)).toBe(
      'reminder sent page: 500 pages not acknowledged: one reminder for all',
    );
  });

  test('begin anew when it gets worse', () => {
    const desk = openDesk();
    poll(desk, named('A', { severity: 'high' }));
    for (let turn = 0; turn < 5; turn += 1) desk.pass(2 * minute);
    poll(desk, named('A', { severity: 'critical' }));
    desk.pass(2 * minute);
    expect(desk.titles().slice(-2)).toEqual(['Now CRITICAL · A', 'Still CRITICAL · A']);
    expect(desk.shown.at(-1)?.body).toContain('reminder 1 of 15');
  });

  test('come although the clock was set back by a day', () => {
    const desk = openDesk();
    desk.clock.move(24 * 60 * minute);
    poll(desk, named('A'));
    desk.clock.move(-24 * 60 * minute);
    desk.pass(1);
    desk.pass(2 * minute);
    expect(desk.titles()).toContain('Still CRITICAL · A');
  });
});

describe('an acknowledgement that nothing follows', () => {
  /** At night: the tests begin at four. */
  const night = { sleepHours: { from: '00:00', to: '23:59' } };
  const acknowledged = (settings: object = night): Desk => {
    const desk = openDesk({ settings });
    poll(desk, named('A'));
    setIntent(desk, { state: 'confirmed', createdAt: instant(desk.clock.now()) });
    poll(desk, named('A', { status: 'acknowledged', ackedBy: 'Ada' }));
    desk.shown.length = 0;
    return desk;
  };
  const asked = (desk: Desk): number =>
    desk.titles().filter((title) => title.startsWith('Are you on it?')).length;

  test('is asked about again, three times at most, and never before a quarter of an hour', () => {
    const desk = acknowledged();
    desk.pass(14 * minute);
    expect(asked(desk)).toBe(0);
    desk.pass(2 * minute);
    expect(asked(desk)).toBe(1);
    expect(desk.shown.at(-1)).toMatchObject({
      class: 'page',
      body: expect.stringMatching(
        /^you acknowledged this 16 min ago, and nothing was done/,
      ) as string,
    });
    desk.pass(5 * minute);
    expect(asked(desk)).toBe(1);
    for (let round = 0; round < 5; round += 1) desk.pass(16 * minute);
    expect(asked(desk)).toBe(3);
  });

  test('waits again after everything that a person does', () => {
    const desk = acknowledged();
    desk.pass(10 * minute);
    desk.notifications.onIt(1 as AlarmId);
    desk.pass(10 * minute);
    expect(asked(desk)).toBe(0);
    desk.alarms.comment(1 as AlarmId, 'looking at the database');
    desk.pass(14 * minute);
    expect(asked(desk)).toBe(0);
    desk.pass(2 * minute);
    expect(asked(desk)).toBe(1);
    // What was done is not denied.
    expect(desk.shown.at(-1)?.body).toMatch(
      /^you acknowledged this 36 min ago, and nothing was done about it for 16 min/,
    );
    expect(() => desk.notifications.onIt(99 as AlarmId)).toThrow(/does not exist/);
  });

  test.each<[string, object]>([
    ['by day', { sleepHours: { from: '02:00', to: '03:00' } }],
    ['without hours of sleep', { sleepHours: null }],
    ['for what does not page', { ...night, rules: [{ query: 'A', class: 'notice' }] }],
  ])('is not asked about %s', (_what, settings) => {
    const desk = acknowledged(settings);
    desk.pass(40 * minute);
    expect(asked(desk)).toBe(0);
  });

  test('is not asked about when it is over, or in the hands of somebody else', () => {
    const over = acknowledged();
    poll(over);
    over.pass(40 * minute);
    expect(asked(over)).toBe(0);
    const other = openDesk({ settings: night });
    poll(other, named('A', { status: 'acknowledged', ackedBy: 'Grace' }));
    other.pass(40 * minute);
    expect(asked(other)).toBe(0);
  });

  test('is asked about once for many', () => {
    const desk = openDesk({ settings: night });
    poll(desk, named('A'), named('B'));
    setIntent(desk, { state: 'confirmed', createdAt: instant(desk.clock.now()) });
    setIntent(desk, {
      id: 'i2',
      alarmId: 2 as AlarmId,
      state: 'confirmed',
      createdAt: instant(desk.clock.now()),
    });
    const acked = { status: 'acknowledged', ackedBy: 'Ada' } as const;
    poll(desk, named('A', acked), named('B', acked));
    desk.pass(16 * minute);
    expect(asked(desk)).toBe(1);
    expect(desk.shown.at(-1)?.body).toContain('and of 1 more');
    desk.pass(5 * minute);
    expect(asked(desk)).toBe(1);
  });
});

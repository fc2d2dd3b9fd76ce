/** An alarm that comes and goes: shown, counted, told once and when it stays, and never hidden. */
import { describe, expect, test } from 'vitest';
import type { AlarmId } from '../../preload/contract/common.ts';
import { openAlarmDesk } from '../support/alarm-desk.ts';
import { complete, instant, minute, observed, source, start } from '../support/alarms.ts';
import { openNotificationDesk } from '../support/notification-desk.ts';
import { openTestStore } from '../support/store.ts';

const one = 1 as AlarmId;

function openDesk() {
  const desk = openNotificationDesk();
  const fire = () =>
    desk.alarms.apply(
      source,
      complete(observed({ startsAt: instant(desk.clock.now()) })),
      desk.clock.now(),
    );
  const clear = () => desk.alarms.apply(source, complete(), desk.clock.now());
  return {
    ...desk,
    fire,
    clear,
    swing(times: number) {
      for (let count = 0; count < times; count += 1) {
        fire();
        desk.pass(minute);
        clear();
        desk.pass(minute);
      }
    },
    list: (query = '') => desk.alarms.list({ query, groupBy: 'none' }),
  };
}

describe('a flapping alarm', () => {
  test('stays in the list while it is clear, says so, and how often it changed', () => {
    const desk = openDesk();
    desk.swing(2);
    expect(desk.list().ids).toEqual([]);
    desk.swing(1);
    const { ids, rows } = desk.list();
    expect(ids).toEqual([one]);
    expect(rows[0]).toMatchObject({ status: 'resolved', flapping: { changes: 6 } });
    expect(desk.list('is:flapping').ids).toEqual([one]);
    expect(desk.list('status:firing').ids).toEqual([]);
    desk.fire();
    expect(desk.list().rows[0]).toMatchObject({ status: 'firing', flapping: { changes: 7 } });
    expect(desk.alarms.detail(one).events.map(({ text }) => text)).toContain(
      'Began flapping: 6 changes in 5 min',
    );
  });

  test('leaves when it was still for a quarter of an hour, which its history says', () => {
    const desk = openDesk();
    desk.swing(3);
    desk.clock.move(14 * minute);
    desk.clear();
    expect(desk.list().ids).toEqual([one]);
    desk.clock.move(2 * minute);
    desk.clear();
    expect(desk.list().ids).toEqual([]);
    expect(desk.alarms.detail(one).events[0]).toMatchObject({
      kind: 'calm',
      text: 'No longer flapping: no change for 15 min',
    });
  });

  test('still flaps after a restart', () => {
    const store = openTestStore();
    const { alarms } = openAlarmDesk(store);
    for (const ago of [9, 7, 5]) {
      const at = start - ago * minute;
      alarms.apply(source, complete(observed({ startsAt: instant(at) })), at);
      alarms.apply(source, complete(), at + minute);
    }
    const again = openAlarmDesk(store).alarms;
    expect(again.flapping(one)).toEqual({ since: start - 9 * minute, count: 6 });
    expect(again.list({ query: '', groupBy: 'none' }).ids).toEqual([one]);
  });

  test('pages the first times and when it stays, and every silence has its reason', async () => {
    const desk = openDesk();
    desk.swing(5);
    await desk.settled();
    const pages = () => desk.titles().filter((title) => title.startsWith('CRITICAL'));
    expect(pages()).toHaveLength(3);
    // The third clearing is the sixth change.
    expect(desk.titles().filter((title) => title.startsWith('Cleared'))).toHaveLength(2);
    desk.fire();
    expect(desk.decided().at(-1)).toBe(
      'fired not_sent page: flapping: 11 changes in 10 min; pages if it stays',
    );
    desk.pass(2 * minute);
    await desk.settled();
    expect(desk.titles().at(-1)).toBe('Still CRITICAL · CheckoutDown');
    desk.pass(2 * minute);
    desk.clear();
    await desk.settled();
    expect(desk.titles().at(-1)).toBe('Cleared · CheckoutDown');
    expect(desk.decided().every((line) => !line.endsWith(': '))).toBe(true);
  });
});

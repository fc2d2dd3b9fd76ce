/** What fired and cleared while nobody looked, as the upstream's own history tells it. */
import { describe, expect, test } from 'vitest';
import type { PassedEpisode } from '../../main/sources/connector.ts';
import type { ObservedAlarm } from '../../main/alarms/alarm.ts';
import type { AlarmId } from '../../preload/contract/common.ts';
import { openAlarmDesk } from '../support/alarm-desk.ts';
import { complete, instant, minute, observed, source, start } from '../support/alarms.ts';
import { openNotificationDesk } from '../support/notification-desk.ts';

/** From and until in minutes after the start of the night. */
const passed = (
  from: number,
  until: number,
  change: Partial<ObservedAlarm> = {},
): PassedEpisode => ({
  alarm: observed({ startsAt: instant(start + from * minute), ...change }),
  endedAt: instant(start + until * minute),
});
const morning = start + 100 * minute;

type Desk = Pick<ReturnType<typeof openAlarmDesk>, 'alarms' | 'store'>;
const spans = (desk: Desk, id = 1) =>
  desk.alarms
    .detail(id as AlarmId)
    .episodes.map(({ startedAt, endedAt }) =>
      [startedAt, endedAt].map((at) => (at === null ? null : (Date.parse(at) - start) / minute)),
    )
    .toReversed();

describe('what passed', () => {
  test('is listed as unseen until somebody has seen it, and is in the history', () => {
    const desk = openAlarmDesk();
    expect(desk.alarms.applyPassed(source, [passed(10, 20)], morning)).toBe(1);
    const list = desk.alarms.list({ query: 'is:unseen', groupBy: 'none' });
    expect(list.rows).toMatchObject([
      { status: 'resolved', isUnseen: true, title: 'CheckoutDown' },
    ]);
    expect(desk.alarms.list({ query: '', groupBy: 'none' }).ids).toEqual([]);
    expect(desk.alarms.unseenCount()).toBe(1);
    expect(desk.alarms.detail(1 as AlarmId).events.map(({ kind, text }) => [kind, text])).toEqual([
      ['resolved', 'Cleared while nobody looked'],
      ['fired', 'Fired while nobody looked'],
    ]);
    // Also for whoever starts the program next.
    expect(openAlarmDesk(desk.store).alarms.unseenCount()).toBe(1);
    desk.alarms.markSeen([1 as AlarmId]);
    expect(desk.alarms.unseenCount()).toBe(0);
  });

  test('is kept once, however often it is told', () => {
    const desk = openAlarmDesk();
    const all = [passed(10, 20), passed(30, 31), passed(10, 20)];
    expect(desk.alarms.applyPassed(source, all, morning)).toBe(2);
    expect(desk.alarms.applyPassed(source, all, morning + minute)).toBe(0);
    expect(spans(desk)).toEqual([
      [10, 20],
      [30, 31],
    ]);
  });

  test('gives an episode whose end we only guessed its own end, and keeps the next one', () => {
    const desk = openAlarmDesk();
    const at = { startsAt: instant(start - minute) };
    desk.alarms.apply(source, complete(observed(at)), start);
    desk.alarms.apply(source, complete(), morning);
    expect(spans(desk)).toEqual([[-1, 100]]);
    expect(desk.alarms.applyPassed(source, [passed(-1, 12), passed(40, 50)], morning)).toBe(1);
    expect(spans(desk)).toEqual([
      [-1, 12],
      [40, 50],
    ]);
  });

  test('leaves an alarm that fires as it is, and marks what passed before', () => {
    const desk = openAlarmDesk();
    desk.alarms.apply(
      source,
      complete(observed({ startsAt: instant(start + 90 * minute) })),
      morning,
    );
    expect(desk.alarms.applyPassed(source, [passed(10, 20), passed(90, 95)], morning)).toBe(1);
    expect(desk.alarms.get(1 as AlarmId)?.status).toBe('firing');
    expect(spans(desk)).toEqual([
      [10, 20],
      [90, null],
    ]);
    expect(desk.alarms.rows([1 as AlarmId])[0]).toMatchObject({ isUnseen: true, status: 'firing' });
  });

  test.each([
    ['a start that is no time', [{ ...passed(1, 2), alarm: observed({ startsAt: 'soon' }) }], []],
    ['an end that is no time', [{ ...passed(1, 2), endedAt: '' }], []],
    ['an end before its start', [passed(20, 10)], [[20, 20]]],
    ['an end in our future', [passed(10, 500)], [[10, 100]]],
    ['a broken identity', [passed(10, 20, { externalId: 'x\uD800' })], [[10, 20]]],
  ])('with %s does no harm', (_name, episodes, kept) => {
    const desk = openAlarmDesk();
    expect(desk.alarms.applyPassed(source, episodes, morning)).toBe(kept.length);
    expect(desk.alarms.unseenCount()).toBe(kept.length);
    expect(kept.length === 0 ? [] : spans(desk)).toEqual(kept);
  });

  test('is whole or not there at all when the store refuses', () => {
    const desk = openAlarmDesk();
    desk.store.connection.exec(
      `CREATE TRIGGER full BEFORE INSERT ON event WHEN new.kind = 'resolved' BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    );
    expect(() => desk.alarms.applyPassed(source, [passed(10, 20)], morning)).toThrow('disk full');
    expect(desk.alarms.unseenCount()).toBe(0);
    expect(desk.store.connection.prepare('SELECT count(*) AS n FROM alarm').get()).toEqual({
      n: 0,
    });
  });

  test('pages nobody, and that is written down', async () => {
    const desk = openNotificationDesk();
    desk.alarms.applyPassed(source, [passed(-10, -5)], desk.clock.now());
    await desk.settled();
    expect(desk.titles()).toEqual([]);
    expect(desk.decided()).toEqual([
      'fired not_sent page: it had cleared before anybody could look',
    ]);
  });
});

describe('a source that said nothing for long', () => {
  test('has what it says then marked as unseen, and what follows not', () => {
    const desk = openAlarmDesk();
    const one = observed();
    const two = observed({ externalId: 'am:1:b' });
    desk.alarms.apply(source, complete(), start);
    desk.alarms.apply(source, complete(one), start + 6 * minute);
    desk.alarms.apply(source, complete(one, two), start + 7 * minute);
    expect([1, 2].map((id) => desk.alarms.isUnseen(id as AlarmId))).toEqual([true, false]);
  });

  test('is not taken for absent after a minute', () => {
    const desk = openAlarmDesk();
    desk.alarms.apply(source, complete(), start);
    desk.alarms.apply(source, complete(observed()), start + minute);
    expect(desk.alarms.unseenCount()).toBe(0);
  });
});

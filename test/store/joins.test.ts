/** One condition that two sources see: one row, one page, one count, and a person's word over every rule. */
import { call } from '@orpc/server';
import { describe, expect, test, vi } from 'vitest';
import type { OutboxService } from '../../main/outbox/outbox.ts';
import { alarmActionHandlers } from '../../main/outbox/outbox-handlers.ts';
import { AppError } from '../../main/errors.ts';
import { tally } from '../../main/desk/desk-state.ts';
import type { ObservedAlarm } from '../../main/alarms/alarm.ts';
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import { openAlarmDesk } from '../support/alarm-desk.ts';
import { complete, instant, minute, observed, start } from '../support/alarms.ts';
import { openNotificationDesk } from '../support/notification-desk.ts';
import { openTestStore } from '../support/store.ts';

const am = 'am' as SourceId;
const pd = 'pd' as SourceId;
const seen = (change: Partial<ObservedAlarm> = {}): ObservedAlarm =>
  observed({ externalId: 'alertmanager:1:4f2a', ...change });
const paged = (change: Partial<ObservedAlarm> = {}): ObservedAlarm =>
  observed({
    externalId: 'pagerduty:1:Q1',
    title: 'Cannot pay',
    severity: 'high',
    labels: { alertname: 'Cannot pay' },
    startsAt: instant(start - 30_000),
    refs: { same: ['alertmanager:4f2a'] },
    ...change,
  });

const open = (store = openTestStore()) => openAlarmDesk(store, [am, pd]);
type Desk = ReturnType<typeof open>;

const show = (desk: Desk, query = '') => {
  const list = desk.alarms.list({ query, groupBy: 'none' });
  return { ids: list.ids, hidden: list.hiddenCount, rows: list.rows };
};
const both = (desk: Desk, ...change: [Partial<ObservedAlarm>?, Partial<ObservedAlarm>?]) => {
  desk.alarms.apply(am, complete(seen(change[0])), start);
  desk.alarms.apply(pd, complete(paged(change[1])), start);
};
const deskCount = (desk: Desk) => tally(desk.alarms.conditions(), () => true);
const kinds = (desk: Desk, id: AlarmId) =>
  desk.alarms.detail(id).events.map(({ kind, text }) => `${kind}: ${text}`);

describe('a condition that two sources see', () => {
  test('is one row with two origins, and says why', () => {
    const desk = open();
    both(desk);
    const { ids, rows } = show(desk);
    expect(ids).toEqual([1]);
    expect(rows[0]?.origins).toMatchObject([
      { alarmId: 1, sourceId: am, rule: null, reason: '' },
      {
        alarmId: 2,
        sourceId: pd,
        rule: 'reference',
        reason: 'Both carry the reference alertmanager:4f2a',
      },
    ]);
    expect(deskCount(desk)).toMatchObject({ firing: 1, worst: { severity: 'critical', count: 1 } });
    expect(kinds(desk, 2 as AlarmId)[0]).toBe(
      'joined: Joined with "CheckoutDown" at Alertmanager prod: Both carry the reference alertmanager:4f2a',
    );
    expect(desk.alarms.detail(1 as AlarmId).related).toEqual([]);
  });

  test('shows the worst: firing beats acknowledged, and each origin says its own', () => {
    const desk = open();
    both(desk, { status: 'acknowledged', ackedBy: 'Ada' }, { status: 'firing' });
    const [row] = show(desk).rows;
    expect(row).toMatchObject({ status: 'firing', severity: 'critical', ackedBy: null });
    expect(row?.origins.map(({ status }) => status)).toEqual(['acknowledged', 'firing']);
    expect(deskCount(desk)).toMatchObject({ firing: 1, acknowledged: 0 });
    desk.alarms.apply(pd, complete(paged({ status: 'acknowledged', ackedBy: 'Bo' })), start + 1);
    expect(show(desk).rows[0]).toMatchObject({ status: 'acknowledged', ackedBy: 'Ada' });
  });

  test('has the worst severity, whoever says it', () => {
    const desk = open();
    both(desk, { severity: 'warning' }, { severity: 'critical', isSeverityMapped: false });
    expect(show(desk).rows[0]).toMatchObject({
      sourceId: am,
      severity: 'critical',
      isSeverityMapped: false,
    });
    expect(deskCount(desk).worst).toEqual({ severity: 'critical', count: 1 });
    expect(desk.alarms.list({ query: '', groupBy: 'none' }).groups[0]?.worst).toBe('critical');
  });

  test('is found by what either source says', () => {
    const desk = open();
    both(desk, { status: 'acknowledged' });
    desk.alarms.apply(
      am,
      complete(
        seen({ status: 'acknowledged' }),
        seen({ externalId: 'alertmanager:1:other', title: 'Else', summary: '', labels: {} }),
      ),
      start,
    );
    expect(show(desk, 'source=pd').ids).toEqual([1]);
    expect(show(desk, 'status:firing').ids).toEqual([1, 3]);
    expect(show(desk, '"cannot pay"')).toMatchObject({ ids: [1], hidden: 1 });
    expect(desk.alarms.countMatching('')).toBe(2);
  });

  test('is one whose source can be looked at, however blind the other is', () => {
    const desk = open();
    both(desk);
    const blind = desk.healths.get(am);
    if (blind !== undefined) desk.healths.set(am, { ...blind, freshness: 'unreachable' });
    desk.clock.move(1);
    const list = desk.alarms.list({ query: '', groupBy: 'none' });
    expect(list.groups.map(({ blindSourceId }) => blindSourceId)).toEqual([null]);
    expect(list.rows[0]).toMatchObject({ freshness: 'live' });
    const other = desk.healths.get(pd);
    if (other !== undefined) desk.healths.set(pd, { ...other, freshness: 'unreachable' });
    desk.clock.move(1);
    expect(desk.alarms.list({ query: '', groupBy: 'none' }).groups[0]?.blindSourceId).toBe(am);
  });

  test('is named after the one that says most, whichever came first', () => {
    const desk = open();
    desk.alarms.apply(pd, complete(paged()), start);
    desk.alarms.apply(am, complete(seen()), start);
    expect(show(desk).rows[0]).toMatchObject({ title: 'CheckoutDown', sourceId: am });
    // And stays so, whatever joins or changes later.
    desk.alarms.apply(
      pd,
      complete(paged({ labels: { alertname: 'Cannot pay', a: 'b', c: 'd', e: 'f' } })),
      start,
    );
    expect(show(desk).rows[0]?.sourceId).toBe(am);
  });

  test('goes on as the row of whoever still sees it', () => {
    const desk = open();
    both(desk);
    desk.alarms.apply(am, complete(), start + minute);
    const { ids, rows } = show(desk);
    expect(ids).toEqual([2]);
    expect(rows[0]?.origins).toEqual([]);
  });

  test('tells windows of the row, whichever alarm of it changed', async () => {
    const desk = open();
    both(desk);
    await new Promise((resolve) => setImmediate(resolve));
    const told: unknown[] = [];
    desk.windows.open((event) => told.push(event));
    desk.alarms.apply(pd, complete(), start + minute);
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toContainEqual({ type: 'changed', topic: 'alarms', ids: [2, 1] });
  });

  test('takes an action for all that still fire, or for the one that was meant', () => {
    const desk = open();
    both(desk);
    expect(desk.alarms.withJoined([1 as AlarmId], 'firing')).toEqual([1, 2]);
    desk.alarms.apply(am, complete(seen({ status: 'acknowledged' })), start);
    expect(desk.alarms.withJoined([1 as AlarmId], 'firing')).toEqual([2]);
    expect(desk.alarms.withJoined([1 as AlarmId], 'acknowledged')).toEqual([1]);
    desk.alarms.apply(pd, complete(paged({ status: 'suppressed' })), start);
    expect(desk.alarms.withJoined([1 as AlarmId], 'firing')).toEqual([1]);
  });
});

describe('an acknowledgement of a condition', () => {
  const asked = async (desk: Desk, input: { ids: AlarmId[]; isOnlyThese?: boolean }) => {
    const requests: string[] = [];
    const answer = (what: string) => (ids: readonly AlarmId[]) => {
      requests.push(`${what} ${ids.join(' ')}`);
      return { intents: ids.length, refused: [] };
    };
    const outbox = {
      acknowledge: answer('acknowledge'),
      unacknowledge: answer('take back'),
    } as unknown as OutboxService;
    const handlers = alarmActionHandlers(outbox, desk.alarms);
    await call(handlers.acknowledge, input);
    await call(handlers.unacknowledge, input);
    return requests;
  };

  test('is one intent per source that still fires, or for the one that was meant', async () => {
    const desk = open();
    both(desk);
    const ids = [1 as AlarmId];
    expect(await asked(desk, { ids })).toEqual(['acknowledge 1 2', 'take back 1']);
    expect(await asked(desk, { ids, isOnlyThese: true })).toEqual(['acknowledge 1', 'take back 1']);
    both(desk, { status: 'acknowledged' }, { status: 'acknowledged' });
    expect(await asked(desk, { ids })).toEqual(['acknowledge 1', 'take back 1 2']);
  });
});

describe("a person's word", () => {
  const next = paged({ externalId: 'pagerduty:1:Q2', startsAt: instant(start + 2 * minute) });

  test('sets apart, now and in later episodes and after a restart, and back', () => {
    const store = openTestStore();
    const desk = open(store);
    both(desk);
    expect(desk.alarms.separate(2 as AlarmId)).toEqual([1]);
    expect(show(desk).ids).toEqual([1, 2]);
    expect(kinds(desk, 1 as AlarmId)[0]).toBe('separated: Set apart from "Cannot pay"');
    // The pager gives the next episode a new identity.
    desk.alarms.apply(pd, complete(next), start + 2 * minute);
    expect(show(desk).ids).toHaveLength(2);
    const again = open(store);
    expect(show(again).ids).toHaveLength(2);

    const row = again.alarms.join([1 as AlarmId, 3 as AlarmId]);
    expect(row.origins.map(({ rule }) => rule)).toEqual([null, 'reference']);
    expect(show(again).ids).toEqual([1]);
    expect(show(open(store)).ids).toEqual([1]);
  });

  test('joins what no rule joins, now and in later episodes, and back', () => {
    const store = openTestStore();
    const desk = open(store);
    both(desk, {}, { refs: {} });
    expect(show(desk).ids).toEqual([1, 2]);
    const row = desk.alarms.join([1 as AlarmId, 2 as AlarmId]);
    expect(row.origins[1]).toMatchObject({ rule: 'you', reason: 'You joined them' });
    expect(show(desk).ids).toEqual([1]);
    desk.alarms.apply(pd, complete({ ...next, refs: {} }), start + 2 * minute);
    expect(show(desk).ids).toEqual([1]);
    expect(show(open(store)).ids).toEqual([1]);
    desk.alarms.separate(3 as AlarmId);
    expect(show(desk).ids).toEqual([1, 3]);
    expect(show(open(store)).ids).toEqual([1, 3]);
  });

  test.each([
    ['separate', (desk: Desk) => desk.alarms.separate(1 as AlarmId), 'not joined'],
    ['join', (desk: Desk) => desk.alarms.join([1 as AlarmId, 1 as AlarmId]), 'two different'],
    ['join', (desk: Desk) => desk.alarms.join([1 as AlarmId, 99 as AlarmId]), 'This alarm'],
    ['join', (desk: Desk) => desk.alarms.join([1 as AlarmId, 2 as AlarmId]), 'has cleared'],
  ])('%s says why it cannot', (_name, act, words) => {
    const desk = open();
    both(desk, {}, { refs: {} });
    desk.alarms.apply(pd, complete(), start + minute);
    expect(() => act(desk)).toThrow(AppError);
    expect(() => act(desk)).toThrow(words);
  });

  test('that the store refuses changes nothing', () => {
    const desk = open();
    both(desk);
    desk.store.connection.exec(
      `CREATE TRIGGER full BEFORE INSERT ON join_decision BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    );
    expect(() => desk.alarms.separate(2 as AlarmId)).toThrow('disk full');
    expect(show(desk).ids).toEqual([1]);
  });
});

describe('a joined condition', () => {
  const night = () => openNotificationDesk({ ids: [am, pd] });

  test('pages once; the second origin is recorded with its reason', async () => {
    const desk = night();
    desk.alarms.apply(am, complete(seen()), desk.clock.now());
    desk.alarms.apply(pd, complete(paged()), desk.clock.now());
    await desk.settled();
    expect(desk.titles()).toEqual(['CRITICAL · CheckoutDown']);
    expect(desk.decided().at(-1)).toBe(
      'fired not_sent page: joined with "CheckoutDown" at Alertmanager prod, which was told',
    );
  });

  test('is repeated by one of its alarms, and by the other when that one is over', async () => {
    const desk = night();
    desk.alarms.apply(am, complete(seen()), desk.clock.now());
    desk.alarms.apply(pd, complete(paged()), desk.clock.now());
    await desk.settled();
    for (let count = 0; count < 3; count += 1) {
      desk.pass(2 * minute);
      await desk.settled();
    }
    expect(desk.titles().slice(1)).toEqual(Array(3).fill('Still CRITICAL · CheckoutDown'));
    desk.alarms.apply(am, complete(), desk.clock.now());
    expect(desk.decided().at(-1)).toBe(
      'recovered not_sent notice: joined with "Cannot pay" at Alertmanager prod, which is still there',
    );
    desk.pass(2 * minute);
    await desk.settled();
    expect(desk.titles().at(-1)).toBe('Still HIGH · Cannot pay');
    desk.alarms.apply(pd, complete(), desk.clock.now());
    await desk.settled();
    expect(desk.titles().at(-1)).toBe('Cleared · Cannot pay');
  });

  test('pages for the second origin when the first was only a notice', async () => {
    const desk = night();
    desk.alarms.apply(am, complete(seen({ severity: 'warning' })), desk.clock.now());
    desk.alarms.apply(pd, complete(paged()), desk.clock.now());
    await desk.settled();
    expect(desk.titles()).toEqual(['WARNING · CheckoutDown', 'HIGH · Cannot pay']);
  });

  test('that somebody has in hand at one source does not page at the next', async () => {
    const desk = night();
    desk.alarms.apply(
      am,
      complete(seen({ status: 'acknowledged', ackedBy: 'Bo' })),
      desk.clock.now(),
    );
    desk.alarms.apply(pd, complete(paged()), desk.clock.now());
    desk.pass(10 * minute);
    await desk.settled();
    expect(desk.titles()).toEqual([]);
    expect(desk.decided().at(-1)).toBe(
      'fired not_sent page: joined with "CheckoutDown" at Alertmanager prod, acknowledged there by Bo',
    );
  });
});

describe('ten thousand alarms at each of two sources', () => {
  const many = (kind: string): ObservedAlarm[] =>
    Array.from({ length: 10_000 }, (_, index) =>
      observed({
        externalId: `${kind}:1:${index}`,
        title: `Disk full on ${index}`,
        labels: { alertname: 'DiskFull', instance: `host-${index}:9100` },
      }),
    );

  test('are as many rows, and an unchanged answer computes nothing again', () => {
    const desk = open();
    desk.alarms.apply(am, complete(...many('alertmanager')), start);
    desk.alarms.apply(pd, complete(...many('grafana')), start);
    expect(desk.alarms.countMatching('')).toBe(10_000);
    expect(deskCount(desk).firing).toBe(10_000);
    const revision = desk.alarms.revision();
    const parse = vi.spyOn(JSON, 'parse');
    // Other objects that say the same.
    desk.alarms.apply(pd, complete(...many('grafana')), start + minute);
    expect(desk.alarms.revision()).toBe(revision);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });
});

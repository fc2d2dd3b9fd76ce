/** An alert of Prometheus that is silenced or in hand at the Alertmanager which it feeds. */
import { describe, expect, test } from 'vitest';
import { tally } from '../../main/desk/desk-state.ts';
import type { ObservedAlarm } from '../../main/alarms/alarm.ts';
import type { Freshness, SourceId } from '../../preload/contract/common.ts';
import { openAlarmDesk } from '../support/alarm-desk.ts';
import { complete, minute, observed, start } from '../support/alarms.ts';
import { openNotificationDesk } from '../support/notification-desk.ts';
import { openTestStore } from '../support/store.ts';

const am = 'am' as SourceId;
const prom = 'prom' as SourceId;
const routed = (change: Partial<ObservedAlarm> = {}): ObservedAlarm =>
  observed({ externalId: 'alertmanager:1:4f2a', ...change });
const rule = (change: Partial<ObservedAlarm> = {}): ObservedAlarm =>
  observed({
    externalId: 'prometheus:1:4f2a',
    refs: { same: ['alertmanager:4f2a', 'grafana:4f2a'] },
    ...change,
  });

function open(routedStatus: ObservedAlarm['status'], ruleChange: Partial<ObservedAlarm> = {}) {
  const desk = openAlarmDesk(openTestStore(), [am, prom]);
  desk.alarms.apply(prom, complete(rule(ruleChange)), start);
  desk.alarms.apply(am, complete(routed({ status: routedStatus, ackedBy: 'Bo' })), start);
  const sight = (id: SourceId, freshness: Freshness): void => {
    const health = desk.healths.get(id);
    if (health !== undefined) desk.healths.set(id, { ...health, freshness });
    desk.clock.move(1);
    desk.alarms.apply(id, complete(id === am ? routed({ status: routedStatus }) : rule()), start);
  };
  const row = () => desk.alarms.list({ query: '', groupBy: 'none' }).rows[0];
  const count = () => tally(desk.alarms.conditions(), () => true);
  return { ...desk, sight, row, count };
}

describe('what its Alertmanager says of an alert of Prometheus counts', () => {
  test.each(['suppressed', 'acknowledged'] as const)('when it is %s there', (status) => {
    const desk = open(status);
    expect(desk.row()).toMatchObject({ status, severity: 'critical' });
    expect(
      desk
        .row()
        ?.origins.map((origin) => origin.status)
        .toSorted(),
    ).toEqual([status, 'firing'].toSorted());
    expect(desk.count()).toMatchObject({ firing: 0, [status]: 1, worst: null });
  });

  test('but not while nobody can look there', () => {
    const desk = open('suppressed');
    desk.sight(am, 'unreachable');
    expect(desk.row()?.status).toBe('firing');
    expect(desk.count()).toMatchObject({ firing: 1 });
  });

  test('but not when it is another alert, joined by its labels only', () => {
    const desk = open('suppressed', { refs: {} });
    expect(desk.row()?.origins).toHaveLength(2);
    expect(desk.row()?.status).toBe('firing');
    expect(desk.count()).toMatchObject({ firing: 1 });
  });

  test('and the other way round nothing changes: silenced here, it fires there', () => {
    const desk = open('firing', { status: 'suppressed' });
    expect(desk.row()?.status).toBe('firing');
  });
});

describe('pages for such an alert', () => {
  const night = () => openNotificationDesk({ ids: [am, prom] });

  test('are not sent while it is silenced there, and are once the silence ends', async () => {
    const desk = night();
    desk.alarms.apply(am, complete(routed({ status: 'suppressed' })), desk.clock.now());
    desk.alarms.apply(prom, complete(rule()), desk.clock.now());
    desk.pass(10 * minute);
    await desk.settled();
    expect(desk.titles()).toEqual([]);
    expect(desk.decided()).toContain(
      'fired not_sent page: suppressed as "CheckoutDown" at Alertmanager prod',
    );
    desk.alarms.apply(am, complete(routed()), desk.clock.now());
    await desk.settled();
    // It fires for ten minutes by then, and is told once.
    expect(desk.titles()).toEqual(['Still CRITICAL · CheckoutDown']);
  });

  test('stop when somebody silences it there, and go on when that Alertmanager lost the alert', async () => {
    const desk = night();
    desk.alarms.apply(prom, complete(rule()), desk.clock.now());
    await desk.settled();
    expect(desk.titles()).toEqual(['CRITICAL · CheckoutDown']);
    desk.alarms.apply(am, complete(routed({ status: 'suppressed' })), desk.clock.now());
    desk.pass(10 * minute);
    await desk.settled();
    expect(desk.titles()).toHaveLength(1);
    desk.alarms.apply(am, complete(), desk.clock.now());
    desk.pass(2 * minute);
    await desk.settled();
    expect(desk.titles().slice(1)).toEqual(['Still CRITICAL · CheckoutDown']);
  });
});

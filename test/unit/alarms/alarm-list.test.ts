import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildAlarmList, isClear, type SourceSight } from '../../../main/alarms/alarm-list.ts';
import type { KnownAlarm } from '../../../main/alarms/alarm.ts';
import { compareAlarms } from '../../../main/alarms/order.ts';
import { relatedTo } from '../../../main/alarms/related.ts';
import type { AlarmId, SourceId } from '../../../preload/contract/common.ts';
import { instant, known, minute, start } from '../../support/alarms.ts';

const live: SourceSight = {
  name: 'Alertmanager prod',
  freshness: 'live',
  isEnabled: true,
  since: null,
};
const blindSince = instant(start - 4 * minute);
const sights: Record<string, SourceSight> = {
  prod: live,
  pager: { ...live, name: 'PagerDuty', freshness: 'unauthorized', since: blindSince },
  paused: { ...live, name: 'Stage', isEnabled: false },
};
const sight = (id: string): SourceSight | undefined => sights[id];

let id = 0;
const alarm = (title: string, minutes: number, change: Partial<KnownAlarm> = {}): KnownAlarm =>
  known({
    id: (id += 1) as AlarmId,
    title,
    startsAt: instant(start - minutes * minute),
    ...change,
  });

const list = (alarms: KnownAlarm[], groupBy = 'service') => {
  const built = buildAlarmList({
    alarms: [...alarms].sort(compareAlarms),
    groupBy,
    sight,
    isBlind: ({ sourceId }) => !isClear(sight(sourceId)),
  });
  const title = new Map(alarms.map((one) => [one.id, one.title]));
  return {
    ...built,
    shown: built.groups.map((group) => [
      group.title,
      ...built.ids
        .slice(group.firstIndex, group.firstIndex + group.count)
        .map((one) => title.get(one)),
    ]),
  };
};

/** The screen that is drawn in the mock. */
const drawn = (): KnownAlarm[] => [
  alarm('Certificate ends', 120, { service: 'platform', severity: 'info' }),
  alarm('Synthetic login fails', 30, {
    service: 'identity',
    severity: 'high',
    sourceId: 'pager' as SourceId,
  }),
  alarm('Node disk fills', 38, { service: 'platform', severity: 'warning' }),
  alarm('p99.9', 9, { service: 'checkout', severity: 'high' }),
  alarm('Replica lag', 7, { service: 'database', severity: 'high' }),
  alarm('Payment queue', 4, { service: 'checkout' }),
  alarm('Connections', 21, { service: 'database', severity: 'warning', status: 'acknowledged' }),
  alarm('Checkout error rate', 6, { service: 'checkout' }),
];

describe('alarm list', () => {
  it('orders as drawn: the worst first, the longest first, what cannot be seen last', () => {
    const { shown, groups } = list(drawn());
    expect(shown).toEqual([
      ['checkout', 'Checkout error rate', 'Payment queue', 'p99.9'],
      ['database', 'Replica lag', 'Connections'],
      ['platform', 'Node disk fills', 'Certificate ends'],
      ['PagerDuty: cannot look', 'Synthetic login fails'],
    ]);
    expect(groups[0]).toMatchObject({ since: instant(start - 6 * minute), worst: 'critical' });
    expect(groups[3]).toMatchObject({ blindSourceId: 'pager', since: blindSince, worst: 'high' });
  });

  it('puts acknowledged after firing within one severity, and suppressed after both', () => {
    const { shown } = list(
      [
        alarm('suppressed', 90, { status: 'suppressed' }),
        alarm('acknowledged', 60, { status: 'acknowledged' }),
        alarm('firing', 1),
        alarm('warning', 99, { severity: 'warning' }),
        alarm('resolved', 99, { status: 'resolved' }),
      ],
      'none',
    );
    expect(shown).toEqual([['', 'firing', 'acknowledged', 'suppressed', 'warning', 'resolved']]);
  });

  it('keeps severities and statuses in their own order, blind sources still last', () => {
    const alarms = [
      ...drawn(),
      alarm('acked', 1, { status: 'acknowledged' }),
      alarm('info', 1, { severity: 'info', sourceId: 'paused' as SourceId }),
    ];
    expect(list(alarms, 'severity').groups.map(({ title }) => title)).toEqual([
      'Critical',
      'High',
      'Warning',
      'Info',
      'PagerDuty: cannot look',
      'Stage: paused',
    ]);
    expect(list(alarms, 'status').groups.map(({ title }) => title)).toEqual([
      'Firing',
      'Acknowledged',
      'PagerDuty: cannot look',
      'Stage: paused',
    ]);
    expect(list(alarms, 'source').groups[0]!.title).toBe('Alertmanager prod');
  });

  it('groups by any label, hostile names too', () => {
    const alarms = [
      alarm('a', 1, { labels: { pod: 'x', constructor: 'y' } }),
      alarm('b', 1, { labels: {} }),
    ];
    expect(list(alarms, 'pod').shown).toEqual([
      ['x', 'a'],
      ['no pod', 'b'],
    ]);
    expect(list(alarms, 'constructor').shown).toEqual([
      ['y', 'a'],
      ['no constructor', 'b'],
    ]);
    expect(list(alarms, '__proto__').groups).toHaveLength(1);
  });

  it('says so when a source is starting, or is no longer there', () => {
    sights['new'] = { ...live, name: 'New', freshness: 'starting' };
    const alarms = ['new', 'gone'].map((one) => alarm(one, 1, { sourceId: one as SourceId }));
    expect(list(alarms).groups.map(({ title }) => title)).toEqual([
      'New: has not looked yet',
      'gone: no longer configured',
    ]);
  });

  const arbitraryAlarm = fc.record({
    severity: fc.constantFrom('critical' as const, 'high' as const, 'info' as const),
    status: fc.constantFrom('firing' as const, 'acknowledged' as const, 'resolved' as const),
    service: fc.constantFrom('a', 'b', ''),
    sourceId: fc.constantFrom('prod', 'pager', 'paused') as fc.Arbitrary<SourceId>,
    minutes: fc.integer({ min: 0, max: 5 }),
  });

  it('shows every alarm once, in groups without gaps, and none of a blind source among the others', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryAlarm, { maxLength: 30 }),
        fc.constantFrom('service', 'severity', 'source', 'status', 'none', 'team'),
        (drafts, groupBy) => {
          const alarms = drafts.map(({ minutes, ...change }) => alarm('', minutes, change));
          const { ids, groups } = list(alarms, groupBy);
          expect([...ids].sort((a, b) => a - b)).toEqual(
            alarms.map((one) => one.id).sort((a, b) => a - b),
          );
          let next = 0;
          for (const group of groups) {
            expect(group.firstIndex).toBe(next);
            next += group.count;
            const members = alarms.filter((one) =>
              ids.slice(group.firstIndex, next).includes(one.id),
            );
            const isBlind = members.map(
              (one) => one.sourceId !== 'prod' && one.status !== 'resolved',
            );
            expect(new Set(isBlind)).toEqual(new Set([group.blindSourceId !== null]));
          }
          expect(next).toBe(alarms.length);
          const isLate = groups.map(({ blindSourceId }) => blindSourceId !== null);
          expect([...isLate].sort((a, b) => Number(a) - Number(b))).toEqual(isLate);
        },
      ),
    );
  });
});

describe('related alarms', () => {
  it('are of the same service, or started within five minutes', () => {
    const self = alarm('self', 10, { service: 'checkout' });
    const others = [
      alarm('near', 12, { service: 'x' }),
      alarm('far', 60, { service: 'x' }),
      alarm('same', 300, { service: 'checkout' }),
      alarm('over', 10, { service: 'checkout', status: 'resolved' }),
      self,
    ];
    expect(relatedTo(self, others).map(({ title }) => title)).toEqual(['same', 'near']);
    expect(relatedTo({ ...self, service: '' }, [alarm('none', 60, { service: '' })])).toEqual([]);
  });
});

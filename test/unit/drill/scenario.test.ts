import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkoutIsDown } from '../../../main/drill/checkout-is-down.ts';
import { fingerprint } from '../../../main/drill/label-matchers.ts';
import { activeAlarms, isRescued, outageAlarms } from '../../../main/drill/scenario.ts';

const names = (minute: number, mitigated: number | null = null): string[] =>
  activeAlarms(checkoutIsDown, minute, mitigated).map(({ alarm }) => alarm.labels['alertname']!);
const outage = (minute: number, mitigated: number | null = null): string[] =>
  outageAlarms(activeAlarms(checkoutIsDown, minute, mitigated)).map(
    ({ alarm }) => alarm.labels['alertname']!,
  );

const before = ['Watchdog', 'DiskFillingUp', 'CertificateExpiresSoon'];
const anyMinute = fc.double({ min: 0, max: 90, noNaN: true });

describe('checkout is down at 04:00', () => {
  test.each<[string, number, number | null, string[]]>([
    ['at the start: what was there before', 0, null, []],
    [
      'after a minute: the first signs',
      1,
      null,
      ['OrdersReplicaLagHigh', 'CheckoutLatencyP999High'],
    ],
    [
      'after two minutes: the page',
      2,
      null,
      ['OrdersReplicaLagHigh', 'CheckoutLatencyP999High', 'CheckoutErrorRateHigh'],
    ],
    [
      'at its worst: ten alarms',
      6.5,
      null,
      [
        'OrdersReplicaLagHigh',
        'CheckoutLatencyP999High',
        'CheckoutErrorRateHigh',
        'OrdersConnectionsNearLimit',
        'CheckoutPodRestarting',
        'PaymentQueueNotDraining',
        'SyntheticCheckoutFailing',
        'CartTimeouts',
        'CheckoutPodRestarting',
        'CheckoutErrorBudgetBurn',
      ],
    ],
    [
      'two minutes after a quick rollback: the queue still drains',
      6,
      3.8,
      ['OrdersReplicaLagHigh', 'PaymentQueueNotDraining'],
    ],
    ['when all has mended', 20, 10, []],
    ['just before the rescue', 44.9, null, outage(40)],
    ['after the rescue by a colleague', 60, null, []],
  ])('%s', (_, minute, mitigated, expected) => {
    expect(outage(minute, mitigated)).toEqual(expected);
  });

  test('what has nothing to do with the outage stays, whatever is done', () => {
    fc.assert(
      fc.property(anyMinute, fc.option(anyMinute), (minute, mitigated) => {
        expect(names(minute, mitigated)).toEqual(expect.arrayContaining(before));
      }),
    );
  });

  test('after the mitigation nothing new breaks, and nothing that mended breaks again', () => {
    fc.assert(
      fc.property(anyMinute, anyMinute, anyMinute, (mitigated, a, b) => {
        const [earlier, later] = [mitigated + Math.min(a, b), mitigated + Math.max(a, b)];
        const known = new Set(outage(earlier, mitigated));
        expect(outage(later, mitigated).filter((name) => !known.has(name))).toEqual([]);
      }),
    );
  });

  test('six minutes after the mitigation all of the outage is over', () => {
    fc.assert(
      fc.property(anyMinute, (mitigated) => {
        expect(outage(Math.min(mitigated, checkoutIsDown.rescuedAt) + 6, mitigated)).toEqual([]);
      }),
    );
  });

  test('before the mitigation the alarms do not depend on it', () => {
    fc.assert(
      fc.property(anyMinute, fc.double({ min: 0.01, max: 30, noNaN: true }), (minute, more) => {
        expect(names(minute, minute + more)).toEqual(names(minute, null));
      }),
    );
  });

  test('a mitigation that comes after the rescue changes nothing', () => {
    expect(outage(52, 49)).toEqual([]);
    expect(isRescued(checkoutIsDown, 50, 49)).toBe(true);
    expect(isRescued(checkoutIsDown, 50, 44)).toBe(false);
    expect(isRescued(checkoutIsDown, 44, null)).toBe(false);
  });

  test('every alarm is its own, and says what is wrong in words', () => {
    const ids = checkoutIsDown.alarms.map(({ labels }) => fingerprint(labels));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { labels, annotations } of checkoutIsDown.alarms) {
      expect(labels['severity']).toMatch(/^(critical|high|warning|info|none)$/);
      expect(annotations['summary']).toMatch(/\S/);
      expect(annotations['description']).toMatch(/\S/);
    }
    expect(names(2)).toContain(checkoutIsDown.pagingAlarm);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Conditions } from '../../../main/alarms/conditions.ts';
import {
  bareTitle,
  hostOf,
  matchOf,
  signatureOf,
  traitsOf,
} from '../../../main/alarms/correlation.ts';
import type { KnownAlarm } from '../../../main/alarms/alarm.ts';
import type { Decided, JoinDecision, JoinDecisions } from '../../../main/alarms/join-decisions.ts';
import type { AlarmId, SourceId } from '../../../preload/contract/common.ts';
import { instant, known, minute, start } from '../../support/alarms.ts';

/** Decisions without a store. */
function freeDecisions(): JoinDecisions & { readonly all: Map<string, JoinDecision> } {
  const all = new Map<string, JoinDecision>();
  const key = (a: Decided, b: Decided): string =>
    [a, b]
      .map((one) => `${one.sourceId} ${one.signature}`)
      .sort()
      .join('\n');
  return {
    all,
    get size() {
      return all.size;
    },
    between: (a, b) => all.get(key(a, b)) ?? null,
    partnersOf: () => [],
    decide(a, b, decision) {
      if (decision === null) all.delete(key(a, b));
      else all.set(key(a, b), decision);
    },
    reload() {},
  };
}

const alertmanager = (change: Partial<KnownAlarm> = {}): KnownAlarm =>
  known({
    id: 1 as AlarmId,
    sourceId: 'am' as SourceId,
    externalId: 'alertmanager:1:4f2a',
    title: 'Customers cannot pay',
    labels: { alertname: 'CheckoutDown', service: 'checkout', instance: 'web1:9100' },
    ...change,
  });
const pager = (change: Partial<KnownAlarm> = {}): KnownAlarm =>
  known({
    id: 2 as AlarmId,
    sourceId: 'pd' as SourceId,
    externalId: 'pagerduty:1:Q1',
    title: '[FIRING:1] CheckoutDown (checkout prod critical)',
    service: 'Checkout (prod)',
    labels: { alertname: '[FIRING:1] CheckoutDown', service: 'Checkout (prod)' },
    startsAt: instant(start - 20_000),
    ...change,
  });
const match = (a: KnownAlarm, b: KnownAlarm) => matchOf(traitsOf(a), traitsOf(b));
const grafana = (change: Partial<KnownAlarm> = {}): KnownAlarm =>
  alertmanager({
    id: 3 as AlarmId,
    sourceId: 'gr' as SourceId,
    externalId: 'grafana:1:9',
    ...change,
  });

describe('two alarms are the same condition', () => {
  const cases: [string, KnownAlarm, KnownAlarm, RegExp][] = [
    [
      'when one carries the identity of the other',
      alertmanager(),
      pager({ title: 'Something else', refs: { same: ['alertmanager:4f2a'] } }),
      /^reference: Both carry the reference alertmanager:4f2a$/,
    ],
    [
      'when both carry the same reference',
      grafana({ labels: {}, refs: { same: ['pagerduty:dedup:k1'] } }),
      pager({ title: 'x', refs: { same: ['pagerduty:dedup:k1', 'other:2'] } }),
      /^reference: .*pagerduty:dedup:k1$/,
    ],
    [
      'when name and host are equal and they started about together',
      alertmanager(),
      grafana({
        labels: { alertname: 'checkoutdown', host: 'WEB1', grafana_folder: 'x', severity: 'P1' },
        startsAt: instant(start - 20_000),
      }),
      /^labels: Same alarm name and same host web1, .*started 40 s apart$/,
    ],
    [
      'when a short host name begins a full one',
      alertmanager({ labels: { alertname: 'DiskFull', instance: 'web1.example.com:9100' } }),
      grafana({ labels: { alertname: 'DiskFull', host: 'web1' } }),
      /^labels/,
    ],
    [
      'when name and service are equal and neither says a host',
      alertmanager({ labels: { alertname: 'ErrorRate', env: 'prod' } }),
      grafana({ labels: { alertname: 'ErrorRate', env: 'prod', team: 'pay' } }),
      /^labels: .*same service checkout/,
    ],
    [
      "when a pager's title is the alarm's name",
      alertmanager(),
      pager(),
      /^title: Same title "checkoutdown", started 40 s apart$/,
    ],
    [
      'when peers of one cluster pass on the very same start',
      alertmanager(),
      alertmanager({ id: 9 as AlarmId, sourceId: 'am2' as SourceId }),
      /^reference/,
    ],
  ];
  test.each(cases)('%s', (_name, a, b, words) => {
    const found = match(a, b);
    expect(`${found?.rule}: ${found?.reason}`).toMatch(words);
    expect(match(b, a)?.rule).toBe(found?.rule);
  });
});

describe('doubt never joins', () => {
  const cases: [string, KnownAlarm, KnownAlarm][] = [
    [
      'hosts that differ',
      alertmanager(),
      grafana({ labels: { alertname: 'CheckoutDown', instance: 'web2:9100' } }),
    ],
    [
      'full host names that differ, whatever their first parts',
      alertmanager({ labels: { alertname: 'DiskFull', instance: 'web1.a.example:1' } }),
      grafana({ labels: { alertname: 'DiskFull', instance: 'web1.b.example:1' } }),
    ],
    [
      'a label that both have and that differs',
      alertmanager({ labels: { alertname: 'DiskFull', instance: 'web1', mountpoint: '/' } }),
      grafana({ labels: { alertname: 'DiskFull', instance: 'web1', mountpoint: '/var' } }),
    ],
    [
      'starts half an hour and more apart',
      alertmanager(),
      grafana({ startsAt: instant(start - 40 * minute) }),
    ],
    ['a title of long ago', alertmanager(), pager({ startsAt: instant(start - 30 * minute) })],
    [
      'an equal title in another cluster',
      alertmanager({ labels: { alertname: 'CheckoutDown', cluster: 'a' } }),
      pager({ labels: { cluster: 'b' } }),
    ],
    [
      'a copy of the same cluster: equal identity, another start',
      alertmanager(),
      alertmanager({ sourceId: 'stage' as SourceId, startsAt: instant(start - 2 * minute) }),
    ],
    [
      'a fingerprint of equal labels that began a day apart, as in two clusters that are alike',
      alertmanager(),
      grafana({
        title: 'Another',
        refs: { same: ['alertmanager:4f2a'] },
        startsAt: instant(start - 24 * 60 * minute),
      }),
    ],
    [
      "everybody's own host",
      alertmanager({ service: '', labels: { alertname: 'Down', instance: 'localhost:9090' } }),
      grafana({
        service: '',
        title: 'Another',
        labels: { alertname: 'Down', instance: 'localhost:9090' },
      }),
    ],
    [
      'a name without a place',
      alertmanager({ service: '', title: 'a', labels: { alertname: 'Down' } }),
      grafana({ service: '', title: 'b', labels: { alertname: 'Down' } }),
    ],
    ['short titles', alertmanager({ title: 'down', labels: {} }), pager({ title: 'Down' })],
    [
      'a rule name that alarms of two hosts share',
      alertmanager({ refs: { same: ['prometheus:X'] }, labels: { instance: 'a' } }),
      pager({ title: 'z', refs: { same: ['prometheus:X'] }, labels: { instance: 'b' } }),
    ],
    [
      'references that are not typed, not text, or not a list',
      alertmanager({ refs: { same: ['x', 'type:', 7, null, '  : y'] } }),
      pager({ title: 'z', labels: {}, refs: { same: ['x', 'type:', 7, null, '  : y'] } }),
    ],
    [
      'a start that is no time',
      alertmanager({ startsAt: 'soon' }),
      pager({ refs: { same: ['alertmanager:4f2a'] } }),
    ],
  ];
  test.each(cases)('%s', (_name, a, b) => {
    expect(match(a, b)).toBeNull();
    expect(match(b, a)).toBeNull();
  });
});

describe('what is compared', () => {
  test.each([
    ['[FIRING:2] CheckoutDown (prod critical)', 'checkoutdown'],
    ['[P1] [x] Disk  full', 'disk full'],
    ['Disk full', 'disk full'],
    ['(only this)', ''],
    ['[', '['],
  ])('the title of %j is %j', (title, bare) => {
    expect(bareTitle(title)).toBe(bare);
  });
  test.each([
    [{ instance: 'Web1.example.com:9100' }, 'web1.example.com'],
    [{ instance: 'https://pay.example.com/health' }, 'pay.example.com'],
    [{ host: 'db1', instance: 'x:1' }, 'db1'],
    [{ instance: '127.0.0.1:9090' }, ''],
    [{ instance: '10.0.0.7:9100' }, '10.0.0.7'],
    [{}, ''],
  ])('the host of %j is %j', (labels, host) => {
    expect(hostOf(labels as Record<string, string>)).toBe(host);
  });

  it('calls an alarm the same in every episode, whatever its severity and identity', () => {
    const first = pager({ labels: { alertname: 'X y', severity: 'high', incident_number: '7' } });
    const second = pager({
      externalId: 'pagerduty:1:Q2',
      labels: { alertname: 'X y', severity: 'low', incident_number: '8' },
    });
    expect(signatureOf(first)).toBe(signatureOf(second));
    expect(signatureOf(pager({ labels: { alertname: 'X z' } }))).not.toBe(signatureOf(first));
  });
});

// ---- conditions

const sources = ['am', 'pd', 'gr'] as const;
const names = ['DiskFull', 'CheckoutDown', 'QueueLong'] as const;
const arbitraryAlarm = fc
  .record({
    slot: fc.integer({ min: 0, max: 4 }),
    source: fc.constantFrom(...sources),
    name: fc.constantFrom(...names),
    host: fc.constantFrom('web1', 'web2', ''),
    startsAt: fc.integer({ min: -60, max: 0 }).map((at) => instant(start + at * minute)),
    status: fc.constantFrom('firing', 'firing', 'acknowledged', 'resolved' as const),
    same: fc.array(fc.constantFrom('a:1', 'a:2', 'b:1'), { maxLength: 2 }),
  })
  .map(({ slot, source, name, host, same, ...rest }) =>
    known({
      ...rest,
      id: (sources.indexOf(source) * 10 + slot + 1) as AlarmId,
      sourceId: source as SourceId,
      externalId: `${source}:1:${slot}`,
      title: `${name} happened`,
      labels: host === '' ? { alertname: name } : { alertname: name, host },
      refs: { same },
    }),
  );
const arbitraryHistory = fc.array(fc.array(arbitraryAlarm, { maxLength: 6 }), { maxLength: 15 });

function replay(history: readonly (readonly KnownAlarm[])[], conditions: Conditions) {
  const active = new Map<AlarmId, KnownAlarm>();
  for (const batch of history) {
    conditions.update(batch);
    for (const alarm of batch) {
      if (alarm.status === 'resolved') active.delete(alarm.id);
      else active.set(alarm.id, alarm);
    }
  }
  return active;
}

describe('conditions', () => {
  it('hold active alarms only, no two of one source, and every join is one that its rule still makes', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        const conditions = new Conditions(freeDecisions());
        const active = replay(history, conditions);
        for (const [id, alarm] of active) {
          const condition = conditions.of(id);
          for (const [other, join] of conditions.joinsOf(id)) {
            const match = matchOf(traitsOf(alarm), traitsOf(active.get(other)!));
            expect(match?.rule).toBe(join.rule);
            expect(join.reason).not.toBe('');
          }
          expect(conditions.joinsOf(id).size > 0).toBe(condition !== null);
          if (condition === null) continue;
          expect(condition.ids).toContain(id);
          expect(condition.ids[0]).toBe(condition.leadId);
          expect(condition.ids.length).toBeGreaterThan(1);
          const seen = condition.ids.map((one) => active.get(one)?.sourceId);
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen).not.toContain(undefined);
          for (const one of condition.ids) expect(conditions.of(one)).toBe(condition);
        }
      }),
    );
  });

  it('miss no pair of which both stand alone', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        const conditions = new Conditions(freeDecisions());
        const alone = [...replay(history, conditions).values()].filter(
          ({ id }) => conditions.of(id) === null,
        );
        const missed = alone.flatMap((a) =>
          alone.filter((b) => a.sourceId !== b.sourceId && match(a, b) !== null),
        );
        expect(missed).toEqual([]);
      }),
    );
  });

  it('never hold what a person set apart', () => {
    fc.assert(
      fc.property(arbitraryHistory, fc.nat(), (history, pick) => {
        const decisions = freeDecisions();
        const conditions = new Conditions(decisions);
        const active = replay(history, conditions);
        const joined = [...active.keys()].filter((id) => conditions.of(id) !== null);
        fc.pre(joined.length > 0);
        const id = joined[pick % joined.length]!;
        const other = conditions.othersOf(id)[0]!;
        const decided = (one: AlarmId): Decided => {
          const alarm = active.get(one)!;
          return { sourceId: alarm.sourceId, signature: signatureOf(alarm) };
        };
        decisions.decide(decided(id), decided(other), { state: 'separated', at: instant(start) });
        conditions.reconsider([id, other]);
        expect(conditions.of(id)?.ids ?? []).not.toContain(other);
        // Nor with the next change.
        conditions.update([active.get(id)!, active.get(other)!]);
        expect(conditions.of(id)?.ids ?? []).not.toContain(other);
      }),
    );
  });

  it('join of several alarms of one source the one that started nearest, and the next when it ends', () => {
    const conditions = new Conditions(freeDecisions());
    const group = [1, 2, 3].map((slot) =>
      alertmanager({
        id: slot as AlarmId,
        externalId: `alertmanager:1:${slot}`,
        labels: { alertname: 'CheckoutDown', pod: `p${slot}` },
        startsAt: instant(start - slot * minute),
      }),
    );
    conditions.update(group);
    conditions.update([pager({ id: 7 as AlarmId, startsAt: instant(start - 2 * minute) })]);
    expect(conditions.of(7 as AlarmId)?.ids).toEqual([2, 7]);
    expect(conditions.of(1 as AlarmId)).toBeNull();
    conditions.update([{ ...group[1]!, status: 'resolved' }]);
    expect(conditions.othersOf(2 as AlarmId)).toEqual([7]);
    expect(conditions.of(7 as AlarmId)?.ids).toEqual([1, 7]);
  });

  it('cost nothing while alarms only change what they say', () => {
    const conditions = new Conditions(freeDecisions());
    conditions.update([alertmanager(), pager()]);
    const before = conditions.of(1 as AlarmId);
    const { touched } = conditions.update([
      alertmanager({ summary: '93 %', status: 'acknowledged', severity: 'high' }),
    ]);
    expect(touched.size).toBe(0);
    expect(conditions.of(1 as AlarmId)).toBe(before);
  });

  it('let go what stops to be the same', () => {
    const conditions = new Conditions(freeDecisions());
    conditions.update([alertmanager(), pager()]);
    expect(conditions.of(1 as AlarmId)).not.toBeNull();
    conditions.update([pager({ title: 'Nothing like it at all', labels: {} })]);
    expect(conditions.of(1 as AlarmId)).toBeNull();
    expect(conditions.of(2 as AlarmId)).toBeNull();
  });
});

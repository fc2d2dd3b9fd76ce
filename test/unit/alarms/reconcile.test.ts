import { describe, expect, it } from 'vitest';
import type { ObservedAlarm } from '../../../main/alarms/alarm.ts';
import { complete, instant, minute, observed, partial, start } from '../../support/alarms.ts';
import { Ledger } from './ledger.ts';

const kinds = (changes: readonly { kind: string }[]): string[] => changes.map(({ kind }) => kind);
const a = observed({ externalId: 'a' });
const b = observed({ externalId: 'b', severity: 'warning' });

describe('reconcile', () => {
  it('opens an episode for a new alarm, from when it started upstream', () => {
    const ledger = new Ledger();
    const [change] = ledger.apply(complete(a), start);
    expect(change).toMatchObject({ kind: 'fired', alarm: { status: 'firing', episodeId: 1 } });
    expect([...ledger.episodes.values()]).toMatchObject([{ startedAt: a.startsAt, endedAt: null }]);
  });

  it('resolves by absence only with a complete snapshot', () => {
    const ledger = new Ledger();
    ledger.apply(complete(a, b), start);
    expect(ledger.apply(partial(a), start + minute)).toEqual([]);
    expect(ledger.apply(partial(), start + minute)).toEqual([]);
    const changes = ledger.apply(complete(a), start + 2 * minute);
    expect(changes).toMatchObject([
      { kind: 'resolved', alarm: { externalId: 'b', status: 'resolved', episodeId: null } },
    ]);
  });

  it('resolves when the same partial list is given again as a complete one', () => {
    const ledger = new Ledger();
    const alarms = [a];
    ledger.apply(complete(a, b), start);
    ledger.apply({ alarms, isComplete: false, incompleteReason: 'restart' }, start);
    const changes = ledger.apply({ alarms, isComplete: true, incompleteReason: null }, start);
    expect(kinds(changes)).toEqual(['resolved']);
  });

  it('takes new alarms from an incomplete snapshot', () => {
    const ledger = new Ledger();
    expect(kinds(ledger.apply(partial(a), start))).toEqual(['fired']);
  });

  it('finds nothing when nothing changed, by reference and by value', () => {
    const ledger = new Ledger();
    ledger.apply(complete(a, b), start);
    expect(ledger.apply(complete(a, b), start + minute)).toEqual([]);
    const copies = [a, b].map((alarm) => structuredClone(alarm));
    expect(ledger.apply(complete(...copies), start + minute)).toEqual([]);
    ledger.restart();
    expect(ledger.apply(complete(b, a), start + minute)).toEqual([]);
  });

  it.each<[string, Partial<ObservedAlarm>]>([
    ['summary', { summary: '9 % fail' }],
    ['severity', { severity: 'info' }],
    ['a label', { labels: { ...a.labels, pod: 'x' } }],
    ['a label that left', { labels: { alertname: 'CheckoutDown' } }],
    ['a label renamed', { labels: { alertname: 'CheckoutDown', Service: 'checkout' } }],
    ['an annotation', { annotations: { note: 'x' } }],
    ['who acknowledged', { ackedBy: 'mo' }],
    ['upstream references', { refs: { silencedBy: ['1'] } }],
    ['link', { url: 'https://example.org' }],
    ['runbook link', { runbookUrl: 'https://example.org' }],
    ['severity text', { severityText: 'page' }],
    ['mapping', { isSeverityMapped: false }],
    ['title', { title: 'x' }],
    ['service', { service: 'x' }],
  ])('notices a change of %s', (_name, change) => {
    const ledger = new Ledger();
    ledger.apply(complete(a), start);
    const changes = ledger.apply(complete({ ...a, ...change }), start + minute);
    expect(changes).toMatchObject([{ kind: 'changed', alarm: change, before: { id: 1 } }]);
    expect(ledger.episodes.size).toBe(1);
  });

  it('says since when the status is what it is', () => {
    const ledger = new Ledger();
    ledger.apply(complete(a), start);
    const acked = { ...a, status: 'acknowledged' as const, ackedBy: 'mo' };
    const [first] = ledger.apply(complete(acked), start + minute);
    expect(first!.alarm.statusSince).toBe(instant(start + minute));
    const [second] = ledger.apply(complete({ ...acked, summary: 'x' }), start + 2 * minute);
    expect(second!.alarm.statusSince).toBe(instant(start + minute));
  });

  it('opens a new episode of the same alarm when it fires again', () => {
    const ledger = new Ledger();
    ledger.apply(complete(a), start);
    ledger.apply(complete(), start + minute);
    const again = { ...a, startsAt: instant(start + 2 * minute) };
    const [change] = ledger.apply(complete(again), start + 3 * minute);
    expect(change).toMatchObject({ kind: 'fired', alarm: { id: 1, episodeId: 2 } });
    expect(change!.alarm.firstSeenAt).toBe(instant(start));
  });

  it('does not let an episode begin before the last one ended when an alarm returns with its old start', () => {
    const ledger = new Ledger();
    ledger.apply(complete(a), start);
    ledger.apply(complete(), start + minute);
    ledger.apply(complete(a), start + 2 * minute);
    expect([...ledger.episodes.values()].map(({ startedAt }) => startedAt)).toEqual([
      a.startsAt,
      instant(start + minute),
    ]);
  });

  it('ends the episode and begins another when the start moved later between two polls', () => {
    const ledger = new Ledger();
    ledger.apply(complete(a), start);
    const refired = { ...a, startsAt: instant(start + 5_000) };
    const changes = ledger.apply(complete(refired), start + 15_000);
    expect(kinds(changes)).toEqual(['resolved', 'fired']);
    expect([...ledger.episodes.values()]).toMatchObject([
      { endedAt: instant(start + 5_000), ends: 1 },
      { startedAt: instant(start + 5_000), endedAt: null },
    ]);
  });

  it('takes an earlier start as a correction', () => {
    const ledger = new Ledger();
    ledger.apply(complete(a), start);
    const changes = ledger.apply(complete({ ...a, startsAt: instant(start - 9 * minute) }), start);
    expect(kinds(changes)).toEqual(['changed']);
  });

  it('never ends an episode before it began, whatever the clocks say', () => {
    const ledger = new Ledger();
    ledger.apply(complete({ ...a, startsAt: instant(start + 60 * minute) }), start);
    ledger.apply(complete(), start - minute);
    const [episode] = ledger.episodes.values();
    expect(episode).toMatchObject({ startedAt: instant(start), endedAt: instant(start) });
  });

  it('keeps what it knew of an alarm that cannot be read, and marks it', () => {
    const ledger = new Ledger();
    ledger.apply(complete(a), start);
    const broken = observed({
      externalId: 'a',
      title: '(unreadable)',
      severity: 'high',
      labels: {},
      startsAt: instant(start + minute),
      unreadableReason: 'labels is not an object',
    });
    const [change] = ledger.apply(complete(broken), start + minute);
    expect(change).toMatchObject({
      kind: 'changed',
      alarm: { title: 'CheckoutDown', severity: 'critical', labels: a.labels },
    });
    expect(change!.alarm.unreadableReason).toBe('labels is not an object');
    expect(ledger.apply(complete({ ...broken }), start + minute)).toEqual([]);
    const [healed] = ledger.apply(complete({ ...a }), start + 2 * minute);
    expect(healed).toMatchObject({ kind: 'changed', alarm: { unreadableReason: null } });
  });

  it('shows an unreadable alarm that it never knew', () => {
    const ledger = new Ledger();
    const [change] = ledger.apply(complete(observed({ unreadableReason: 'no labels' })), start);
    expect(change).toMatchObject({ kind: 'fired', alarm: { unreadableReason: 'no labels' } });
  });

  it('believes the worst of several items with one identity, in any order', () => {
    const twins = [
      observed({ severity: 'info' }),
      observed({ severity: 'critical', status: 'suppressed' }),
      observed({ severity: 'high' }),
      observed({ severity: 'critical', unreadableReason: 'no start' }),
    ];
    for (const order of [twins, twins.toReversed()]) {
      const changes = new Ledger().apply(complete(...order), start);
      expect(changes).toMatchObject([
        { kind: 'fired', alarm: { severity: 'high', status: 'firing', unreadableReason: null } },
      ]);
    }
  });

  it('looks into no alarm of an unchanged snapshot', () => {
    const ledger = new Ledger();
    let reads = 0;
    const alarms = Array.from(
      { length: 1_000 },
      (_, index) =>
        new Proxy(observed({ externalId: `am:1:${index}` }), {
          get(target, name, receiver): unknown {
            reads += 1;
            return Reflect.get(target, name, receiver);
          },
        }),
    );
    ledger.apply(complete(...alarms), start);
    expect(reads).toBeGreaterThan(0);
    reads = 0;
    expect(ledger.apply(complete(...alarms), start)).toEqual([]);
    expect(reads).toBe(0);
  });
});

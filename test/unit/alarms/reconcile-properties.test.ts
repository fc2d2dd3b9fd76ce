import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObservedAlarm, Snapshot } from '../../../main/alarms/alarm.ts';
import { instant, observed, start } from '../../support/alarms.ts';
import { Ledger } from './ledger.ts';

const arbitraryAlarm = fc
  .record({
    externalId: fc.constantFrom('a', 'b', 'c', 'd'),
    status: fc.constantFrom('firing' as const, 'acknowledged' as const, 'suppressed' as const),
    severity: fc.constantFrom('critical' as const, 'high' as const, 'warning' as const),
    summary: fc.constantFrom('', 'x'),
    startsAt: fc.integer({ min: -5, max: 40 }).map((at) => instant(start + at * 1_000)),
    unreadableReason: fc.option(fc.constantFrom('no labels', 'no start'), { freq: 6 }),
  })
  .map((change) => observed(change));

/** A failed poll is null: it has no snapshot. */
const arbitraryPoll = fc.option(
  fc.record({
    alarms: fc.array(arbitraryAlarm, { maxLength: 6 }),
    isComplete: fc.boolean(),
    incompleteReason: fc.constant(null),
  }),
  { freq: 5 },
);
const arbitraryNight = fc.array(
  fc.record({
    poll: arbitraryPoll,
    /** The wall clock may jump back. */
    afterMs: fc.integer({ min: -3_000, max: 15_000 }),
    isRestart: fc.boolean(),
  }),
  { maxLength: 25 },
);

type Night = typeof arbitraryNight extends fc.Arbitrary<infer Value> ? Value : never;

function replay(night: Night, change: (snapshot: Snapshot) => Snapshot[]): Ledger {
  const ledger = new Ledger();
  let at = start;
  for (const { poll, afterMs } of night) {
    at += afterMs;
    if (poll === null) continue;
    for (const snapshot of change(poll)) ledger.apply(snapshot, at);
  }
  return ledger;
}

const copy = (snapshot: Snapshot): Snapshot => structuredClone(snapshot);

describe('any night', () => {
  it('ends the same when every snapshot comes twice', () => {
    fc.assert(
      fc.property(arbitraryNight, fc.boolean(), (night, isCopied) => {
        const once = replay(night, (snapshot) => [snapshot]);
        const twice = replay(night, (snapshot) => [snapshot, isCopied ? copy(snapshot) : snapshot]);
        expect(twice.state()).toEqual(once.state());
        expect(twice.changes).toEqual(once.changes);
      }),
      { numRuns: 400 },
    );
  });

  it('ends the same in whatever order a snapshot lists its alarms', () => {
    fc.assert(
      fc.property(arbitraryNight, (night) => {
        const reversed = replay(night, (snapshot) => [
          { ...snapshot, alarms: snapshot.alarms.toReversed() },
        ]);
        expect(reversed.state()).toEqual(replay(night, (snapshot) => [snapshot]).state());
      }),
      { numRuns: 400 },
    );
  });

  it('ends the same when the program is restarted in between', () => {
    fc.assert(
      fc.property(arbitraryNight, (night) => {
        const ledger = new Ledger();
        let at = start;
        for (const { poll, afterMs, isRestart } of night) {
          at += afterMs;
          if (isRestart) ledger.restart();
          if (poll !== null) ledger.apply(copy(poll), at);
        }
        expect(ledger.state()).toEqual(replay(night, (snapshot) => [snapshot]).state());
      }),
      { numRuns: 400 },
    );
  });

  it('resolves nothing by a failed or incomplete poll, except what fired again', () => {
    fc.assert(
      fc.property(arbitraryNight, fc.array(arbitraryAlarm, { maxLength: 6 }), (night, alarms) => {
        const ledger = replay(night, (snapshot) => [snapshot]);
        const changes = ledger.apply(
          { alarms, isComplete: false, incompleteReason: 'half an answer' },
          start + 1e6,
        );
        const fired = new Set(
          changes.flatMap(({ kind, alarm }) => (kind === 'fired' ? [alarm.id] : [])),
        );
        const gone = changes.filter(
          ({ kind, alarm }) => kind === 'resolved' && !fired.has(alarm.id),
        );
        expect(gone).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('gives every episode one end at most, and none that overlaps another of its alarm', () => {
    fc.assert(
      fc.property(arbitraryNight, (night) => {
        const ledger = replay(night, (snapshot) => [snapshot]);
        const last = new Map<string, string>();
        for (const episode of ledger.episodes.values()) {
          const previousEnd = last.get(episode.externalId);
          expect(previousEnd === undefined || previousEnd <= episode.startedAt).toBe(true);
          expect(episode.ends).toBe(episode.endedAt === null ? 0 : 1);
          expect((episode.endedAt ?? '9999') >= episode.startedAt).toBe(true);
          // A later episode of this alarm is only legal after an end.
          last.set(episode.externalId, episode.endedAt ?? '9999');
        }
      }),
      { numRuns: 600 },
    );
  });

  it('holds an open episode exactly for the alarms that are not resolved', () => {
    fc.assert(
      fc.property(arbitraryNight, (night) => {
        const ledger = replay(night, (snapshot) => [snapshot]);
        const open = new Map(
          [...ledger.episodes.values()]
            .filter(({ endedAt }) => endedAt === null)
            .map(({ externalId, id }) => [externalId, id]),
        );
        for (const alarm of ledger.alarms.values()) {
          expect(alarm.status !== 'resolved').toBe(open.has(alarm.externalId));
          expect(alarm.episodeId).toBe(open.get(alarm.externalId) ?? null);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('knows exactly the alarms of the last snapshot, if that was complete', () => {
    fc.assert(
      fc.property(arbitraryNight, fc.array(arbitraryAlarm), (night, alarms: ObservedAlarm[]) => {
        const ledger = replay(night, (snapshot) => [snapshot]);
        ledger.apply({ alarms, isComplete: true, incompleteReason: null }, start + 1e6);
        const active = [...ledger.alarms.values()].filter(({ status }) => status !== 'resolved');
        expect(new Set(active.map(({ externalId }) => externalId))).toEqual(
          new Set(alarms.map(({ externalId }) => externalId)),
        );
      }),
    );
  });
});

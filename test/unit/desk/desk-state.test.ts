import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deskState, isSameState, tally } from '../../../main/desk/desk-state.ts';
import { deskWords } from '../../../main/shells/electron/desk-words.ts';
import { freshnessOf } from '../../../main/sources/health.ts';
import {
  AlarmStatus,
  Freshness,
  Severity,
  type SourceId,
} from '../../../preload/contract/common.ts';
import { DeskState } from '../../../preload/contract/desk.ts';
import { liveHealth } from '../../support/alarm-desk.ts';
import { instant, start } from '../../support/alarms.ts';

const id = (text: string): SourceId => text as SourceId;

const alarm = fc.record({
  sourceId: fc.constantFrom(id('a'), id('b'), id('c'), id('gone')),
  status: fc.constantFrom(...AlarmStatus.options),
  severity: fc.constantFrom(...Severity.options),
  unreadableReason: fc.constantFrom(null, 'odd'),
});
const health = fc.record({
  name: fc.string(),
  kind: fc.constant('alertmanager'),
  freshness: fc.constantFrom(...Freshness.options),
  lastSuccessAt: fc.constantFrom(null, instant(start)),
  isEnabled: fc.boolean(),
  reason: fc.option(fc.string()),
  next: fc.option(fc.string()),
  since: fc.constantFrom(null, instant(start)),
});
const facts = fc
  .record({
    alarms: fc.array(alarm),
    healths: fc.dictionary(fc.constantFrom('a', 'b', 'c'), health),
    unseen: fc.nat(),
    outbox: fc.record({ open: fc.nat(), failed: fc.nat() }),
    configuration: fc.option(
      fc.record({ since: fc.constant(instant(start)), reason: fc.string(), next: fc.string() }),
    ),
  })
  .map(({ alarms, healths, ...rest }) => {
    const pairs = Object.entries(healths).map(([name, one]) => [id(name), one] as const);
    const isCounted = (source: SourceId) => healths[source]?.isEnabled !== false;
    const state = deskState({
      at: instant(start),
      tally: tally(
        alarms.map((one) => [one]),
        isCounted,
      ),
      healths: pairs,
      ...rest,
    });
    return { alarms, pairs, isCounted, state, isMisread: rest.configuration !== null };
  });

describe('the desk state', () => {
  it('is never quiet while an enabled source is not live', () => {
    fc.assert(
      fc.property(facts, ({ pairs, state, isMisread }) => {
        const unseen = pairs.filter(([, one]) => one.isEnabled && one.freshness !== 'live');
        expect(state.blind.length).toBe(unseen.length + (isMisread ? 1 : 0));
        expect(unseen.every(([source]) => state.blind.some((b) => b.sourceId === source))).toBe(
          true,
        );
        const isSaidQuiet = deskWords(state).line.startsWith('Quiet');
        expect(isSaidQuiet && (unseen.length > 0 || isMisread)).toBe(false);
        DeskState.parse(state);
      }),
    );
  });

  it('names the worst firing alarm and how many share its severity', () => {
    fc.assert(
      fc.property(facts, ({ alarms, isCounted, state }) => {
        const firing = alarms.filter((a) => a.status === 'firing' && isCounted(a.sourceId));
        const worst = Severity.options.find((severity) =>
          firing.some((a) => a.severity === severity),
        );
        expect(state.worst?.severity).toBe(worst);
        expect(state.worst?.count ?? 0).toBe(firing.filter((a) => a.severity === worst).length);
        expect(state.counts.firing).toBe(firing.length);
      }),
    );
  });

  it('does not count the alarms of a paused source, and does not count it as blind', () => {
    const one = { sourceId: id('a'), status: 'firing', severity: 'critical' } as const;
    const state = deskState({
      at: instant(start),
      tally: tally([[{ ...one, unreadableReason: null }]], () => false),
      healths: [[id('a'), { ...liveHealth, isEnabled: false, freshness: 'stale' }]],
      unseen: 0,
      outbox: { open: 0, failed: 0 },
      configuration: null,
    });
    expect(state).toMatchObject({ worst: null, blind: [], enabledSources: 0 });
    // No source at all is no sight either.
    expect(deskWords(state).line).not.toContain('Quiet');
  });

  it('is blind after two intervals by the time alone when a poll loop stops and nobody says so', () => {
    const intervals = fc.integer({ min: 5_000, max: 3_600_000 });
    const steps = fc.record({ wall: fc.integer(), monotonic: fc.nat() });
    fc.assert(
      fc.property(intervals, steps, (intervalMs, jump) => {
        const last = { wall: start, monotonic: 1_000 };
        const late = 2 * intervalMs + 1;
        // Whatever the wall clock does meanwhile.
        const now = { wall: start + jump.wall, monotonic: 1_000 + late + jump.monotonic };
        const freshness = freshnessOf(
          {
            intervalMs,
            startedAt: last,
            lastSuccess: last,
            restingSince: last,
            wokeAt: null,
            problem: null,
          },
          now,
        );
        const state = deskState({
          at: instant(start),
          tally: tally([], () => true),
          healths: [[id('a'), { ...liveHealth, freshness }]],
          unseen: 0,
          outbox: { open: 0, failed: 0 },
          configuration: null,
        });
        expect(state.blind).toHaveLength(1);
      }),
    );
  });

  it('is the same state whenever it was made', () => {
    const make = (at: number, unseen: number) =>
      deskState({
        at: instant(at),
        tally: tally([], () => true),
        healths: [],
        unseen,
        outbox: { open: 0, failed: 0 },
        configuration: null,
      });
    expect(isSameState(make(start, 0), make(start + 1, 0))).toBe(true);
    expect(isSameState(make(start, 0), make(start, 1))).toBe(false);
  });
});

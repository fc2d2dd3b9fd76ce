import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mitigate,
  moveImpact,
  resolve,
  takeBack,
  understand,
} from '../../../main/incidents/times.ts';
import { spansOf } from '../../../main/postmortems/spans.ts';
import { AppError } from '../../../main/errors.ts';
import type { IncidentTimes } from '../../../preload/contract/incidents.ts';
import { instant, minute, start } from '../../support/alarms.ts';

const at = (minutes: number): string => instant(start + minutes * minute);
const now = start + 60 * minute;
const open: IncidentTimes = {
  impactBeganAt: at(0),
  detectedAt: at(1),
  acknowledgedAt: null,
  mitigatedAt: null,
  resolvedAt: null,
  understoodAt: null,
};
const mitigated = { ...open, mitigatedAt: at(20) };
const resolved = { ...mitigated, resolvedAt: at(30) };
const understood = { ...resolved, understoodAt: at(40) };

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError && error.next.length > 10) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('the order of the acts', () => {
  test.each<[string, () => unknown, string]>([
    ['mitigated twice', () => mitigate(mitigated, undefined, now), 'incident.wrong_order'],
    ['mitigated before the impact', () => mitigate(open, at(-1), now), 'incident.wrong_order'],
    ['mitigated in the future', () => mitigate(open, at(90), now), 'input.invalid'],
    ['mitigated half a minute ahead of us', () => mitigate(open, at(60.5), now), 'accepted'],
    [
      'resolved before it was mitigated',
      () => resolve(mitigated, at(19), now),
      'incident.wrong_order',
    ],
    ['resolved twice', () => resolve(resolved, undefined, now), 'incident.wrong_order'],
    ['resolved without mitigated', () => resolve(open, undefined, now), 'accepted'],
    [
      'understood while it is open',
      () => understand(mitigated, undefined, now),
      'incident.wrong_order',
    ],
    [
      'understood before it was resolved',
      () => understand(resolved, at(29), now),
      'incident.wrong_order',
    ],
    ['understood twice', () => understand(understood, undefined, now), 'incident.wrong_order'],
    ['taken back while open', () => takeBack(open, false), 'incident.wrong_order'],
    ['an impact after its end', () => moveImpact(mitigated, at(21), now), 'incident.wrong_order'],
    ['an impact in the future', () => moveImpact(open, at(90), now), 'input.invalid'],
    ['an impact after it was detected', () => moveImpact(open, at(5), now), 'accepted'],
  ])('%s', (_case, work, expected) => {
    expect(refusal(work)).toBe(expected);
  });

  test('an act without a time is now, also when the clock has jumped back', () => {
    expect(mitigate(open, undefined, now).mitigatedAt).toBe(at(60));
    expect(mitigate(open, undefined, start - 60 * minute).mitigatedAt).toBe(at(0));
    expect(resolve(mitigated, undefined, start).resolvedAt).toBe(at(20));
  });
});

const arbitraryMs = fc.integer({ min: -1e9, max: 1e9 }).map((ms) => start + ms);
const arbitraryAct = fc.record({
  kind: fc.constantFrom('mitigate', 'resolve', 'understand', 'back', 'impact'),
  at: fc.option(arbitraryMs, { nil: undefined }),
  now: arbitraryMs,
  isBoth: fc.boolean(),
});

describe('any acts at any times of any clock', () => {
  test('stay in order, and every span is measured forward', () => {
    fc.assert(
      fc.property(fc.array(arbitraryAct, { maxLength: 12 }), (acts) => {
        let times = open;
        for (const act of acts) {
          const given = act.at === undefined ? undefined : instant(act.at);
          try {
            if (act.kind === 'mitigate') times = mitigate(times, given, act.now);
            if (act.kind === 'resolve') times = resolve(times, given, act.now);
            if (act.kind === 'understand') times = understand(times, given, act.now);
            if (act.kind === 'back') times = takeBack(times, act.isBoth).times;
            if (act.kind === 'impact') times = moveImpact(times, given ?? at(0), act.now);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
          }
          const order = [
            times.impactBeganAt,
            times.mitigatedAt,
            times.resolvedAt,
            times.understoodAt,
          ];
          const set = order.filter((time) => time !== null);
          expect(set).toEqual(set.toSorted());
          expect(times.understoodAt !== null && times.resolvedAt === null).toBe(false);
          expect(times.resolvedAt !== null && times.mitigatedAt === null).toBe(false);
          for (const span of spansOf(times)) {
            expect(span.durationMs === null || span.durationMs >= 0).toBe(true);
          }
        }
      }),
    );
  });
});

describe('spans', () => {
  test('name both of their ends, and are unknown when one is', () => {
    expect(spansOf({ ...resolved, acknowledgedAt: at(5) })).toEqual([
      {
        name: 'to_detect',
        label: 'Impact began to detected',
        from: at(0),
        to: at(1),
        durationMs: minute,
      },
      {
        name: 'to_acknowledge',
        label: 'Detected to acknowledged',
        from: at(1),
        to: at(5),
        durationMs: 4 * minute,
      },
      {
        name: 'to_mitigate',
        label: 'Impact began to mitigated',
        from: at(0),
        to: at(20),
        durationMs: 20 * minute,
      },
      {
        name: 'to_resolve',
        label: 'Impact began to resolved',
        from: at(0),
        to: at(30),
        durationMs: 30 * minute,
      },
    ]);
    expect(spansOf(open).map(({ durationMs }) => durationMs)).toEqual([minute, null, null, null]);
  });

  test('are measured from detection where nobody knows when the impact began, and say so', () => {
    expect(spansOf({ ...resolved, impactBeganAt: null })[2]).toMatchObject({
      label: 'Detected to mitigated',
      from: at(1),
      durationMs: 19 * minute,
    });
  });

  test('are zero where a clock jumped or an alarm was early', () => {
    expect(spansOf({ ...open, impactBeganAt: at(3) })[0]?.durationMs).toBe(0);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isLateHeartbeat,
  judgeHeartbeats,
  judgeStart,
  ProofMemory,
  type SeenHeartbeat,
} from '../../../main/sources/alertmanager/proof.ts';

const second = 1_000;
const start = Date.parse('2026-11-24T04:00:00.000Z');
const at = (ms: number): string => new Date(start + ms).toISOString();

describe('a start', () => {
  test.each([
    ['met long after it', undefined, 0, 3_600 * second, true, 2],
    ['met right after it', undefined, 0, 10 * second, false, 0],
    ['at 69 s', { startedAt: at(0), settledPolls: 0 }, 0, 69 * second, false, 0],
    ['at 70 s, the first poll', { startedAt: at(0), settledPolls: 0 }, 0, 70 * second, false, 1],
    ['the second poll after that', { startedAt: at(0), settledPolls: 1 }, 0, 85 * second, true, 2],
    ['settled long ago', { startedAt: at(0), settledPolls: 2 }, 0, 9_000 * second, true, 2],
    [
      'another one than we know, though old',
      { startedAt: at(-5), settledPolls: 2 },
      0,
      9_000 * second,
      false,
      1,
    ],
    ['in our future', { startedAt: at(-5), settledPolls: 2 }, 60 * second, 0, false, 0],
  ])('%s', (_, known, startedMs, nowMs, isSettled, settledPolls) => {
    const verdict = judgeStart(known, at(startedMs), start + nowMs);
    expect(verdict.isSettled).toBe(isSettled);
    expect(verdict.start).toEqual({ startedAt: at(startedMs), settledPolls });
  });

  test('that is settled stays so, and is the same object, so that nothing is written', () => {
    const known = { startedAt: at(0), settledPolls: 2 };
    expect(judgeStart(known, at(0), start + 100 * second).start).toBe(known);
  });

  test('never settles within seventy seconds of any restart, whatever happened before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ waitMs: fc.nat(60 * second), isRestarted: fc.boolean() }), {
          minLength: 1,
        }),
        (polls) => {
          let known: ProofMemory['starts'][string] | undefined;
          let startedMs = 0;
          let nowMs = 0;
          for (const { waitMs, isRestarted } of polls) {
            nowMs += waitMs;
            if (isRestarted) startedMs = nowMs;
            const verdict = judgeStart(known, at(startedMs), start + nowMs);
            known = verdict.start;
            expect(verdict.isSettled && nowMs - startedMs < 70 * second).toBe(false);
          }
        },
      ),
    );
  });
});

describe('heartbeats', () => {
  const beat = (more: Partial<SeenHeartbeat> = {}): SeenHeartbeat => ({
    name: 'Watchdog',
    about: '',
    isLate: false,
    ...more,
  });
  const seen = (...fingerprints: string[]) =>
    new Map(fingerprints.map((fingerprint) => [fingerprint, beat()]));

  test('once seen, are missed when they are gone, and until they are back', () => {
    const first = judgeHeartbeats({}, seen('a'), start);
    expect(first.missing).toEqual([]);
    const gone = judgeHeartbeats(first.heartbeats, seen(), start + 1);
    expect(gone.missing.map(({ name }) => name)).toEqual(['Watchdog']);
    const later = judgeHeartbeats(gone.heartbeats, seen(), start + 9_000_000);
    expect(later.missing).toHaveLength(1);
    expect(later.heartbeats).toBe(gone.heartbeats);
    expect(judgeHeartbeats(later.heartbeats, seen('a'), start + 9_000_001).missing).toEqual([]);
  });

  test('one of two missing is missing', () => {
    const both = judgeHeartbeats({}, seen('a', 'b'), start);
    expect(judgeHeartbeats(both.heartbeats, seen('a'), start + 60_000).missing).toHaveLength(1);
  });

  test('one that was renamed while its successor had begun is forgotten', () => {
    const old = judgeHeartbeats({}, seen('a'), start);
    const both = judgeHeartbeats(old.heartbeats, seen('a', 'b'), start + 60_000);
    const renamed = judgeHeartbeats(both.heartbeats, seen('b'), start + 240_000);
    expect(renamed.missing).toEqual([]);
    expect(Object.keys(renamed.heartbeats)).toEqual(['b']);
  });

  test('unchanged they are the same object, so that nothing is written', () => {
    const first = judgeHeartbeats({}, seen('a', 'b'), start);
    expect(judgeHeartbeats(first.heartbeats, seen('b', 'a'), start + 1).heartbeats).toBe(
      first.heartbeats,
    );
  });

  test('one that is listed but late is said to be so, and not forgotten', () => {
    const first = judgeHeartbeats({}, seen('a'), start);
    const { late, missing, heartbeats } = judgeHeartbeats(
      first.heartbeats,
      new Map([['a', beat({ isLate: true })]]),
      start + 1,
    );
    expect(late.map(({ name }) => name)).toEqual(['Watchdog']);
    expect(missing).toEqual([]);
    expect(heartbeats).toBe(first.heartbeats);
  });

  test.each([
    ['renewed just now', 0, 240, 10, false],
    ['two renewals not yet missed', 0, 240, 119, false],
    ['two renewals missed', 0, 240, 121, true],
    ['already over', 0, 240, 300, true],
    ['of a sender whose clock is behind', 0, -60, 10, false],
    ['seen before it was renewed, by our clock', 0, 240, -30, false],
  ])('%s: late is %5$s', (_, renewed, ends, now, isLate) => {
    const raw = { updatedAt: at(renewed * second), endsAt: at(ends * second) };
    expect(isLateHeartbeat(raw, start + now * second)).toBe(isLate);
  });

  test.each([[{}], [{ updatedAt: 7, endsAt: null }], [{ updatedAt: 'soon', endsAt: 'later' }]])(
    'without readable times there is nothing to be late for: %j',
    (raw) => {
      expect(isLateHeartbeat(raw, start)).toBe(false);
    },
  );
});

test('memory that somebody damaged is refused whole, and one of an older version filled up', () => {
  expect(ProofMemory.safeParse({ starts: 7 }).success).toBe(false);
  expect(ProofMemory.parse({})).toEqual({ starts: {}, heartbeats: {} });
});

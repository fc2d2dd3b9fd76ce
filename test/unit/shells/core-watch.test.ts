import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blindState,
  defaultLimits,
  isCrashLoop,
  judge,
  restartDelay,
  startingState,
  troubleText,
} from '../../../main/shells/core-watch.ts';
import { DeskState } from '../../../preload/contract/desk.ts';

describe('judging a silence', () => {
  test.each([
    [0, false, 'alive'],
    [4_999, false, 'alive'],
    [5_000, false, 'blind'],
    [19_999, false, 'blind'],
    [20_000, false, 'restart'],
    [60_000, true, 'alive'],
    [300_000, true, 'restart'],
  ] as const)('%i ms of it while starting=%s is %s', (silentMs, isStarting, verdict) => {
    expect(judge(silentMs, isStarting, defaultLimits)).toBe(verdict);
  });

  test('a desk is blind within two polls of fifteen seconds', () => {
    expect(judge(2 * 15_000, false, defaultLimits)).not.toBe('alive');
    expect(defaultLimits.blindMs).toBeLessThan(2 * 15_000);
  });
});

describe('starting again', () => {
  test('waits longer each time, and never longer than half a minute', () => {
    const delays = Array.from({ length: 12 }, (_, count) =>
      restartDelay(
        Array.from({ length: count + 1 }, () => 0),
        10,
      ),
    );
    expect(delays.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000]);
    expect(delays.at(-1)).toBe(30_000);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
  });

  test('crashes far apart are no loop', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 120_000, max: 1e9 }), { maxLength: 30 }), (gaps) => {
        let at = 0;
        const crashes = gaps.map((gap) => (at += gap));
        expect(isCrashLoop(crashes, at)).toBe(false);
        expect(restartDelay(crashes, at)).toBe(500);
      }),
    );
  });

  test('three crashes within two minutes are a loop, and it is said in words', () => {
    expect(isCrashLoop([0, 10_000, 20_000], 30_000)).toBe(true);
    const { reason, next } = troubleText({
      kind: 'ended',
      detail: 'code 7',
      isLoop: true,
      delayMs: 2_000,
    });
    expect(reason).toContain('code 7');
    expect(reason).toContain('Nothing is being watched');
    expect(next).toContain('Watch your sources directly');
    expect(next).toContain('2 s');
  });
});

describe('the state of a desk that cannot look', () => {
  const trouble = { reason: 'It ended.', next: 'Wait.', sinceMs: 1_000 };
  const known: DeskState = {
    ...startingState(0),
    blind: [],
    worst: { severity: 'critical', count: 2 },
    counts: { firing: 5, acknowledged: 1, suppressed: 0, unseen: 3, unreadable: 0 },
    enabledSources: 3,
  };

  test('is blind and never quiet, also when nothing was ever known', () => {
    for (const state of [startingState(5), blindState(null, trouble, 9_000)]) {
      expect(DeskState.parse(state).blind).toHaveLength(1);
      expect(state.enabledSources).toBeGreaterThan(0);
    }
  });

  test('keeps the alarms that were last known', () => {
    const state = blindState(known, trouble, 9_000);
    expect(DeskState.parse(state)).toMatchObject({ worst: known.worst, counts: known.counts });
    expect(state.blind[0]).toMatchObject({
      reason: 'It ended.',
      since: '1970-01-01T00:00:01.000Z',
    });
  });

  test('names itself once, however often it is blinded', () => {
    const twice = blindState(blindState(known, trouble, 9_000), trouble, 10_000);
    expect(twice.blind).toHaveLength(1);
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPoller, type PollOutcome, type PollerDeps } from '../../../main/sources/poller.ts';
import type { SourceId } from '../../../preload/contract/common.ts';

const id = (text: string): SourceId => text as SourceId;
const one = id('one');
const ok: PollOutcome = { isFailure: false, retryAfterMs: null, isStopped: false };
const failed: PollOutcome = { ...ok, isFailure: true };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function createScene(more: Partial<PollerDeps> = {}) {
  const attempts: {
    id: SourceId;
    at: number;
    signal: AbortSignal;
    end(outcome: PollOutcome): void;
  }[] = [];
  const stalls: string[] = [];
  const start = Date.now();
  const poller = createPoller({
    clock: { now: () => Date.now(), monotonic: () => Date.now() },
    random: () => 0.5,
    attempt: (source, signal) =>
      new Promise((resolve) => {
        attempts.push({ id: source, at: Date.now() - start, signal, end: resolve });
      }),
    onStall: (source, how) => stalls.push(`${source} ${how}`),
    ...more,
  });
  const last = () => {
    const attempt = attempts.at(-1);
    if (attempt === undefined) throw new Error('nothing was attempted');
    return attempt;
  };
  const end = async (outcome: PollOutcome): Promise<void> => {
    last().end(outcome);
    await vi.advanceTimersByTimeAsync(0);
  };
  /** As the timer of the caller does. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1_000) {
      await vi.advanceTimersByTimeAsync(Math.min(1_000, left));
      poller.watch();
    }
  };
  return { poller, attempts, stalls, last, end, pass };
}

describe('a loop', () => {
  test('begins at once, and goes on one interval after each answer', async () => {
    const { poller, attempts, end, pass } = createScene();
    poller.start(one, 15_000);
    await pass(4_000);
    expect(attempts).toHaveLength(1);
    await end(ok);
    await pass(14_000);
    expect(attempts).toHaveLength(1);
    await pass(1_000);
    expect(attempts.map(({ at }) => at)).toEqual([0, 19_000]);
  });

  test.each([
    ['one failure', [failed], 15_000],
    ['two failures', [failed, failed], 30_000],
    ['three', [failed, failed, failed], 60_000],
    ['five', [failed, failed, failed, failed, failed], 60_000],
    ['three and a success', [failed, failed, failed, ok], 15_000],
    ['being asked for five minutes', [{ ...failed, retryAfterMs: 300_000 }], 300_000],
    ['being asked for a second', [{ ...failed, retryAfterMs: 1_000 }], 15_000],
  ])('after %s it waits as long as it should', async (_, outcomes, wait) => {
    const { poller, attempts, end, pass } = createScene();
    poller.start(one, 15_000);
    for (const [index, outcome] of outcomes.entries()) {
      const before = attempts.length;
      await end(outcome);
      if (index === outcomes.length - 1) break;
      while (attempts.length === before) await pass(1_000);
    }
    const before = attempts.length;
    await pass(wait - 1_000);
    expect(attempts).toHaveLength(before);
    await pass(1_000);
    expect(attempts).toHaveLength(before + 1);
  });

  test('never asks twice at the same time, however often it is told to', async () => {
    const { poller, attempts, end } = createScene();
    poller.start(one, 15_000);
    for (let count = 0; count < 5; count += 1)
      poller.pollNow(one, { isAnew: false, isForced: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(attempts).toHaveLength(1);
    await end(ok);
    expect(attempts).toHaveLength(2);
    await end(ok);
    expect(attempts).toHaveLength(2);
  });

  test('that was stopped goes on only when a person asks', async () => {
    const { poller, attempts, stalls, end, pass } = createScene();
    poller.start(one, 15_000);
    await end({ ...failed, isStopped: true });
    poller.pollNow(one, { isAnew: true, isForced: false });
    await pass(600_000);
    expect(attempts).toHaveLength(1);
    expect(stalls).toEqual([]);
    poller.pollNow(one, { isAnew: false, isForced: true });
    expect(attempts).toHaveLength(2);
    await end(ok);
    await pass(15_000);
    expect(attempts).toHaveLength(3);
  });

  test('leaves an upstream alone for as long as it asked, unless a person insists', async () => {
    const { poller, attempts, end, pass } = createScene();
    poller.start(one, 15_000);
    await end({ ...failed, retryAfterMs: 120_000 });
    await pass(60_000);
    poller.pollNow(one, { isAnew: true, isForced: false });
    expect(attempts).toHaveLength(1);
    poller.pollNow(one, { isAnew: false, isForced: true });
    expect(attempts).toHaveLength(2);
    await end({ ...failed, retryAfterMs: 120_000 });
    await pass(121_000);
    expect(attempts).toHaveLength(3);
    await end(failed);
    poller.pollNow(one, { isAnew: true, isForced: false });
    expect(attempts).toHaveLength(4);
  });

  test('was left alone for long enough when either clock says so', async () => {
    let asleepMs = 0;
    const { poller, attempts, end } = createScene({
      clock: { now: () => Date.now() + asleepMs, monotonic: () => Date.now() },
    });
    poller.start(one, 15_000);
    await end({ ...failed, retryAfterMs: 120_000 });
    asleepMs = 3_600_000;
    poller.pollNow(one, { isAnew: true, isForced: false });
    expect(attempts).toHaveLength(2);
  });

  test('spreads its polls by a tenth, so that many desks do not ask together', async () => {
    const numbers = [0, 1, 0.5];
    const { poller, attempts, end, pass } = createScene({ random: () => numbers.shift() ?? 0 });
    poller.start(one, 20_000);
    for (let count = 0; count < 3; count += 1) {
      await end(ok);
      await pass(25_000);
    }
    expect(attempts.map(({ at }) => at)).toEqual([0, 18_000, 25_000 + 22_000, 50_000 + 20_000]);
  });

  test('drops what is in flight after a gap and asks again at once', async () => {
    const { poller, attempts, end, last } = createScene();
    poller.start(one, 15_000);
    poller.pollNow(one, { isAnew: true, isForced: false });
    expect(last().signal.reason).toBe('discarded');
    await end({ ...failed, isStopped: true });
    expect(attempts).toHaveLength(2);
    expect(last().signal.aborted).toBe(false);
  });

  test('that is taken away asks no more', async () => {
    const { poller, attempts, end, last, pass } = createScene();
    poller.start(one, 15_000);
    poller.stop(one);
    expect(last().signal.reason).toBe('discarded');
    await end(ok);
    await pass(60_000);
    expect(attempts).toHaveLength(1);
    expect(poller.nextAttemptAt(one)).toBeNull();
  });
});

describe('the watch', () => {
  test('ends an attempt at its deadline', async () => {
    const { poller, attempts, end, last, pass, stalls } = createScene();
    poller.start(one, 15_000);
    await pass(45_000);
    expect(last().signal.aborted).toBe(false);
    await pass(1_000);
    expect(last().signal.reason).toBe('deadline');
    await end(failed);
    await pass(15_000);
    expect(attempts).toHaveLength(2);
    expect(stalls).toEqual([]);
  });

  test('gives up an attempt that does not heed it, and what comes of it later counts for nothing', async () => {
    const { poller, attempts, stalls, pass } = createScene();
    poller.start(one, 15_000);
    await pass(52_000);
    expect(stalls).toEqual(['one hung']);
    await pass(15_000);
    expect(attempts).toHaveLength(2);
    attempts[0]!.end({ ...failed, isStopped: true });
    await pass(1_000);
    attempts[1]!.end(ok);
    await pass(15_000);
    expect(attempts).toHaveLength(3);
  });

  test('starts a loop again whose timer was lost', async () => {
    const { poller, attempts, stalls, end, pass } = createScene();
    poller.start(one, 15_000);
    await end(ok);
    vi.clearAllTimers();
    await pass(22_000);
    expect(attempts).toHaveLength(1);
    await pass(1_000);
    expect(attempts).toHaveLength(2);
    expect(stalls).toEqual(['one lost']);
  });

  test('blames no loop after it slept itself', async () => {
    const { poller, stalls, end } = createScene();
    poller.start(one, 15_000);
    await end(ok);
    vi.clearAllTimers();
    vi.setSystemTime(Date.now() + 3_600_000);
    poller.watch();
    expect(stalls).toEqual([]);
  });

  test('survives attempts that throw', async () => {
    let count = 0;
    const { poller, pass } = createScene({
      attempt: () => {
        count += 1;
        throw new Error('a bug');
      },
    });
    poller.start(one, 15_000);
    await pass(15_000);
    expect(count).toBe(2);
  });
});

test('a few are asked at once, the others in turn, and a hanging one gives up its place', async () => {
  const { poller, attempts, pass } = createScene({ atOnce: 2 });
  for (const name of ['a', 'b', 'c', 'd']) poller.start(id(name), 15_000);
  expect(attempts.map((attempt) => attempt.id)).toEqual(['a', 'b']);
  attempts[0]!.end(ok);
  await vi.advanceTimersByTimeAsync(0);
  expect(attempts.map((attempt) => attempt.id)).toEqual(['a', 'b', 'c']);
  poller.stop(id('b'));
  expect(attempts.map((attempt) => attempt.id)).toEqual(['a', 'b', 'c', 'd']);
  // c and d hang.
  await pass(52_000);
  expect(attempts.slice(4).map((attempt) => attempt.id)).toContain('a');
});

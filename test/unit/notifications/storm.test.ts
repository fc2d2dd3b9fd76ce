import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import {
  calm,
  stormLimit,
  stormWindowMs,
  summaryDueAt,
  throttle,
  type StormState,
} from '../../../main/notifications/storm.ts';
import { splitUnseen } from '../../../main/notifications/catch-up.ts';

interface Item {
  readonly id: number;
  readonly class: 'page' | 'notice';
  readonly severity: 'critical' | 'high' | 'warning' | 'info' | null;
}
const item = (id: number, change: Partial<Item> = {}): Item => ({
  id,
  class: 'page',
  severity: 'critical',
  ...change,
});
const items = (count: number): Item[] => Array.from({ length: count }, (_, id) => item(id));
const none = { singly: [], bundled: [] };

describe('a storm', () => {
  test('three go out on their own', () => {
    const { sent, summary } = throttle<Item>(calm, { singly: items(3), bundled: [] }, 0);
    expect(sent).toHaveLength(3);
    expect(summary).toBeNull();
  });

  test('of 10,000 three go out, and one summary of all others at once', () => {
    const result = throttle<Item>(calm, { singly: items(10_000), bundled: [] }, 0);
    expect(result.sent).toHaveLength(3);
    expect(result.held).toHaveLength(9_997);
    expect(result.summary).toHaveLength(9_997);
    expect(summaryDueAt(result.state)).toBeNull();
  });

  test('pages go before notices, and the worst first', () => {
    const wanted = [
      item(1, { class: 'notice' }),
      item(2, { severity: 'high' }),
      item(3, { class: 'notice', severity: 'info' }),
      item(4),
      item(5, { severity: null }),
    ];
    const { sent } = throttle<Item>(calm, { singly: wanted, bundled: [] }, 0);
    expect(sent.map(({ id }) => id)).toEqual([5, 4, 2]);
  });

  test('a second summary waits until half a minute after the first', () => {
    const first = throttle<Item>(calm, { singly: items(5), bundled: [] }, 0);
    const second = throttle<Item>(first.state, { singly: [item(9)], bundled: [] }, 10_000);
    expect(second.summary).toBeNull();
    expect(summaryDueAt(second.state)).toBe(stormWindowMs);
    const third = throttle<Item>(second.state, none, stormWindowMs);
    expect(third.summary?.map(({ id }) => id)).toEqual([9]);
  });

  const batches = fc.array(
    fc.record({
      wait: fc.integer({ min: 0, max: 40_000 }),
      singly: fc.integer({ min: 0, max: 9 }),
      bundled: fc.integer({ min: 0, max: 4 }),
    }),
    { maxLength: 40 },
  );

  const play = (plan: readonly { wait: number; singly: number; bundled: number }[]) => {
    let state: StormState<Item> = calm;
    let now = 0;
    let lastId = 0;
    const out: { at: number; kind: 'single' | 'summary'; ids: number[] }[] = [];
    const step = (singly: number, bundled: number): void => {
      const make = (count: number): Item[] =>
        Array.from({ length: count }, () =>
          item((lastId += 1), lastId % 2 === 0 ? { class: 'notice' } : {}),
        );
      const result = throttle(state, { singly: make(singly), bundled: make(bundled) }, now);
      ({ state } = result);
      for (const { id } of result.sent) out.push({ at: now, kind: 'single', ids: [id] });
      if (result.summary !== null) {
        out.push({ at: now, kind: 'summary', ids: result.summary.map(({ id }) => id) });
      }
    };
    const waitUntil = (end: number): void => {
      for (let due = summaryDueAt(state); due !== null && due <= end; due = summaryDueAt(state)) {
        now = due;
        step(0, 0);
      }
      now = end;
    };
    for (const { wait, singly, bundled } of plan) {
      waitUntil(now + wait);
      step(singly, bundled);
    }
    waitUntil(now + stormWindowMs);
    return { out, lastId };
  };

  test('whatever happens, no 30 s hold more than three notifications and one summary', () => {
    fc.assert(
      fc.property(batches, (plan) => {
        const { out } = play(plan);
        for (const { at } of out) {
          const window = out.filter((one) => one.at >= at && one.at < at + stormWindowMs);
          expect(window.filter(({ kind }) => kind === 'single').length).toBeLessThanOrEqual(
            stormLimit,
          );
          expect(window.filter(({ kind }) => kind === 'summary').length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('whatever happens, each is told exactly once, at the latest 30 s later', () => {
    fc.assert(
      fc.property(batches, (plan) => {
        const { out, lastId } = play(plan);
        const told = out.flatMap(({ ids }) => ids).toSorted((a, b) => a - b);
        expect(told).toEqual(Array.from({ length: lastId }, (_, index) => index + 1));
      }),
    );
  });
});

describe('what fired while nobody looked', () => {
  const isOdd = (value: number): boolean => value % 2 === 1;

  test('is bundled when there are several', () => {
    expect(splitUnseen([1, 2, 3], isOdd)).toEqual({ singly: [2], bundled: [1, 3] });
  });

  test('is told like any other when it is one', () => {
    expect(splitUnseen([1, 2], isOdd)).toEqual({ singly: [1, 2], bundled: [] });
  });
});

/** Time comes in as an argument; this is what passes it in. */
import type { Instant } from '../preload/contract/common.ts';

export interface Clock {
  /** Milliseconds since the epoch by the wall clock, which may jump. */
  now(): number;
  /** Milliseconds that never jump back; they may stand still while the machine sleeps. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

let last = { ms: 0, instant: new Date(0).toISOString() };

/** Thousands of rows often share one instant, so the last one is remembered. */
export function toInstant(ms: number): Instant {
  if (ms !== last.ms) last = { ms, instant: new Date(ms).toISOString() };
  return last.instant;
}
export const toMs = (instant: Instant): number => Date.parse(instant);

/** A duration that a clock jump cannot make negative. */
export const since = (from: number, to: number): number => Math.max(0, to - from);

/** A laptop in fast-forward: its three clocks, its sleep, and somebody who sets the clock. Timers stand still in sleep. */
import { vi } from 'vitest';
import type { Clock } from '../../../main/clock.ts';

export interface Laptop {
  readonly clock: Clock;
  uptime(): number;
  /** What everybody else's clock says. */
  trueNow(): number;
  /** Awake. */
  pass(ms: number): Promise<void>;
  /** `isMonotonicAwake`: on some systems the monotonic clock goes on in sleep. */
  sleep(ms: number, isMonotonicAwake: boolean): void;
  setClock(byMs: number): void;
}

export function openLaptop(startMs: number): Laptop {
  vi.useFakeTimers({
    now: startMs,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  let slept = 0;
  let sleptByMonotonic = 0;
  let wrong = 0;
  const awake = (): number => Date.now() - startMs;
  return {
    clock: {
      now: () => Date.now() + slept + wrong,
      monotonic: () => awake() + sleptByMonotonic,
    },
    uptime: () => awake() + slept,
    trueNow: () => Date.now() + slept,
    async pass(ms) {
      await vi.advanceTimersByTimeAsync(ms);
    },
    sleep(ms, isMonotonicAwake) {
      slept += ms;
      if (isMonotonicAwake) sleptByMonotonic += ms;
    },
    setClock(byMs) {
      wrong += byMs;
    },
  };
}

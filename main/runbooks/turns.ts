/** Long work in short turns, so that polls and windows are not held up. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

/** Longer turns would delay polls. */
const turnMs = 8;

/** To be awaited after each piece of the work. */
export function createBreath(clock: Pick<Clock, 'monotonic'>): () => Promise<void> {
  let started = clock.monotonic();
  return async () => {
    if (clock.monotonic() - started < turnMs) return;
    await nextTurn();
    started = clock.monotonic();
  };
}

/**
 * Whether an alarm comes and goes so fast that every edge of it would only be noise. Pure.
 *
 * Two thresholds, so that the word itself does not flap: many changes in a short time begin it, and only a long quiet
 * ends it, whether the alarm then fires or not.
 */
import { since } from '../clock.ts';

/** Three times on and off in a quarter of an hour: the fourth firing finds it flapping. */
export const flappingFrom = 6;
export const flappingWindowMs = 15 * 60_000;
/** This long without a change, and it is over. */
export const calmAfterMs = 15 * 60_000;
/** Our clock was set back past this: what is noted in its future is worth nothing. */
const futureMs = 60_000;

export interface Swings {
  /** The last changes, oldest first; no more than begin a flapping. */
  readonly recent: readonly number[];
  /** When the first of the changes was that made it flap; null while it does not. */
  readonly flappingSince: number | null;
  /** Changes since then. */
  readonly count: number;
}

export const noSwings: Swings = { recent: [], flappingSince: null, count: 0 };

/** Fired or cleared at this time. */
export function swung(before: Swings, atMs: number): Swings {
  const { recent, flappingSince, count } = settled(before, atMs) ?? noSwings;
  const next = [...recent, atMs].slice(-flappingFrom);
  if (flappingSince !== null) return { recent: next, flappingSince, count: count + 1 };
  const first = next[0] ?? atMs;
  return next.length === flappingFrom && since(first, atMs) <= flappingWindowMs
    ? { recent: next, flappingSince: first, count: flappingFrom }
    : { recent: next, flappingSince: null, count: 0 };
}

/** As it stands by now; null when there is nothing left to remember. */
export function settled(swings: Swings, nowMs: number): Swings | null {
  const recent = swings.recent.filter((at) => at <= nowMs + futureMs);
  const last = recent.at(-1);
  if (last === undefined || since(last, nowMs) > Math.max(calmAfterMs, flappingWindowMs))
    return null;
  return recent.length === swings.recent.length ? swings : { ...swings, recent };
}

export interface Flapping {
  readonly since: number;
  readonly count: number;
}

export function flappingNow(swings: Swings | undefined, nowMs: number): Flapping | null {
  const now = swings === undefined ? null : settled(swings, nowMs);
  if (now === null || now.flappingSince === null) return null;
  return { since: now.flappingSince, count: now.count };
}

/** For people: `flapping: 7 changes in 12 min`. */
export function flappingWords({ since: from, count }: Flapping, nowMs: number): string {
  return `flapping: ${count} changes in ${Math.max(1, Math.round(since(from, nowMs) / 60_000))} min`;
}

/**
 * What can be said about a source from facts and the time. Pure: a loop that died needs nobody to say so, because the
 * age of its last answer does.
 */
import type { Freshness } from '../../preload/contract/common.ts';
import { since } from '../clock.ts';
import type { SourceError } from './source-error.ts';

/** An instant by both clocks: the wall clock may jump, the other one may stand still in sleep. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

export interface Problem {
  readonly freshness: Exclude<Freshness, 'live' | 'starting'>;
  readonly message: string;
  readonly next: string;
}

export interface HealthFacts {
  readonly intervalMs: number;
  /** When this run began to poll the source. */
  readonly startedAt: Moment;
  /** Of this run; null before its first success. */
  readonly lastSuccess: Moment | null;
  /** Since when the loop rests between two attempts; null while one is under way and before the first. */
  readonly restingSince: Moment | null;
  /** When somebody last looked again after a gap (sleep, another network); null when there was none in this run. */
  readonly wokeAt: Moment | null;
  /** The failure of the last attempt; null when it succeeded or when there was none. */
  readonly problem: Problem | null;
}

const leastStaleMs = 45_000;

export const staleAfterMs = (intervalMs: number): number => Math.max(3 * intervalMs, leastStaleMs);

/** By whichever clock says more. */
export const ageMs = (then: Moment, now: Moment): number =>
  Math.max(since(then.wall, now.wall), since(then.monotonic, now.monotonic));

/** A loop that works rests for one interval. After two the poller itself is dead, however young its last answer is. */
const isLoopLost = ({ restingSince, intervalMs }: HealthFacts, now: Moment): boolean =>
  restingSince !== null && ageMs(restingSince, now) > 2 * intervalMs;

/** Longer than a source that is there takes, and short enough for a person who opens the lid. */
const wakeMs = 10_000;

/** What was answered before a gap says nothing about now; soon after it, the new answer may still be on its way. */
const isStillAsleep = (wokeAt: Moment | null, lastSuccess: Moment, now: Moment): boolean =>
  wokeAt !== null && isBefore(lastSuccess, wokeAt) && ageMs(wokeAt, now) > wakeMs;

/** A monotonic clock that stood still in sleep shows the same time before and after it. */
export const isBefore = (a: Moment, b: Moment): boolean =>
  a.monotonic < b.monotonic || (a.monotonic === b.monotonic && a.wall < b.wall);

export function freshnessOf(facts: HealthFacts, now: Moment): Freshness {
  if (facts.problem !== null) return facts.problem.freshness;
  const limit = staleAfterMs(facts.intervalMs);
  if (facts.lastSuccess === null) {
    return ageMs(facts.startedAt, now) > limit ? 'stale' : 'starting';
  }
  if (isLoopLost(facts, now) || isStillAsleep(facts.wokeAt, facts.lastSuccess, now)) return 'stale';
  return ageMs(facts.lastSuccess, now) > limit ? 'stale' : 'live';
}

export function problemOf(error: SourceError): Problem {
  const { freshness } = error;
  return {
    freshness: freshness === 'live' || freshness === 'starting' ? 'unreachable' : freshness,
    message: error.message,
    next: error.next,
  };
}

/** For people, also when nothing failed but nothing came either. */
export function reasonOf(
  facts: HealthFacts,
  freshness: Freshness,
): { reason: string; next: string } {
  if (facts.problem !== null) return { reason: facts.problem.message, next: facts.problem.next };
  switch (freshness) {
    case 'live':
      return { reason: '', next: '' };
    case 'starting':
      return { reason: 'It was not asked yet.', next: 'Wait for the first answer.' };
    case 'stale':
    case 'unreachable':
    case 'unauthorized':
    case 'misconfigured':
      return {
        reason: 'It has not answered for too long.',
        next: 'Poll it now. If that does not help, start Nightdesk again.',
      };
  }
}

const ceilingMs = 60_000;

/**
 * How long to wait after the n-th failure in a row; 0 failures is the plain interval. `random` is 0 to 1 and spreads the
 * polls of many desks by a tenth. An upstream that asked for more time gets it.
 */
export function nextDelayMs(options: {
  intervalMs: number;
  failures: number;
  retryAfterMs: number | null;
  random: number;
}): number {
  const { intervalMs, failures } = options;
  const grown = intervalMs * 2 ** Math.min(Math.max(failures - 1, 0), 16);
  const base = Math.min(grown, Math.max(ceilingMs, intervalMs));
  const spread = base * (0.9 + 0.2 * options.random);
  return Math.round(Math.max(spread, options.retryAfterMs ?? 0));
}

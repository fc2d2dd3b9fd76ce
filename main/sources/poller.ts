/**
 * When each source is asked: one loop per source, one attempt at a time in each, a few at once in all.
 *
 * A loop that stalls is found by `watch`, which the caller runs from a timer of its own.
 */
import type { SourceId } from '../../preload/contract/common.ts';
import type { Clock } from '../clock.ts';
import { createLogger } from '../logging.ts';
import { nextDelayMs } from './health.ts';

const log = createLogger('poller');

/** Why an attempt was ended before its time, as the reason of its signal. */
export type EndReason = 'deadline' | 'discarded';

export interface PollOutcome {
  readonly isFailure: boolean;
  /** The upstream asked to be left alone for this long. */
  readonly retryAfterMs: number | null;
  /** Not again until somebody asks for it. */
  readonly isStopped: boolean;
}

export interface PollerDeps {
  readonly clock: Clock;
  /** One attempt. What it finds after its signal was aborted with `discarded` must be forgotten. */
  attempt(id: SourceId, signal: AbortSignal): Promise<PollOutcome>;
  /** `hung`: an attempt did not end when it was told to; its connector cannot be trusted any more. */
  onStall(id: SourceId, how: 'hung' | 'lost'): void;
  /** 0 to 1; spreads the polls of many desks. */
  readonly random?: () => number;
  readonly atOnce?: number;
  readonly deadlineMs?: number;
}

export interface Poller {
  /** Begins a loop with an attempt at once; one that runs already begins anew. */
  start(id: SourceId, intervalMs: number): void;
  stop(id: SourceId): void;
  /** An attempt at once, unless the upstream asked to be left alone and nobody insists. `isAnew`: what is in flight is dropped, since it was asked over a way that is gone. */
  pollNow(id: SourceId, options: { isAnew: boolean; isForced: boolean }): void;
  /** By the wall clock; null while an attempt is in flight or the loop stands. */
  nextAttemptAt(id: SourceId): number | null;
  /** Ends what hangs and starts what stands still. */
  watch(): void;
  stopAll(): void;
}

interface Attempt {
  readonly controller: AbortController;
  readonly startedAt: number;
  endedAt: number | null;
}

interface Loop {
  readonly id: SourceId;
  readonly intervalMs: number;
  failures: number;
  attempt: Attempt | null;
  timer: NodeJS.Timeout | null;
  /** By the monotonic clock. */
  dueAt: number | null;
  /** The upstream asked to be left alone until then, by both clocks: one of them may stand or be set. */
  quietUntil: { readonly wall: number; readonly monotonic: number } | null;
  /** Waits for others to finish. */
  isQueued: boolean;
  isStopped: boolean;
  /** Once more as soon as the present attempt ends. */
  isAskedAgain: boolean;
}

/** How long an attempt may take to notice that it was ended. */
const patienceMs = 5_000;
/** A watch that comes later than this after the one before slept itself: it cannot blame the loops. */
const ownDelayMs = 5_000;

export function createPoller(deps: PollerDeps): Poller {
  const { clock } = deps;
  const random = deps.random ?? Math.random;
  const atOnce = deps.atOnce ?? 12;
  const deadlineMs = deps.deadlineMs ?? 45_000;
  const loops = new Map<SourceId, Loop>();
  const queue: Loop[] = [];
  let inFlight = 0;
  let watchedAt = clock.monotonic();

  const isRunning = (loop: Loop): boolean => loops.get(loop.id) === loop;

  function clear(loop: Loop): void {
    if (loop.timer !== null) clearTimeout(loop.timer);
    loop.timer = null;
    loop.dueAt = null;
  }

  function end(attempt: Attempt, reason: EndReason): void {
    if (attempt.endedAt !== null) return;
    attempt.endedAt = clock.monotonic();
    attempt.controller.abort(reason);
  }

  function schedule(loop: Loop, retryAfterMs: number | null): void {
    clear(loop);
    const { intervalMs, failures } = loop;
    const delay = nextDelayMs({ intervalMs, failures, retryAfterMs, random: random() });
    loop.dueAt = clock.monotonic() + delay;
    loop.quietUntil =
      retryAfterMs === null
        ? null
        : { wall: clock.now() + retryAfterMs, monotonic: clock.monotonic() + retryAfterMs };
    loop.timer = setTimeout(() => begin(loop), delay);
  }

  const isToBeLeftAlone = ({ quietUntil }: Loop): boolean =>
    quietUntil !== null &&
    clock.now() < quietUntil.wall &&
    clock.monotonic() < quietUntil.monotonic;

  function begin(loop: Loop): void {
    clear(loop);
    if (!isRunning(loop) || loop.attempt !== null || loop.isQueued) return;
    if (inFlight >= atOnce) {
      loop.isQueued = true;
      queue.push(loop);
      return;
    }
    inFlight += 1;
    loop.isAskedAgain = false;
    const attempt: Attempt = {
      controller: new AbortController(),
      startedAt: clock.monotonic(),
      endedAt: null,
    };
    loop.attempt = attempt;
    void run(loop, attempt);
  }

  async function run(loop: Loop, attempt: Attempt): Promise<void> {
    let outcome: PollOutcome = { isFailure: true, retryAfterMs: null, isStopped: false };
    try {
      outcome = await deps.attempt(loop.id, attempt.controller.signal);
    } catch (error) {
      log.error('attempt threw', { source: loop.id, error });
    }
    // Given up on meanwhile, and its place with it.
    if (loop.attempt !== attempt) return;
    settle(loop, outcome);
  }

  function release(loop: Loop): void {
    loop.attempt = null;
    inFlight -= 1;
    const next = queue.shift();
    if (next === undefined) return;
    next.isQueued = false;
    begin(next);
  }

  function settle(loop: Loop, outcome: PollOutcome): void {
    const isDiscarded = loop.attempt?.controller.signal.reason === 'discarded';
    release(loop);
    if (!isRunning(loop)) return;
    if (!isDiscarded) {
      loop.failures = outcome.isFailure ? loop.failures + 1 : 0;
      loop.isStopped = outcome.isStopped;
    }
    if (loop.isStopped) clear(loop);
    else if (loop.isAskedAgain) begin(loop);
    else schedule(loop, outcome.retryAfterMs);
  }

  function watchAttempt(loop: Loop, attempt: Attempt, now: number): void {
    if (attempt.endedAt === null) {
      if (now - attempt.startedAt > deadlineMs) {
        log.warn('poll took too long and was ended', { source: loop.id });
        end(attempt, 'deadline');
      }
      return;
    }
    if (now - attempt.endedAt <= patienceMs) return;
    log.warn('poll hung and was given up', { source: loop.id });
    deps.onStall(loop.id, 'hung');
    settle(loop, { isFailure: true, retryAfterMs: null, isStopped: false });
  }

  function stop(id: SourceId): void {
    const loop = loops.get(id);
    if (loop === undefined) return;
    loops.delete(id);
    clear(loop);
    if (loop.isQueued) queue.splice(queue.indexOf(loop), 1);
    if (loop.attempt === null) return;
    end(loop.attempt, 'discarded');
    // Its place is free at once: nobody waits for what nobody wants.
    release(loop);
  }

  return {
    start(id, intervalMs) {
      stop(id);
      const loop: Loop = {
        id,
        intervalMs,
        failures: 0,
        attempt: null,
        timer: null,
        dueAt: null,
        quietUntil: null,
        isQueued: false,
        isStopped: false,
        isAskedAgain: false,
      };
      loops.set(id, loop);
      begin(loop);
    },

    stop,

    pollNow(id, { isAnew, isForced }) {
      const loop = loops.get(id);
      if (loop === undefined || (loop.isStopped && !isForced)) return;
      if (isForced) {
        loop.isStopped = false;
        loop.failures = 0;
      }
      if (loop.attempt === null) {
        // A network that comes and goes is no reason to break that word; a person is.
        if (isForced || !isToBeLeftAlone(loop)) begin(loop);
        return;
      }
      loop.isAskedAgain = true;
      if (isAnew) end(loop.attempt, 'discarded');
    },

    nextAttemptAt(id) {
      const dueAt = loops.get(id)?.dueAt ?? null;
      return dueAt === null ? null : clock.now() + Math.max(0, dueAt - clock.monotonic());
    },

    watch() {
      const now = clock.monotonic();
      const isLateItself = now - watchedAt > ownDelayMs;
      watchedAt = now;
      for (const loop of loops.values()) {
        if (loop.attempt !== null) {
          watchAttempt(loop, loop.attempt, now);
          continue;
        }
        if (loop.isStopped || loop.isQueued || isLateItself) continue;
        const lateMs = Math.max(5_000, loop.intervalMs / 2);
        if (loop.dueAt !== null && now - loop.dueAt <= lateMs) continue;
        log.warn('loop stood still and was started again', { source: loop.id });
        deps.onStall(loop.id, 'lost');
        begin(loop);
      }
    },

    stopAll() {
      for (const id of loops.keys()) stop(id);
    },
  };
}

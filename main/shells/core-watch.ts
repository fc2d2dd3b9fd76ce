/**
 * The rules by which a shell judges its core, as values: is it alive, when is it started again, what is said.
 * Rule 4 of the design: the poller is watched by something that is not the poller.
 */
import type { DeskState } from '../../preload/contract/desk.ts';
import { SourceId } from '../../preload/contract/common.ts';
import { toInstant } from '../clock.ts';

export interface WatchLimits {
  /** How often the core says that it lives. */
  readonly beatMs: number;
  /** Silence after which the desk is blind. */
  readonly blindMs: number;
  /** Silence after which the core is ended and started again. */
  readonly restartMs: number;
  /** The same while it starts: checking and migrating a large store takes its time. */
  readonly startMs: number;
}

export const defaultLimits: WatchLimits = {
  beatMs: 500,
  blindMs: 5_000,
  restartMs: 20_000,
  startMs: 300_000,
};

export type Verdict = 'alive' | 'blind' | 'restart';

/** `silentMs`: since the last sign of life, by a clock that never jumps. */
export function judge(silentMs: number, isStarting: boolean, limits: WatchLimits): Verdict {
  if (silentMs >= (isStarting ? limits.startMs : limits.restartMs)) return 'restart';
  return silentMs >= limits.blindMs && !isStarting ? 'blind' : 'alive';
}

const firstDelayMs = 500;
const lastDelayMs = 30_000;
/** Crashes further apart than this are not a loop. */
const loopWindowMs = 120_000;
const loopCount = 3;

/** How long to wait before the next start; `crashesAt` are monotonic times, the newest last. */
export function restartDelay(crashesAt: readonly number[], nowMs: number): number {
  const recent = crashesAt.filter((at) => nowMs - at < loopWindowMs).length;
  return Math.min(lastDelayMs, firstDelayMs * 2 ** Math.max(0, Math.min(recent, 20) - 1));
}

export function isCrashLoop(crashesAt: readonly number[], nowMs: number): boolean {
  return crashesAt.filter((at) => nowMs - at < loopWindowMs).length >= loopCount;
}

/** One sentence on what is wrong with the core, and what happens next. */
export function troubleText(trouble: {
  readonly kind: 'hung' | 'ended';
  readonly detail: string;
  readonly isLoop: boolean;
  readonly delayMs: number;
}): { reason: string; next: string } {
  const seconds = Math.max(1, Math.round(trouble.delayMs / 1000));
  const reason =
    trouble.kind === 'hung'
      ? `Nightdesk's own core stopped answering (${trouble.detail}). Nothing is being watched.`
      : `Nightdesk's own core ended (${trouble.detail}). Nothing is being watched.`;
  if (trouble.isLoop) {
    return {
      reason: `${reason} It keeps failing.`,
      next: `Watch your sources directly. Nightdesk tries again in ${seconds} s; the log says why it fails.`,
    };
  }
  return { reason, next: 'Nightdesk is starting it again.' };
}

/** The desk state of a desk that cannot look at all: what was last known, and blind. */
export function blindState(
  last: DeskState | null,
  trouble: { readonly reason: string; readonly next: string; readonly sinceMs: number },
  nowMs: number,
): DeskState {
  const known = last ?? {
    worst: null,
    counts: { firing: 0, acknowledged: 0, suppressed: 0, unseen: 0, unreadable: 0 },
    enabledSources: 1,
    outboxCount: 0,
    outboxFailed: 0,
  };
  return {
    ...known,
    at: toInstant(nowMs),
    blind: [
      {
        sourceId: SourceId.parse('nightdesk'),
        name: 'Nightdesk itself',
        freshness: 'unreachable',
        since: toInstant(trouble.sinceMs),
        reason: trouble.reason,
        next: trouble.next,
      },
      ...(last?.blind ?? []).filter((source) => source.sourceId !== 'nightdesk'),
    ],
  };
}

/** Before the first word of the core: not looked yet is not quiet. */
export function startingState(nowMs: number): DeskState {
  return blindState(
    null,
    {
      reason: 'Nightdesk is starting and has not looked yet.',
      next: 'Wait a moment.',
      sinceMs: nowMs,
    },
    nowMs,
  );
}

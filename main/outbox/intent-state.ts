/**
 * The life of an intent: queued, sent, then confirmed, failed or overtaken. Pure.
 *
 * `sent` means that the upstream answered; only reading back makes it `confirmed`. Times are milliseconds by the wall
 * clock. An event that does not apply leaves the intent as the same object, so a late answer does no harm.
 */
import type { IntentKind, IntentState } from '../../preload/contract/outbox.ts';
import { since } from '../clock.ts';
import { assertNever } from '../errors.ts';

export interface IntentProgress {
  readonly state: IntentState;
  /** Stored before each attempt: 0 proves that nothing of it ever left this computer. */
  readonly attempts: number;
  /** Not before; null: as soon as possible. */
  readonly nextAttemptAt: number | null;
  readonly upstreamRef: string | null;
  /** Of the last failure, or why it was overtaken; for people. */
  readonly error: string | null;
  /** When it came into its state. */
  readonly changedAt: number;
}

export type IntentEvent =
  /** It is about to be sent. `upstreamRef`: what it will undo. */
  | { readonly type: 'attempted'; readonly upstreamRef: string | null }
  | { readonly type: 'accepted'; readonly upstreamRef: string | null }
  | { readonly type: 'confirmed' }
  /** Asked, and the upstream does not show it (yet). */
  | { readonly type: 'unconfirmed'; readonly reason: string }
  /** It failed in a way that may pass. */
  | { readonly type: 'postponed'; readonly reason: string; readonly retryAfterMs: number | null }
  /** It failed in a way that will not pass by itself. */
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'overtaken'; readonly reason: string }
  /** What it will change upstream has another name by now. */
  | { readonly type: 'renamed'; readonly upstreamRef: string }
  /** A person asks for another attempt now. */
  | { readonly type: 'retried' };

const firstDelayMs = 2_000;
const longestDelayMs = 300_000;
const longestAskedMs = 3_600_000;
/** How long an upstream may take to show what it accepted. */
export const agreeWithinMs = 120_000;

export const isOpen = (state: IntentState): boolean =>
  state === 'queued' || state === 'sent' || state === 'failed';

/** Doubles from two seconds to five minutes; an upstream that asks for more time gets it, up to an hour. */
export function retryDelayMs(attempts: number, retryAfterMs: number | null): number {
  const grown = firstDelayMs * 2 ** Math.min(Math.max(attempts - 1, 0), 16);
  const asked = Math.min(Math.max(retryAfterMs ?? 0, 0), longestAskedMs);
  return Math.max(Math.min(grown, longestDelayMs), asked);
}

/** Reads back soon after sending, then less and less often. */
export const confirmDelayMs = (sinceSentMs: number): number =>
  Math.min(Math.max(sinceSentMs, 1_000), 30_000);

/** @returns the same object when the event does not apply in this state. */
export function advance<Progress extends IntentProgress>(
  intent: Progress,
  event: IntentEvent,
  now: number,
): Progress {
  const { state } = intent;
  const become = (next: IntentState, change: Partial<IntentProgress>): Progress => ({
    ...intent,
    nextAttemptAt: null,
    ...change,
    state: next,
    changedAt: next === state ? intent.changedAt : now,
  });
  switch (event.type) {
    case 'attempted':
      if (state !== 'queued') return intent;
      return become('queued', {
        attempts: intent.attempts + 1,
        upstreamRef: event.upstreamRef ?? intent.upstreamRef,
      });
    case 'accepted':
      if (state !== 'queued' || intent.attempts === 0) return intent;
      return become('sent', { upstreamRef: event.upstreamRef, error: null });
    case 'confirmed':
      return state === 'sent' ? become('confirmed', { error: null }) : intent;
    case 'unconfirmed': {
      if (state !== 'sent') return intent;
      const waited = since(intent.changedAt, now);
      return waited >= agreeWithinMs
        ? become('failed', { error: event.reason })
        : become('sent', { nextAttemptAt: now + confirmDelayMs(waited) });
    }
    case 'postponed': {
      const { reason: error, retryAfterMs } = event;
      if (state === 'queued') {
        const nextAttemptAt = now + retryDelayMs(intent.attempts, retryAfterMs);
        return become('queued', { error, nextAttemptAt });
      }
      if (state !== 'sent') return intent;
      const delay = Math.max(
        confirmDelayMs(since(intent.changedAt, now)),
        retryDelayMs(1, retryAfterMs),
      );
      return become('sent', { error, nextAttemptAt: now + delay });
    }
    case 'refused':
      return state === 'queued' || state === 'sent'
        ? become('failed', { error: event.reason })
        : intent;
    case 'overtaken':
      return isOpen(state) ? become('overtaken', { error: event.reason }) : intent;
    case 'renamed':
      return state === 'queued' ? { ...intent, upstreamRef: event.upstreamRef } : intent;
    case 'retried':
      if (state === 'failed') return become('queued', { error: null });
      return state === 'queued' || state === 'sent' ? become(state, {}) : intent;
    default:
      return assertNever(event);
  }
}

/** What an earlier open intent for the same alarm means for a later one. */
export type Precedence =
  /** They want the same: the later one is not stored. */
  | 'join'
  /** The earlier one is given up. */
  | 'overtake'
  /** The earlier one may have arrived, so it is finished first and then undone. */
  | 'after'
  /** They do not touch each other. */
  | 'apart';

export interface Earlier extends Pick<IntentProgress, 'state' | 'attempts'> {
  readonly kind: IntentKind;
  /** Nobody asked for it: it removes what is left of an alarm that cleared. */
  readonly isCleanUp: boolean;
}

/** Kinds that undo or repeat one another, on the same alarm or the same silence. */
const families: Readonly<Record<IntentKind, string>> = {
  acknowledge: 'acknowledgement',
  unacknowledge: 'acknowledgement',
  resolve: 'resolve',
  extend_silence: 'end of a silence',
  unsilence: 'end of a silence',
  silence: 'silence',
  comment: 'comment',
};

export type Repeatable = Exclude<IntentKind, 'silence' | 'comment'>;

export function precedence(earlier: Earlier, later: Repeatable): Precedence {
  if (families[earlier.kind] !== families[later]) return 'apart';
  if (earlier.isCleanUp) return earlier.state === 'queued' ? 'after' : 'apart';
  if (earlier.state === 'failed') return 'overtake';
  // Each extension names another end.
  if (earlier.kind === later && later !== 'extend_silence') return 'join';
  return earlier.state === 'queued' && earlier.attempts > 0 ? 'after' : 'overtake';
}

/** Whether an alarm that cleared ends this intent. A silence is meant for what comes back, and clean-ups come after. */
export const endsWithAlarm = (intent: Pick<Earlier, 'kind' | 'isCleanUp'>): boolean =>
  !intent.isCleanUp && ['acknowledge', 'unacknowledge', 'comment', 'resolve'].includes(intent.kind);

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advance,
  agreeWithinMs,
  confirmDelayMs,
  endsWithAlarm,
  isOpen,
  precedence,
  retryDelayMs,
  type IntentEvent,
  type IntentProgress,
} from '../../../main/outbox/intent-state.ts';
import type { IntentKind } from '../../../preload/contract/outbox.ts';

const now = Date.parse('2026-11-24T04:00:00.000Z');
const progress = (change: Partial<IntentProgress> = {}): IntentProgress => ({
  state: 'queued',
  attempts: 0,
  nextAttemptAt: null,
  upstreamRef: null,
  error: null,
  changedAt: now - 5_000,
  ...change,
});
const sent = progress({ state: 'sent', attempts: 1, upstreamRef: 'silence-1' });
const failed = progress({ state: 'failed', attempts: 1, error: 'refused' });
const confirmed = progress({ state: 'confirmed', attempts: 1 });
const overtaken = progress({ state: 'overtaken', error: 'cleared' });
const attempted = progress({ attempts: 1 });

const events = {
  attempted: { type: 'attempted', upstreamRef: null },
  accepted: { type: 'accepted', upstreamRef: 'silence-1' },
  confirmed: { type: 'confirmed' },
  unconfirmed: { type: 'unconfirmed', reason: 'not there' },
  postponed: { type: 'postponed', reason: 'unreachable', retryAfterMs: null },
  refused: { type: 'refused', reason: 'bad matcher' },
  overtaken: { type: 'overtaken', reason: 'cleared' },
  retried: { type: 'retried' },
} satisfies Record<string, IntentEvent>;

describe('the life of an intent', () => {
  test.each<[promise: string, IntentProgress, IntentEvent, Partial<IntentProgress>]>([
    ['an attempt is counted before it is made', progress(), events.attempted, { attempts: 1 }],
    [
      'an answer makes it sent, and no more than that',
      attempted,
      events.accepted,
      { state: 'sent', upstreamRef: 'silence-1', changedAt: now },
    ],
    [
      'reading back confirms it',
      sent,
      events.confirmed,
      { state: 'confirmed', changedAt: now, upstreamRef: 'silence-1' },
    ],
    [
      'a failure that may pass keeps it queued, with a time for the next attempt',
      attempted,
      events.postponed,
      { state: 'queued', error: 'unreachable', nextAttemptAt: now + 2_000 },
    ],
    [
      'a failure that will not pass ends the attempts and says why',
      attempted,
      events.refused,
      { state: 'failed', error: 'bad matcher', changedAt: now },
    ],
    [
      'an upstream that does not show it yet is asked again',
      sent,
      events.unconfirmed,
      { state: 'sent', nextAttemptAt: now + 5_000 },
    ],
    [
      'an upstream that never shows it has failed',
      { ...sent, changedAt: now - agreeWithinMs },
      events.unconfirmed,
      { state: 'failed', error: 'not there' },
    ],
    [
      'a source that is away while it is read back proves nothing',
      { ...sent, changedAt: now - 10 * agreeWithinMs },
      events.postponed,
      { state: 'sent', error: 'unreachable', nextAttemptAt: now + 30_000 },
    ],
    [
      'a person brings a failed one back',
      failed,
      events.retried,
      { state: 'queued', error: null, attempts: 1 },
    ],
    [
      'a person spares a waiting one its wait',
      progress({ attempts: 3, nextAttemptAt: now + 60_000 }),
      events.retried,
      { state: 'queued', nextAttemptAt: null },
    ],
    ['whatever is open can be overtaken', failed, events.overtaken, { state: 'overtaken' }],
  ])('%s', (_promise, before, event, expected) => {
    const after = advance(before, event, now);
    expect(after).toMatchObject(expected);
    expect(after.changedAt).toBe(after.state === before.state ? before.changedAt : now);
  });

  test.each<[promise: string, IntentProgress, IntentEvent]>([
    ['nothing is sent that was never attempted', progress(), events.accepted],
    ['nothing is confirmed that was not sent', attempted, events.confirmed],
    ['nothing is sent twice', sent, events.attempted],
    ['a late answer does not revive what was overtaken', overtaken, events.accepted],
    ['a late failure does not undo what was confirmed', confirmed, events.refused],
    ['what is confirmed cannot be overtaken', confirmed, events.overtaken],
    ['what is settled cannot be tried again', overtaken, events.retried],
    ['a failed one waits for a person', failed, events.attempted],
  ])('%s: the same object', (_promise, before, event) => {
    expect(advance(before, event, now)).toBe(before);
  });

  const anyEvent: fc.Arbitrary<IntentEvent> = fc.oneof(
    fc.constantFrom<IntentEvent>(...Object.values(events)),
    fc.record({
      type: fc.constant('postponed' as const),
      reason: fc.constant('busy'),
      retryAfterMs: fc.option(fc.integer({ min: -1_000, max: 1e12 })),
    }),
  );
  /** The clock may jump, also back. */
  const anyStory = fc.array(fc.tuple(anyEvent, fc.integer({ min: -600_000, max: 600_000 })), {
    maxLength: 40,
  });

  test('whatever happens in whatever order: settled is final, attempts only grow, a failure says why', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        let intent = progress({ changedAt: now });
        let at = now;
        let wasAccepted = false;
        for (const [event, passed] of story) {
          at += passed;
          const before = intent;
          intent = advance(before, event, at);
          if (event.type === 'accepted' && intent !== before) wasAccepted = true;
          if (event.type === 'attempted' && intent !== before) wasAccepted = false;
          const wait = intent === before ? null : intent.nextAttemptAt;
          const isOver = intent.state === 'failed' || intent.state === 'overtaken';
          const isSent = intent.state === 'sent' || intent.state === 'confirmed';
          expect({
            attemptsGrow: intent.attempts >= before.attempts,
            settledIsFinal: isOpen(before.state) || intent === before,
            sentWasAccepted: !isSent || wasAccepted,
            confirmedIsClean: intent.state !== 'confirmed' || intent.error === null,
            overSaysWhy: !isOver || (intent.error !== null && intent.nextAttemptAt === null),
            // An hour at most, whatever the upstream asks for.
            waitIsSane: wait === null || (wait - at >= 1_000 && wait - at <= 3_600_000),
          }).toEqual({
            attemptsGrow: true,
            settledIsFinal: true,
            sentWasAccepted: true,
            confirmedIsClean: true,
            overSaysWhy: true,
            waitIsSane: true,
          });
        }
      }),
    );
  });

  test('from every state a person or the upstream can settle it', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        let intent = progress({ changedAt: now });
        for (const [event] of story) intent = advance(intent, event, now);
        for (const event of [events.retried, events.attempted, events.accepted, events.confirmed]) {
          intent = advance(intent, event, now);
        }
        expect(['confirmed', 'overtaken']).toContain(intent.state);
      }),
    );
  });
});

describe('waiting', () => {
  test.each([
    [1, null, 2_000],
    [2, null, 4_000],
    [5, null, 32_000],
    [9, null, 300_000],
    [1_000_000, null, 300_000],
    [0, null, 2_000],
    [1, 90_000, 90_000],
    [9, 10_000, 300_000],
    [1, 1e15, 3_600_000],
    [1, -5, 2_000],
  ])('after %i attempts and a Retry-After of %s: %i ms', (attempts, retryAfterMs, expected) => {
    expect(retryDelayMs(attempts, retryAfterMs)).toBe(expected);
  });

  test.each([
    [0, 1_000],
    [3_000, 3_000],
    [90_000, 30_000],
  ])('%i ms after sending it is read back %i ms later', (since, expected) => {
    expect(confirmDelayMs(since)).toBe(expected);
  });
});

describe('what a later request does to an earlier one', () => {
  const earlier = (kind: IntentKind, change: object = {}) => ({
    kind,
    state: 'queued' as const,
    attempts: 0,
    isCleanUp: false,
    ...change,
  });
  test.each([
    ['a second acknowledge joins a queued one', earlier('acknowledge'), 'acknowledge', 'join'],
    [
      'a second acknowledge joins a sent one',
      earlier('acknowledge', { state: 'sent', attempts: 1 }),
      'acknowledge',
      'join',
    ],
    [
      'an acknowledge after a failed one is a new one',
      earlier('acknowledge', { state: 'failed', attempts: 1 }),
      'acknowledge',
      'overtake',
    ],
    [
      'unacknowledge takes back what was not sent',
      earlier('acknowledge'),
      'unacknowledge',
      'overtake',
    ],
    [
      'unacknowledge waits for what may have arrived',
      earlier('acknowledge', { attempts: 1 }),
      'unacknowledge',
      'after',
    ],
    [
      'unacknowledge replaces what was sent',
      earlier('acknowledge', { state: 'sent', attempts: 1 }),
      'unacknowledge',
      'overtake',
    ],
    [
      'acknowledge takes back an unacknowledge',
      earlier('unacknowledge'),
      'acknowledge',
      'overtake',
    ],
    [
      'acknowledge waits for an unacknowledge under way',
      earlier('unacknowledge', { attempts: 2 }),
      'acknowledge',
      'after',
    ],
    [
      'a clean-up is never taken back, since it belongs to an alarm that cleared',
      earlier('unacknowledge', { isCleanUp: true }),
      'acknowledge',
      'after',
    ],
    [
      'a failed clean-up is left to the person',
      earlier('unacknowledge', { isCleanUp: true, state: 'failed' }),
      'unacknowledge',
      'apart',
    ],
    ['a silence has nothing to do with it', earlier('silence'), 'unacknowledge', 'apart'],
    ['a comment is never the same as another', earlier('comment'), 'resolve', 'apart'],
    ['one resolve is enough', earlier('resolve', { attempts: 1 }), 'resolve', 'join'],
    ['a resolve lets the acknowledgement go first', earlier('acknowledge'), 'resolve', 'apart'],
    ['the last end of a silence counts', earlier('extend_silence'), 'extend_silence', 'overtake'],
    [
      'an end of a silence waits for one that may have arrived',
      earlier('extend_silence', { attempts: 1 }),
      'unsilence',
      'after',
    ],
    ['ending a silence once is enough', earlier('unsilence', { attempts: 1 }), 'unsilence', 'join'],
    [
      'a silence whose end was not sent is kept by moving its end',
      earlier('unsilence'),
      'extend_silence',
      'overtake',
    ],
  ] as const)('%s', (_promise, before, later, expected) => {
    expect(precedence(before, later)).toBe(expected);
  });

  test.each([
    ['acknowledge', false, true],
    ['unacknowledge', false, true],
    ['unacknowledge', true, false],
    ['silence', false, false],
    ['extend_silence', false, false],
    ['unsilence', false, false],
    ['comment', false, true],
    ['resolve', false, true],
  ] as const)('%s (clean-up: %s) ends with its alarm: %s', (kind, isCleanUp, expected) => {
    expect(endsWithAlarm({ kind, isCleanUp })).toBe(expected);
  });
});

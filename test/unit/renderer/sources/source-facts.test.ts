import { describe, expect, it } from 'vitest';
import {
  askedPollMs,
  canBePolled,
  isPolling,
  sourceFacts,
  type SourceTimes,
} from '../../../../renderer/features/sources/source-facts.ts';

const now = Date.parse('2026-11-24T04:00:00.000Z');
const at = (seconds: number): string => new Date(now + seconds * 1_000).toISOString();

const times = (change: Partial<SourceTimes>): SourceTimes => ({
  isEnabled: true,
  isStopped: false,
  freshness: 'live',
  intervalMs: 15_000,
  lastAttemptAt: at(-3),
  lastSuccessAt: at(-3),
  nextAttemptAt: at(12),
  tookMs: 12.4,
  ...change,
});

describe('the numbers of a source', () => {
  it('says when it answered, how long that took and what comes next', () => {
    expect(sourceFacts(times({}), now)).toEqual([
      'answered 3 s ago',
      'took 12 ms',
      'next attempt in 12 s',
      'every 15 s',
    ]);
  });

  it('tells a failed attempt from the last answer', () => {
    const failed = times({ freshness: 'unreachable', lastSuccessAt: at(-240), tookMs: 5_000 });
    expect(sourceFacts(failed, now)).toEqual([
      'answered 4 min ago',
      'tried 3 s ago',
      'took 5.0 s',
      'next attempt in 12 s',
      'every 15 s',
    ]);
  });

  it('says of one that never answered that it never did', () => {
    const silent = times({ freshness: 'unreachable', lastSuccessAt: null, tookMs: null });
    expect(sourceFacts(silent, now)[0]).toBe('never answered yet');
    expect(sourceFacts(silent, now)).toContain('tried 3 s ago');
  });

  it('promises no next attempt where there is none', () => {
    const stopped = times({ freshness: 'unauthorized', isStopped: true });
    expect(sourceFacts(stopped, now)).toContain('no next attempt');
    expect(sourceFacts(stopped, now)).not.toContain('every 15 s');
    const paused = sourceFacts(times({ isEnabled: false }), now);
    expect(paused).toContain('not polled');
    expect(paused).not.toContain('every 15 s');
    expect(sourceFacts(times({ nextAttemptAt: null }), now).join()).not.toMatch(/attempt|polling/);
  });

  it('offers no poll to one that cannot be polled as it is configured', () => {
    const wrong = times({ freshness: 'misconfigured', nextAttemptAt: null });
    expect(canBePolled(wrong)).toBe(false);
    expect(sourceFacts(wrong, now)).toContain('not polled');
    expect(canBePolled(times({ freshness: 'misconfigured' }))).toBe(true);
    expect(canBePolled(times({ nextAttemptAt: null }))).toBe(true);
    expect(canBePolled(times({ isEnabled: false }))).toBe(false);
  });

  it('says that it is polled once its time has come', () => {
    expect(sourceFacts(times({ nextAttemptAt: at(-2) }), now)).toContain('polling now');
  });
});

describe('a poll that was asked for', () => {
  it('is waited for until there was another attempt', () => {
    const asked = { before: at(-10), askedAt: now };
    expect(isPolling(asked, at(-10), now + 1_000)).toBe(true);
    expect(isPolling(asked, at(1), now + 1_000)).toBe(false);
    expect(isPolling({ before: null, askedAt: now }, null, now)).toBe(true);
    expect(isPolling(undefined, null, now)).toBe(false);
  });

  it('is not waited for longer than half a minute', () => {
    expect(isPolling({ before: null, askedAt: now }, null, now + askedPollMs)).toBe(false);
  });
});

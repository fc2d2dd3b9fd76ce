import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { compilePolicy } from '../../../main/notifications/policy.ts';
import { reminderStep } from '../../../main/notifications/reminders.ts';
import {
  blindDueAt,
  dueBlindness,
  isBlindAs,
  type Blind,
} from '../../../main/notifications/blindness.ts';
import type { EpisodeId } from '../../../preload/contract/common.ts';
import { liveHealth } from '../../support/alarm-desk.ts';
import { known, minute, start } from '../../support/alarms.ts';
import { testSettings } from '../../support/notification-desk.ts';

const nothingMatches = () => ({ matches: () => false, problems: [] });
const policy = compilePolicy(testSettings(), nothingMatches);
const owed = (sentCount = 0) => ({ episodeId: 1 as EpisodeId, sentCount });

describe('a page that nobody acknowledged', () => {
  const step = (
    change: Partial<Parameters<typeof reminderStep>[1]> = {},
    health: Partial<typeof liveHealth> = {},
    sentCount = 0,
  ) =>
    reminderStep(
      owed(sentCount),
      known(change),
      { ...liveHealth, ...health },
      policy,
      start + 6 * minute,
    );

  test('is repeated, and says how long and how often', () => {
    expect(step({}, {}, 2)).toEqual({
      kind: 'remind',
      reason: 'not acknowledged for 6 min, reminder 3 of 15',
    });
  });

  test('is repeated while its source cannot be read, and says so', () => {
    expect(step({}, { freshness: 'unreachable' })).toMatchObject({
      kind: 'remind',
      reason: expect.stringContaining('last known state'),
    });
  });

  test('waits until its source was asked after a start', () => {
    expect(step({}, { freshness: 'starting' })).toEqual({ kind: 'wait' });
  });

  test.each([
    ['acknowledged', { status: 'acknowledged' as const }],
    ['suppressed', { status: 'suppressed' as const }],
    ['over', { status: 'resolved' as const, episodeId: null }],
    ['firing again in another episode', { episodeId: 2 as EpisodeId }],
  ])('ends without a word when it is %s', (_promise, change) => {
    expect(step(change)).toEqual({ kind: 'stop', reason: null });
  });

  test('ends with a word when it is no page any more, its source is paused, or it is enough', () => {
    expect(step({ severity: 'warning' })).toMatchObject({
      kind: 'stop',
      reason: expect.any(String),
    });
    expect(step({}, { isEnabled: false })).toMatchObject({
      kind: 'stop',
      reason: expect.any(String),
    });
    expect(step({}, {}, 15)).toMatchObject({ kind: 'stop', reason: expect.any(String) });
  });

  test('is repeated exactly as often as the settings say', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (atMost) => {
        const limited = compilePolicy(testSettings({ repeatPageAtMost: atMost }), nothingMatches);
        let sent = 0;
        while (reminderStep(owed(sent), known(), liveHealth, limited, start).kind === 'remind') {
          sent += 1;
        }
        expect(sent).toBe(atMost);
      }),
    );
  });
});

describe('blindness', () => {
  const blind = (since: number, step: Blind['step'] = 'none'): Blind => ({
    name: 'prod',
    reason: 'refused',
    since,
    step,
    wasTold: false,
  });

  test('a source that was not asked yet is not blind', () => {
    expect(isBlindAs('starting')).toBe(false);
    expect(isBlindAs('live')).toBe(false);
    expect(isBlindAs('stale')).toBe(true);
    expect(isBlindAs('unauthorized')).toBe(true);
  });

  test.each([
    [29_999, [], []],
    [30_000, ['a'], []],
    [119_999, ['a'], []],
    [120_000, [], ['a']],
  ])('after %d ms', (age, notice, page) => {
    expect(dueBlindness(new Map([['a', blind(0)]]), age)).toEqual({ notice, page });
  });

  test('sources that went blind together are one page', () => {
    const blinds = new Map([
      ['a', blind(0, 'notice')],
      ['b', blind(50_000, 'notice')],
      ['c', blind(100_000)],
      ['d', blind(0, 'page')],
    ]);
    expect(dueBlindness(blinds, 120_000)).toEqual({ notice: [], page: ['a', 'b'] });
  });

  test('whatever happens, each is told as a page exactly once, and the next look is never too late', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300_000 }), { minLength: 1 }), (sinces) => {
        const blinds = new Map(sinces.map((since, index) => [index, blind(since)]));
        const pages: number[] = [];
        for (let at = blindDueAt(blinds); at !== null; at = blindDueAt(blinds)) {
          const due = dueBlindness(blinds, at);
          expect(due.notice.length + due.page.length).toBeGreaterThan(0);
          for (const id of due.notice) blinds.set(id, { ...blinds.get(id)!, step: 'notice' });
          for (const id of due.page) blinds.set(id, { ...blinds.get(id)!, step: 'page' });
          pages.push(...due.page);
        }
        expect(pages.toSorted((a, b) => a - b)).toEqual(sinces.map((_, index) => index));
      }),
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmId, SourceId } from '../../../../preload/contract/common.ts';
import type { Intent } from '../../../../preload/contract/outbox.ts';
import { outboxLine } from '../../../../renderer/app/outbox-line.ts';
import {
  countsText,
  giveUpText,
  heldBackText,
  intentFacts,
  intentGroups,
  stateWords,
} from '../../../../renderer/features/outbox/intent-words.ts';

const now = Date.parse('2026-11-24T04:00:00.000Z');
const at = (secondsFromNow: number): string => new Date(now + secondsFromNow * 1_000).toISOString();
const states = ['queued', 'sent', 'confirmed', 'failed', 'overtaken'] as const;

const intent = (state: Intent['state'], change: Partial<Intent> = {}): Intent => ({
  id: 'one',
  kind: 'acknowledge',
  state,
  sourceId: 'prod' as SourceId,
  alarmId: 7 as AlarmId,
  title: 'Acknowledge CheckoutDown',
  createdAt: at(-120),
  changedAt: at(-30),
  attempts: 0,
  nextAttemptAt: null,
  error: null,
  ...change,
});

const live = { isEnabled: true, freshness: 'live' } as const;

describe('the state of an intent', () => {
  it('is green only when the source agreed', () => {
    expect(states.filter((state) => stateWords[state].outcome === 'ok')).toEqual(['confirmed']);
  });

  it('has a word of its own in each state', () => {
    expect(new Set(states.map((state) => stateWords[state].word)).size).toBe(states.length);
  });
});

describe('groups', () => {
  it('puts what needs a person first', () => {
    const all = states.map((state) => intent(state, { id: state }));
    expect(
      intentGroups(all).map(({ title, intents }) => [title, intents.map(({ id }) => id)]),
    ).toEqual([
      ['Needs you', ['failed']],
      ['Under way', ['queued', 'sent']],
      ['Settled', ['confirmed', 'overtaken']],
    ]);
  });

  it('shows every intent once, in the order it came', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...states)), (some) => {
        const all = some.map((state, index) => intent(state, { id: String(index) }));
        const groups = intentGroups(all);
        expect(groups.flatMap(({ intents }) => intents).length).toBe(all.length);
        for (const { intents } of groups) {
          const places = intents.map(({ id }) => Number(id));
          expect(places).toEqual(places.toSorted((a, b) => a - b));
          expect(places).not.toEqual([]);
        }
      }),
    );
  });
});

describe('what is said of an intent', () => {
  it.each([
    [intent('queued'), live, 'asked 2 min ago · not sent yet · tries next'],
    [
      intent('queued', { attempts: 3, nextAttemptAt: at(8) }),
      live,
      'asked 2 min ago · tried 3 times · tries in 8 s',
    ],
    [
      intent('queued', { attempts: 1, nextAttemptAt: at(8) }),
      { ...live, isEnabled: false },
      'asked 2 min ago · tried once · waits until its source is resumed',
    ],
    [
      intent('queued'),
      { ...live, freshness: 'unreachable' as const },
      'asked 2 min ago · not sent yet · waits for its source to answer',
    ],
    [
      intent('sent', { attempts: 1, nextAttemptAt: at(2) }),
      live,
      'sent 30 s ago · not confirmed yet · reads back in 2 s',
    ],
    [intent('failed', { attempts: 4 }), live, 'asked 2 min ago · tried 4 times · gave up 30 s ago'],
    [intent('confirmed'), live, 'the source showed it 30 s ago'],
    [intent('overtaken'), undefined, 'ended 30 s ago'],
  ])('%#', (one, source, text) => {
    expect(intentFacts(one, source, now).join(' · ')).toBe(text);
  });

  it.each([
    [undefined, 'its source is gone'],
    [live, null],
    [{ ...live, freshness: 'unreachable' as const }, null],
    [{ ...live, freshness: 'unauthorized' as const }, 'waits until the login of its source works'],
    [{ ...live, freshness: 'misconfigured' as const }, 'waits until its source is set up right'],
  ])('names what holds it back: %j', (source, text) => {
    expect(heldBackText(source)).toBe(text);
  });

  it('says that nothing was sent only when nothing was', () => {
    expect(giveUpText({ state: 'queued', attempts: 0 })).toContain('never hears of it');
    expect(giveUpText({ state: 'queued', attempts: 1 })).toContain('may have arrived');
    expect(giveUpText({ state: 'failed', attempts: 2 })).toContain('may have arrived');
    expect(giveUpText({ state: 'sent', attempts: 1 })).toContain('took it already');
  });
});

describe('counts', () => {
  it.each([
    [0, 0, 'Everything was confirmed.'],
    [3, 0, '3 under way'],
    [2, 2, '2 failed'],
    [5, 2, '2 failed, 3 under way'],
  ])('%d open, of them %d failed', (open, failed, text) => {
    expect(countsText(open, failed)).toBe(text);
  });

  it.each([
    [null, 'Outbox', ''],
    [{ outboxCount: 0, outboxFailed: 0 }, 'Outbox empty', ''],
    [{ outboxCount: 3, outboxFailed: 0 }, 'Outbox: 3 sending', ''],
    [{ outboxCount: 1, outboxFailed: 1 }, 'Outbox: ', '1 failed'],
    [{ outboxCount: 3, outboxFailed: 1 }, 'Outbox: 2 sending, ', '1 failed'],
  ])('counts what failed once in the bottom bar: %j', (state, text, failedText) => {
    expect(outboxLine(state)).toEqual({ text, failedText });
  });
});

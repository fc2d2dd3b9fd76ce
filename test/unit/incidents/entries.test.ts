import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  collectReminder,
  copiedText,
  entryOfEvent,
  entryOfIntent,
  entryOfStep,
  readNotified,
  readStep,
} from '../../../main/incidents/entries.ts';
import { inReadingOrder, maxShown, shorten } from '../../../main/incidents/reading-order.ts';
import { durationWords, oneLine } from '../../../main/incidents/words.ts';
import type { Entry } from '../../../preload/contract/incidents.ts';
import { instant, minute, start } from '../../support/alarms.ts';

describe('words', () => {
  test.each([
    [0, '0 s'],
    [89_400, '89 s'],
    [90_000, '2 min'],
    [89 * minute, '89 min'],
    [90 * minute, '1 h 30 min'],
    [119.6 * minute, '2 h'],
    [47 * 60 * minute, '47 h'],
    [50 * 60 * minute, '2 d 2 h'],
  ])('%d ms are %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });

  test('one line is one line, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const line = oneLine(text, 50);
        expect(line.length).toBeLessThanOrEqual(51);
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(line.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('texts that are read back', () => {
  const alarm = { title: 'Queue: 3 times over 5', summary: '' };
  const hostile = fc.string({ unit: 'binary', maxLength: 200 });

  test('a step is what it was, whatever it says', () => {
    fc.assert(
      fc.property(
        hostile,
        hostile,
        fc.constantFrom('done', 'did_not_help'),
        (text, title, state) => {
          const entry = entryOfStep({
            at: instant(start),
            number: 3,
            text,
            state,
            runbookTitle: title,
          });
          expect(readStep(entry.text)).toMatchObject({
            number: 3,
            outcome: state === 'done' ? 'done' : 'did not help',
          });
        },
      ),
    );
  });

  test('a copied command comes back from the history of its alarm as it was', () => {
    fc.assert(
      fc.property(hostile, (command) => {
        const event = {
          at: instant(start),
          kind: 'command_copied',
          origin: 'you',
          text: copiedText(2, command),
        };
        expect(entryOfEvent(event, alarm, null)?.code).toBe(command.toWellFormed());
      }),
    );
  });

  test('reminders of one alarm are one line that counts them; another alarm has its own', () => {
    const at = (minutes: number): string => instant(start + minutes * minute);
    const first = collectReminder(at(0), alarm, []);
    if (!('add' in first)) throw new Error('expected a new line');
    const known = { id: 5, at: at(0), text: first.add.text };
    const second = collectReminder(at(2), alarm, [known]);
    expect(second).toEqual({
      id: 5,
      text: 'Page for Queue: 3 times over 5 repeated 2 times over 2 min',
    });
    const third = collectReminder(at(4), alarm, [
      { ...known, text: 'text' in second ? second.text : '' },
    ]);
    expect(third).toMatchObject({
      text: 'Page for Queue: 3 times over 5 repeated 3 times over 4 min',
    });
    expect(collectReminder(at(4), { title: 'Other', summary: '' }, [known])).toHaveProperty('add');
    expect(readNotified('text' in third ? third.text : '')).toBe('repeated');
  });

  test('a late sight of an alarm is said', () => {
    const event = {
      at: instant(start + 5 * minute),
      kind: 'fired',
      origin: 'prod',
      text: 'Fired, high',
    };
    const episode = { startedAt: instant(start), seenAt: event.at };
    expect(entryOfEvent(event, { title: 'Down', summary: 'No pay' }, episode)).toMatchObject({
      at: instant(start),
      text: 'Down fired, high: No pay (seen here 5 min later)',
    });
  });

  test.each([
    ['acknowledge', 'acknowledged', 'Queue: 3 times over 5 acknowledged, confirmed by prod'],
    ['silence', 'silenced', 'Queue: 3 times over 5 silenced, confirmed by prod'],
    ['unsilence', 'silenced', 'Silence ended of Queue: 3 times over 5, confirmed by prod'],
    [
      'extend_silence',
      'silenced',
      'New end for the silence of Queue: 3 times over 5, confirmed by prod',
    ],
    ['resolve', 'decision', 'Queue: 3 times over 5 declared over, confirmed by prod'],
  ] as const)('a confirmed %s is a line of a person', (kind, entryKind, text) => {
    expect(entryOfIntent({ kind, createdAt: instant(start) }, alarm, 'prod')).toEqual({
      at: instant(start),
      kind: entryKind,
      origin: 'you',
      text,
      code: null,
    });
  });

  test('a silence that was changed reads the same live and from the past', () => {
    const at = instant(start);
    const event = { at, kind: 'unsilence_confirmed', origin: 'prod', text: 'whatever' };
    expect(entryOfEvent(event, alarm, null)).toEqual(
      entryOfIntent({ kind: 'unsilence', createdAt: at }, alarm, 'prod'),
    );
  });

  test('what does not belong on a timeline is left out', () => {
    const event = { at: instant(start), kind: 'readable', origin: 'prod', text: 'x' };
    expect(entryOfEvent(event, alarm, null)).toBeNull();
  });
});

const entryAt = (id: number, at: string, kind: Entry['kind'] = 'note'): Entry => ({
  id,
  at,
  kind,
  origin: 'you',
  text: String(id),
  code: null,
});

describe('reading order', () => {
  test('goes by time, then causes first', () => {
    const at = instant(start);
    const entries = [
      entryAt(1, at, 'notified'),
      entryAt(2, at),
      entryAt(3, at, 'alarm_fired'),
      entryAt(4, instant(start - 1)),
    ];
    expect(inReadingOrder(entries).map(({ id }) => id)).toEqual([4, 3, 2, 1]);
  });

  test('a timeline of the greatest length is whole; one more and its middle is named', () => {
    const entries = Array.from({ length: maxShown + 1 }, (_, id) =>
      entryAt(id + 1, instant(start + id)),
    );
    expect(shorten(entries.slice(1))).toHaveLength(maxShown);
    const short = shorten(entries);
    expect(short).toHaveLength(maxShown);
    expect(short.find(({ id }) => id === 0)?.text).toMatch(/^2 entries are left out/);
    expect(short.at(-1)).toEqual(entries.at(-1));
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  describeMatchers,
  matcherProblem,
  silenceWarnings,
  similarSilences,
  type SilenceScene,
} from '../../../main/outbox/silence-rules.ts';
import { matchesAll } from '../../../main/sources/matchers.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import type { Matcher } from '../../../preload/contract/alarms.ts';
import { instant, known, start } from '../../support/alarms.ts';

const actions = { matches: matchesAll };
const is = (name: string, value: string, change: Partial<Matcher> = {}): Matcher => ({
  name,
  value,
  isRegex: false,
  isEqual: true,
  ...change,
});
const alarm = known();
const scene = (change: Partial<SilenceScene> = {}): SilenceScene => ({
  alarm,
  matchers: [is('alertname', 'CheckoutDown')],
  volatileLabels: [],
  matchesNow: [alarm],
  durationMs: 3_600_000,
  blindReason: null,
  ...change,
});

describe('a silence that must not be sent', () => {
  test.each<[promise: string, Matcher[], RegExp | null]>([
    ['one label', [is('alertname', 'A')], null],
    ['no labels', [], /everything/],
    ['an empty value', [is('alertname', '')], /every alarm/],
    ['an empty pattern', [is('alertname', '', { isRegex: true })], /every alarm/],
    ['a pattern for anything', [is('alertname', '.*', { isRegex: true })], /every alarm/],
    ['only what it is not', [is('severity', 'info', { isEqual: false })], /every alarm/],
    [
      'what it is not, within a service',
      [is('severity', 'info', { isEqual: false }), is('service', 'checkout')],
      null,
    ],
    ['a pattern that nobody can read', [is('alertname', '(', { isRegex: true })], /cannot be read/],
    ['a lookahead', [is('alertname', '(?=a)', { isRegex: true })], /cannot be read/],
  ])('%s', (_promise, matchers, expected) => {
    const problem = matcherProblem(matchers, actions);
    expect(problem ?? 'fine').toMatch(expected ?? /^fine$/);
  });

  test('whatever passes spares an alarm that has none of its labels', () => {
    const matcher = fc.record<Matcher>({
      name: fc.constantFrom('a', 'b', '__proto__', 'constructor'),
      value: fc.oneof(fc.constantFrom('', '.*', 'x|', '(', '[^x]*'), fc.string()),
      isRegex: fc.boolean(),
      isEqual: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 4 }), (matchers) => {
        fc.pre(matcherProblem(matchers, actions) === null);
        expect(matchesAll(matchers, { other: 'thing' })).toBe(false);
      }),
    );
  });
});

describe('warnings before a silence', () => {
  const other = known({ id: 2 as AlarmId, service: 'search', severity: 'warning' });
  test.each<[promise: string, Partial<SilenceScene>, RegExp]>([
    [
      'names other services it touches',
      { matchesNow: [alarm, other] },
      /1 alarm of other services: search\.$/,
    ],
    [
      'counts them and cuts the list',
      {
        matchesNow: [alarm, ...['a', 'b', 'c', 'd'].map((service) => ({ ...other, service }))],
      },
      /4 alarms of other services: a, b, c and 1 more/,
    ],
    [
      'says that worse alarms go quiet, too',
      { alarm: known({ severity: 'info' }), matchesNow: [other, alarm] },
      /2 alarms worse than this one, up to critical/,
    ],
    [
      'says that a volatile label stops matching',
      { matchers: [is('pod', 'checkout-1')], volatileLabels: ['pod'] },
      /names pod, which may change/,
    ],
    [
      'says that an empty text matches',
      { matchers: [is('service', 'checkout'), is('cell', 'a|', { isRegex: true })] },
      /pattern for cell also matches an empty text/,
    ],
    ['says that it misses the alarm', { matchesNow: [] }, /does not match this alarm/],
    ['says that it is long', { durationMs: 3 * 86_400_000 }, /lasts 3 days/],
    [
      'says that the list is old',
      { blindReason: 'no answer for 4 min' },
      /last known state: no answer/,
    ],
  ])('%s', (_promise, change, expected) => {
    expect(silenceWarnings(scene(change), actions).join('\n')).toMatch(new RegExp(expected, 'm'));
  });

  test('a narrow, short one of one service needs no warning', () => {
    expect(silenceWarnings(scene(), actions)).toEqual([]);
  });
});

describe('similar silences', () => {
  const silence = (
    id: string,
    matchers: Matcher[],
    state: 'active' | 'pending' | 'expired' = 'active',
  ) => ({
    id,
    matchers,
    createdBy: 'kim',
    comment: 'deploy',
    startsAt: instant(start),
    endsAt: instant(start + 60_000),
    state,
  });
  test('the same one first, then what covers the alarm, then what shares most labels; nothing else', () => {
    const found = similarSilences(
      [
        silence('unrelated', [is('service', 'search')]),
        silence('shares half', [is('alertname', 'CheckoutDown'), is('cell', 'b')]),
        silence('over', [is('alertname', 'CheckoutDown')], 'expired'),
        silence('covers', [is('service', 'check.*', { isRegex: true })]),
        silence('same', [is('alertname', 'CheckoutDown')], 'pending'),
        silence('empty', []),
      ],
      scene(),
      actions,
    );
    expect(found.map(({ id }) => id)).toEqual(['same', 'covers', 'shares half']);
  });
});

test('labels in words stay one short line, whatever they hold', () => {
  const matchers = [
    is('a', 'x\n\u0000y'),
    is('b', '.*', { isRegex: true }),
    is('c', 'z', { isEqual: false }),
    is('d', 'q'.repeat(100_000), { isRegex: true, isEqual: false }),
    ...Array.from({ length: 20 }, (_, index) => is(`l${index}`, 'v')),
  ];
  const text = describeMatchers(matchers);
  expect(text).toMatch(/^a=x y, b=~\.\*, c!=z, d!~q+…, l0=v, /);
  expect(text).toMatch(/ and 16 more$/);
  expect(text.length).toBeLessThan(1_000);
});

import { describe, expect, test } from 'vitest';
import type { SourceId } from '../../../../preload/contract/common.ts';
import type { Silence, SilenceSource } from '../../../../preload/contract/silences.ts';
import { morningAfter } from '../../../../renderer/features/silences/morning.ts';
import {
  countdownText,
  filterSilences,
  hidesText,
  introText,
  laterEnd,
  pendingText,
  sightNotes,
  silenceGroups,
} from '../../../../renderer/features/silences/silence-words.ts';
import { instant, minute, start } from '../../../support/alarms.ts';

const hour = 60 * minute;
const silence = (change: Partial<Silence> = {}): Silence => ({
  sourceId: 'prod' as SourceId,
  sourceName: 'Alertmanager prod',
  id: 's1',
  scope: 'alertname=CheckoutDown',
  matchers: [],
  createdBy: 'Alex',
  comment: 'deploy',
  startsAt: instant(start - hour),
  endsAt: instant(start + hour),
  state: 'active',
  isEndInSleepHours: false,
  isAcknowledgement: false,
  hidesCount: 3,
  last7DaysCount: 12,
  forgotten: null,
  canExtend: true,
  canEnd: true,
  pending: null,
  ...change,
});
const source = (change: Partial<SilenceSource> = {}): SilenceSource => ({
  sourceId: 'prod' as SourceId,
  name: 'prod',
  sight: 'read',
  readAt: instant(start - 12 * minute),
  reason: null,
  omitted: 0,
  ...change,
});
const pending = (change: Partial<NonNullable<Silence['pending']>> = {}) => ({
  intentId: 'i1',
  kind: 'extend_silence' as const,
  state: 'queued' as const,
  endsAt: instant(start + 2 * hour),
  ...change,
});

describe('how well silences are known', () => {
  test.each<[string, SilenceSource, string[]]>([
    ['one that was read needs no words', source(), []],
    [
      'one that cannot be read has a last known list, with its age',
      source({ sight: 'last_known', reason: 'prod does not answer.' }),
      ['The silences of prod are the last known, 12 min old. prod does not answer.'],
    ],
    [
      'one that was never read has unknown ones',
      source({ sight: 'unknown', readAt: null, reason: 'It is being read.' }),
      ['The silences of prod are unknown. It is being read.'],
    ],
    [
      'one that cannot list has unknown ones, too',
      source({ sight: 'not_listed', readAt: null, reason: 'prod does not tell.' }),
      ['The silences of prod are unknown: it cannot list them from here.'],
    ],
    [
      'a flood is cut, and says so',
      source({ omitted: 1_500 }),
      ['prod has 1,500 more silences than are shown here; these are the ones that end first.'],
    ],
  ])('%s', (_promise, one, expected) => {
    expect(sightNotes([one], start).map(({ text }) => text)).toEqual(expected);
  });

  test.each([
    [[silence()], [source()], '1 silence, it hides alarms now'],
    [[silence(), silence({ hidesCount: 0 })], [source()], '2 silences, 1 of them hides alarms now'],
    [[silence(), silence()], [source()], '2 silences, 2 of them hide alarms now'],
    [[silence({ hidesCount: 0 })], [source()], '1 silence, it hides no alarm now'],
    [
      [silence(), silence({ isAcknowledgement: true })],
      [source({ sight: 'unknown' })],
      '1 silence, it hides alarms now, not all is known of 1 source',
    ],
    [[], [source({ sight: 'not_listed' })], 'not all is known of 1 source'],
    [[], [source()], ''],
  ])('sums up %#', (all, sources, expected) => {
    expect(introText(all, sources)).toBe(expected);
  });
});

describe('a silence in words', () => {
  test('what needs a person comes first, acknowledgements last', () => {
    const groups = silenceGroups([
      silence({ id: 'ack', isAcknowledgement: true, forgotten: 'x' }),
      silence({ id: 'plain' }),
      silence({ id: 'later', state: 'pending' }),
      silence({ id: 'old', forgotten: '9 days old and hides nothing now' }),
      silence({ id: 'failed', pending: pending({ state: 'failed' }) }),
      silence({ id: 'asked', state: 'asked' }),
    ]);
    expect(groups.map(({ title, silences }) => [title, silences.map(({ id }) => id)])).toEqual([
      ['Needs a look', ['old', 'failed']],
      ['In force', ['plain']],
      ['Not begun yet', ['later', 'asked']],
      ['Acknowledgements, kept as silences', ['ack']],
    ]);
  });

  test('every word of the filter must be somewhere in it', () => {
    const all = [silence(), silence({ id: 's2', scope: 'downtime of web1', createdBy: 'Kim' })];
    expect(filterSilences(all, ' KIM web1 ').map(({ id }) => id)).toEqual(['s2']);
    expect(filterSilences(all, 'prod')).toHaveLength(2);
    expect(filterSilences(all, 'kim checkout')).toEqual([]);
  });

  test.each([
    [silence(), '1 h'],
    [silence({ endsAt: instant(start) }), 'over'],
    [silence({ state: 'pending', startsAt: instant(start + 5 * minute) }), '5 min'],
  ])('counts down %#', (one, expected) => {
    expect(countdownText(one, start)).toBe(expected);
  });

  test.each([
    [silence(), true, 'hides 3 now'],
    [silence({ hidesCount: 0 }), true, 'hides nothing now'],
    [silence({ state: 'pending', hidesCount: 1_200 }), true, 'would hide 1,200 now'],
    [silence(), false, 'hid 3 when last seen'],
    [silence({ hidesCount: 0 }), false, 'nobody can see what it hides'],
  ])('says what it hides %#', (one, isSeen, expected) => {
    expect(hidesText(one, isSeen)).toBe(expected);
  });

  test.each([
    [null, null],
    [pending(), 'moving its end…'],
    [pending({ kind: 'unsilence', endsAt: null }), 'ending…'],
    [pending({ kind: 'unsilence', state: 'failed' }), 'ending failed, see the outbox'],
  ])('says what is under way %#', (one, expected) => {
    expect(pendingText(one)).toBe(expected);
  });

  test.each([
    ['from its end', silence(), start + 2 * hour],
    ['from the end that was asked for', silence({ pending: pending() }), start + 3 * hour],
    [
      'from its end when the other one was refused',
      silence({ pending: pending({ state: 'failed' }) }),
      start + 2 * hour,
    ],
    ['from now when it is over', silence({ endsAt: instant(start - hour) }), start + hour],
  ])('one hour more counts %s', (_from, one, expected) => {
    expect(laterEnd(one, hour, start)).toBe(instant(expected));
  });
});

describe('the morning', () => {
  const night = { from: '22:00', to: '08:00' };
  test.each([
    ['at night', '2026-11-24T04:00:00.000Z', '2026-11-24T07:00:00.000Z'],
    ['in the evening', '2026-11-24T20:00:00.000Z', '2026-11-25T07:00:00.000Z'],
    ['in the moment itself', '2026-11-24T07:00:00.000Z', '2026-11-25T07:00:00.000Z'],
    ['over a change of clocks', '2026-03-28T22:00:00.000Z', '2026-03-29T06:00:00.000Z'],
  ])('%s is the next one', (_when, now, expected) => {
    expect(morningAfter(night, Date.parse(now), 'Europe/Berlin')).toBe(expected);
  });

  test('does not exist for who has no sleep hours', () => {
    expect(morningAfter(null, start, '')).toBeNull();
    expect(morningAfter({ from: '08:00', to: '08:00' }, start, '')).toBeNull();
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmId } from '../../../../preload/contract/common.ts';
import { fourAmOffer, placeOfShown } from '../../../../renderer/features/four-am/night.ts';
import { nightOf } from '../../../../renderer/ui/nights.ts';

const sleep = { from: '22:00', to: '08:00' };
const at = (text: string): number => Date.parse(text);

describe('which night it is', () => {
  it.each([
    ['2026-11-24T21:59:59Z', null],
    ['2026-11-24T22:00:00Z', '2026-11-24'],
    ['2026-11-24T23:59:59Z', '2026-11-24'],
    ['2026-11-25T00:00:00Z', '2026-11-24'],
    ['2026-11-25T04:07:00Z', '2026-11-24'],
    ['2026-11-25T07:59:59Z', '2026-11-24'],
    ['2026-11-25T08:00:00Z', null],
    ['2026-01-01T01:00:00Z', '2025-12-31'],
    ['2028-03-01T01:00:00Z', '2028-02-29'],
  ])('at %s it is %s', (text, night) => expect(nightOf(sleep, 'UTC', at(text))).toBe(night));

  it('goes by the clock of the person, not of the machine', () => {
    expect(nightOf(sleep, 'Europe/Berlin', at('2026-11-24T21:30:00Z'))).toBe('2026-11-24');
    expect(nightOf(sleep, 'America/New_York', at('2026-11-24T21:30:00Z'))).toBeNull();
  });

  it('is one and the same night while clocks change', () => {
    // Berlin sets its clocks back at 01:00 UTC on 25 October 2026 and forward on 29 March.
    for (const text of ['2026-10-24T21:00:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']) {
      expect(nightOf(sleep, 'Europe/Berlin', at(text))).toBe('2026-10-24');
    }
    for (const text of ['2026-03-28T22:00:00Z', '2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z']) {
      expect(nightOf(sleep, 'Europe/Berlin', at(text))).toBe('2026-03-28');
    }
  });

  it('can lie within one day, for those who work at night', () => {
    const day = { from: '09:00', to: '17:00' };
    expect(nightOf(day, 'UTC', at('2026-11-24T12:00:00Z'))).toBe('2026-11-24');
    expect(nightOf(day, 'UTC', at('2026-11-24T17:00:00Z'))).toBeNull();
  });

  it('is never there without hours, or with an empty window', () => {
    expect(nightOf(null, 'UTC', at('2026-11-24T04:00:00Z'))).toBeNull();
    expect(nightOf({ from: '04:00', to: '04:00' }, 'UTC', at('2026-11-24T04:00:00Z'))).toBeNull();
  });

  it('has one name from its beginning to its end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }),
        fc.integer({ min: 0, max: 3_600_000 }),
        (ms, later) => {
          const [a, b] = [
            nightOf(sleep, 'Europe/Berlin', ms),
            nightOf(sleep, 'Europe/Berlin', ms + later),
          ];
          expect(a === null || b === null ? a : b).toBe(a);
        },
      ),
    );
  });
});

describe('the offer', () => {
  const settings = {
    sleepHours: sleep,
    timeZone: 'UTC',
    classBySeverity: { critical: 'page', high: 'page', warning: 'notice', info: 'none' },
    isFourAmDefault: false,
  } as const;
  const fires = (severity: 'critical' | 'warning') => ({ worst: { severity, count: 2 } });
  const now = at('2026-11-25T04:07:00Z');

  it('is made at night while something fires that may wake a person', () => {
    expect(fourAmOffer({ state: fires('critical'), settings, now, dismissedNight: null })).toEqual({
      night: '2026-11-24',
      severity: 'critical',
      count: 2,
      isDefault: false,
    });
  });

  it.each([
    ['by day', { now: at('2026-11-25T12:00:00Z') }],
    ['for what may not wake anyone', { state: fires('warning') }],
    ['while nothing fires', { state: { worst: null } }],
    ['before the desk is known', { state: null }],
    ['before the settings are known', { settings: undefined }],
    ['again in a night in which it was refused', { dismissedNight: '2026-11-24' }],
  ])('is not made %s', (_name, change) => {
    const input = { state: fires('critical'), settings, now, dismissedNight: null, ...change };
    expect(fourAmOffer(input)).toBeNull();
  });

  it('is made again the night after it was refused', () => {
    const input = { state: fires('critical'), settings, now, dismissedNight: '2026-11-23' };
    expect(fourAmOffer(input)).not.toBeNull();
  });
});

describe('where a clicked notification leads', () => {
  const alarm = { id: 7 as AlarmId, severity: 'critical' } as const;
  const night = {
    alarm,
    path: '/',
    settings: {
      sleepHours: sleep,
      timeZone: 'UTC',
      classBySeverity: { critical: 'page', high: 'page', warning: 'notice', info: 'none' },
    },
    now: at('2026-11-25T04:00:00Z'),
    dismissedNight: null,
  } as const;

  it.each([
    ['a page of the night to 4 AM mode', {}, '/four-am/7'],
    ['a page of the day to the list', { now: at('2026-11-25T12:00:00Z') }, '/alarm/7'],
    ['a notice to the list', { alarm: { ...alarm, severity: 'warning' } }, '/alarm/7'],
    ['to the list for who refused tonight', { dismissedNight: '2026-11-24' }, '/alarm/7'],
    ['to 4 AM mode for who refused last night', { dismissedNight: '2026-11-23' }, '/four-am/7'],
    [
      'nobody out of 4 AM mode',
      { path: '/four-am/3', now: at('2026-11-25T12:00:00Z'), dismissedNight: '2026-11-24' },
      '/four-am/7',
    ],
  ] as const)('%s', (_what, change, place) => {
    expect(placeOfShown({ ...night, ...change })).toBe(place);
  });
});

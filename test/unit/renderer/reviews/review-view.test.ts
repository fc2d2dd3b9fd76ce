import { describe, expect, test } from 'vitest';
import {
  addDays,
  blindText,
  comparedText,
  isDay,
  otherPagesText,
  shiftChart,
  weekText,
} from '../../../../renderer/features/reviews/review-view.ts';

const hourMs = 3_600_000;
const monday = Date.parse('2026-11-22T23:00:00.000Z');
const shift = (index: number, pages: number) => ({
  from: new Date(monday + index * 12 * hourMs).toISOString(),
  to: new Date(monday + (index + 1) * 12 * hourMs).toISOString(),
  pages,
  isOverBar: pages > 2,
});
const options = { now: monday + 30 * hourMs, zone: 'Europe/Berlin' };

describe('the shifts of a week', () => {
  test('say in words what the bars show', () => {
    const { bars, overCount } = shiftChart(
      { bar: 2, shifts: [shift(0, 3), shift(1, 1), shift(2, 0)] },
      options,
    );
    expect(bars.map(({ text }) => text)).toEqual([
      'Mon 00:00 to 12:00: 3 pages, over the bar',
      'Mon 12:00 to 00:00: one page',
      'Tue 00:00 to 12:00: 0 pages, still running',
    ]);
    expect(bars.map(({ day }) => day)).toEqual(['Mon', '', 'Tue']);
    expect(overCount).toBe(1);
  });

  test('a quiet week does not look like a loud one', () => {
    const quiet = shiftChart({ bar: 2, shifts: [shift(0, 1)] }, options);
    expect(quiet.bars[0]?.height).toBe(0.25);
    expect(quiet.line).toBe(0.5);
    const loud = shiftChart({ bar: 2, shifts: [shift(0, 40), shift(1, 1)] }, options);
    expect(loud.bars[0]?.height).toBe(1);
    expect(loud.line).toBe(0.05);
  });

  test('exactly the bar is not over it', () => {
    const { bars, line } = shiftChart({ bar: 2, shifts: [shift(0, 2)] }, options);
    expect(bars[0]?.isOverBar).toBe(false);
    expect(bars[0]?.height).toBe(line);
  });
});

describe('the words of a review', () => {
  test.each([
    [0, 0, 'none the week before either'],
    [4, 4, 'as many the week before'],
    [12, 9, '3 more than the week before (9)'],
    [0, 9, '9 fewer than the week before (9)'],
  ])('%i against %i: %s', (now, before, text) => {
    expect(comparedText(now, before)).toBe(text);
  });

  test.each([
    [3, [1, 0], '2 pages more: for several alarms at once, or for none of these.'],
    [2, [1], 'one page more: for several alarms at once, or for none of these.'],
    [1, [], 'one page more: for several alarms at once, or for none of these.'],
    [3, [2, 1], null],
    [0, [], null],
  ])('%i pages, of alarms with %j: %s', (pages, perAlarm, text) => {
    const frequent = perAlarm.map((of, index) => ({
      title: `alarm ${index}`,
      episodes: 1,
      pages: of,
      hasRunbook: true,
    }));
    expect(otherPagesText({ pages, frequent })).toBe(text);
  });

  test('name the week, over the end of a year', () => {
    expect(weekText('2026-12-28')).toBe('28 December to 3 January 2027');
    expect(addDays('2026-12-28', 7)).toBe('2027-01-04');
    expect(addDays('2026-03-30', -7)).toBe('2026-03-23');
  });

  test.each([
    ['2026-11-24', true],
    ['2026-02-30', false],
    ['24.11.2026', false],
    ['', false],
    ['2026-11-24T00:00', false],
  ])('%j is a day: %s', (text, isOne) => {
    expect(isDay(text)).toBe(isOne);
  });

  test('blindness is a share of what has passed of the week', () => {
    const week = { from: shift(0, 0).from, to: shift(13, 0).to };
    const after = monday + 14 * 12 * hourMs;
    expect(blindText(2 * hourMs, week, monday + 20 * hourMs)).toBe('2 h, 10 % of the time');
    expect(blindText(2 * hourMs, week, after + hourMs)).toBe('2 h, 1 % of the time');
    expect(blindText(60_000, week, after)).toBe('1 min, less than 1 % of the time');
  });
});

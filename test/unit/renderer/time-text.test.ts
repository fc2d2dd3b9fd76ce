import { describe, expect, it } from 'vitest';
import {
  ageText,
  clockText,
  daysAgoText,
  durationText,
  momentText,
  zoneText,
} from '../../../renderer/ui/time-text.ts';

const now = Date.parse('2026-11-24T04:07:31.000Z');
const minute = 60_000;

describe('times in words', () => {
  it.each([
    [-5_000, '0 s'],
    [59_999, '59 s'],
    [minute, '1 min'],
    [59 * minute, '59 min'],
    [60 * minute, '1 h'],
    [47 * 60 * minute, '47 h'],
    [48 * 60 * minute, '2 d'],
  ])('says an age of %d ms as %s', (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });

  it.each([
    [40_000, '40 s'],
    [5 * minute, '5 min'],
    [60 * minute, '1 h'],
    [72 * minute, '1 h 12 min'],
    [51 * 60 * minute, '2 d 3 h'],
  ])('says a duration of %d ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it.each([
    ['2026-11-24T04:01:12.000Z', '04:01'],
    ['2026-11-21T22:14:00.000Z', 'Sat 22:14'],
    ['2026-11-12T04:07:00.000Z', '12 Nov 04:07'],
    ['2025-11-12T04:07:00.000Z', '12 Nov 2025 04:07'],
    ['not a time', '?'],
  ])('says the moment %s as %s', (at, text) => {
    expect(momentText(at, now, 'UTC')).toBe(text);
  });

  it("uses the person's own zone, and the system's when theirs is none", () => {
    expect(clockText(now, 'Europe/Berlin')).toBe('05:07');
    expect(clockText(now, 'UTC', true)).toBe('04:07:31');
    expect(zoneText('America/New_York')).toBe('New York');
    expect(clockText(now, 'Moon/Base')).toBe(clockText(now));
  });

  it.each([
    ['2026-11-24', 'today'],
    ['2026-11-23', 'yesterday'],
    ['2026-11-19', '5 days ago'],
    ['2026-11-03', '3 weeks ago'],
    ['2026-03-24', '8 months ago'],
    ['2027-01-01', null],
    ['last spring', null],
    ['2026-99-99', null],
  ])('says the day %s as %s', (day, text) => {
    expect(daysAgoText(day, now)).toBe(text);
  });
});

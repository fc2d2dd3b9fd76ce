/** The review of a week as it is drawn. Pure. */
import type { Review } from '../../../preload/contract/reviews.ts';
import { durationText } from '../../ui/time-text.ts';
import { wallDay, wallTime } from '../../ui/zoned-time.ts';

const dayMs = 86_400_000;

/** `day` moved by so many days: calendar days know no time zone. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

/** Whether a text from the address is a day that a review can be asked for. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);

const longDay = (day: string, hasYear: boolean): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    ...(hasYear ? { year: 'numeric' } : {}),
  });

/** `23 November to 29 November 2026`. */
export const weekText = (weekOf: string): string =>
  `${longDay(weekOf, false)} to ${longDay(addDays(weekOf, 6), true)}`;

/** `3 more than the week before`, `as many as the week before`. */
export function comparedText(now: number, before: number): string {
  if (now === before) return now === 0 ? 'none the week before either' : 'as many the week before';
  const difference = Math.abs(now - before);
  return `${difference} ${now > before ? 'more' : 'fewer'} than the week before (${before})`;
}

export interface ShiftBar {
  readonly key: string;
  /** `Mon`; empty for the second shift of a day. */
  readonly day: string;
  /** `00`, `12`: when it begins. */
  readonly hour: string;
  readonly pages: number;
  readonly isOverBar: boolean;
  /** Not over yet. */
  readonly isRunning: boolean;
  /** Of the drawing's height, 0 to 1. */
  readonly height: number;
  /** In words: `Mon 00:00 to 12:00: 3 pages, over the bar`. */
  readonly text: string;
}

export interface ShiftChart {
  readonly bars: readonly ShiftBar[];
  /** Where the line of the bar is drawn, 0 to 1. */
  readonly line: number;
  readonly overCount: number;
}

const weekday = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { timeZone: 'UTC', weekday: 'short' });

export const pagesText = (count: number): string => (count === 1 ? 'one page' : `${count} pages`);

/** The scale always holds the bar with some air, so that a quiet week does not look like a loud one. */
export function shiftChart(
  review: Pick<Review, 'shifts' | 'bar'>,
  options: { readonly now: number; readonly zone: string },
): ShiftChart {
  const { zone, now } = options;
  const most = Math.max(review.bar * 2, ...review.shifts.map(({ pages }) => pages));
  let lastDay = '';
  const bars = review.shifts.map((shift): ShiftBar => {
    const local = wallDay(shift.from, zone);
    const from = wallTime(shift.from, zone).slice(11);
    const to = wallTime(shift.to, zone).slice(11);
    const day = local === lastDay ? '' : weekday(local);
    lastDay = local;
    const isRunning = Date.parse(shift.to) > now;
    const over = shift.isOverBar ? ', over the bar' : '';
    return {
      key: shift.from,
      day,
      hour: from.slice(0, 2),
      pages: shift.pages,
      isOverBar: shift.isOverBar,
      isRunning,
      height: most === 0 ? 0 : shift.pages / most,
      text: `${weekday(local)} ${from} to ${to}: ${pagesText(shift.pages)}${over}${isRunning ? ', still running' : ''}`,
    };
  });
  return {
    bars,
    line: most === 0 ? 0 : review.bar / most,
    overCount: bars.filter(({ isOverBar }) => isOverBar).length,
  };
}

/** Said instead of a row of zeros. */
export const isEmptyReview = (review: Review): boolean =>
  review.pages === 0 &&
  review.notices === 0 &&
  review.frequent.length === 0 &&
  review.incidents.length === 0 &&
  review.blind.length === 0;

/** `2 h 4 min, 1 % of the time`, of the part of the week that has passed. */
export function blindText(
  durationMs: number,
  review: Pick<Review, 'from' | 'to'>,
  now: number,
): string {
  const passed = Math.min(Date.parse(review.to), now) - Date.parse(review.from);
  const share = passed <= 0 ? 0 : (durationMs / passed) * 100;
  const percent = share < 1 ? 'less than 1' : String(Math.round(Math.min(share, 100)));
  return `${durationText(durationMs)}, ${percent} % of the time`;
}

/** Pages that the most frequent alarms do not account for, so that nobody adds up and doubts the count; null: none. */
export function otherPagesText({
  pages,
  frequent,
}: Pick<Review, 'pages' | 'frequent'>): string | null {
  const others = pages - frequent.reduce((sum, alarm) => sum + alarm.pages, 0);
  if (others <= 0) return null;
  return `${pagesText(others)} more: for several alarms at once, or for none of these.`;
}

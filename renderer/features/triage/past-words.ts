/** The past of an alarm in words and bars. Pure. */
import type { AlarmPast } from '../../../preload/contract/alarms.ts';
import { countText } from '../../ui/count-text.ts';
import { durationText, momentText } from '../../ui/time-text.ts';

/** Empty the first time. "Fired 12 times since 3 Nov 04:10, usually for 4 min, at most 2 h." */
export function pastText(past: AlarmPast, now: number, zone: string): string {
  if (past.timesFired < 2 || past.firstAt === null) return '';
  const since = momentText(Date.parse(past.firstAt), now, zone);
  const times = `Fired ${countText(past.timesFired)} times since ${since}`;
  if (past.usualMs === null) return `${times}.`;
  const usual = `${times}, usually for ${durationText(past.usualMs)}`;
  return past.longestMs === null || past.longestMs < 2 * past.usualMs
    ? `${usual}.`
    : `${usual}, at most ${durationText(past.longestMs)}.`;
}

export interface HourBar {
  readonly hour: number;
  readonly count: number;
  /** Of the fullest hour: 0 to 1. */
  readonly share: number;
}

/** None while there are too few to see a pattern in. */
export function hourBars({ byHour }: AlarmPast): readonly HourBar[] {
  const total = byHour.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...byHour);
  if (total < 4) return [];
  return byHour.map((count, hour) => ({ hour, count, share: count / most }));
}

const twoDigits = (hour: number): string => String(hour % 24).padStart(2, '0');

/** For those who do not see bars: "Mostly 03-04 (5 of 9)". */
export function hoursText({ byHour }: AlarmPast): string {
  const total = byHour.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...byHour);
  const hour = byHour.indexOf(most);
  return `Most often between ${twoDigits(hour)}:00 and ${twoDigits(hour + 1)}:00: ${most} of ${total}`;
}

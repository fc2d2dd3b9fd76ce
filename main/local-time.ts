/** The person's own calendar, from `Intl`: days, when they begin, hours of the day. Pure; right when clocks change. */
import type { Day } from '../preload/contract/common.ts';
import type { Hours } from '../preload/contract/settings.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** A name that no system knows falls back to this computer's zone, like the empty one. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const make = (zone: string | undefined): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      ...(zone === undefined ? {} : { timeZone: zone }),
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  let format: Intl.DateTimeFormat;
  try {
    format = make(timeZone === '' ? undefined : timeZone);
  } catch {
    format = make(undefined);
  }
  formats.set(timeZone, format);
  return format;
}

export interface LocalTime {
  readonly day: Day;
  /** Minutes since midnight by the wall clock. */
  readonly minutes: number;
}

export function localTime(ms: number, timeZone: string): LocalTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '0';
  return {
    day: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
    minutes: Number(part('hour')) * 60 + Number(part('minute')),
  };
}

export const localDay = (ms: number, timeZone: string): Day => localTime(ms, timeZone).day;

/** The zone that is meant, by name. */
export const zoneName = (timeZone: string): string => formatOf(timeZone).resolvedOptions().timeZone;

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** The first moment at which the wall clock shows this day and at least this time; a time that is skipped is not waited for. */
export function startOf(day: Day, minutes: number, timeZone: string): number {
  const isReached = (ms: number): boolean => {
    const local = localTime(ms, timeZone);
    return local.day > day || (local.day === day && local.minutes >= minutes);
  };
  // No zone is further from UTC than 15 hours.
  const guess = Date.parse(`${day}T00:00:00Z`) + minutes * minuteMs;
  let before = guess - 16 * hourMs;
  let after = guess + 16 * hourMs;
  while (after - before > minuteMs) {
    const middle = before + Math.floor((after - before) / 2 / minuteMs) * minuteMs;
    if (isReached(middle)) after = middle;
    else before = middle;
  }
  return after;
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 24 * hourMs).toISOString().slice(0, 10);
}

const minutesOf = (timeOfDay: string): number =>
  Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));

/**
 * By the wall clock, so a night with a clock change is an hour shorter or longer. `from` belongs to the window, `to` does
 * not; a window over midnight has `from` after `to`; equal ones are an empty window.
 */
export function isWithinHours(hours: Hours | null, timeZone: string, atMs: number): boolean {
  if (hours === null) return false;
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  const { minutes } = localTime(atMs, timeZone);
  return from <= to ? from <= minutes && minutes < to : from <= minutes || minutes < to;
}

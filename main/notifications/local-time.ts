/** Whether it is within certain hours of the day where the person is. Pure: the instant comes in. */
import type { Hours } from '../../preload/contract/settings.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Empty: the system's zone. So is a name that this computer does not know: hours at the wrong place beat no answer. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    try {
      format = new Intl.DateTimeFormat('en-GB', {
        ...options,
        ...(timeZone === '' ? {} : { timeZone }),
      });
    } catch {
      format = new Intl.DateTimeFormat('en-GB', options);
    }
    formats.set(timeZone, format);
  }
  return format;
}

/** The wall clock there, `04:05`. */
export const localTime = (atMs: number, timeZone: string): string =>
  formatFor(timeZone).format(atMs);

/**
 * By the wall clock, so a night with a clock change is an hour shorter or longer. `from` belongs to the window, `to` does
 * not; a window over midnight has `from` after `to`; equal ones are an empty window.
 */
export function isWithinHours(hours: Hours | null, timeZone: string, atMs: number): boolean {
  if (hours === null) return false;
  const time = localTime(atMs, timeZone);
  return hours.from <= hours.to
    ? hours.from <= time && time < hours.to
    : hours.from <= time || time < hours.to;
}

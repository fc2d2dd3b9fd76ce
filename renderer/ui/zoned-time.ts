/** A moment as the clock on the wall shows it, for fields in which a person types a time; and back. Pure. */
import { knownZone } from './time-text.ts';

const minuteMs = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();
function wallFormat(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (found === undefined) {
    const timeZone = knownZone(zone);
    found = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    formats.set(zone, found);
  }
  return found;
}

/** `2026-11-24T04:07`, as `datetime-local` wants it; empty for what is no moment. */
export function wallTime(when: number | string, zone: string): string {
  const date = new Date(when);
  if (Number.isNaN(date.getTime())) return '';
  const parts = new Map(
    wallFormat(zone)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '00';
  const year = part('year').padStart(4, '0');
  return `${year}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The calendar day in this zone: `2026-11-24`. */
export const wallDay = (when: number | string, zone: string): string =>
  wallTime(when, zone).slice(0, 10);

const asUtc = (text: string): number => Date.parse(`${text}:00Z`);

/**
 * The moment at which the clock shows this text: the earlier one where it shows it twice, the one after the jump where
 * it never shows it. Null for what is no time.
 */
export function instantOfWallTime(text: string, zone: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const wanted = asUtc(text.slice(0, 16));
  if (Number.isNaN(wanted)) return null;
  const offsetAt = (ms: number): number =>
    asUtc(wallTime(ms, zone)) - Math.floor(ms / minuteMs) * minuteMs;
  // Offsets a day before and after hold both sides of a change of clocks.
  const dayMs = 86_400_000;
  const candidates = [wanted - offsetAt(wanted - dayMs), wanted - offsetAt(wanted + dayMs)].sort(
    (a, b) => a - b,
  );
  const shown = candidates.find((ms) => asUtc(wallTime(ms, zone)) === wanted);
  return new Date(shown ?? candidates[1] ?? wanted).toISOString();
}

/** Times as people say them. Pure: the time comes in, so does the zone. */
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `8 s`, `6 min`, `2 h`, `3 d`: one unit, rounded down, as an age in a list. */
export function ageText(ms: number): string {
  const age = Math.max(0, ms);
  if (age < minute) return `${Math.floor(age / second)} s`;
  if (age < hour) return `${Math.floor(age / minute)} min`;
  if (age < 2 * day) return `${Math.floor(age / hour)} h`;
  return `${Math.floor(age / day)} d`;
}

/** `40 s`, `5 min`, `1 h 12 min`, `2 d 3 h`: two units, for a duration that somebody will quote. */
export function durationText(ms: number): string {
  const length = Math.max(0, ms);
  if (length < minute) return `${Math.floor(length / second)} s`;
  if (length < hour) return `${Math.floor(length / minute)} min`;
  const pair = (big: number, bigUnit: string, small: number, smallUnit: string): string => {
    const rest = Math.floor((length % big) / small);
    const whole = `${Math.floor(length / big)} ${bigUnit}`;
    return rest === 0 ? whole : `${whole} ${rest} ${smallUnit}`;
  };
  return length < day ? pair(hour, 'h', minute, 'min') : pair(day, 'd', hour, 'h');
}

/** `today`, `5 days ago`, `3 weeks ago`, `8 months ago`, for a calendar day; null when the text is none. */
export function daysAgoText(day: string, now: number): string | null {
  if (!/^\d{4}-\d\d-\d\d/.test(day) || Number.isNaN(Date.parse(day.slice(0, 10)))) return null;
  const days = Math.floor((now - Date.parse(day.slice(0, 10))) / 86_400_000);
  if (days < 0) return null;
  if (days < 2) return days === 0 ? 'today' : 'yesterday';
  if (days < 14) return `${days} days ago`;
  return days < 70 ? `${Math.floor(days / 7)} weeks ago` : `${Math.floor(days / 30.4)} months ago`;
}

/** Whatever zone a person entered; the system's when there is none or it is not one. */
export function knownZone(zone: string): string | undefined {
  if (zone === '') return undefined;
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}|${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (found === undefined) {
    const timeZone = knownZone(zone);
    found = new Intl.DateTimeFormat('en-GB', {
      hourCycle: 'h23',
      ...options,
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    formats.set(key, found);
  }
  return found;
}

type When = number | string;
const toDate = (when: When): Date | null => {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? null : date;
};

/** `04:07`, or with seconds `04:07:31`. */
export function clockText(when: When, zone = '', hasSeconds = false): string {
  const date = toDate(when);
  if (date === null) return '?';
  return format(zone, {
    hour: '2-digit',
    minute: '2-digit',
    ...(hasSeconds ? { second: '2-digit' } : {}),
  }).format(date);
}

const dayText = (date: Date, zone: string): string =>
  format(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(date);

/** The clock for today, `Thu 22:14` within a week, `12 Nov 04:07` before, with the year when it is another one. */
export function momentText(when: When, now: number, zone = '', hasSeconds = false): string {
  const date = toDate(when);
  if (date === null) return '?';
  const clock = clockText(when, zone, hasSeconds);
  const today = new Date(now);
  if (dayText(date, zone) === dayText(today, zone)) return clock;
  const distance = Math.abs(now - date.getTime());
  if (distance < 6 * day) return `${format(zone, { weekday: 'short' }).format(date)} ${clock}`;
  const isThisYear =
    format(zone, { year: 'numeric' }).format(date) ===
    format(zone, { year: 'numeric' }).format(today);
  const date2 = format(zone, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(date);
  return `${date2} ${clock}`;
}

/** `Berlin` for `Europe/Berlin`; the system's zone when none is set. */
export function zoneText(zone: string): string {
  const name = knownZone(zone) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (name.split('/').at(-1) ?? name).replaceAll('_', ' ');
}

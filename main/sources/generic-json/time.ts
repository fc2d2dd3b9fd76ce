/** The instant of whatever an upstream writes for one. Pure. */

/** Without a zone it means UTC: the zone of this computer would make another alarm of it after a flight. */
const zoneless = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/** Milliseconds since the epoch; null for what is no time, and for zero, which means unset. */
export function timeOf(text: string): number | null {
  const trimmed = text.trim();
  let ms: number;
  if (/^\d+(\.\d+)?$/.test(trimmed)) {
    const number = Number(trimmed);
    // Seconds, milliseconds, microseconds, nanoseconds: they lie far enough apart.
    ms =
      number < 1e11
        ? number * 1_000
        : number < 1e14
          ? number
          : number / (number < 1e17 ? 1e3 : 1e6);
  } else ms = Date.parse(zoneless.test(trimmed) ? `${trimmed.replace(' ', 'T')}Z` : trimmed);
  return Number.isFinite(ms) && ms > 0 && ms <= 8.64e15 ? ms : null;
}

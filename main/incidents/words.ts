/** How texts from outside and durations are written on a timeline and in what is made of it. Pure. */

/** Characters that end a line, hide, or turn the direction of what follows. */
const controls = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\s]+/gu;

/** One line without control characters, cut where it gets long. */
export function oneLine(text: string, length = 300): string {
  // What will be cut anyway is not looked at: a label may hold megabytes.
  const line = text
    .slice(0, length * 4)
    .toWellFormed()
    .replace(controls, ' ')
    .trim();
  return line.length <= length ? line : `${line.slice(0, length).toWellFormed()}…`;
}

/** `40 s`, `5 min`, `1 h 10 min`, `3 d 2 h`. */
export function durationWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0
    ? `${Math.floor(hours / 24)} d`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export const countWords = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `one ${one}` : `${count} ${many}`;

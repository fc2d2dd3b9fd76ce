/** Text from alarms made safe to hand to a notification daemon: plain, short, in reading order. Pure. */

/** Direction overrides and what is invisible: they can make a text say something else. */
const invisible = /\p{Cf}/gu;
const control = /(?!\n)\p{Cc}/gu;

/** Cuts at `limit` UTF-16 units, visibly, and never inside a character. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Lines of plain text. Anything beyond a few times the limit is not even looked at. */
export function plainText(text: string, limit: number): string {
  const clean = text
    .slice(0, limit * 4)
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(invisible, '')
    .replace(control, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\n ]*/g, '\n')
    .trim();
  return clip(clean, limit);
}

/** The same on one line. */
export const plainLine = (text: string, limit: number): string =>
  plainText(text, limit).replaceAll('\n', ' ');

/**
 * Whether a text can be drawn in the time that anybody waits. Pure.
 *
 * The parser that draws is exact, and some texts cost it quadratic time: marks that never pair, quotes in quotes, tables of a
 * thousand columns. A few kilobytes of them would hold up the window at night, so they are shown as they are written. The limits
 * are far beyond what a person writes.
 */
const mostMarks = 2_500;
const mostUnderlines = 60;
const mostLines = 4_000;
const mostColumns = 300;

/** Quotes and lists in one line, forty deep; or a list so far to the right that it must be in forty others. */
const nested =
  /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])[ \t])){40}|^[ \t]{120,}(?:[-+*]|\d{1,9}[.)])[ \t]/;
const marks = /[*_~[\]`&]+/g;
const underline = /^ {0,3}(?:=+|-+)[ \t]*$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

export function isCheapToDraw(markdown: string): boolean {
  let open: string | null = null;
  let lines = 0;
  let markCount = 0;
  let underlines = 0;
  for (const line of markdown.split('\n')) {
    const ticks = fence.exec(line)?.[1];
    if (open !== null) {
      if (ticks?.startsWith(open) === true && line.trim() === ticks) open = null;
      continue;
    }
    if (ticks !== undefined) open = ticks;
    if (line.trim() === '') {
      lines = 0;
      markCount = 0;
      underlines = 0;
      continue;
    }
    lines += 1;
    markCount += countOf(line, marks);
    if (underline.test(line)) underlines += 1;
    const isDear =
      lines > mostLines ||
      markCount > mostMarks ||
      underlines > mostUnderlines ||
      countOf(line, /\|/g) > mostColumns ||
      nested.test(line);
    if (isDear) return false;
  }
  return true;
}

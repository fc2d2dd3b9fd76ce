/**
 * The words of what status pages write as HTML or Markdown, for a summary that is shown as text. Pure.
 *
 * Nothing is rendered from it, so this need not be exact; it must be fast on any input, and must not let a tag look like a word.
 */

const longestMarkup = 20_000;

const named: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  gt: '>',
  hellip: '…',
  lt: '<',
  mdash: '–',
  nbsp: ' ',
  ndash: '–',
  quot: '"',
};

function characterOf(reference: string): string | null {
  if (!reference.startsWith('#')) {
    return Object.hasOwn(named, reference) ? (named[reference] ?? null) : null;
  }
  const isHex = /^#x/i.test(reference);
  const code = Number.parseInt(reference.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  const isCharacter = code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
  return isCharacter ? String.fromCodePoint(code) : null;
}

/** One line, without tags, with character references resolved once. */
export function wordsOf(markup: string): string {
  return markup
    .slice(0, longestMarkup)
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, reference: string) => {
      return characterOf(reference) ?? whole;
    })
    .replace(/\s+/g, ' ')
    .trim();
}

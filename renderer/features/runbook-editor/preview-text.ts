/** What of a text is shown as the page: the block of settings at its beginning is not. Pure. */

const blocks = [
  /^---[ \t]*\n[\s\S]*?^---[ \t]*(?:\n|$)/m,
  /^\+\+\+[ \t]*\n[\s\S]*?^\+\+\+[ \t]*(?:\n|$)/m,
  /^\{\s*\n[\s\S]*?\n\}[ \t]*(?:\n|$)/,
];

export function withoutFrontMatter(text: string): string {
  for (const block of blocks) {
    const found = block.exec(text);
    if (found?.index === 0) return text.slice(found[0].length);
  }
  return text;
}

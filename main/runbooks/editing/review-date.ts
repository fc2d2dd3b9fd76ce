/** Puts a review date into the front matter of a text, and leaves every other letter as it is. Pure. */

const keys = 'reviewed|reviewed_on|last_reviewed|reviewedon';

interface Style {
  /** The block as a whole; its inner lines are the second group. */
  readonly block: RegExp;
  readonly line: RegExp;
  readonly write: (key: string, day: string) => string;
}

const yaml: Style = {
  block: /^(---[ \t]*\n)([\s\S]*?)(^---[ \t]*(?:\n|$))/m,
  line: new RegExp(`^(${keys})[ \\t]*:.*(?:\\n[ \\t]+.*)*$`, 'im'),
  write: (key, day) => `${key}: ${day}`,
};
const toml: Style = {
  block: /^(\+\+\+[ \t]*\n)([\s\S]*?)(^\+\+\+[ \t]*(?:\n|$))/m,
  line: new RegExp(`^(${keys})[ \\t]*=.*$`, 'im'),
  write: (key, day) => `${key} = "${day}"`,
};

function inJson(text: string, day: string): string | null {
  const block = /^\{\s*\n[\s\S]*?\n\}[ \t]*(?:\n|$)/.exec(text)?.[0];
  if (block === undefined) return null;
  const old = new RegExp(`("(?:${keys})"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"|[^,}\\s]+)`, 'i');
  const after = old.test(block)
    ? block.replace(old, (_, key: string) => `${key}"${day}"`)
    : block.replace(
        /^\{/,
        /^\{\s*\}/.test(block) ? `{\n  "reviewed": "${day}"` : `{\n  "reviewed": "${day}",`,
      );
  return after + text.slice(block.length);
}

export function withReviewDate(text: string, day: string): string {
  for (const { block, line, write } of [yaml, toml]) {
    const found = block.exec(text);
    if (found?.index !== 0) continue;
    const [whole, open = '', inner = '', close = ''] = found;
    const old = line.exec(inner);
    const lines =
      old === null
        ? `${inner}${inner === '' || inner.endsWith('\n') ? '' : '\n'}${write('reviewed', day)}\n`
        : inner.slice(0, old.index) +
          write(old[1] ?? 'reviewed', day) +
          inner.slice(old.index + old[0].length);
    // TOML ends its plain values where its first table begins.
    const table = old === null && open.startsWith('+') ? /^\[/m.exec(inner) : null;
    const placed =
      table === null
        ? lines
        : `${inner.slice(0, table.index)}${write('reviewed', day)}\n${inner.slice(table.index)}`;
    return open + placed + close + text.slice(whole.length);
  }
  return inJson(text, day) ?? `---\nreviewed: ${day}\n---\n\n${text.replace(/^\n+/, '')}`;
}

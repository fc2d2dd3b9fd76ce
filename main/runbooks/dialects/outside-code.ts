/** Rewrites the prose of a Markdown text and leaves its code alone: what looks like a dialect there is a command's own syntax. */

const fenceOpen = /^(?:[ \t]*(?:[-+*>]|\d{1,9}[.)])(?=[ \t]))*[ \t]*(`{3,}|~{3,})/;

const codeSpan = /(?<!`)(`{1,4})(?!`)(?:[^`\n]|\n(?!\s*\n)|(?!\1(?!`))`)*?\1(?!`)/g;

/** Characters that no text has, around the number of a piece of code that was put aside. */
const open = '\ufdd0';
const close = '\ufdd1';
const aside = new RegExp(`${open}(\\d+)${close}`, 'g');

/** Calls `rewrite` with the whole text, in which each fenced block (and code span, unless told otherwise) is one mark. */
export function outsideCode(
  markdown: string,
  rewrite: (text: string, keep: (code: string) => string) => string,
  options: { readonly areSpansKept: boolean } = { areSpansKept: true },
): string {
  const kept: string[] = [];
  const keep = (code: string): string => `${open}${kept.push(code) - 1}${close}`;
  const source = markdown.replace(/[\ufdd0\ufdd1]/g, '\ufffd');
  let text = source.includes('```') || source.includes('~~~') ? fencesAside(source, keep) : source;
  if (options.areSpansKept && text.includes('`')) text = text.replace(codeSpan, keep);
  text = rewrite(text, keep);
  return kept.length === 0 ? text : backIn(text, kept);
}

function fencesAside(markdown: string, keep: (code: string) => string): string {
  const out: string[] = [];
  let block: string[] = [];
  let fence: string | null = null;
  for (const line of markdown.split('\n')) {
    if (fence === null) {
      const mark = fenceOpen.exec(line)?.[1];
      // A line such as ```code``` is code in a sentence.
      if (mark === undefined || (mark.startsWith('`') && /`{3,}.*`/.test(line))) {
        out.push(line);
      } else {
        // What stands before the mark (a bullet, an indentation) belongs to the text.
        const before = line.slice(0, line.indexOf(mark));
        block = [line.slice(before.length)];
        out.push(before);
        fence = mark;
      }
      continue;
    }
    block.push(line);
    const end = line.replace(/^[ \t>]*/, '').trimEnd();
    if (end.startsWith(fence) && /^(`+|~+)$/.test(end)) {
      out.push((out.pop() ?? '') + keep(block.join('\n')));
      fence = null;
    }
  }
  if (fence !== null) out.push((out.pop() ?? '') + keep(block.join('\n')));
  return out.join('\n');
}

/** A block that has got into a quotation since is quoted line by line. */
function backIn(text: string, kept: readonly string[]): string {
  const put = (line: string): string =>
    line.replace(aside, (_whole, index: string) => put(kept[Number(index)] ?? ''));
  return text
    .split('\n')
    .map((line) => {
      if (!line.includes(open)) return line;
      const quote = /^(?:> ?)+/.exec(line)?.[0] ?? '';
      const whole = put(line);
      if (quote === '' || !whole.includes('\n')) return whole;
      const [first = '', ...rest] = whole.split('\n');
      return [first, ...rest.map((one) => (one.startsWith('>') ? one : quote + one))].join('\n');
    })
    .join('\n');
}

/**
 * Replaces what stands between two marks. Both patterns are global; which end belongs to a beginning may depend on it.
 *
 * A pattern from beginning to end would look through the rest of the text for each of a thousand beginnings without an end.
 */
export function replaceBetween(
  text: string,
  begins: RegExp,
  endOf: (begin: RegExpExecArray) => RegExp,
  write: (begin: RegExpExecArray, inside: string) => string,
): string {
  const out: string[] = [];
  const endless = new Set<string>();
  let copied = 0;
  let at = 0;
  for (;;) {
    begins.lastIndex = at;
    const begin = begins.exec(text);
    if (begin === null) break;
    at = begins.lastIndex;
    const ends = endOf(begin);
    if (endless.has(ends.source)) continue;
    ends.lastIndex = at;
    const end = ends.exec(text);
    if (end === null) {
      endless.add(ends.source);
      continue;
    }
    out.push(text.slice(copied, begin.index), write(begin, text.slice(at, end.index)));
    at = ends.lastIndex;
    copied = at;
  }
  return copied === 0 ? text : out.join('') + text.slice(copied);
}

/** A block of text as a quotation, in the form that GitHub draws as a callout. */
export function callout(kind: string, title: string, body: string): string {
  const mark = calloutKinds[kind.toLowerCase()] ?? 'NOTE';
  const isNamed = title !== '' && title.toLowerCase() !== mark.toLowerCase();
  const lines = [
    `[!${mark}]`,
    ...(isNamed ? [`**${title}**`, ''] : []),
    ...body.trim().split('\n'),
  ];
  return lines.map((line) => (line === '' ? '>' : `> ${line}`)).join('\n');
}

const calloutKinds: Readonly<Record<string, string>> = {
  note: 'NOTE',
  info: 'NOTE',
  seealso: 'NOTE',
  abstract: 'NOTE',
  summary: 'NOTE',
  primary: 'NOTE',
  secondary: 'NOTE',
  example: 'NOTE',
  quote: 'NOTE',
  todo: 'NOTE',
  tip: 'TIP',
  hint: 'TIP',
  success: 'TIP',
  check: 'TIP',
  important: 'IMPORTANT',
  attention: 'IMPORTANT',
  question: 'IMPORTANT',
  warning: 'WARNING',
  warn: 'WARNING',
  alert: 'WARNING',
  caution: 'CAUTION',
  danger: 'CAUTION',
  error: 'CAUTION',
  failure: 'CAUTION',
  bug: 'CAUTION',
};

export const isCalloutKind = (word: string): boolean =>
  calloutKinds[word.toLowerCase()] !== undefined;

/** A part that is folded until somebody opens it. */
export const folded = (summary: string, body: string): string =>
  `<details>\n<summary>${escapeHtml(summary)}</summary>\n\n${body.trim()}\n\n</details>`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The target of a link as Markdown writes it: in angle brackets when it has spaces. */
export const linkTarget = (target: string): string =>
  /[\s()<>]/.test(target) ? `<${target.replace(/[<>\n]/g, encodeURIComponent)}>` : target;

/** A fenced block that cannot be ended by what is in it. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((mark) => mark.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}${language}\n${text.replace(/^\n+/, '').trimEnd()}\n${mark}`;
}

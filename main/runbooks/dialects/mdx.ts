/**
 * MDX as Markdown: imports and exports vanish, components become their words and what stands in them, values that are plain
 * text become it. Nothing is run, so a component that would draw more than its words shows only those. Code stays as it is.
 */
import { fenced, linkTarget, outsideCode } from './outside-code.ts';

const moduleLine =
  /^(?:import\s+(?:['"]|.{0,2000}\bfrom\s*['"]|[\w{*])|export\s+(?:default|const|let|var|function|async|class|\{|\*))/;
/** Prose that begins with the word: it has no name, brace or quote in the place where the language wants one. */
const isModule = (lines: readonly string[]): boolean => {
  const [first = ''] = lines;
  if (!moduleLine.test(first)) return false;
  return first.startsWith('export') || /^import\s*['"]|\bfrom\s*['"]/.test(lines.join('\n'));
};

const fence = /^\s*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})/;
const opens = /^(\s*)<([A-Z][\w.]*)?(?=[\s>]|$)/;
const mostJoined = 40;

/** Where an opening tag ends, quotes and braces in its attributes respected; -1: not in this text. */
function tagEnd(text: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '{') depth++;
    else if (letter === '}') depth--;
    else if (letter === '>' && depth <= 0) return at;
  }
  return -1;
}

/** Without modules, each tag on one line, and what stands in components as far left as if it stood alone. */
function straightened(markdown: string): string {
  const lines = markdown.split('\n');
  const out: string[] = [];
  /** How far what stands in each open component is indented; null: not known yet. */
  const inside: (number | null)[] = [];
  let open: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at] ?? '';
    const lead = /^ */.exec(line)?.[0].length ?? 0;
    const isBlank = line.trim() === '';
    if (open === null && lead === 0 && (at === 0 || lines[at - 1]?.trim() === '')) {
      let end = at;
      while (end < lines.length && lines[end]?.trim() !== '') end++;
      if (moduleLine.test(line) && isModule(lines.slice(at, end))) {
        at = end;
        continue;
      }
    }
    const isTag = open === null && opens.test(line);
    for (
      let more = isTag ? 1 : mostJoined;
      more < mostJoined && tagEnd(line, lead) === -1;
      more++
    ) {
      const next = lines[at + 1];
      if (next === undefined || next.trim() === '') break;
      line += ` ${next.trim()}`;
      at++;
    }
    const isEnd = open === null && /^\s*<\/[A-Z]?[\w.]*>\s*$/.test(line);
    if (isEnd) inside.pop();
    if (!isBlank && inside.at(-1) === null && open === null) inside[inside.length - 1] = lead;
    out.push(line.slice(Math.min(lead, inside.at(-1) ?? 0)));
    const marks = fence.exec(line)?.[1];
    if (open === null) open = marks ?? null;
    else if (marks?.startsWith(open) === true && /^\s*[`~]+\s*$/.test(line)) open = null;
    if (isTag && open === null) {
      const end = tagEnd(line, lead);
      if (end === line.trimEnd().length - 1 && line[end - 1] !== '/') inside.push(null);
    }
  }
  return out.join('\n');
}

const attribute = (tag: string, names: string): string | null => {
  const found = new RegExp(
    `\\s(?:${names})\\s*=\\s*(?:\\{\\s*)?(?:"([^"\\n]{1,300})"|'([^'\\n]{1,300})')`,
  ).exec(tag);
  return found?.[1] ?? found?.[2] ?? null;
};

/** What a component says by itself. */
function wordsOf(tag: string): string {
  const title = attribute(tag, 'title|label|heading|header|summary');
  const target = attribute(tag, 'href|to');
  if (target !== null) return `[${title ?? target}](${linkTarget(target)})`;
  return title === null ? '' : `**${title}**`;
}

function image(tag: string): string {
  const source =
    attribute(tag, 'src') ?? /\brequire\(\s*['"]([^'"\n]{1,500})['"]\s*\)/.exec(tag)?.[1] ?? null;
  return source === null ? '' : `![${attribute(tag, 'alt') ?? ''}](${linkTarget(source)})`;
}

/** Tags of HTML whose attributes no HTML has. */
const withoutValues = (tag: string): string =>
  tag.replace(/\s+[\w-]+\s*=\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}/g, '');

function components(prose: string): string {
  const closed = new Set([...prose.matchAll(/<\/([A-Z][\w.]*)\s*>/g)].map((found) => found[1]));
  let text = '';
  let copied = 0;
  for (const found of prose.matchAll(/<(\/?)([A-Za-z][\w.]*)?(?=[\s/>])/g)) {
    const { index } = found;
    if (index < copied) continue;
    const [, slash = '', name = ''] = found;
    const end = tagEnd(prose.slice(0, index + 4_000), index);
    if (end === -1) continue;
    const tag = prose.slice(index, end + 1);
    const isComponent = /^[A-Z]/.test(name) || tag === '<>' || tag === '</>';
    let written: string;
    if (isComponent) {
      // Something that is never closed is a placeholder that somebody forgot to quote.
      if (name !== '' && !closed.has(name) && !tag.endsWith('/>')) continue;
      const words = slash === '' ? wordsOf(tag) : '';
      const isAlone = prose.lastIndexOf('\n', index) === index - 1 || index === 0;
      if (/^(?:Image|Img|Frame)$/.test(name) && tag.endsWith('/>')) written = image(tag);
      else written = isAlone ? (words === '' ? '\n' : `\n${words}\n\n`) : words;
    } else if (name === 'img' && tag.includes('{')) written = image(tag);
    else if (tag.includes('{')) written = withoutValues(tag);
    else continue;
    text += prose.slice(copied, index) + written;
    copied = end + 1;
  }
  return text + prose.slice(copied);
}

const values = (prose: string): string =>
  prose
    .replace(/(?<!\\)\{\s*\/\*(?:[^*]|\*(?!\/))*\*\/\s*\}/g, '')
    .replace(
      /(?<!\\)\{\s*(?:"([^"\n{}]*)"|'([^'\n{}]*)')\s*\}/g,
      (_whole, a?: string, b?: string) => a ?? b ?? '',
    );

/**
 * `{`…`}` with several lines is how components are given code. It is shown and no command: what a program would write in it is
 * not known.
 */
const literals = (prose: string): string =>
  prose.replace(/\{\s*`([^`]{0,20000})`\s*\}/g, (_whole, text: string) =>
    text.includes('\n') ? `\n\n${fenced('text', text)}\n\n` : text,
  );

export function fromMdx(markdown: string): string {
  const straight = straightened(markdown);
  if (!/[<{]/.test(straight)) return straight;
  const read = outsideCode(straight, literals, { areSpansKept: false });
  return outsideCode(read, (prose) => {
    const written = components(values(prose));
    return written === prose ? prose : written.replace(/\n{3,}/g, '\n\n');
  });
}

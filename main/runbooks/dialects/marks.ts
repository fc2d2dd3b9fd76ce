/**
 * What wikis and site generators add to Markdown, as plain Markdown: callouts, tabs, tables of contents, wiki links,
 * attributes, and ids of headings.
 */
import {
  callout,
  fenced,
  folded,
  isCalloutKind,
  linkTarget,
  outsideCode,
  replaceBetween,
} from './outside-code.ts';

const indented = (lines: readonly string[], from: number, width: number): number => {
  let end = from;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    if ((/^ */.exec(line)?.[0].length ?? 0) < width) break;
    end = at + 1;
  }
  return end;
};

const mkdocs = /^( *)(!!!|\?\?\?\+?|===!?\+?)[ \t]+(?=\S)(.{1,500})$/;
const mkdocsWords = /^(?:([\w-]+)(?:\s+[\w-]+)*)?(?:\s*"([^"]*)")?$/;
/** Deeper ones stay as they are written: each is moved as often as it is deep. */
const deepest = 10;

/** `!!! note "Title"`, `??? note`, and `=== "Tab"`, each with an indented text under it. */
function fromMkdocs(markdown: string, depth = 0): string {
  if (depth > deepest || !/^ *(!!!|\?\?\?|===)/m.test(markdown)) return markdown;
  const lines = markdown.split('\n');
  const out: string[] = [];
  let fence: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const ticks = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (ticks !== undefined) {
      if (fence === null) fence = ticks;
      else if (ticks.startsWith(fence)) fence = null;
    }
    const found = fence === null ? mkdocs.exec(line) : null;
    const [, lead = '', mark = '', rest = ''] = found ?? [];
    const words = mkdocsWords.exec(rest.trimEnd());
    const [, kind = '', title = ''] = words ?? [];
    const end = found === null || words === null ? at : indented(lines, at + 1, lead.length + 4);
    const isTab = mark.startsWith('=');
    if (
      found === null ||
      words === null ||
      end === at + 1 ||
      (isTab ? title === '' : kind === '' && title === '')
    ) {
      out.push(line);
      continue;
    }
    const body = fromMkdocs(
      lines
        .slice(at + 1, end)
        .map((text) => text.slice(lead.length + 4))
        .join('\n'),
      depth + 1,
    );
    const name = title || (kind === '' ? 'Note' : kind);
    const text = isTab
      ? `**${title}**\n\n${body.trim()}`
      : mark === '!!!'
        ? callout(kind, title, body)
        : folded(name, body);
    out.push('', ...text.split('\n').map((one) => (one === '' ? '' : lead + one)), '');
    at = end - 1;
  }
  return out.join('\n');
}

/** `:::note Title` … `:::`, innermost first. */
function fromColons(markdown: string): string {
  const block =
    /^( *):::+ *\{?\.?([\w-]+)\}?(?:\[([^\]\n]*)\]| +([^\n]*))?\n((?:(?! *:::)[^\n]*\n)*?) *:::+[ \t]*$/gm;
  let text = markdown;
  for (let depth = 0; depth < 5; depth++) {
    const next = text.replace(
      block,
      (
        _whole,
        _lead: string,
        kind: string,
        bracketed: string | undefined,
        plain: string | undefined,
        body: string,
      ) => {
        const title = (bracketed ?? plain ?? '').trim();
        if (isCalloutKind(kind)) return callout(kind, title, body);
        return /^(details|spoiler|collapse)$/i.test(kind) ? folded(title || 'Details', body) : body;
      },
    );
    if (next === text) break;
    text = next;
  }
  return text;
}

/** GitLab's quotations of several lines. */
const fromQuotes = (prose: string): string =>
  prose.replace(/^>>>[^\S\n]*\n([\s\S]*?)\n>>>[^\S\n]*$/gm, (_whole, body: string) =>
    body.replace(/^/gm, '> '),
  );

/** Jekyll's tags, as far as runbooks use them. */
function fromLiquid(markdown: string): string {
  if (!markdown.includes('{%')) return markdown;
  return replaceBetween(
    markdown,
    /\{%-?\s{0,100}highlight\s{1,100}(\w{1,100})[^%]{0,200}%\}/g,
    () => /\{%-?\s{0,100}endhighlight\s{0,100}-?%\}/g,
    ([, language = ''], body) => fenced(language, body),
  )
    .replace(/\{%-?\s*(?:end)?raw\s*-?%\}/g, '')
    .replace(/\{%-?\s*(?:link|post_url)\s+([^%\s]+)\s*-?%\}/g, (_whole, path: string) =>
      linkTarget(path),
    );
}

const contents =
  /^[ \t]*(\[\[_?TOC_?\]\]|\[TOC\]|\$\{toc\}|@\[toc\]|\{:\s*toc[^}\n]*\}|\{\{>?\s*toc\s*\}\})[ \t]*$/gim;

/** The id of a heading stays findable; classes beside it mean nothing here. */
function withHeadingIds(text: string): string {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const isHeading = /^#{1,6} /.test(line);
    if (!line.includes('}') || !(isHeading || /^(?:=+|-+)[ \t]*$/.test(lines[index + 1] ?? ''))) {
      continue;
    }
    const end = line.lastIndexOf('}');
    const start = line.lastIndexOf('{', end);
    const before = line.slice(0, Math.max(0, start)).trimEnd();
    if (start === -1 || before === '' || !/^[ \t]*#*[ \t]*$/.test(line.slice(end + 1))) continue;
    const list = line
      .slice(start + 1, end)
      .replace(/^:/, '')
      .trim();
    const id = /^#([\w.:-]+)(?:\s|$)/.exec(list)?.[1];
    if (id !== undefined) lines[index] = `${before} <a id="${id}"></a>`;
    else if (isHeading && /^[.-][\w-]/.test(list)) lines[index] = before;
  }
  return lines.join('\n');
}

function rewriteProse(prose: string): string {
  let text = prose;
  if (/toc/i.test(text)) {
    text = text.replace(/^[*+-] [^\n]*\n\{:\s*toc[^}\n]*\}[ \t]*$/gim, '').replace(contents, '');
  }
  if (text.includes('{')) {
    text = withHeadingIds(text)
      // An attribute list under a heading gives it an id; any other only a look.
      .replace(/^(#{1,6} [^\n]*)\n\{:[ \t]*#([\w.:-]+)[^}\n]*\}[ \t]*$/gm, '$1 <a id="$2"></a>')
      .replace(/^[ \t]*\{:[^}\n]*\}[ \t]*$/gm, '')
      .replace(/\{:[ \t]*[.#][^{}\n]*\}/g, '');
  }
  if (text.includes('[[')) {
    text = text.replace(
      /(?<![\w[\\!$])\[\[(?![\s:_-])([^[\]|\n]{1,200})(?:\|([^[\]|\n]{1,300}))?\]\](?!\])/g,
      (_whole, words: string, target: string | undefined) =>
        `[${words.trim()}](${linkTarget((target ?? words).trim())})`,
    );
  }
  return text;
}

/** Headings written as HTML are headings. */
const fromHtmlHeadings = (prose: string): string =>
  prose.replace(
    /^<h([1-6])(\s[^<>\n]*)?>([^\n]*)<\/h\1>[ \t]*$/gim,
    (_whole, depth: string, rest: string | undefined, text: string) => {
      const id = /\b(?:id|name)\s*=\s*["']?([\w:.-]+)/i.exec(rest ?? '')?.[1];
      return `\n${'#'.repeat(Number(depth))} ${text.trim()}${id === undefined ? '' : ` <a id="${id}"></a>`}\n`;
    },
  );

/** Everything but shortcodes, which come before, since they may stand around any of this. */
export function fromMarks(markdown: string): string {
  let text = fromLiquid(markdown);
  if (['!!!', '???', '==='].some((mark) => text.includes(mark))) text = fromMkdocs(text);
  if (text.includes(':::') && /^ *:::+/m.test(text)) text = outsideCode(text, fromColons);
  if (text.includes('>>>') && /^>>>/m.test(text)) text = outsideCode(text, fromQuotes);
  if (/<h[1-6][\s>]/i.test(text)) text = outsideCode(text, fromHtmlHeadings);
  if (/\{[:#.]|\[\[|toc[}\]]/i.test(text)) text = outsideCode(text, rewriteProse);
  return text;
}

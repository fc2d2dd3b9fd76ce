/**
 * HTML inside Markdown, as elements. Pure.
 *
 * Only tags that say something about text become elements, and of their attributes only what a reader needs. Every other tag
 * is text: `<namespace>` is a placeholder that somebody forgot to quote, and a script is something to look at. The core
 * reads by the same list (main/runbooks/html-text.ts). What comes out is sanitised afterwards like everything else.
 */
import type { toJsxRuntime } from 'hast-util-to-jsx-runtime';

type Nodes = Parameters<typeof toJsxRuntime>[0];
type Root = Extract<Nodes, { type: 'root' }>;
type Element = Extract<Nodes, { type: 'element' }>;
type Child = Element['children'][number];
/** What the Markdown parser leaves of HTML. */
interface Raw {
  readonly type: 'raw';
  readonly value: string;
}

export const drawnTags: ReadonlySet<string> = new Set(
  (
    'a abbr article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em ' +
    'figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p picture pre q rp rt ruby s samp ' +
    'section small source span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr'
  ).split(' '),
);

const voidTags = new Set(['br', 'col', 'hr', 'img', 'source', 'wbr']);
/** Space between these means nothing, and a table may hold none. */
const structural = new Set([
  'table',
  'thead',
  'tbody',
  'tfoot',
  'tr',
  'ul',
  'ol',
  'dl',
  'colgroup',
]);

const properties: Readonly<Record<string, string>> = {
  href: 'href',
  src: 'src',
  alt: 'alt',
  title: 'title',
  id: 'id',
  name: 'name',
  colspan: 'colSpan',
  rowspan: 'rowSpan',
  start: 'start',
  open: 'open',
};

/** Deeper markup is an accident or an attack. */
const deepest = 40;

const comment = /<!--[\s\S]*?(?:-->|$)/y;
const declaration = /<[!?][^>]*>/y;
const tag =
  /<(\/?)([A-Za-z][A-Za-z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*(\/?)>/y;
const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

function decode(text: string): string {
  return text.replace(/&(#\d{1,7}|#x[\da-f]{1,6}|\w{2,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return named[name.toLowerCase()] ?? whole;
    const isHex = /^#x/i.test(name);
    const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}

function attributesOf(text: string): Record<string, string | number | boolean> {
  const found: Record<string, string | number | boolean> = {};
  for (const [, name = '', double, single, bare] of text.matchAll(attribute)) {
    const property = properties[name.toLowerCase()];
    if (property === undefined || property in found) continue;
    const value = decode(double ?? single ?? bare ?? '');
    if (property === 'open') found[property] = true;
    else if (/^(colSpan|rowSpan|start)$/.test(property)) {
      const count = Number(value);
      if (Number.isInteger(count) && count > 0 && count <= 1_000) found[property] = count;
    } else found[property] = value;
  }
  return found;
}

/** Elements of one level that are still open, outermost first. */
class Level {
  readonly #children: Child[] = [];
  readonly #open: Element[] = [];

  add(child: Child): void {
    const parent = this.#open.at(-1);
    const isSpace = child.type === 'text' && child.value.trim() === '';
    if (isSpace && parent !== undefined && structural.has(parent.tagName)) return;
    (parent?.children ?? this.#children).push(child);
  }

  text(value: string): void {
    const siblings = this.#open.at(-1)?.children ?? this.#children;
    const last = siblings.at(-1);
    if (last?.type === 'text') last.value += value;
    else if (value !== '') this.add({ type: 'text', value });
  }

  begin(tagName: string, attributes: string): boolean {
    if (this.#open.length >= deepest) return false;
    const element: Element = {
      type: 'element',
      tagName,
      properties: attributesOf(attributes),
      children: [],
    };
    // An unclosed item ends where the next one begins.
    const last = this.#open.at(-1)?.tagName;
    if (last === tagName && /^(li|p|td|th|tr|dt|dd)$/.test(tagName)) this.#open.pop();
    this.add(element);
    if (!voidTags.has(tagName)) this.#open.push(element);
    return true;
  }

  end(tagName: string): void {
    const index = this.#open.findLastIndex((element) => element.tagName === tagName);
    if (index !== -1) this.#open.length = index;
  }

  html(source: string): void {
    let at = 0;
    const take = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = at;
      const found = pattern.exec(source);
      if (found !== null) at += found[0].length;
      return found;
    };
    while (at < source.length) {
      const next = source.indexOf('<', at);
      if (next !== at) {
        const end = next === -1 ? source.length : next;
        this.text(decode(source.slice(at, end)));
        at = end;
        continue;
      }
      if (take(comment) !== null) continue;
      const markup = take(tag) ?? take(declaration);
      if (markup === null) {
        this.text('<');
        at += 1;
        continue;
      }
      const [whole, slash, name = '', rest = ''] = markup;
      const tagName = name.toLowerCase();
      if (!drawnTags.has(tagName)) this.text(whole);
      else if (slash === '/') this.end(tagName);
      else if (!this.begin(tagName, rest)) this.text(whole);
    }
  }

  all(): Child[] {
    return this.#children;
  }
}

function arrange(children: readonly (Child | Raw)[]): Child[] {
  if (!children.some((child) => child.type === 'raw' || child.type === 'element')) {
    return children as Child[];
  }
  const level = new Level();
  for (const child of children) {
    if (child.type === 'raw') level.html(child.value);
    else {
      if (child.type === 'element') child.children = arrange(child.children);
      level.add(child);
    }
  }
  return level.all();
}

/** For the pipeline: every piece of HTML becomes elements or text, in place. */
export function htmlToElements() {
  return (tree: Root): void => {
    tree.children = arrange(tree.children as (Child | Raw)[]);
  };
}

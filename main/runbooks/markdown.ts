/**
 * Markdown as a tree of blocks. Large documents are read in pieces, so that one file never holds up the
 * core. The parser is a fast one: five thousand files are read before anyone looks for the first.
 */
import MarkdownIt from 'markdown-it';
import type { Block, Inline, ListItem, Placed, TableCell, TableRow } from './blocks.ts';

const parser = new MarkdownIt({ html: true });
// Line ends are Unix's already, and inline text is read only where there is any markup in it.
parser.core.ruler.enableOnly(['block']);

/** The parser's own tokens are slow to make, and blocks use none of what they can. */
class PlainBlocks extends parser.block.State {
  override push(type: string, tag: string, nesting: Nesting): Token {
    if (nesting < 0) this.level--;
    const token = {
      type,
      tag,
      nesting,
      level: this.level,
      attrs: null,
      map: null,
      children: null,
      content: '',
      markup: '',
      info: '',
      meta: null,
      block: true,
      hidden: false,
    };
    if (nesting > 0) this.level++;
    this.tokens.push(token as unknown as Token);
    return token as unknown as Token;
  }
}
parser.block.State = PlainBlocks;

type Nesting = Parameters<InstanceType<typeof parser.block.State>['push']>[2];
type Token = ReturnType<typeof parser.parse>[number];
type Env = Parameters<typeof parser.parse>[1];

/** Longer lines are generated, and cost quadratic time in places. */
const longestLine = 8_000;
const pieceSize = 48 * 1024;

/** Cuts at headings, or at blank lines where there is no heading for long; never inside a fence. */
export function splitPieces(markdown: string): string[] {
  if (markdown.length <= longestLine) return [markdown];
  const pieces: string[] = [];
  let piece: string[] = [];
  let size = 0;
  let fence: string | null = null;
  for (const raw of markdown.split('\n')) {
    const line = raw.length > longestLine ? `${raw.slice(0, longestLine)}…` : raw;
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    const isCut =
      (fence === null && size > pieceSize && /^#{1,6}\s/.test(line)) ||
      (fence === null && size > 2 * pieceSize && line.trim() === '') ||
      // An unclosed fence of this size is a mistake in the document, and must still end somewhere.
      size > 16 * pieceSize;
    if (isCut) {
      pieces.push(piece.join('\n'));
      piece = [];
      size = 0;
    }
    if (mark !== null) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence) && line.trim() === mark) fence = null;
    }
    piece.push(line);
    size += line.length + 1;
  }
  pieces.push(piece.join('\n'));
  return pieces;
}

/** Thousands of nested or unpaired marks are an attack or an accident, and cost a parser quadratic time. */
function isHardToRead(piece: string): boolean {
  if (piece.includes('>>>>') || piece.includes('> > > >')) {
    if (/^(?:[ \t]*>){100}/m.test(piece)) return true;
  }
  if (/[[(]{500}/.test(piece)) return true;
  if ((piece.match(/[*_~[\]`<]+/g)?.length ?? 0) <= 3_000) return false;
  return piece.split(/\n\s*\n/).some((block) => (block.match(/[*_~[\]`<]+/g)?.length ?? 0) > 3_000);
}

/** The blocks of one piece; null when it nests deeper than any parser can follow. */
export function parsePiece(piece: string): Block[] | null {
  if (isHardToRead(piece)) return null;
  try {
    const env: Env = {};
    return new Builder(piece, env).build(parser.parse(piece, env));
  } catch {
    return null;
  }
}

const hasMarkup = /[\\`*_[<&~]/;

function inlinesOf(source: string, env: Env): Inline[] {
  if (!hasMarkup.test(source)) {
    if (source === '') return [];
    const isOneLine = !source.includes('\n');
    return [
      {
        type: 'text',
        value: isOneLine ? source : source.replace(/(?<![ \t])[ \t]*\n[ \t]*/g, '\n'),
      },
    ];
  }
  const tokens: Token[] = [];
  parser.inline.parse(source, parser, env, tokens);
  return inlineTree(tokens);
}

function inlineTree(tokens: readonly Token[]): Inline[] {
  const outer: Inline[][] = [];
  let current: Inline[] = [];
  const urls: string[] = [];
  const text = (value: string): void => {
    const last = current.at(-1);
    if (last?.type === 'text') current[current.length - 1] = { ...last, value: last.value + value };
    else current.push({ type: 'text', value });
  };
  for (const token of tokens) {
    switch (token.type) {
      case 'text':
      case 'text_special':
        text(token.content);
        break;
      case 'softbreak':
        text('\n');
        break;
      case 'hardbreak':
        current.push({ type: 'break' });
        break;
      case 'code_inline':
        current.push({ type: 'inlineCode', value: token.content });
        break;
      case 'html_inline':
        current.push({ type: 'html', value: token.content });
        break;
      case 'image':
        current.push({
          type: 'image',
          url: String(token.attrGet('src') ?? ''),
          alt: token.content,
        });
        break;
      case 'link_open':
        outer.push(current);
        current = [];
        urls.push(String(token.attrGet('href') ?? ''));
        break;
      case 'link_close': {
        const children = current;
        current = outer.pop() ?? [];
        current.push({ type: 'link', url: urls.pop() ?? '', children });
        break;
      }
      default:
        // Emphasis and strokes: what they stand around counts.
        break;
    }
  }
  return current;
}

interface Container {
  readonly kind: 'quote' | 'item';
  readonly line: number;
}

const quoteMark = /[ \t]*>/y;
const itemMark = /[ \t]*(?:[-+*]|\d{1,9}[.)])/y;
const indentation = /[ \t]*/y;
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** From the parser's flat list to a tree, with the places that the parser does not tell. */
class Builder {
  readonly #source: string;
  readonly #env: Env;
  readonly #lines: number[] = [0];
  readonly #containers: Container[] = [];
  #tokens: readonly Token[] = [];
  #at = 0;

  constructor(source: string, env: Env) {
    this.#source = source;
    this.#env = env;
    for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) {
      this.#lines.push(at + 1);
    }
  }

  build(tokens: readonly Token[]): Block[] {
    this.#tokens = tokens;
    return this.#blocks(null);
  }

  #place(map: readonly [number, number] | null): Placed {
    const [line, after] = map ?? [0, 0];
    const lineStart = this.#lines[line] ?? 0;
    let start = lineStart;
    for (const { kind, line: first } of this.#containers) {
      if (kind === 'quote') start = this.#after(quoteMark, start);
      else if (first === line) start = this.#after(itemMark, start);
    }
    start = this.#after(indentation, start);
    let end = (this.#lines[after] ?? this.#source.length + 1) - 1;
    while (end > start && isSpace(this.#source.charCodeAt(end - 1))) end--;
    return { start, end: Math.max(start, end), column: start - lineStart + 1 };
  }

  #after(mark: RegExp, at: number): number {
    mark.lastIndex = at;
    return at + (mark.exec(this.#source)?.[0].length ?? 0);
  }

  #blocks(closing: string | null): Block[] {
    const blocks: Block[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at++];
      if (token === undefined || token.type === closing) break;
      const block = this.#block(token);
      if (block !== null) blocks.push(block);
    }
    return blocks;
  }

  #inline(): string {
    const token = this.#tokens[this.#at];
    if (token?.type !== 'inline') return '';
    this.#at += 2;
    return token.content;
  }

  #block(token: Token): Block | null {
    const place = this.#place(token.map);
    switch (token.type) {
      case 'heading_open': {
        const depth = Number(token.tag.slice(1));
        return {
          type: 'heading',
          depth,
          children: inlinesOf(this.#inline(), this.#env),
          ...place,
        };
      }
      case 'paragraph_open': {
        const { start, end, column } = place;
        const children = inlinesOf(this.#inline(), this.#env);
        return { type: 'paragraph', children, start, end, column };
      }
      case 'fence':
      case 'code_block':
        return {
          type: 'code',
          lang: token.info.trim().split(/\s+/)[0] ?? '',
          value: token.content.replace(/\n$/, ''),
          ...place,
        };
      case 'html_block':
        return { type: 'html', value: token.content.trimEnd(), ...place };
      case 'hr':
        return { type: 'rule', ...place };
      case 'blockquote_open': {
        this.#containers.push({ kind: 'quote', line: token.map?.[0] ?? 0 });
        const children = this.#blocks('blockquote_close');
        this.#containers.pop();
        return { type: 'blockquote', children, ...place };
      }
      case 'ordered_list_open':
        return {
          type: 'list',
          ordered: true,
          children: this.#items('ordered_list_close'),
          ...place,
        };
      case 'bullet_list_open':
        return {
          type: 'list',
          ordered: false,
          children: this.#items('bullet_list_close'),
          ...place,
        };
      case 'table_open':
        return { type: 'table', children: this.#rows(), ...place };
      default:
        return null;
    }
  }

  #items(closing: string): ListItem[] {
    const items: ListItem[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at++];
      if (token === undefined || token.type === closing) break;
      if (token.type !== 'list_item_open') continue;
      const place = this.#place(token.map);
      this.#containers.push({ kind: 'item', line: token.map?.[0] ?? 0 });
      const children = this.#blocks('list_item_close');
      this.#containers.pop();
      items.push({ type: 'listItem', ...taskOf(children), ...place });
    }
    return items;
  }

  #rows(): TableRow[] {
    const rows: TableRow[] = [];
    let cells: TableCell[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at++];
      if (token === undefined || token.type === 'table_close') break;
      if (token.type === 'tr_open') {
        cells = [];
        rows.push({ type: 'tableRow', children: cells });
      } else if (token.type === 'inline') {
        cells.push({ type: 'tableCell', children: inlinesOf(token.content, this.#env) });
      }
    }
    return rows;
  }
}

/** `[ ] ` before the first paragraph's text makes an item a task. */
function taskOf(children: readonly Block[]): Pick<ListItem, 'checked' | 'children'> {
  const [first, ...rest] = children;
  const lead = first?.type === 'paragraph' ? first.children[0] : undefined;
  if (first?.type !== 'paragraph' || lead?.type !== 'text') return { checked: null, children };
  const mark = /^\[([ xX])\]\s+/.exec(lead.value);
  if (mark === null) return { checked: null, children };
  const paragraph: Block = {
    ...first,
    start: first.start + mark[0].length,
    children: [
      { type: 'text', value: lead.value.slice(mark[0].length) },
      ...first.children.slice(1),
    ],
  };
  return { checked: mark[1] !== ' ', children: [paragraph, ...rest] };
}

/** The tree that a Markdown text is read into, and what a reader sees of it. Pure. */
import { withoutTags } from './html-text.ts';

export interface Placed {
  /** Offsets in the piece; the column counts from 1, and is the indentation of the lines below. */
  readonly start: number;
  readonly end: number;
  readonly column: number;
}

export type Inline =
  | { readonly type: 'text' | 'inlineCode' | 'html'; readonly value: string }
  | { readonly type: 'break' }
  | { readonly type: 'image'; readonly url: string; readonly alt: string }
  | { readonly type: 'link'; readonly url: string; readonly children: readonly Inline[] };

export type CodeBlock = Placed & {
  readonly type: 'code';
  /** What stands after the fence; empty for none. */
  readonly lang: string;
  readonly value: string;
};
type ListBlock = Placed & {
  readonly type: 'list';
  readonly ordered: boolean;
  readonly children: readonly ListItem[];
};
export type ListItem = Placed & {
  readonly type: 'listItem';
  /** Null when it is no task. */
  readonly checked: boolean | null;
  readonly children: readonly Block[];
};
export type TableRow = { readonly type: 'tableRow'; readonly children: readonly TableCell[] };
export type TableCell = { readonly type: 'tableCell'; readonly children: readonly Inline[] };

export type Block =
  | CodeBlock
  | ListBlock
  | (Placed & { readonly type: 'paragraph'; readonly children: readonly Inline[] })
  | (Placed & {
      readonly type: 'heading';
      readonly depth: number;
      readonly children: readonly Inline[];
    })
  | (Placed & { readonly type: 'blockquote'; readonly children: readonly Block[] })
  | (Placed & { readonly type: 'table'; readonly children: readonly TableRow[] })
  | (Placed & { readonly type: 'html'; readonly value: string })
  | (Placed & { readonly type: 'rule' });

export type AnyNode = Block | ListItem | TableRow | TableCell | Inline;

/** Each ends a line of the plain text. */
const lineTypes: ReadonlySet<AnyNode['type']> = new Set([
  'paragraph',
  'heading',
  'listItem',
  'list',
  'tableRow',
  'blockquote',
  'code',
  'table',
  'html',
]);

/** What a reader sees, without markup: comments and known tags left out, unknown tags kept as the placeholders they are. */
export function plainText(node: AnyNode): string {
  switch (node.type) {
    case 'html':
      return 'start' in node ? withoutTags(node.value).trim() : withoutTags(node.value);
    case 'text':
    case 'inlineCode':
    case 'code':
      return node.value;
    case 'break':
      return '\n';
    case 'image':
      return node.alt;
    case 'rule':
      return '';
    default: {
      let text = '';
      for (const child of node.children) {
        text += plainText(child);
        if (node.type === 'tableRow') text += ' ';
        else if (lineTypes.has(child.type) && 'start' in child) text += '\n';
        else if (child.type === 'tableRow') text += '\n';
      }
      return text.trim();
    }
  }
}

/** Every piece of HTML in it, in order. */
export function htmlIn(node: AnyNode): string[] {
  if (node.type === 'html') return [node.value];
  return 'children' in node ? node.children.flatMap((child: AnyNode) => htmlIn(child)) : [];
}

/** A heading by its words; pictures in it are none. */
export const headingText = (heading: Extract<Block, { type: 'heading' }>): string =>
  oneLine(
    plainText({ ...heading, children: heading.children.filter(({ type }) => type !== 'image') }),
  ).slice(0, 1_000);

const isUneven = /\s\s|[^\S ]/;

export const oneLine = (text: string): string =>
  (isUneven.test(text) ? text.replace(/\s+/g, ' ') : text).trim();

/** The source between two offsets without the cut ranges, with the indentation of `column` taken off every line. */
export function sourceOf(
  piece: string,
  range: Placed,
  cuts: readonly { readonly start: number; readonly end: number }[] = [],
): string {
  let text = '';
  let at = range.start;
  for (const cut of [...cuts].sort((a, b) => a.start - b.start)) {
    if (cut.start >= at && cut.end <= range.end) {
      text += piece.slice(at, cut.start);
      at = cut.end;
    }
  }
  text += piece.slice(at, range.end);
  if (range.column > 1 && text.includes('\n')) {
    const indent = new RegExp(`^ {1,${range.column - 1}}`);
    text = text
      .split('\n')
      .map((line, index) => (index === 0 ? line : line.replace(indent, '')))
      .join('\n');
  }
  if (text.includes('\n\n\n')) text = text.replace(/\n{3,}/g, '\n\n');
  if (/[ \t]\n/.test(text)) text = text.replace(/[ \t]+$/gm, '');
  return text.trim();
}

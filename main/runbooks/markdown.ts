/** Markdown as a tree, and its plain text. Large documents are read in pieces, so that one file never holds up the core. */
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

const processor = unified().use(remarkParse).use(remarkGfm);

export type Root = ReturnType<typeof processor.parse>;
export type Block = Root['children'][number];
export type ListBlock = Extract<Block, { type: 'list' }>;
export type ListItem = ListBlock['children'][number];
export type CodeBlock = Extract<Block, { type: 'code' }>;

/** Longer lines are generated, and cost quadratic time in places. */
const longestLine = 8_000;
const pieceSize = 48 * 1024;

/** Cuts at headings, or at blank lines where there is no heading for long; never inside a fence. */
export function splitPieces(markdown: string): string[] {
  const text = markdown.replaceAll('\r\n', '\n');
  const pieces: string[] = [];
  let piece: string[] = [];
  let size = 0;
  let fence: string | null = null;
  for (const raw of text.split('\n')) {
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
  if (/^(?:[ \t]*>){100}/m.test(piece) || /[[(]{500}/.test(piece)) return true;
  return piece.split(/\n\s*\n/).some((block) => (block.match(/[*_~[\]]+/g)?.length ?? 0) > 3_000);
}

/** The tree of one piece; null when it nests deeper than any parser can follow. */
export function parsePiece(piece: string): Root | null {
  if (isHardToRead(piece)) return null;
  try {
    return processor.parse(piece);
  } catch {
    return null;
  }
}

interface AnyNode {
  readonly type: string;
  readonly value?: string;
  readonly alt?: string | null;
  readonly children?: readonly AnyNode[];
}

const blocks = new Set([
  'paragraph',
  'heading',
  'listItem',
  'list',
  'tableRow',
  'blockquote',
  'code',
  'table',
]);

/** What a reader sees, without markup; HTML comments left out, unknown tags kept. */
export function plainText(node: AnyNode): string {
  if (node.type === 'html') return (node.value ?? '').replace(/<!--[\s\S]*?(-->|$)/g, '');
  if (node.type === 'break') return '\n';
  if (node.value !== undefined) return node.value;
  if (node.children === undefined) return node.alt ?? '';
  return node.children
    .map((child) =>
      node.type === 'tableRow'
        ? `${plainText(child)} `
        : plainText(child) + (blocks.has(child.type) ? '\n' : ''),
    )
    .join('')
    .trim();
}

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

interface Placed {
  readonly position?:
    | {
        readonly start: { readonly offset?: number | undefined; readonly column: number };
        readonly end: { readonly offset?: number | undefined };
      }
    | undefined;
}

export const startOf = (node: Placed): number => node.position?.start.offset ?? 0;
export const endOf = (node: Placed): number => node.position?.end.offset ?? 0;

/** The source between two offsets without the cut ranges, with the indentation of `column` taken off every line. */
export function sourceOf(
  piece: string,
  range: { start: number; end: number; column: number },
  cuts: readonly { start: number; end: number }[] = [],
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
  const indent = new RegExp(`^ {1,${Math.max(1, range.column - 1)}}`);
  return text
    .split('\n')
    .map((line, index) => (index === 0 || range.column <= 1 ? line : line.replace(indent, '')))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/[ \t]+$/gm, '')
    .trim();
}

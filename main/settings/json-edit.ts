/**
 * Changes single values of a JSON text and leaves every other character as it is: the order of keys, keys that we do not
 * know, and how people laid it out. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { nodeAt, parseJsonTree, valueOf, type JsonNode, type JsonPath } from './json-tree.ts';

interface Layout {
  readonly indent: string;
  readonly newline: string;
}

function layoutOf(text: string): Layout {
  return {
    indent: /\n([ \t]+)"/.exec(text)?.[1] ?? '  ',
    newline: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

/** `margin` is the indentation of the line in which the value begins. */
function print(value: unknown, layout: Layout, margin: string): string {
  return JSON.stringify(value, null, layout.indent).replaceAll('\n', layout.newline + margin);
}

function marginAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}

const childrenOf = (node: JsonNode): readonly { readonly start: number; readonly end: number }[] =>
  node.kind === 'object'
    ? node.members.map(({ start, value }) => ({ start, end: value.end }))
    : node.kind === 'array'
      ? node.items
      : [];

const splice = (text: string, start: number, end: number, by: string): string =>
  text.slice(0, start) + by + text.slice(end);

/** Adds a child as the last one, laid out like those before it. */
function append(text: string, parent: JsonNode, key: string | null, value: unknown): string {
  const layout = layoutOf(text);
  const outer = marginAt(text, parent.start);
  const last = childrenOf(parent).at(-1);
  const name = key === null ? '' : `${JSON.stringify(key)}: `;
  if (last === undefined) {
    const inner = outer + layout.indent;
    const body = `${layout.newline}${inner}${name}${print(value, layout, inner)}${layout.newline}${outer}`;
    return splice(text, parent.start + 1, parent.end - 1, body);
  }
  const isOneLine = !text.slice(parent.start, parent.end).includes('\n');
  const inner = isOneLine ? outer : marginAt(text, last.start);
  const gap = isOneLine ? ' ' : layout.newline + inner;
  return splice(text, last.end, last.end, `,${gap}${name}${print(value, layout, inner)}`);
}

/**
 * Puts a value there, and what leads to it. A value that is equal already is left as people wrote it.
 *
 * @throws JsonProblem when the text is not JSON.
 */
export function setIn(text: string, path: JsonPath, value: unknown): string {
  const root = parseJsonTree(text);
  const node = nodeAt(root, path);
  if (node !== undefined) {
    if (isDeepStrictEqual(valueOf(node), value)) return text;
    return splice(
      text,
      node.start,
      node.end,
      print(value, layoutOf(text), marginAt(text, node.start)),
    );
  }
  const above = path.slice(0, -1);
  const step = path.at(-1);
  const parent = nodeAt(root, above);
  if (parent?.kind === 'object') return append(text, parent, String(step), value);
  if (parent?.kind === 'array') return append(text, parent, null, value);
  // Nothing, or something else than a container, stands where it should go.
  return setIn(text, above, typeof step === 'number' ? [value] : { [String(step)]: value });
}

/** @throws JsonProblem when the text is not JSON. */
export function removeIn(text: string, path: JsonPath): string {
  const root = parseJsonTree(text);
  const parent = nodeAt(root, path.slice(0, -1));
  const step = path.at(-1);
  if (parent === undefined || step === undefined) return text;
  const index =
    parent.kind === 'object'
      ? parent.members.findLastIndex(({ key }) => key === step)
      : typeof step === 'number'
        ? step
        : -1;
  const children = childrenOf(parent);
  const child = children[index];
  if (child === undefined) return text;
  const before = children[index - 1];
  const after = children[index + 1];
  // The comma goes with it: the one before, or that after when it is the first.
  if (before !== undefined) return splice(text, before.end, child.end, '');
  if (after !== undefined) return splice(text, child.start, after.start, '');
  return splice(text, parent.start + 1, parent.end - 1, '');
}

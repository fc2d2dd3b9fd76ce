/** HTML as a tree. The parser is the one of browsers: any bytes give a tree, and nothing in it is ever run. */
import rehypeParse from 'rehype-parse';
import { unified } from 'unified';

const parser = unified().use(rehypeParse);

export type HtmlRoot = ReturnType<typeof parser.parse>;
export type HtmlNode = HtmlRoot['children'][number];
export type HtmlElement = Extract<HtmlNode, { type: 'element' }>;
export type HtmlParent = HtmlRoot | HtmlElement;

/** Deeper trees are made to exhaust whoever walks them. */
const deepest = 400;

export const isElement = (node: HtmlNode): node is HtmlElement => node.type === 'element';

/** @throws when it is nested beyond all reason */
export function parseHtml(text: string): HtmlRoot {
  const root = parser.parse(text);
  let level: readonly HtmlElement[] = root.children.filter(isElement);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw new Error('nested too deep');
    level = level.flatMap(({ children }) => children.filter(isElement));
  }
  return root;
}

/** In the order of the document. */
export function* elementsOf(parent: HtmlParent): Generator<HtmlElement> {
  for (const node of parent.children) {
    if (!isElement(node)) continue;
    yield node;
    yield* elementsOf(node);
  }
}

export const textOf = (node: HtmlNode | HtmlRoot): string => {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
};

export function attribute(element: HtmlElement, name: string): string {
  const value = element.properties[name];
  if (Array.isArray(value)) return value.join(' ');
  return value === null || value === undefined ? '' : String(value);
}

export const classesOf = (element: HtmlElement): string[] =>
  attribute(element, 'className').split(/\s+/).filter(Boolean);

/** Keeps the children for which it is true, everywhere below. */
export function keepOnly(parent: HtmlParent, isKept: (node: HtmlNode) => boolean): void {
  parent.children = parent.children.filter(isKept) as typeof parent.children;
  for (const node of parent.children) if (isElement(node)) keepOnly(node, isKept);
}

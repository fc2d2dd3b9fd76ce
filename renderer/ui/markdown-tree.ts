/**
 * Markdown from outside as a tree that is safe to draw. Pure.
 *
 * HTML in it stays text. What remains is cut down to what a runbook needs: no ids that could shadow ours, no images that
 * would ask the network, no style. Nothing here ever becomes an HTML string.
 */
import type { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { common, createLowlight } from 'lowlight';
import rehypeSanitize, { defaultSchema, type Options } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { SKIP, visit } from 'unist-util-visit';
import { visibleText } from './visible-text.ts';

/** A tree of HTML, by the types of what draws it. */
type Nodes = Parameters<typeof toJsxRuntime>[0];
export type Root = Extract<Nodes, { type: 'root' }>;
export type Element = Extract<Nodes, { type: 'element' }>;
type ElementContent = Element['children'][number];

const schema: Options = {
  ...defaultSchema,
  tagNames: (defaultSchema.tagNames ?? []).filter(
    (name) => name !== 'picture' && name !== 'source',
  ),
  protocols: {
    ...defaultSchema.protocols,
    href: ['http', 'https'],
    src: ['data'],
  },
  clobberPrefix: 'text-',
};

const lowlight = createLowlight(common);
/** Highlighting longer blocks takes longer than anyone waits. */
const highlightMax = 20_000;
/** Longer documents are shown as they are written. */
export const markdownMax = 500_000;

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, {
    handlers: {
      html: (_state: unknown, node: { value: string }) => ({ type: 'text', value: node.value }),
    },
  })
  .use(rehypeSanitize, schema);

/** @throws when the text is nested deeper than the parser can follow; show it as written then. */
export function markdownTree(markdown: string): Root {
  const tree = processor.runSync(processor.parse(markdown));
  const slug = createSlugger();
  visit(tree, (node, index, parent) => {
    if (node.type === 'text') {
      node.value = visibleText(node.value);
      return;
    }
    if (node.type !== 'element') return;
    if (/^h[1-6]$/.test(node.tagName)) node.properties = { dataAnchor: slug(textOf(node)) };
    else delete node.properties.id;
    if (node.tagName === 'img' && parent !== undefined && index !== undefined) {
      const src = typeof node.properties.src === 'string' ? node.properties.src : '';
      if (!/^data:image\/(png|jpeg|gif|webp);base64,/i.test(src)) {
        const words = `[image not loaded: ${node.properties.alt ?? ''}]`;
        parent.children[index] = { type: 'text', value: visibleText(words) };
        return SKIP;
      }
    }
    if (node.tagName === 'pre') highlight(node);
  });
  return tree;
}

function highlight(pre: Element): void {
  const [code] = pre.children;
  if (code?.type !== 'element' || code.tagName !== 'code') return;
  const names = Array.isArray(code.properties.className) ? code.properties.className : [];
  const language = names
    .map(String)
    .find((name) => name.startsWith('language-'))
    ?.slice(9);
  const text = textOf(code);
  if (language === undefined || text.length > highlightMax || !lowlight.registered(language))
    return;
  code.children = lowlight.highlight(language, text).children as ElementContent[];
}

function textOf(node: Element | Root): string {
  let text = '';
  visit(node, 'text', (child) => {
    text += child.value;
  });
  return text;
}

/** Anchors the way GitHub makes them, as main/runbooks/names.ts does: both sides must name a section alike. */
export function createSlugger(): (heading: string) => string {
  const used = new Map<string, number>();
  return (heading) => {
    const base = heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let slug = base;
    while (used.has(slug)) {
      const count = (used.get(base) ?? 0) + 1;
      used.set(base, count);
      slug = `${base}-${count}`;
    }
    used.set(slug, 0);
    return slug;
  };
}

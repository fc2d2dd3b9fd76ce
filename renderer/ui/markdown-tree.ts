/**
 * Markdown from outside as a tree that is safe to draw. Pure.
 *
 * It is cut down to what a runbook needs: HTML that says something about text, no ids that could shadow ours, no images
 * that would ask the network, no style. Nothing here ever becomes an HTML string.
 */
import type { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { common, createLowlight } from 'lowlight';
import rehypeSanitize, { defaultSchema, type Options } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { SKIP, visit } from 'unist-util-visit';
import { createSlugger } from '../../preload/anchors.ts';
import { isCheapToDraw } from './markdown-cost.ts';
import { htmlToElements } from './markdown-html.ts';
import { visibleText } from './visible-text.ts';

/** A tree of HTML, by the types of what draws it. */
type Nodes = Parameters<typeof toJsxRuntime>[0];
export type Root = Extract<Nodes, { type: 'root' }>;
export type Element = Extract<Nodes, { type: 'element' }>;
type ElementContent = Element['children'][number];

const schema: Options = {
  ...defaultSchema,
  tagNames: [
    ...(defaultSchema.tagNames ?? []).filter((name) => name !== 'picture' && name !== 'source'),
    'caption',
    'figcaption',
    'figure',
    'mark',
    'small',
    'u',
  ],
  protocols: {
    ...defaultSchema.protocols,
    href: ['http', 'https'],
    src: ['data', 'http', 'https'],
  },
  clobberPrefix: 'text-',
};

const lowlight = createLowlight(common);
/** Highlighting longer blocks takes longer than anyone waits. */
const highlightMax = 8_000;
/** Longer documents are drawn in parts. */
export const markdownMax = 500_000;

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(htmlToElements)
  .use(rehypeSanitize, schema);

const latest = new Map<string, Root>();
const mostKept = 4;

/**
 * Do not change what it returns: the same text is drawn, searched for sections and for links.
 *
 * @throws when the text is nested deeper than the parser can follow, or would cost it too long; show it as written then.
 */
export function markdownTree(markdown: string): Root {
  const known = latest.get(markdown);
  if (known !== undefined) return known;
  if (!isCheapToDraw(markdown)) throw new Error('too dear to draw');
  const tree = makeSafe(processor.runSync(processor.parse(markdown)));
  latest.set(markdown, tree);
  const [oldest] = latest.keys();
  if (latest.size > mostKept && oldest !== undefined) latest.delete(oldest);
  return tree;
}

function makeSafe(tree: Root): Root {
  const slug = createSlugger();
  visit(tree, (node, index, parent) => {
    if (node.type === 'text') {
      node.value = visibleText(node.value);
      return;
    }
    if (node.type !== 'element') return;
    const { properties } = node;
    const own = [properties.id, properties.name].find((name) => typeof name === 'string');
    delete properties.id;
    delete properties.name;
    const depth = Number(/^h([1-6])$/.exec(node.tagName)?.[1] ?? 0);
    if (depth > 0) {
      node.properties = { dataAnchor: slug(headingText(node)), dataDepth: depth };
      // The page has a title of its own, and only that one is the first.
      node.tagName = `h${Math.min(6, depth + 1)}`;
    } else if (typeof own === 'string') properties.dataAnchor = own.replace(/^text-/, '');
    if (node.tagName === 'img' && parent !== undefined && index !== undefined) {
      parent.children[index] = picture(properties);
      return SKIP;
    }
    if (node.tagName === 'blockquote') readCallout(node);
    if (node.tagName === 'pre') highlight(node);
  });
  return tree;
}

/** Nothing is asked for a picture: what is not in the text itself is a place for the one that draws to fill. */
function picture({ src, alt, title }: Element['properties']): ElementContent {
  const address = typeof src === 'string' ? src : '';
  const words = visibleText(typeof alt === 'string' ? alt : '', true);
  if (/^data:image\/(png|jpeg|gif|webp);base64,/i.test(address)) {
    return {
      type: 'element',
      tagName: 'img',
      properties: { src: address, alt: words, ...(typeof title === 'string' ? { title } : {}) },
      children: [],
    };
  }
  const text: ElementContent = { type: 'text', value: `[image not loaded: ${words}]` };
  // An address that was cut off leaves nothing to look for.
  if (address === '' || /^data:/i.test(address)) return text;
  return {
    type: 'element',
    tagName: 'span',
    properties: { dataPicture: address, dataWords: words },
    children: [text],
  };
}

const callouts: Readonly<Record<string, string>> = {
  NOTE: 'Note',
  TIP: 'Tip',
  IMPORTANT: 'Important',
  WARNING: 'Warning',
  CAUTION: 'Caution',
};

/** `> [!WARNING]` in its first line. */
function readCallout(quote: Element): void {
  const first = quote.children.find((child) => child.type === 'element');
  const text = first?.tagName === 'p' ? first.children[0] : undefined;
  if (first === undefined || text?.type !== 'text') return;
  const mark = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|$)/i.exec(text.value);
  const kind = mark?.[1]?.toUpperCase() ?? '';
  const title = callouts[kind];
  if (mark === null || title === undefined) return;
  text.value = text.value.slice(mark[0].length);
  if (text.value === '' && first.children.length === 1) {
    quote.children.splice(quote.children.indexOf(first), 1);
  }
  quote.properties.dataCallout = kind.toLowerCase();
  quote.children.unshift({
    type: 'element',
    tagName: 'p',
    properties: { dataCalloutTitle: '' },
    children: [{ type: 'text', value: title }],
  });
}

function highlight(pre: Element): void {
  const [code] = pre.children;
  if (code?.type !== 'element' || code.tagName !== 'code') return;
  const language = languageOf(code);
  if (language !== null) pre.properties.dataLanguage = language;
  const text = textOf(code);
  if (language === null || text.length > highlightMax || !lowlight.registered(language)) return;
  code.children = lowlight.highlight(language, text).children as ElementContent[];
}

function languageOf(code: Element): string | null {
  const names = Array.isArray(code.properties.className) ? code.properties.className : [];
  const name = names.map(String).find((one) => one.startsWith('language-'));
  return name === undefined ? null : name.slice(9).toLowerCase();
}

export function textOf(node: Element | Root): string {
  let text = '';
  visit(node, 'text', (child) => {
    text += child.value;
  });
  return text;
}

/** With line breaks as the core reads them. */
function headingText(heading: Element): string {
  let text = '';
  visit(heading, (child) => {
    if (child.type === 'text') text += child.value;
    else if (child.type === 'element' && child.tagName === 'br') text += '\n';
  });
  return text.replace(/\s+/g, ' ').trim().slice(0, 1_000);
}

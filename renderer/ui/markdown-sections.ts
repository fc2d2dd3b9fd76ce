/** The headings and the links of a Markdown text, as they are drawn. Pure. */
import { visit } from 'unist-util-visit';
import { foldAnchor } from './scroll-to-anchor.ts';
import { partsOf, roughSections } from './markdown-parts.ts';
import { markdownMax, markdownTree, textOf } from './markdown-tree.ts';

export interface MarkdownSection {
  readonly anchor: string;
  readonly depth: number;
  readonly text: string;
}

/** None for a text that is nested too deep to be drawn with headings. */
export function markdownSections(markdown: string): MarkdownSection[] {
  if (markdown.length > markdownMax) return roughSections(partsOf(markdown));
  try {
    const sections: MarkdownSection[] = [];
    visit(markdownTree(markdown), 'element', (node) => {
      const depth = node.properties.dataDepth;
      if (typeof depth !== 'number') return;
      const anchor = String(node.properties.dataAnchor ?? '');
      const text = textOf(node).replace(/\s+/g, ' ').trim();
      if (anchor !== '') sections.push({ anchor, depth, text: text.slice(0, 200) });
    });
    return sections;
  } catch {
    return [];
  }
}

/** Whether a link to this place finds it: a heading, or anything else that the document names. */
export function hasPlace(markdown: string, anchor: string): boolean {
  if (markdown.length > markdownMax)
    return markdownSections(markdown).some((one) => one.anchor === anchor);
  let isFound = false;
  const folded = foldAnchor(anchor);
  try {
    visit(markdownTree(markdown), 'element', ({ properties: { dataAnchor } }) => {
      isFound ||= typeof dataAnchor === 'string' && foldAnchor(dataAnchor) === folded;
    });
  } catch {
    return false;
  }
  return isFound;
}

const mostLinks = 2_000;

/** The addresses of its links, as written, each once. */
export function markdownLinks(markdown: string): string[] {
  if (markdown.length > markdownMax) return [];
  try {
    const links = new Set<string>();
    visit(markdownTree(markdown), 'element', (node) => {
      const { href } = node.properties;
      if (node.tagName === 'a' && typeof href === 'string' && href !== '') links.add(href);
    });
    return [...links].slice(0, mostLinks);
  } catch {
    return [];
  }
}

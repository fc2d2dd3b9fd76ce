/** The headings of a Markdown text, with the anchors under which it is drawn. Pure. */
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { createSlugger, markdownMax } from './markdown-tree.ts';
import { visibleText } from './visible-text.ts';

export interface MarkdownSection {
  readonly anchor: string;
  readonly depth: number;
  readonly text: string;
}

const processor = unified().use(remarkParse).use(remarkGfm);

/** None for a text that is too long or nested too deep to be drawn with headings. */
export function markdownSections(markdown: string): MarkdownSection[] {
  if (markdown.length > markdownMax) return [];
  try {
    const slug = createSlugger();
    const sections: MarkdownSection[] = [];
    visit(processor.parse(markdown), 'heading', (heading) => {
      let text = '';
      visit(heading, (node) => {
        if ('value' in node && typeof node.value === 'string') text += node.value;
      });
      const shown = visibleText(text, true).trim();
      const anchor = slug(text);
      if (anchor !== '') sections.push({ anchor, depth: heading.depth, text: shown.slice(0, 200) });
    });
    return sections;
  } catch {
    return [];
  }
}

import { visit } from 'unist-util-visit';
import { expect, it } from 'vitest';
import { markdownSections } from '../../../renderer/ui/markdown-sections.ts';
import { markdownMax, markdownTree } from '../../../renderer/ui/markdown-tree.ts';

const drawnAnchors = (markdown: string): string[] => {
  const anchors: string[] = [];
  visit(markdownTree(markdown), 'element', (node) => {
    if (/^h[1-6]$/.test(node.tagName)) anchors.push(String(node.properties.dataAnchor));
  });
  return anchors;
};

it.each([
  '# One\n\n## Stop it\n\n## Stop it\n',
  'Setext\n======\n\nText\n\nOther\n-----\n',
  '## `kubectl` *and* [a link](https://example.org) <namespace>\n',
  '- item\n\n  ## In a list\n\n> ## In a quote\n',
  '```\n# no heading\n```\n\n# A heading\n',
  '## Ünïcode & signs — dash\n',
])('names the sections as they are drawn: %j', (markdown) => {
  const sections = markdownSections(markdown);
  expect(sections.length).toBeGreaterThan(0);
  expect(sections.map(({ anchor }) => anchor)).toEqual(drawnAnchors(markdown));
});

it('shows no control and no turned direction of a heading', () => {
  expect(markdownSections('# a\u202eb\u0007\n')[0]?.text).toBe('a⟨U+202E⟩b␇');
});

it('gives up on a text that is shown as written', () => {
  expect(markdownSections(`# a\n${'x'.repeat(markdownMax)}`)).toEqual([]);
});

import * as fc from 'fast-check';
import { visit } from 'unist-util-visit';
import { describe, expect, it } from 'vitest';
import { drawnTags as coreTags } from '../../../main/runbooks/html-text.ts';
import { parseRunbook } from '../../../main/runbooks/parse.ts';
import { drawnTags } from '../../../renderer/ui/markdown-html.ts';
import { partOf, partsOf } from '../../../renderer/ui/markdown-parts.ts';
import { markdownLinks, markdownSections } from '../../../renderer/ui/markdown-sections.ts';
import { markdownMax, markdownTree } from '../../../renderer/ui/markdown-tree.ts';

const drawnAnchors = (markdown: string): string[] => {
  const anchors: string[] = [];
  visit(markdownTree(markdown), 'element', (node) => {
    if (node.properties.dataDepth !== undefined) anchors.push(String(node.properties.dataAnchor));
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

it('knows the sections of a document of megabytes, and in which part each is drawn', () => {
  const chapter = (number: number): string =>
    `## Alarm ${number}\n\n${'Some text of it.\n\n'.repeat(60)}\n\`\`\`sh\n# no heading\n\`\`\`\n\n## Fix\n\nDo it.\n`;
  const markdown = Array.from({ length: 800 }, (_, number) => chapter(number)).join('\n');
  expect(markdown.length).toBeGreaterThan(markdownMax);
  const sections = markdownSections(markdown);
  expect(sections.map(({ anchor }) => anchor)).toEqual(
    parseRunbook('a.md', markdown).sections.map(({ anchor }) => anchor),
  );
  const parts = partsOf(markdown);
  expect(parts.join('\n')).toBe(markdown);
  for (const number of [0, 399, 799]) {
    expect(parts[partOf(parts, `alarm-${number}`)]).toContain(`## Alarm ${number}\n`);
  }
  const fix = parts[partOf(parts, 'fix-799')] ?? '';
  expect(fix).toContain('## Alarm 799\n');
  expect(partOf(parts, 'nowhere')).toBe(0);
});

it('gives the links as they are written, each once', () => {
  expect(
    markdownLinks('[a](x.md#y) [b](x.md#y) <https://w.example/> [c](javascript:x) [d](#e)'),
  ).toEqual(['x.md#y', 'https://w.example/', '#e']);
});

describe('the core and the window', () => {
  it('draw and read the same tags', () => {
    expect(drawnTags).toEqual(coreTags);
  });

  it('name the sections of any document alike', () => {
    const inline = fc.oneof(
      fc.constantFrom(
        ...'Alarm|`code`|*em*|__strong__|<b>x</b>|<namespace>|&amp;|<br>|[link](x)|![img](y)|<a id="q"></a>|~~s~~|\\#|1.|🙂|Über'.split(
          '|',
        ),
      ),
      fc.stringMatching(/^[A-Za-z0-9 .:-]{0,10}$/),
    );
    const line = fc
      .tuple(
        fc.constantFrom('# ', '## ', '### ', '- ', '> ', '', '    ', '1. '),
        fc.array(inline, { maxLength: 4 }).map((parts) => parts.join(' ')),
        fc.constantFrom('\n', '\n\n', '\n---\n', '\n```\n', '\n\n'),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('');
        const { markdown, sections } = parseRunbook('a.md', text);
        const own = sections.map(({ anchor }) => anchor).filter((anchor) => anchor !== '');
        const drawn = new Set(markdownSections(markdown).map(({ anchor }) => anchor));
        // Headings within quotations and lists are drawn, and begin no section of the core.
        expect(own.filter((anchor) => !drawn.has(anchor))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

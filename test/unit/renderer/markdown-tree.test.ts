import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlugger as createMainSlugger } from '../../../main/runbooks/names.ts';
import {
  createSlugger,
  markdownTree,
  type Element,
  type Root,
} from '../../../renderer/ui/markdown-tree.ts';

type RootContent = Root['children'][number];

function elements(node: Root | RootContent): Element[] {
  const own = node.type === 'element' ? [node] : [];
  return 'children' in node ? [...own, ...node.children.flatMap(elements)] : own;
}
const namesOf = (markdown: string): string[] =>
  elements(markdownTree(markdown)).map(({ tagName }) => tagName);
function textOf(node: Root | RootContent): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}

describe('markdown from outside', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'text <b onclick="x()">bold</b>',
    '<iframe src="https://evil.example"></iframe>',
    '<style>body{display:none}</style>',
  ])('shows the HTML %s as text', (html) => {
    const tree = markdownTree(html);
    expect(namesOf(html).filter((name) => name !== 'p')).toEqual([]);
    expect(textOf(tree)).toContain(html.slice(0, 7));
  });

  it.each([
    ['[x](javascript:alert(1))'],
    ['[x](JaVaScRiPt:alert(1))'],
    ['[x](data:text/html,hello)'],
    ['[x](file:///etc/passwd)'],
    ['[x](vbscript:x)'],
  ])('gives no address to %s', (markdown) => {
    const links = elements(markdownTree(markdown)).filter(({ tagName }) => tagName === 'a');
    for (const link of links) expect(link.properties.href).toBeUndefined();
  });

  it('keeps web links', () => {
    const [link] = elements(markdownTree('[wiki](https://wiki.example/a?b=c)')).filter(
      ({ tagName }) => tagName === 'a',
    );
    expect(link?.properties.href).toBe('https://wiki.example/a?b=c');
  });

  it('loads no image from anywhere, and says what it would have shown', () => {
    const tree = markdownTree(
      '![graph](https://evil.example/pixel.png) ![svg](data:image/svg+xml,x)',
    );
    expect(elements(tree).some(({ tagName }) => tagName === 'img')).toBe(false);
    expect(textOf(tree)).toContain('[image not loaded: graph]');
  });

  it('gives nothing an id or a style that could reach into the page', () => {
    const tree = markdownTree(
      '# root\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n\nText[^1]\n\n[^1]: note',
    );
    for (const { properties } of elements(tree)) {
      expect(properties.id).toBeUndefined();
      expect(properties.style).toBeUndefined();
    }
  });

  it('keeps task lists, tables and highlighted commands', () => {
    const names = namesOf('- [x] done\n\n| a |\n|---|\n| 1 |\n\n```bash\necho "$HOME"\n```');
    expect(names).toEqual(expect.arrayContaining(['input', 'table', 'pre', 'code', 'span']));
  });

  it('names sections as the core does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 8 }), (headings) => {
        const [ours, theirs] = [createSlugger(), createMainSlugger()];
        expect(headings.map(ours)).toEqual(headings.map(theirs));
      }),
    );
  });

  it('shows controls instead of obeying them', () => {
    expect(textOf(markdownTree('abc\u202Edef \u001B[31m'))).toBe('abc⟨U+202E⟩def ␛[31m');
  });
});

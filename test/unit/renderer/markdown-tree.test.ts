import { describe, expect, it } from 'vitest';
import { markdownTree, type Element, type Root } from '../../../renderer/ui/markdown-tree.ts';

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
    '<iframe src="https://evil.example"></iframe>',
    '<style>body{display:none}</style>',
    '<svg onload=alert(1)><a href="javascript:x">y</a></svg>',
    '<form action="https://evil.example"><input name=x></form>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example">',
    '<namespace>',
    '<video src="https://evil.example/a.mp4">',
    '<math><mtext></math>',
  ])('shows the HTML %s as text', (html) => {
    const tree = markdownTree(html);
    expect(namesOf(html).filter((name) => name !== 'p' && name !== 'a')).toEqual([]);
    expect(textOf(tree)).toContain(html.slice(0, 5));
  });

  it('draws HTML that says something about text, and nothing else of it', () => {
    const html =
      '<details open ontoggle=x><summary style="color:red">More</summary>\n\nText <b onclick="x()" class="y">bold</b><br>\n\n</details>\n\n' +
      '<table><tr><td colspan=2 background="https://evil.example">cell</td></tr></table> <kbd>x</kbd>';
    expect(namesOf(html)).toEqual(
      expect.arrayContaining(['details', 'summary', 'b', 'br', 'table', 'tr', 'td', 'kbd']),
    );
    for (const { properties } of elements(markdownTree(html))) {
      const names = Object.keys(properties).filter((name) => !/^(open|colSpan)$/.test(name));
      expect(names).toEqual([]);
    }
  });

  it.each([
    ['<a href="javascript:alert(1)">x</a>', undefined],
    ['<a href=" &#106;avascript:alert(1)">x</a>', undefined],
    ['<a href="https://wiki.example/" target="_top" onclick="x">x</a>', 'https://wiki.example/'],
    ['<a href="../other.md">x</a>', '../other.md'],
  ])('of %s keeps an address only of the web or of the library', (html, href) => {
    const [link] = elements(markdownTree(html)).filter(({ tagName }) => tagName === 'a');
    expect(link?.properties).toEqual(href === undefined ? {} : { href });
  });

  it('leaves comments out', () => {
    expect(textOf(markdownTree('a <!-- no --> b\n\n<!-- no\n\nno -->\n\nc'))).not.toContain('no');
  });

  it('lets a picture wait for its copy, without an address that a page would load', () => {
    const pictures = elements(
      markdownTree('![Load](img/a.svg) <img src="https://evil.example/p.png" alt="x" srcset="y">'),
    );
    expect(pictures.map(({ tagName, properties }) => [tagName, properties])).toEqual([
      ['p', {}],
      ['span', { dataPicture: 'img/a.svg', dataWords: 'Load' }],
      ['span', { dataPicture: 'https://evil.example/p.png', dataWords: 'x' }],
    ]);
  });

  it('draws a callout with its name', () => {
    const tree = markdownTree('> [!WARNING]\n> Careful\n\n> [!NOPE]\n> x');
    const [callout, quote] = elements(tree).filter(({ tagName }) => tagName === 'blockquote');
    expect(callout?.properties).toEqual({ dataCallout: 'warning' });
    expect(textOf(tree)).toMatch(/Warning\s*Careful/);
    expect(quote?.properties).toEqual({});
  });

  it('keeps the places that a document names, and headings one below the page’s own', () => {
    const tree = markdownTree('# A\n\n<a name="own"></a>\n\n## B <a id="b-id"></a>\n');
    expect(
      elements(tree).flatMap(({ tagName, properties }) =>
        properties.dataAnchor === undefined ? [] : [[tagName, properties.dataAnchor]],
      ),
    ).toEqual([
      ['h2', 'a'],
      ['a', 'own'],
      ['h3', 'b'],
      ['a', 'b-id'],
    ]);
  });

  it('stands HTML that never ends, and as much of it as anyone sends', () => {
    for (const html of ['<b>'.repeat(20_000), '<table><tr>'.repeat(5_000), '<a '.repeat(20_000)]) {
      expect(elements(markdownTree(html)).length).toBeLessThan(200);
    }
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
      '![graph](https://evil.example/pixel.png) ![svg](data:image/svg+xml,x) ![](javascript:x)',
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

  it('shows controls instead of obeying them', () => {
    expect(textOf(markdownTree('abc\u202Edef \u001B[31m'))).toBe('abc⟨U+202E⟩def ␛[31m');
  });
});

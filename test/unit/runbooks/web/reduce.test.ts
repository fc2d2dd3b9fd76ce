import * as fc from 'fast-check';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { describe, expect, it } from 'vitest';
import { reducePage } from '../../../../main/runbooks/web/reduce.ts';

const address = 'https://wiki.acme.org/ops/disk/';
const markdown = (html: string): string => reducePage(html, address).markdown;
const words = 'When the disk is full, free some space before anything else happens.';

describe('what is kept of a page', () => {
  it.each<[string, string]>([
    ['main', `<nav>Menu</nav><main><p>${words}</p></main><footer>Acme</footer>`],
    [
      'article',
      `<div class="sidebar">Menu</div><article><p>${words}</p></article><aside>Ads</aside>`,
    ],
    [
      'a role',
      `<div role="navigation">Menu</div><div role="main"><p>${words}</p></div><div role="contentinfo">Acme</div>`,
    ],
    [
      'GitHub',
      `<header>Menu</header><div class="Box"><article class="markdown-body"><p>${words}</p></article></div><footer>Acme</footer>`,
    ],
    [
      'Confluence',
      `<div id="header">Menu</div><div id="main-content" class="wiki-content"><p>${words}</p></div><div id="likes-and-labels-container">Acme</div>`,
    ],
    [
      'MediaWiki',
      `<div id="mw-navigation"><nav>Menu</nav></div><div id="content"><div id="mw-content-text"><p>${words}<span class="mw-editsection">[edit]</span></p></div></div>`,
    ],
    [
      'Docusaurus',
      `<nav class="navbar">Menu</nav><div class="theme-doc-markdown"><p>${words}</p></div><nav class="pagination">Next</nav>`,
    ],
    [
      'Hugo',
      `<div class="td-sidebar-nav">Menu</div><main><div class="td-content"><div class="td-page-meta"><aside>Edit</aside></div><p>${words}</p></div></main>`,
    ],
    [
      'Sphinx',
      `<div class="sphinxsidebar">Menu</div><div class="document" role="main"><p>${words}<a class="headerlink" href="#x">¶</a></p></div>`,
    ],
    [
      'nothing that says where',
      `<header><a href="/">Menu</a></header><div><p>${words}</p></div><footer>Acme</footer>`,
    ],
  ])('is its text, where %s says so', (_what, body) => {
    expect(markdown(`<html><body>${body}</body></html>`).trim()).toBe(words);
  });

  it('is the body where the main part is only a teaser', () => {
    const text = markdown(`<main><p>Read on</p></main><div><p>${words.repeat(3)}</p></div>`);
    expect(text).toContain(words);
  });

  it.each<[string, string, string]>([
    [
      'a list with boxes',
      '<ul><li><input type="checkbox" checked> a</li><li><input type="checkbox"> b</li></ul>',
      '- [x] a\n- [ ] b',
    ],
    ['nested lists', '<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>', '1. a\n   - b\n2. c'],
    [
      'a table with bars',
      '<table><tr><th>a</th></tr><tr><td>x | y</td></tr></table>',
      '| a      |\n| ------ |\n| x \\| y |',
    ],
    [
      'GitHub code',
      '<div class="highlight highlight-source-shell"><pre><span class="c1">df</span> -h\n</pre></div>',
      '```shell\ndf -h\n```',
    ],
    [
      'Hugo code',
      '<div class="highlight"><pre><code class="language-sh" data-lang="sh"><span>df</span> -h\n</code></pre></div>',
      '```sh\ndf -h\n```',
    ],
    [
      'numbered code',
      '<table class="lntable"><tr><td><pre>1\n2</pre></td><td><pre><code class="language-sh">a\nb</code></pre></td></tr></table>',
      '```sh\na\nb\n```',
    ],
    [
      'Sphinx code',
      '<div class="highlight-bash notranslate"><div class="highlight"><pre>df -h\n</pre></div></div>',
      '```bash\ndf -h\n```',
    ],
    ['code with line breaks', '<pre>a<br>b</pre>', '```\na\nb\n```'],
    ['a placeholder', '<p>Use &lt;namespace&gt; here</p>', 'Use \\<namespace> here'],
    ['an anchor of its own', '<h2 id="disk-full-alert">Disk</h2>', '## Disk {#disk-full-alert}'],
    ['an anchor like its words', '<h2 id="disk-full">Disk full</h2>', '## Disk full'],
    [
      'a link',
      '<p><a href="../queue?x=1#y">q</a> <a href="#here">h</a></p>',
      '[q](https://wiki.acme.org/ops/queue?x=1#y) [h](#here)',
    ],
  ])('keeps %s', (_what, html, expected) => {
    expect(markdown(`<main><p>${words}</p>${html}</main>`)).toBe(`${words}\n\n${expected}\n`);
  });

  it('takes images where sites load them late, whole, and each once', () => {
    const page = reducePage(
      `<main><p>${words}</p><img src="data:image/gif;base64,AAAA" data-src="/a.png"><img srcset="b.png 1x, c.png 2x"><img src="/a.png" alt="again"><img src="javascript:x" alt="gone"><img src="ftp://h/x"></main>`,
      address,
    );
    expect(page.images).toEqual([
      'https://wiki.acme.org/a.png',
      'https://wiki.acme.org/ops/disk/b.png',
    ]);
    expect(page.markdown).toContain('gone');
  });

  it('follows the base that a page names, but only to the web', () => {
    expect(
      markdown(
        `<base href="https://docs.acme.org/x/"><main><p>${words} <a href="y">y</a></p></main>`,
      ),
    ).toContain('(https://docs.acme.org/x/y)');
    expect(
      markdown(`<base href="javascript:x//"><main><p>${words} <a href="y">y</a></p></main>`),
    ).toContain('(https://wiki.acme.org/ops/disk/y)');
  });

  it.each([
    [`<title>Disk full | Acme wiki</title><main><p>${words}</p></main>`, 'Disk full'],
    [`<title>Disk full - Acme</title><main><p>${words}</p></main>`, 'Disk full'],
    [`<title>Acme</title><main><h1>Disk  <b>full</b></h1><p>${words}</p></main>`, 'Disk full'],
    [`<main><p>${words}</p></main>`, ''],
  ])('is called as the page calls itself', (html, title) => {
    expect(reducePage(html, address).title).toBe(title);
  });

  it('a shell that a program would fill is said to be empty, and a login to be one', () => {
    expect(reducePage('<div id="app"></div><script>draw()</script>', address).isEmpty).toBe(true);
    expect(reducePage(`<form><input type="PASSWORD"></form><p>${words}</p>`, address).isLogin).toBe(
      true,
    );
    expect(reducePage(`<p>${words}</p>`, address)).toMatchObject({
      isEmpty: false,
      isLogin: false,
    });
  });

  it('whatever the page, no link or image in the copy is anything but the web', () => {
    const opening = fc.constantFrom<[string, string]>(
      ['a', 'href'],
      ['img', 'src'],
      ['img', 'data-src'],
      ['img', 'alt'],
      ['base', 'href'],
      ['h2', 'id'],
      ['pre', 'class'],
      ['svg', 'href'],
      ['template', 'id'],
      ['td', 'style'],
    );
    const value = fc.oneof(
      fc.constantFrom(
        'javascript:alert(1)',
        ' JAVA\nSCRIPT:x',
        'data:text/html,x',
        'vbscript:x',
        '//evil',
        'file:///x',
        '#x',
        ')[x](javascript:y)',
        '"><script>',
        '"><a href=javascript:z>z',
      ),
      fc.string(),
    );
    const piece = fc
      .tuple(opening, value, fc.string())
      .map(([[name, attribute], text, inner]) => `<${name} ${attribute}="${text}">${inner}`);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = markdown(`<main><p>${words}</p>${pieces.join('')}</main>`);
        // As a reader of Markdown sees it: what stands in code is words.
        visit(unified().use(remarkParse).parse(text), (node) => {
          const target = 'url' in node ? node.url : '';
          expect(target).toMatch(/^(https?:\/\/|#|nightdesk-image-\d+$|$)/i);
          expect(node.type === 'html' ? node.value : '').not.toMatch(
            /<(script|iframe|svg|img|a |style)/i,
          );
        });
      }),
      { numRuns: 150 },
    );
  });

  it('code that looks like a link stays words', () => {
    expect(markdown(`<main><p>${words}</p><pre>a](javascript:alert(1))</pre></main>`)).toContain(
      '```\na](javascript:alert(1))\n```',
    );
  });

  it('a tree made to exhaust whoever walks it is refused', () => {
    expect(() => markdown('<div>'.repeat(3_000))).toThrow(/nested too deep|call stack/);
  });
});

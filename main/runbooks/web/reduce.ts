/**
 * From a web page to Markdown that reads well without its site. Pure.
 *
 * What comes out is text like any other runbook's: it is parsed again, and drawn sanitised. Scripts, styles, forms and event
 * handlers do not survive, links are made whole, and only http and https are links at all.
 */
import rehypeRemark from 'rehype-remark';
import remarkGfm from 'remark-gfm';
import remarkStringify from 'remark-stringify';
import { unified } from 'unified';
import {
  attribute,
  classesOf,
  elementsOf,
  isElement,
  parseHtml,
  textOf,
  type HtmlElement,
  type HtmlNode,
  type HtmlParent,
  type HtmlRoot,
} from './html.ts';
import { mainContent } from './main-content.ts';

export interface ReducedPage {
  readonly title: string;
  /** Without front matter. Images stand in it as `imageMark` makes them. */
  readonly markdown: string;
  /** Addresses of its images, in order, each once. */
  readonly images: readonly string[];
  /** It asks for a password: this is a login, whatever its address says. */
  readonly isLogin: boolean;
  /** There is (next to) nothing to read: a program in the browser would draw it. */
  readonly isEmpty: boolean;
}

const mostImages = 60;
const leastText = 40;

/** In place of an image's address until it is known where its copy stands. */
export const imageMark = (index: number): string => `nightdesk-image-${index}`;

const writer = unified()
  .use(rehypeRemark)
  .use(remarkGfm)
  .use(remarkStringify, { bullet: '-', fences: true, rule: '-', emphasis: '_' });

function whole(address: string, base: string): string | null {
  const url = URL.parse(address.trim(), base);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.username = '';
  url.password = '';
  return url.href;
}

/** Empty text nodes keep the shape of the tree simple. */
const text = (value: string): HtmlNode => ({ type: 'text', value });

function rewriteChildren(parent: HtmlParent, rewrite: (element: HtmlElement) => HtmlNode[]): void {
  const children = parent.children as HtmlNode[];
  parent.children = children.flatMap((node) => {
    if (!isElement(node)) return node;
    rewriteChildren(node, rewrite);
    return rewrite(node);
  }) as typeof parent.children;
}

/** The address that really is the image, where sites load images late. */
function imageAddress(element: HtmlElement): string {
  for (const name of ['dataSrc', 'dataOriginal', 'dataLazySrc', 'src']) {
    const value = attribute(element, name);
    if (value !== '' && !/^data:image\/(gif|svg)/i.test(value)) return value;
  }
  const candidates = attribute(element, 'srcSet').split(',');
  return candidates[0]?.trim().split(/\s+/)[0] ?? '';
}

/** `sh` of `language-sh`, `highlight-source-shell`, `brush: bash`, `data-lang="sh"`. */
function languageOf(pre: HtmlElement, above: readonly HtmlElement[]): string {
  const code = pre.children.find(
    (node): node is HtmlElement => isElement(node) && node.tagName === 'code',
  );
  for (const element of [
    ...(code === undefined ? [] : [code]),
    pre,
    ...above.slice(-3).toReversed(),
  ]) {
    const named = attribute(element, 'dataLang') || attribute(element, 'dataLanguage');
    if (/^[\w+#.-]{1,30}$/.test(named)) return named;
    for (const name of classesOf(element)) {
      const found =
        /^(?:language-|lang-|highlight-(?:source|text)-|highlight-|brush:?)([\w+#.-]{1,30})$/i.exec(
          name,
        );
      if (found?.[1] !== undefined && !/^(default|none|text|plain)$/i.test(found[1]))
        return found[1].toLowerCase();
    }
  }
  return '';
}

/** Highlighters cut a command into a hundred spans: it is one text again. */
function plainCode(parent: HtmlParent, above: readonly HtmlElement[] = []): void {
  for (const node of parent.children) {
    if (!isElement(node)) continue;
    if (node.tagName !== 'pre') {
      plainCode(node, [...above, node]);
      continue;
    }
    const language = languageOf(node, above);
    for (const line of elementsOf(node))
      if (line.tagName === 'br') line.children = [{ type: 'text', value: '\n' }];
    const value = textOf(node).replace(/\n$/, '');
    node.properties = {};
    node.children = [
      {
        type: 'element',
        tagName: 'code',
        properties: language === '' ? {} : { className: [`language-${language}`] },
        children: [{ type: 'text', value: `${value}\n` }],
      },
    ];
  }
}

/** Tables that only number the lines of code in their second cell. */
function codeOfTable(table: HtmlElement): HtmlElement | null {
  const pres = [...elementsOf(table)].filter(({ tagName }) => tagName === 'pre');
  const isCode = classesOf(table).some((name) =>
    /^(?:lntable|highlighttable|rouge-table|codehilitetable)$/i.test(name),
  );
  return isCode ? (pres.at(-1) ?? null) : null;
}

const headings = /^h[1-6]$/;

/** The anchor of a heading stays in the text, where links to it can find it. */
function keepAnchor(heading: HtmlElement): void {
  const inner = [...elementsOf(heading)].map(
    (element) => attribute(element, 'id') || attribute(element, 'name'),
  );
  const id = [attribute(heading, 'id'), ...inner].find((one) =>
    /^[\p{L}\p{N}_.:-]{1,120}$/u.test(one),
  );
  const words = textOf(heading).trim();
  if (id === undefined || words === '') return;
  const slug = words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  if (slug !== id.toLowerCase()) heading.children.push({ type: 'text', value: ` {#${id}}` });
}

const isPermalink = (element: HtmlElement): boolean =>
  element.tagName === 'a' &&
  attribute(element, 'href').includes('#') &&
  /^\s*(?:[#¶§🔗]|link|permalink|anchor)?\s*$/iu.test(textOf(element)) &&
  ![...elementsOf(element)].some(({ tagName }) => tagName === 'img');

function titleOf(root: HtmlRoot, content: HtmlParent): string {
  const first = [...elementsOf(content)].find(({ tagName }) => tagName === 'h1');
  const title = [...elementsOf(root)].find(({ tagName }) => tagName === 'title');
  const line = (node: HtmlElement | undefined): string =>
    node === undefined ? '' : textOf(node).replace(/\s+/g, ' ').trim();
  // "Disk full | Acme wiki": the site is named by its address already.
  const own = line(first) || (line(title).split(/\s+[|·–—]\s+|\s+-\s+/)[0] ?? '');
  return own.slice(0, 300);
}

/** @throws when the page cannot be read at all */
export function reducePage(html: string, address: string): ReducedPage {
  const root = parseHtml(html);
  const all = [...elementsOf(root)];
  const isLogin = all.some(
    (element) =>
      element.tagName === 'input' && attribute(element, 'type').toLowerCase() === 'password',
  );
  const baseElement = all.find(({ tagName }) => tagName === 'base');
  const base =
    baseElement === undefined
      ? address
      : (whole(attribute(baseElement, 'href'), address) ?? address);
  const wholeTitle = titleOf(root, root);
  const content = mainContent(root);
  const title = titleOf(root, content) || wholeTitle;
  const images: string[] = [];
  rewriteChildren(content, (element) => {
    if (element.tagName === 'table') {
      const code = codeOfTable(element);
      if (code !== null) return [code];
    }
    if (isPermalink(element)) return [];
    if (element.tagName === 'a') {
      const href = attribute(element, 'href');
      const url = href === '' ? null : whole(href, base);
      // A link into this page stays one.
      const isHere = href.startsWith('#') && href.length > 1;
      if (url === null && !isHere) return element.children;
      element.properties = { href: isHere ? href : (url ?? '') };
    }
    if (element.tagName === 'img') {
      const url = whole(imageAddress(element), base);
      const alt = attribute(element, 'alt').slice(0, 300);
      if (url === null) return alt === '' ? [] : [text(alt)];
      const known = images.indexOf(url);
      if (known === -1 && images.length >= mostImages) return alt === '' ? [] : [text(alt)];
      const index = known === -1 ? images.push(url) - 1 : known;
      element.properties = { src: imageMark(index), alt };
    }
    if (headings.test(element.tagName)) keepAnchor(element);
    return [element];
  });
  plainCode(content);
  const tree = writer.runSync({ type: 'root', children: content.children });
  const markdown = writer.stringify(tree).trim();
  const words = textOf(content).replace(/\s+/g, ' ').trim();
  return {
    title,
    markdown: `${markdown}\n`,
    images,
    isLogin,
    isEmpty: words.length < leastText && images.length === 0,
  };
}

/**
 * Finds what a page says among what its site puts around it: menus, banners, footers. Pure.
 *
 * Sites say where it is (`main`, `article`, the classes of wikis and generators); where none does, it is the body without
 * what is plainly around it.
 */
import {
  attribute,
  classesOf,
  elementsOf,
  isElement,
  keepOnly,
  textOf,
  type HtmlElement,
  type HtmlNode,
  type HtmlRoot,
} from './html.ts';

/** Never text for people. */
const dropped = new Set(
  (
    'script style noscript template iframe object embed applet canvas audio video source track link meta base ' +
    'button input select textarea option datalist dialog map area portal frame frameset svg math head title'
  ).split(' '),
);

/** Around the text, wherever it stands. */
const around = new Set(['nav', 'footer', 'aside', 'menu', 'search']);
const aroundRoles = new Set([
  'navigation',
  'banner',
  'contentinfo',
  'complementary',
  'search',
  'menu',
  'menubar',
  'toolbar',
  'dialog',
  'alertdialog',
]);
const aroundNames =
  /^(?:(?:.*[-_])?(?:sidebar|sidenav|navbar|breadcrumbs?|pagination|pager|cookie(?:[-_].*)?|consent|skip-?link|skip-?to-?content|visually-hidden|sr-only|share-?(?:buttons|links)|social|edit-?(?:this-?)?page|toc|table-of-contents|page-?metadata|likes-and-labels-container|comments?-?(?:section|area)?|footer|feedback|prev-?next|headerlink|anchorjs-link|td-heading-self-link|zeroclipboard-container|copybtn|lineno|linenos|lnt|gutter)|printfooter|mw-editsection|toctree-wrapper|noprint)$/i;

/** Where sites put their text, the surest first. */
const places: readonly ((element: HtmlElement) => boolean)[] = [
  // Wikis and forges.
  (element) => attribute(element, 'id') === 'main-content' && element.tagName !== 'main',
  (element) => attribute(element, 'id') === 'mw-content-text',
  (element) => classesOf(element).includes('markdown-body'),
  (element) => classesOf(element).includes('js-wiki-page-content'),
  (element) => classesOf(element).includes('wiki-content'),
  // Generators of documentation.
  (element) => attribute(element, 'itemProp') === 'articleBody',
  (element) =>
    classesOf(element).some((name) =>
      /^(?:td-content|md-content__inner|theme-doc-markdown|rst-content|post-content|entry-content|article-body|page-content|book-page)$/i.test(
        name,
      ),
    ),
  (element) => element.tagName === 'article',
  (element) => element.tagName === 'main' || attribute(element, 'role') === 'main',
  (element) => /^(?:content|main|document|docs?-content)$/i.test(attribute(element, 'id')),
  (element) => classesOf(element).some((name) => /^(?:content|document|main)$/i.test(name)),
];

/** Less text than this is a teaser, or a shell that a program fills. */
const leastText = 40;

const isHidden = (element: HtmlElement): boolean =>
  'hidden' in element.properties ||
  attribute(element, 'ariaHidden') === 'true' ||
  /display\s*:\s*none/i.test(attribute(element, 'style'));

/** The box of a task list. */
const isTask = (element: HtmlElement): boolean =>
  element.tagName === 'input' && attribute(element, 'type').toLowerCase() === 'checkbox';

function isAround(element: HtmlElement): boolean {
  if (isTask(element)) return false;
  if (dropped.has(element.tagName) || around.has(element.tagName)) return true;
  if (isHidden(element) || aroundRoles.has(attribute(element, 'role').toLowerCase())) return true;
  // A heading may be called "footer": it is still a heading.
  if (/^h[1-6]$/.test(element.tagName) || ['body', 'main', 'article'].includes(element.tagName)) {
    return false;
  }
  return [attribute(element, 'id'), ...classesOf(element)].some((name) => aroundNames.test(name));
}

const sizeOf = (node: HtmlNode | HtmlRoot): number => textOf(node).replace(/\s+/g, ' ').length;

/** The heading of a site stands above its main part: it is around, but that of an article is not. */
const isSiteHeader = (element: HtmlElement): boolean =>
  element.tagName === 'header' && ![...elementsOf(element)].some(({ tagName }) => tagName === 'h1');

/** The element that holds the text, without what is around it. Changes the tree. */
export function mainContent(root: HtmlRoot): HtmlElement | HtmlRoot {
  const body = [...elementsOf(root)].find(({ tagName }) => tagName === 'body') ?? root;
  keepOnly(body, (node) => (isElement(node) ? !isAround(node) : node.type === 'text'));
  const whole = sizeOf(body);
  const all = [...elementsOf(body)];
  for (const isPlace of places) {
    // The largest: a list of articles has many, a page has one.
    const found = all
      .filter(isPlace)
      .map((element) => ({ element, size: sizeOf(element) }))
      .toSorted((a, b) => b.size - a.size)[0];
    if (found === undefined || found.size < leastText) continue;
    // A third of the page at least: else it is a box, and the text is elsewhere.
    if (found.size * 3 >= whole) return found.element;
  }
  keepOnly(body, (node) => !isElement(node) || !isSiteHeader(node));
  return body;
}

/** The links and images of a runbook that name a place beside it: no web addresses, no sections, no paths of a site. Pure. */
import type { AnyNode } from '../blocks.ts';
import { parsePiece, splitPieces } from '../markdown.ts';

const mostLinks = 500;

const htmlLink = /<(?:img|a)\b[^<>]{0,2000}?\b(?:src|href)\s*=\s*["']?([^"'\s>]{1,2000})/gi;
const patterns = [
  /\]\(\s*<([^<>\n]{1,2000})>/g,
  /\]\(\s*([^\s<>)]{1,2000})/g,
  /^ {0,3}\[[^\]\n]{1,1000}\]:\s*<?([^\s>]{1,2000})/gm,
  htmlLink,
];

/** Templates fill these in elsewhere. */
const isFilledIn = /[{}<>$|`*]|%7[bBdD]|%3[cCeE]/;

const namesPlaceBeside = (link: string): boolean =>
  link !== '' &&
  !/^(?:[a-z][a-z0-9+.-]*:|[/\\#?]|www\.)/i.test(link) &&
  !/^[^/]+@[^/]+$/.test(link) &&
  !isFilledIn.test(link);

const beside = (links: Iterable<string>): string[] => {
  const found = new Set<string>();
  for (const link of links) {
    if (found.size >= mostLinks) break;
    if (namesPlaceBeside(link.trim())) found.add(link.trim());
  }
  return [...found];
};

/** Quickly, and too many: also what only looks like a link, in code for example. */
export const maybeLinks = (markdown: string): string[] => beside(written(markdown));

function* written(markdown: string): Generator<string> {
  for (const pattern of patterns) {
    for (const [, link = ''] of markdown.matchAll(pattern)) yield link;
  }
}

const linksIn = (node: AnyNode): string[] => [
  ...('url' in node ? [node.url] : []),
  ...(node.type === 'html' ? [...node.value.matchAll(htmlLink)].map((one) => one[1] ?? '') : []),
  ...('children' in node ? node.children.flatMap((child: AnyNode) => linksIn(child)) : []),
];

/** As a reader of the document sees them; slow. */
export function* readLinks(markdown: string): Generator<void, string[]> {
  const links: string[] = [];
  for (const piece of splitPieces(markdown)) {
    for (const block of parsePiece(piece) ?? []) links.push(...linksIn(block));
    yield;
  }
  return beside(links);
}

const leadsOn = /\]\(|\bhttps?:\/\//i;
const mostOfStub = 200;

/** How many characters a document has that says next to nothing and leads nowhere either; null: it says more. */
export function stubLength(markdown: string): number | null {
  if (markdown.length > 20 * mostOfStub || leadsOn.test(markdown)) return null;
  const text = markdown
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length < mostOfStub ? text.length : null;
}

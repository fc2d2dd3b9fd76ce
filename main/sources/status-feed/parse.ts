/**
 * RSS 2.0, RSS 1.0 and Atom to entries. Pure.
 *
 * The text is a stranger's: the parser knows no entities but XML's own and reads no DTD; its size is bounded.
 */
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { feedInstant } from './feed-instant.ts';

const longestFeed = 2_000_000;

export interface FeedEntry {
  readonly id: string | null;
  /** https or http; resolved against its base. */
  readonly link: string | null;
  readonly title: string;
  /** The body as it is written there: HTML or text. */
  readonly body: string;
  /** When it last changed, and when it came; null when that cannot be read. */
  readonly updatedAt: string | null;
  readonly publishedAt: string | null;
}

export interface Feed {
  readonly format: 'RSS' | 'Atom';
  readonly title: string;
  readonly entries: readonly FeedEntry[];
}

/** `isTorn`: it is a feed, but a broken one. */
export class FeedProblem extends Error {
  readonly isTorn: boolean;

  constructor(message: string, isTorn: boolean) {
    super(message);
    this.name = 'FeedProblem';
    this.isTorn = isTorn;
  }
}

const localName = ({ name }: XmlElement): string => name.slice(name.indexOf(':') + 1).toLowerCase();

const elements = (parent: XmlElement): XmlElement[] =>
  parent.children.filter((child) => child instanceof XmlElement);

const children = (parent: XmlElement, name: string): XmlElement[] =>
  elements(parent).filter((child) => localName(child) === name);

/** The text of the first of these that is there and not blank. */
function textOf(parent: XmlElement, names: readonly string[]): string | null {
  for (const name of names) {
    for (const child of children(parent, name)) {
      const text = child.text.trim();
      if (text !== '') return text;
    }
  }
  return null;
}

const baseOf = (element: XmlElement, base: string): string => {
  const own = element.attributes['xml:base'];
  return own === undefined ? base : (URL.parse(own, base)?.href ?? base);
};

function linkOf(entry: XmlElement, base: string): string | null {
  for (const link of children(entry, 'link')) {
    const { rel = 'alternate', href } = link.attributes;
    if (rel !== 'alternate') continue;
    const address = URL.parse(href ?? link.text.trim(), baseOf(link, base));
    if (address !== null && /^https?:$/.test(address.protocol)) return address.href;
  }
  return null;
}

function entryOf(element: XmlElement, base: string): FeedEntry {
  const own = baseOf(element, base);
  const publishedAt = feedInstant(textOf(element, ['published', 'issued', 'pubdate', 'date']));
  return {
    id: textOf(element, ['guid', 'id']),
    link: linkOf(element, own),
    title: textOf(element, ['title']) ?? '',
    body: textOf(element, ['encoded', 'content', 'description', 'summary']) ?? '',
    updatedAt:
      feedInstant(textOf(element, ['updated', 'modified', 'pubdate', 'date'])) ?? publishedAt,
    publishedAt,
  };
}

const looksLikeFeed = (text: string): boolean =>
  /<(?:[\w-]+:)?(?:rss|feed|rdf)[\s>]/i.test(text.slice(0, 5_000));

/** What XML forbids even where it is written, and what stands before its declaration. */
const clean = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').trimStart();

function feedOf(root: XmlElement, address: string): Feed {
  const base = baseOf(root, address);
  if (localName(root) === 'feed') {
    const entries = children(root, 'entry').map((entry) => entryOf(entry, base));
    return { format: 'Atom', title: textOf(root, ['title']) ?? '', entries };
  }
  const [channel] = children(root, 'channel');
  if (channel === undefined) throw new FeedProblem('it has no channel', false);
  const items = [...children(channel, 'item'), ...children(root, 'item')];
  const own = baseOf(channel, base);
  return {
    format: 'RSS',
    title: textOf(channel, ['title']) ?? '',
    entries: items.map((item) => entryOf(item, own)),
  };
}

/** @throws FeedProblem */
export function readFeed(raw: string, address: string): Feed {
  if (raw.length > longestFeed) throw new FeedProblem('it is larger than 2 MB', true);
  const text = clean(raw);
  if (!looksLikeFeed(text)) throw new FeedProblem('it is neither RSS nor Atom', false);
  try {
    const { root } = parseXml(text, { ignoreUndefinedEntities: true });
    if (root !== null) return feedOf(root, address);
  } catch (error) {
    if (error instanceof FeedProblem) throw error;
    // Also when elements in elements exhaust the stack. The parser's message quotes the feed; ours does not.
  }
  throw new FeedProblem('its XML is broken or incomplete', true);
}

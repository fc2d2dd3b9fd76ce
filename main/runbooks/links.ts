/** Compares an alarm's link with the documents: full addresses, repository paths, relative paths; case does not matter. */

export interface LinkTarget {
  /** The path from its last part backwards: `kubepodnotready`, `kubernetes`. */
  readonly parts: readonly string[];
  /** As an anchor, lower case, without `#`; empty when there is none. */
  readonly anchor: string;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const withoutExtension = (part: string): string =>
  part.replace(/(\.html)?\.(md|markdown|mdown)(\.erb)?$|\.html?$/i, '');

/** `KubePodNotReady.md#meaning`, `https://wiki/kubernetes/kubepodnotready/`, `blob/main/docs/x.md`: all end in the page's name. */
export function parseLink(link: string): LinkTarget | null {
  const [address = '', ...fragments] = link.trim().split('#');
  const path = address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '').replace(/\?.*$/, '');
  const parts = path
    .split(/[/\\]/)
    .map((part) => withoutExtension(decode(part)).toLowerCase())
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .toReversed();
  if (parts.length === 0) return null;
  return { parts, anchor: decode(fragments.join('#')).toLowerCase() };
}

/** How many parts agree, counted from the end. */
export function sharedParts(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count++;
  return count;
}

/** GitHub and GitLab make different anchors of one heading; without dashes they agree. */
export const foldAnchor = (anchor: string): string =>
  anchor.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

export const foldAddress = (address: string): string =>
  address
    .trim()
    .toLowerCase()
    .replace(/#.*$/, '')
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');

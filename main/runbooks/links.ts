/** Reads an alarm's link: full addresses, repository paths, site paths and relative paths; case does not matter. Pure. */

export interface LinkTarget {
  /** The path from its last part backwards: `kubepodnotready`, `kubernetes`. What only a repository's site adds is left out. */
  readonly parts: readonly string[];
  /** As an anchor, lower case, without `#`; empty when there is none. */
  readonly anchor: string;
  /** How many of the parts are the path itself; what is beyond names the repository. */
  readonly depth: number;
  /** Nothing is missing before its first part: a path in a repository, or one that is relative to its top. */
  readonly isFromTop: boolean;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const withoutExtension = (part: string): string =>
  part.replace(
    /(\.html)?\.(md|mdx|markdown|mdown|mkd|adoc|asciidoc|asc|rst|txt)(\.erb)?$|\.(html?|aspx|php)$/i,
    '',
  );

const fileWord = /^(blob|tree|blame|raw|edit|src)$/;

/**
 * `acme/tools/blob/main/docs/x` is `docs/x` of the repository `acme/tools`.
 *
 * A branch may hold slashes; what is left of it then stands before the path, where it does no harm: paths are compared from
 * their end.
 */
function splitRepository(
  parts: readonly string[],
  host: string,
): { repository: readonly string[]; inside: readonly string[] } | null {
  if (host === 'raw.githubusercontent.com' && parts.length > 3) {
    const skipped = parts[2] === 'refs' ? 5 : 3;
    return { repository: parts.slice(0, 2), inside: parts.slice(skipped) };
  }
  const dash = parts.indexOf('-');
  if (host !== '' && dash >= 1 && parts[dash + 1] === 'wikis') {
    return { repository: parts.slice(0, dash), inside: parts.slice(dash + 2) };
  }
  const at = parts.findIndex(
    (part, index) =>
      fileWord.test(part) &&
      (parts[index - 1] === '-' ||
        (host === '' ? index === 0 : index === 2 || (index > 2 && /^(blob|tree)$/.test(part)))),
  );
  if (at === -1 || parts.length < at + 2) return null;
  // Gitea says of what kind its reference is.
  const isKindNamed =
    parts[at] === 'src' && /^(branch|commit|tag)$/.test(parts[at + 1] ?? '') ? 1 : 0;
  return {
    repository: parts.slice(0, at).filter((part) => part !== '-'),
    inside: parts.slice(at + 2 + isKindNamed),
  };
}

/** `KubePodNotReady.md#meaning`, `https://wiki/kubernetes/kubepodnotready/`, `blob/main/docs/x.md`: all end in the page's name. */
export function parseLink(link: string): LinkTarget | null {
  const [address = '', ...fragments] = link.trim().split('#');
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?]*)/i.exec(address)?.[1]?.toLowerCase() ?? '';
  const path = address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '').replace(/\?.*$/, '');
  const all = path
    .split(/[/\\]/)
    .map((part) => withoutExtension(decode(part)).toLowerCase())
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  const split = splitRepository(all, host);
  const parts = split === null ? all : [...split.repository, ...split.inside];
  if (parts.length === 0 || split?.inside.length === 0) return null;
  return {
    parts: parts.toReversed(),
    anchor: decode(fragments.join('#')).toLowerCase(),
    depth: split?.inside.length ?? all.length,
    isFromTop: split !== null || (host === '' && !path.startsWith('/')),
  };
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

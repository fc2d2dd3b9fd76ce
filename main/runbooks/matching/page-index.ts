/**
 * Which document a link means.
 *
 * A link and a file seldom spell their whole path alike: a site leaves out `content/`, a repository adds `blob/main`, a
 * library's folder begins somewhere below. So paths are compared from their end, and how sure that makes us is said.
 */
import type { RunbookId } from '../../../preload/contract/common.ts';
import { foldAddress, parseLink, sharedParts, type LinkTarget } from '../links.ts';
import { foldName, nameWords } from '../names.ts';
import { isGenericFile } from '../parse.ts';
import { webFolderName } from '../../../preload/running-switch.ts';

export interface PageRow {
  readonly id: RunbookId;
  readonly folder: string;
  readonly path: string;
  readonly title: string;
  /** Addresses that the document names as its own: full ones, or paths of its site. */
  readonly urls: readonly string[];
  /** What it is about, by its front matter. */
  readonly services: readonly string[];
}

export interface Resolved {
  /** The best first; several when the link could mean any of them. */
  readonly ids: readonly RunbookId[];
  readonly isCertain: boolean;
}

interface Page {
  readonly row: PageRow;
  /** From the last part backwards, folded; what stands before the library's own folder follows. */
  readonly parts: readonly string[];
  /** How many of the parts are below the library's folder. */
  readonly depth: number;
  /** Called `README` or the like: its own name says nothing. */
  readonly isGeneric: boolean;
  /** Its last part says by itself what it is about: `replica-lag`, not `redis`. */
  readonly isTelling: boolean;
}

/** What sites and repositories add to a path, or leave out of it. */
const scaffold =
  /^(content|contents|sources|latest|current|stable|next|en|english|v?\d+(\.\d+)*(\.x)?|pages|site|static|html)$/;
const indexFile = /^(readme|_?index)$/;
/** Before a page of one plain word, these say that runbooks are what the address holds. */
const runbookWord =
  /^(run|play)-?books?$|^(docs?|documentation|wikis?|alerts?|alarms?|sops?|oncall|on-call|procedures?|troubleshooting|operations|ops)$/;
const dashboardPath = /^(d|dashboards?|explore|graph|panel|goto)$/;

const foldPart = (part: string): string => foldName(part) || part;

/** Scaffolding falls away everywhere but at the page itself. */
function foldParts(parts: readonly string[]): string[] {
  return parts.filter((part, index) => index === 0 || !scaffold.test(part)).map(foldPart);
}

const isIndex = (part: string | undefined): boolean => part !== undefined && indexFile.test(part);

/** What stands before the paths of a source, from its end backwards. */
function partsBefore(folder: string): string[] {
  // A repository is called `host/owner/name#branch:subfolder`; links name all but the branch alike.
  return foldParts((parseLink(folder.replace(/#[^:]*:?/, '/'))?.parts ?? []).slice(0, 6));
}

function pagesOf(row: PageRow, before: readonly string[]): Page[] {
  const toPage = (parts: readonly string[], isGeneric: boolean): Page => {
    const own = foldParts(parts);
    const last = parts[0] ?? '';
    return {
      row,
      parts: [...own, ...before],
      depth: own.length,
      isGeneric,
      isTelling: !isGeneric && nameWords(lastOf(row.path, last)).length > 1,
    };
  };
  const parts = parseLink(row.path)?.parts ?? [];
  const pages = [toPage(parts, isGenericFile(row.path))];
  // `checkout/README.md` is also the page `checkout/`.
  if (isGenericFile(row.path)) pages.push(toPage(parts.slice(1), false));
  for (const url of row.urls) {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) continue;
    const alias = parseLink(url);
    if (alias !== null) pages.push(toPage(alias.parts, isIndex(alias.parts[0])));
  }
  return pages.filter((page) => page.depth > 0);
}

/** As it is written on disk, where case still tells words apart. */
const lastOf = (path: string, folded: string): string =>
  path
    .replace(/\.\w+$/, '')
    .split('/')
    .findLast((part) => part.toLowerCase().startsWith(folded)) ?? folded;

/** The page's own name, as it is written: two files may differ in nothing but their case. */
const nameAsWritten = (path: string): string =>
  path
    .replace(/[?#].*$/s, '')
    .replace(/\/+$/, '')
    .replace(/^.*\//s, '')
    .replace(/\.\w+$/, '');

const foldersOf = (row: PageRow): string[] => foldParts(parseLink(row.path)?.parts ?? []).slice(1);

interface Candidate {
  readonly page: Page;
  /** Parts that agree, counted from the end; within the path, and with what stands before it. */
  readonly shared: number;
  readonly sharedInAll: number;
  readonly isWholeLink: boolean;
  readonly isWholePage: boolean;
}

function compare(page: Page, link: FoldedLink): Candidate {
  const sharedInAll = sharedParts(page.parts, link.parts);
  const shared = Math.min(sharedInAll, page.depth);
  return {
    page,
    shared,
    sharedInAll,
    isWholeLink: sharedInAll >= link.depth,
    isWholePage: shared >= page.depth,
  };
}

interface FoldedLink {
  readonly parts: readonly string[];
  readonly depth: number;
  readonly isFromTop: boolean;
  readonly isDashboard: boolean;
}

const isExact = (one: Candidate): boolean => one.isWholeLink && one.isWholePage;

function isSure({ page, sharedInAll, isWholeLink, isWholePage }: Candidate, link: FoldedLink) {
  if (link.isDashboard) return false;
  // `README` alone names every service's page.
  if (page.isGeneric && sharedInAll < 2) return isWholeLink && isWholePage && link.isFromTop;
  if (sharedInAll >= 2 || isWholeLink) return true;
  if (!isWholePage) return false;
  return page.isTelling || link.isFromTop || runbookWord.test(link.parts[1] ?? '');
}

export function createPageIndex(rows: Iterable<PageRow>) {
  const byLast = new Map<string, Page[]>();
  const byAddress = new Map<string, RunbookId>();
  const rowOf = new Map<RunbookId, PageRow>();
  const folders = new Set<string>();
  const befores = new Map<string, string[]>();
  for (const row of rows) {
    rowOf.set(row.id, row);
    for (const folder of foldersOf(row)) folders.add(folder);
    const before = befores.get(row.folder) ?? partsBefore(row.folder);
    befores.set(row.folder, before);
    for (const page of pagesOf(row, before)) {
      const last = page.parts[0] ?? '';
      const same = byLast.get(last);
      if (same === undefined) byLast.set(last, [page]);
      else same.push(page);
    }
    for (const url of row.urls) byAddress.set(foldAddress(url), row.id);
  }

  /** Nothing but the case of their names tells them apart. */
  const hasSameFolders = (ids: readonly RunbookId[]): boolean => {
    const paths = ids.map((id) => rowOf.get(id));
    return paths.every(
      (row) =>
        row?.folder === paths[0]?.folder &&
        row?.path.toLowerCase() === paths[0]?.path.toLowerCase(),
    );
  };

  const fold = (target: LinkTarget): FoldedLink[] => {
    const toLink = (parts: readonly string[], depth: number): FoldedLink => {
      const own = foldParts(parts.slice(0, depth));
      return {
        parts: [...own, ...foldParts(parts.slice(depth))],
        depth: own.length,
        isFromTop: target.isFromTop,
        isDashboard: parts.some((part) => dashboardPath.test(part)) && !target.isFromTop,
      };
    };
    const links = [toLink(target.parts, target.depth)];
    // `checkout/README` of a site may be `checkout/_index.md` on disk.
    if (isIndex(target.parts[0]) && target.depth > 1)
      links.push(toLink(target.parts.slice(1), target.depth - 1));
    return links;
  };

  /** Copies of one page in two sources are one answer. */
  const isSamePage = (a: PageRow, b: PageRow): boolean =>
    a.folder !== b.folder && a.path === b.path && a.title === b.title;

  const resolve = (link: string): Resolved => {
    const known = byAddress.get(foldAddress(link));
    if (known !== undefined) return { ids: [known], isCertain: true };
    const target = parseLink(link);
    if (target === null) return { ids: [], isCertain: false };
    const found = fold(target).flatMap((folded) =>
      (byLast.get(folded.parts[0] ?? '') ?? []).map((page) => {
        const candidate = compare(page, folded);
        // A copy of a web page is meant by its own address alone: another site may spell the same path.
        const isWeb = page.row.folder === webFolderName;
        return { candidate, isSure: !isWeb && isSure(candidate, folded) };
      }),
    );
    const ranked = found.toSorted(
      (a, b) =>
        Number(b.isSure) - Number(a.isSure) ||
        b.candidate.sharedInAll - a.candidate.sharedInAll ||
        Number(isExact(b.candidate)) - Number(isExact(a.candidate)),
    );
    const [best] = ranked;
    if (best === undefined) return { ids: [], isCertain: false };
    const equals = ranked.filter(
      ({ candidate, isSure: sure }) =>
        sure === best.isSure &&
        candidate.sharedInAll === best.candidate.sharedInAll &&
        isExact(candidate) === isExact(best.candidate),
    );
    const all = [...new Set(equals.map(({ candidate }) => candidate.page.row.id))];
    const written = nameAsWritten(link);
    const alike = all.filter((id) => nameAsWritten(rowOf.get(id)?.path ?? '') === written);
    const ids = alike.length > 0 && hasSameFolders(all) ? alike : all;
    const first = rowOf.get(ids[0] ?? (0 as RunbookId));
    const isOne = ids.every((id) => {
      const row = rowOf.get(id);
      return row === first || (row !== undefined && first !== undefined && isSamePage(row, first));
    });
    return { ids, isCertain: best.isSure && isOne };
  };

  /** A folder that a dead link names exists, and this page is not in it: the link meant another one. */
  const contradicts = (link: string, id: RunbookId): boolean => {
    const target = parseLink(link);
    const row = rowOf.get(id);
    if (target === null || row === undefined) return false;
    const own = foldersOf(row);
    const named = foldParts(target.parts.slice(0, target.depth)).slice(1);
    return named.some((folder) => folders.has(folder) && !own.includes(folder));
  };

  return { resolve, contradicts, rows: (): Iterable<PageRow> => rowOf.values() };
}

export type PageIndex = ReturnType<typeof createPageIndex>;

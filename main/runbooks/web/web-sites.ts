/** The sites whose pages are copied, for people: what there is of each, what stands in the way, and how one logs in. */
import type { RunbookSource, WebSite } from '../../../preload/contract/runbooks.ts';
import type { RunbookSite, RunbookWeb } from '../../../preload/contract/settings.ts';
import type { FetchReason } from './fetch-page.ts';
import type { StoredPage } from './page-store.ts';
import { webFolderName } from '../../../preload/running-switch.ts';
import type { WebPages } from './web-pages.ts';

/** What a person can do something about comes first. */
const worst: readonly FetchReason[] = ['login', 'private', 'away', 'refused', 'gone'];

const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

const hosts = (pages: readonly StoredPage[]): string => {
  const names = [...new Set(pages.map(({ host }) => host))];
  return names.length > 3
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
    : names.join(', ');
};

const reasonText: Readonly<Record<FetchReason, (pages: readonly StoredPage[]) => string>> = {
  login: (pages) => `${count(pages.length, 'page needs', 'pages need')} a login (${hosts(pages)}).`,
  private: (pages) =>
    `${count(pages.length, 'page is', 'pages are')} on a private network (${hosts(pages)}).`,
  away: (pages) => `${count(pages.length, 'page')} could not be reached (${hosts(pages)}).`,
  refused: (pages) => `${count(pages.length, 'page')} could not be read (${hosts(pages)}).`,
  gone: (pages) => `${count(pages.length, 'link leads', 'links lead')} nowhere (${hosts(pages)}).`,
};

const everyText = (ms: number): string => {
  const hours = ms / 3_600_000;
  return hours < 2 ? `every ${Math.round(ms / 60_000)} min` : `every ${Math.round(hours)} hours`;
};

const firstOf = (pages: readonly StoredPage[]): StoredPage | undefined =>
  worst.flatMap((reason) => pages.filter((page) => page.reason === reason))[0];

/** All of them as one source of runbooks. */
export function webSource(
  web: WebPages,
  settings: RunbookWeb,
  facts: { readonly count: number; readonly problem: string | null },
): RunbookSource {
  const pages = web.pages();
  const copied = pages.filter(({ fetchedAt }) => fetchedAt !== null);
  const waiting = pages.filter(({ fetchedAt, reason }) => fetchedAt === null && reason === null);
  const oldest = copied.map(({ fetchedAt }) => fetchedAt ?? '').toSorted()[0] ?? null;
  const problems = worst.flatMap((reason) => {
    const found = pages.filter((page) => page.reason === reason);
    return found.length === 0 ? [] : reasonText[reason](found);
  });
  const kept = settings.isOn
    ? `Looked at again ${everyText(settings.refreshEveryMs)}.`
    : 'Switched off: these copies are not refreshed.';
  const sum =
    pages.length === 0
      ? 'Pages that alarms link to are copied by themselves.'
      : `${count(copied.length, 'copy', 'copies')} of ${count(pages.length, 'page')}${waiting.length === 0 ? '' : `, ${waiting.length} waiting`}.`;
  return {
    kind: 'web',
    folder: webFolderName,
    title: 'Web pages that alarms link to',
    place: pages.length === 0 ? 'Web pages that alarms link to' : hosts(pages),
    count: facts.count,
    copiedAt: oldest,
    freshness: `${sum} ${kept}`,
    problem: problems.length === 0 ? facts.problem : problems.join(' '),
    // Each page says for itself how old its copy is.
    isAway: false,
    next: problems.length === 0 ? null : (firstOf(pages)?.next ?? null),
    isBusy: web.isBusy(),
    git: null,
  };
}

export async function webSites(web: WebPages, settings: RunbookWeb): Promise<WebSite[]> {
  const byHost = new Map<string, StoredPage[]>();
  for (const { host } of settings.sites) byHost.set(host.toLowerCase(), []);
  for (const page of web.pages()) {
    const known = byHost.get(page.host);
    if (known === undefined) byHost.set(page.host, [page]);
    else known.push(page);
  }
  const login = (host: string): RunbookSite | null =>
    settings.sites.find((site) => site.host.toLowerCase() === host) ?? null;
  const sites: WebSite[] = [];
  for (const [host, pages] of byHost) {
    const bad = firstOf(pages);
    sites.push({
      host,
      pageCount: pages.length,
      copiedCount: pages.filter(({ fetchedAt }) => fetchedAt !== null).length,
      reason: bad?.reason ?? null,
      problem: bad?.problem ?? null,
      next: bad?.next ?? null,
      isAllowed: settings.hosts.some((one) => one.toLowerCase() === host),
      login: login(host),
      hasSecret: login(host) !== null && (await web.hasSecret(host)),
    });
  }
  const rank = ({ reason }: WebSite): number => (reason === null ? 9 : worst.indexOf(reason));
  return sites.toSorted((a, b) => rank(a) - rank(b) || a.host.localeCompare(b.host));
}

/**
 * Copies of the pages that alarms link to, taken before anybody needs them.
 *
 * Politely: one question at a time for a host, a few in a minute, with the ETag of the last answer, and longer and longer pauses
 * after failures. Every copy carries the time at which its page was last known to be like this.
 */
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageCopy } from '../../../preload/contract/runbooks.ts';
import type { RunbookWeb } from '../../../preload/contract/settings.ts';
import { toInstant, type Clock } from '../../clock.ts';
import { errorText } from '../../errors.ts';
import { createLogger } from '../../logging.ts';
import type { Powers } from '../../shells/powers.ts';
import type { WritableDb } from '../../store/database.ts';
import type { LibraryFolder } from '../library.ts';
import { copyPage } from './copy-page.ts';
import { createFetcher, FetchProblem } from './fetch-page.ts';
import { isListed, pageAddress } from './page-address.ts';
import { pagePath } from './page-files.ts';
import { pageLinks } from './page-links.ts';
import {
  longestWaitMs,
  pagesToAsk,
  restMs,
  staleAfterMs,
  waitAfterFailure,
} from './page-schedule.ts';
import { siteOf, type PageLogin } from './page-sites.ts';
import { createPageStore, type StoredPage } from './page-store.ts';
import { createReducer } from './reducer.ts';
import { webFolderName } from '../../../preload/running-switch.ts';

const log = createLogger('web pages');

const mostPages = 2_000;
const mostPerHost = 400;
const lookEveryMs = 1_000;
/** How exactly it is remembered when an alarm last carried a link. */
const seenEveryMs = 6 * 3_600_000;
const forgottenAfterMs = 180 * 86_400_000;
const settleMs = 400;
/** Clocks are set right by this much all the time. */
const clockSlackMs = 60_000;

export interface WebPagesDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly secrets: Powers['secrets'];
  /** The data folder's folder of runbooks. */
  readonly folder: string;
  readonly settings: () => RunbookWeb;
  /** Addresses at which alarm sources are configured: the person trusts these hosts already. */
  readonly sourceHosts: () => Iterable<string>;
  readonly onChanged: () => void;
  /** The copies may have changed. */
  readonly onUpdated: () => Promise<void>;
  /** The built worker in which pages are reduced; null: here. */
  readonly workerFile: string | URL | null;
  readonly findProxy?: ((url: string) => Promise<string | null>) | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Between two questions to one host. */
  readonly restMs?: number | undefined;
}

const secretKey = (host: string): string => `runbooks/site/${host.toLowerCase()}`;

export function createWebPages(deps: WebPagesDeps) {
  const { db, clock, onChanged } = deps;
  const root = join(deps.folder, 'web');
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const store = createPageStore(db);
  const pages = new Map(store.all().map((page) => [page.url, page]));
  const byPath = new Map<string, string>();
  for (const { path, url } of pages.values())
    if (path !== null) byPath.set(path.toLowerCase(), url);
  const stopping = new AbortController();
  const reducer = createReducer(deps.workerFile);
  const fetcher = createFetcher({
    isAllowed: (url) => isListed(url, allowedHosts()),
    findProxy: deps.findProxy,
    ...(deps.environment === undefined ? {} : { environment: deps.environment }),
  });
  /** Hosts that are being asked, or rest until then (monotonic). */
  const resting = new Map<string, number>();
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | null = null;
  let settling: NodeJS.Timeout | null = null;
  let before = '';

  function allowedHosts(): string[] {
    const { hosts, sites } = deps.settings();
    return [...hosts, ...sites.map(({ host }) => host), ...deps.sourceHosts()];
  }

  const asConfigured = (): string => JSON.stringify([deps.settings(), [...deps.sourceHosts()]]);

  const isOn = (): boolean => deps.settings().isOn && !stopping.signal.aborted;

  const keep = (page: StoredPage): void => {
    pages.set(page.url, page);
    store.save(page);
  };

  /** Inside the transaction that stores the alarms: it must cost next to nothing for links that are known. */
  function note(links: readonly string[]): boolean {
    const now = clock.now();
    let isNew = false;
    for (const link of links) {
      const known = pages.get(link);
      if (known !== undefined) {
        if (now - Date.parse(known.seenAt) > seenEveryMs)
          keep({ ...known, seenAt: toInstant(now) });
        continue;
      }
      const url = pageAddress(link);
      if (url === null || pages.size >= mostPages) continue;
      const sameHost = [...pages.values()].filter(({ host }) => host === url.host).length;
      if (sameHost >= mostPerHost) continue;
      isNew = true;
      keep({
        url: url.href,
        host: url.host,
        path: null,
        etag: null,
        lastModified: null,
        fetchedAt: null,
        nextAt: toInstant(now),
        failures: 0,
        reason: null,
        problem: null,
        next: null,
        seenAt: toInstant(now),
      });
    }
    return isNew;
  }

  const settle = (): void => {
    if (settling !== null || stopping.signal.aborted) return;
    settling = setTimeout(() => {
      settling = null;
      void deps.onUpdated().then(onChanged);
    }, settleMs);
    settling.unref();
  };

  async function loginFor(url: URL): Promise<PageLogin | null> {
    const site = siteOf(url, deps.settings().sites);
    if (site === undefined) return null;
    const secret = await deps.secrets.get(secretKey(site.host));
    return secret === null || secret === '' ? null : { site, secret };
  }

  async function copy(page: StoredPage): Promise<void> {
    const url = new URL(page.url);
    const path = page.path ?? pagePath(url, (one) => byPath.has(one.toLowerCase()));
    try {
      const login = await loginFor(url);
      const copied = await copyPage(
        {
          url,
          login,
          path,
          validators:
            page.path === null ? null : { etag: page.etag, lastModified: page.lastModified },
        },
        { fetcher, reducer, root, now: clock.now, signal: stopping.signal },
      );
      byPath.set(path.toLowerCase(), page.url);
      const now = clock.now();
      keep({
        ...page,
        seenAt: pages.get(page.url)?.seenAt ?? page.seenAt,
        path,
        etag: copied.etag,
        lastModified: copied.lastModified,
        fetchedAt: toInstant(now),
        nextAt: toInstant(now + deps.settings().refreshEveryMs),
        failures: 0,
        reason: null,
        problem: null,
        next: null,
      });
      settle();
    } catch (error) {
      if (stopping.signal.aborted) return;
      failed(page, error);
    }
  }

  function failed(page: StoredPage, error: unknown): void {
    const isExpected = error instanceof FetchProblem;
    if (!isExpected) log.error('page could not be copied', { host: page.host, error });
    const reason = isExpected ? error.reason : 'away';
    const failures = page.failures + 1;
    const kept = page.fetchedAt === null ? '' : ' The last copy opens as before.';
    const waitMs = waitAfterFailure(
      reason,
      failures,
      deps.settings().refreshEveryMs,
      isExpected ? error.retryAfterMs : null,
    );
    if (isExpected && error.retryAfterMs !== null) {
      resting.set(page.host, clock.monotonic() + error.retryAfterMs);
    }
    if (page.reason !== reason) {
      log.warn('page was not copied', {
        host: page.host,
        reason,
        said: isExpected ? error.message : '',
      });
    }
    keep({
      ...page,
      seenAt: pages.get(page.url)?.seenAt ?? page.seenAt,
      failures,
      nextAt: toInstant(clock.now() + waitMs),
      reason,
      problem: (isExpected
        ? error.message
        : `The copy could not be written: ${errorText(error)}`
      ).slice(0, 400),
      next: `${isExpected ? error.next : 'Look whether the disk is full.'}${kept}`,
    });
    onChanged();
  }

  const isBusy = (host: string): boolean => (resting.get(host) ?? 0) > clock.monotonic();

  function tick(): void {
    if (!isOn()) return;
    const now = clock.now();
    const asked = pagesToAsk(pages.values(), {
      now: toInstant(now),
      latest: toInstant(now + longestWaitMs(deps.settings().refreshEveryMs)),
      isBusy,
      running: running.size,
    });
    for (const page of asked) {
      resting.set(page.host, Infinity);
      const work = copy(page)
        .catch((error: unknown) => log.error('a copy failed unexpectedly', { error }))
        .finally(() => {
          running.delete(work);
          // A pause that the server asked for stays.
          const until = resting.get(page.host);
          const rest = deps.restMs ?? restMs;
          if (until === Infinity) resting.set(page.host, clock.monotonic() + rest);
          if (rest < lookEveryMs) tick();
        });
      running.add(work);
    }
    if (asked.length > 0) onChanged();
  }

  /** Those for which it is true are asked as soon as their hosts may be. */
  function dueNow(isDue: (page: StoredPage) => boolean): void {
    const nextAt = toInstant(clock.now());
    for (const page of pages.values())
      if (isDue(page) && page.nextAt > nextAt) keep({ ...page, nextAt });
  }

  async function forgetOld(): Promise<void> {
    const now = clock.now();
    for (const page of pages.values()) {
      if (now - Date.parse(page.seenAt) < forgottenAfterMs) continue;
      pages.delete(page.url);
      store.remove(page.url);
      if (page.path === null) continue;
      byPath.delete(page.path.toLowerCase());
      await rm(join(root, page.path), { force: true });
    }
  }

  const oldest = (): number | null => {
    let found: string | null = null;
    for (const { fetchedAt } of pages.values()) {
      if (fetchedAt !== null && (found === null || fetchedAt < found)) found = fetchedAt;
    }
    return found === null ? null : Date.parse(found);
  };

  const pageAt = (path: string): StoredPage | undefined =>
    pages.get(byPath.get(path.toLowerCase()) ?? '');

  return {
    folder: {
      name: webFolderName,
      path: root,
      within: root,
      takenAt: (path) => {
        if (path === null) return oldest();
        const at = pageAt(path)?.fetchedAt ?? null;
        return at === null ? null : Date.parse(at);
      },
    } satisfies LibraryFolder,

    start(): void {
      before = asConfigured();
      if (isOn()) db.transaction(() => [...store.linked()].forEach((row) => noteRow(row)));
      void forgetOld();
      timer ??= setInterval(tick, lookEveryMs);
      timer.unref();
    },

    /** What alarms carry; within their transaction. */
    note(alarms: Iterable<Parameters<typeof pageLinks>[0]>): void {
      if (!isOn()) return;
      let isNew = false;
      for (const alarm of alarms) isNew = note(pageLinks(alarm)) || isNew;
      if (isNew) db.afterCommit(() => setImmediate(tick));
    },

    /** Settings may have changed: what was refused for them is tried again. */
    reconfigure(): void {
      const now = asConfigured();
      if (now === before) return;
      before = now;
      if (isOn()) db.transaction(() => [...store.linked()].forEach((row) => noteRow(row)));
      dueNow(({ reason }) => reason === 'private' || reason === 'login');
      setImmediate(tick);
      onChanged();
    },

    /** "Update now", for all. */
    update(): void {
      resting.clear();
      dueNow(() => true);
      tick();
    },

    retry(): void {
      fetcher.dropConnections();
      // What was fetched in the future was fetched while the clock was wrong.
      const now = toInstant(clock.now());
      dueNow(({ reason, fetchedAt }) => reason === 'away' || (fetchedAt ?? '') > now);
    },

    pages: (): readonly StoredPage[] => [...pages.values()],
    isBusy: (): boolean => running.size > 0,
    isOn,
    /** Hosts whose pages may be copied although they are on a private network. */
    isAllowed: (url: URL): boolean => isListed(url, allowedHosts()),

    copyOf(path: string): PageCopy | null {
      const page = pageAt(path);
      if (page?.fetchedAt == null) return null;
      const age = clock.now() - Date.parse(page.fetchedAt);
      return {
        url: page.url,
        fetchedAt: page.fetchedAt,
        // Of a copy from the future nobody knows how old it is.
        isStale:
          !isOn() || age < -clockSlackMs || age > staleAfterMs(deps.settings().refreshEveryMs),
        problem: isOn()
          ? page.problem
          : 'Copies of web pages are switched off, so this one is not refreshed.',
      };
    },

    async setSecret(host: string, secret: string): Promise<boolean | null> {
      if (secret === '') {
        await deps.secrets.delete(secretKey(host));
        return null;
      }
      return (await deps.secrets.set(secretKey(host), secret)).isKept;
    },

    hasSecret: async (host: string): Promise<boolean> =>
      (await deps.secrets.get(secretKey(host)).catch(() => null)) !== null,

    async stop(): Promise<void> {
      stopping.abort();
      if (timer !== null) clearInterval(timer);
      if (settling !== null) clearTimeout(settling);
      await Promise.all(running);
      await reducer.stop();
      await fetcher.close();
    },
  };

  function noteRow(row: { runbookUrl: string | null; annotations: string }): void {
    let annotations: Record<string, string> = {};
    try {
      annotations = JSON.parse(row.annotations) as Record<string, string>;
    } catch {
      // An alarm that cannot be read has no links.
    }
    note(pageLinks({ runbookUrl: row.runbookUrl, annotations }));
  }
}

export type WebPages = ReturnType<typeof createWebPages>;

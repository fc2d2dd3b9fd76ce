/** When a page is looked at again, and which of the pages that are due are asked now. Pure. */
import type { FetchReason } from './fetch-page.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Of one host, in any minute. */
export const perMinute = 12;
/** One at a time; this long between an answer and the next question. */
export const restMs = minuteMs / perMinute;
/** Hosts asked side by side. */
export const hostsAtOnce = 3;

/**
 * How long to wait after a try that failed.
 *
 * What a person has to change waits long: they press "Update now" when they did, and settings that change ask again.
 */
export function waitAfterFailure(
  reason: FetchReason,
  failures: number,
  refreshEveryMs: number,
  retryAfterMs: number | null,
): number {
  const backOff = Math.min(5 * minuteMs * 2 ** Math.min(failures - 1, 10), refreshEveryMs);
  switch (reason) {
    case 'away':
      return Math.max(backOff, retryAfterMs ?? 0);
    case 'login':
    case 'private':
      return Math.max(refreshEveryMs, dayMs);
    case 'gone':
    case 'refused':
      return Math.max(refreshEveryMs, dayMs) * Math.min(failures, 7);
  }
}

/** Nothing waits longer: what is due later was written down while the clock was wrong. */
export const longestWaitMs = (refreshEveryMs: number): number =>
  Math.max(refreshEveryMs, dayMs) * 7;

/** Older than this, a copy is said to be stale: two looks in a row have failed. */
export const staleAfterMs = (refreshEveryMs: number): number => refreshEveryMs * 2 + 3_600_000;

interface Due {
  readonly url: string;
  readonly host: string;
  readonly nextAt: string;
}

/** Those to ask now: one per host that rests no more, the longest due first. */
export function pagesToAsk<Page extends Due>(
  pages: Iterable<Page>,
  options: {
    readonly now: string;
    readonly latest: string;
    readonly isBusy: (host: string) => boolean;
    readonly running: number;
  },
): Page[] {
  const byHost = new Map<string, Page>();
  for (const page of pages) {
    const waits = page.nextAt > options.now && page.nextAt <= options.latest;
    if (waits || options.isBusy(page.host)) continue;
    const other = byHost.get(page.host);
    if (other === undefined || page.nextAt < other.nextAt) byHost.set(page.host, page);
  }
  return [...byHost.values()]
    .toSorted((a, b) => (a.nextAt < b.nextAt ? -1 : a.nextAt > b.nextAt ? 1 : 0))
    .slice(0, Math.max(0, hostsAtOnce - options.running));
}

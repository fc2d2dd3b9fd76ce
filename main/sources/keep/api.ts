/** The calls of Keep's API. Lists are asked for by query, or, of old versions, as one list. */
import { joinUrl } from '../http-address.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue } from '../observed.ts';
import { readOverlapping, type WholeList } from '../overlapping-pages.ts';
import { SourceError } from '../source-error.ts';
import { fingerprintOf, WirePage } from './parse.ts';

const pageSize = 250;
const reach = 25_000;
/** Old versions know no pages. */
const oldLimit = 1_000;

export const notResolved = `status != 'resolved'`;

export interface ListAnswer extends WholeList {
  readonly clockSkewMs: number | null;
  /** Whether there ever was any alert, resolved ones included; it is only asked for when this list is empty. */
  readonly hasAny: boolean;
}

export type KeepApi = ReturnType<typeof createApi>;

export function createApi(base: string, http: HttpClient, apiKey: string) {
  const { host } = new URL(base);
  const headers = { 'x-api-key': apiKey };
  const at = (path: string): string => joinUrl(base, path);

  const notKeep = (what: string): SourceError =>
    new SourceError('source.misconfigured', `${host} answered, but not like Keep: ${what}.`, {
      next: 'Check the address: it must be that of the API, not of the page.',
    });

  interface Page {
    readonly items: readonly unknown[];
    readonly count: number | null;
    readonly clockSkewMs: number | null;
  }

  /** Null: this version does not know queries. */
  async function query(
    cel: string,
    span: { readonly limit: number; readonly offset: number; readonly direction?: 'ASC' | 'DESC' },
    signal: AbortSignal,
  ): Promise<Page | null> {
    const { limit, offset, direction = 'ASC' } = span;
    const answer: HttpAnswer = await http.request({
      method: 'POST',
      url: at('/alerts/query'),
      headers,
      // What is received again moves to the end, where it is met once more, instead of to where we were already.
      json: { cel, limit, offset, sort_by: 'lastReceived', sort_dir: direction },
      acceptStatus: [404, 405],
      signal,
    });
    if (answer.status === 404 || answer.status === 405) return null;
    if (answer.body === undefined) {
      throw new SourceError('source.unreachable', `${host} answered with nothing at all.`, {
        next: 'Nightdesk keeps trying. Look at the server, and at the proxy in front of it.',
      });
    }
    const parsed = WirePage.safeParse(answer.body);
    if (!parsed.success) throw notKeep(firstIssue(parsed.error));
    const { results, count = null } = parsed.data;
    return { items: results, count, clockSkewMs: answer.clockSkewMs };
  }

  async function oldList(signal: AbortSignal): Promise<ListAnswer> {
    const { body, clockSkewMs } = await http.request({
      url: at(`/alerts?limit=${oldLimit}`),
      headers,
      signal,
    });
    if (!Array.isArray(body)) throw notKeep('its alerts are no list');
    const items = body as unknown[];
    return {
      items,
      clockSkewMs,
      hasAny: items.length > 0,
      incompleteReason:
        items.length < oldLimit ? null : `This version lists no more than ${oldLimit} alerts.`,
    };
  }

  async function post(path: string, json: unknown, signal: AbortSignal): Promise<void> {
    await http.request({ method: 'POST', url: at(path), headers, json, signal });
  }

  return {
    base,
    host,

    /** Everything that is not resolved; of old versions, everything. */
    async alerts(signal: AbortSignal): Promise<ListAnswer> {
      const first = await query(notResolved, { limit: pageSize, offset: 0 }, signal);
      if (first === null) return oldList(signal);
      const { clockSkewMs } = first;
      let pending: Page | null = first;
      const whole = await readOverlapping({
        size: pageSize,
        reach,
        async readPage(offset) {
          const page: Page | null =
            offset === 0 && pending !== null
              ? pending
              : await query(notResolved, { limit: pageSize, offset }, signal);
          pending = null;
          if (page === null) throw notKeep('it does not know its own list any more');
          const { items, count } = page;
          const hasMore =
            count === null ? items.length === pageSize : offset + items.length < count;
          return { items, hasMore };
        },
        idOf: fingerprintOf,
      });
      if (whole.items.length > 0) return { ...whole, clockSkewMs, hasAny: true };
      const any = await query('', { limit: 1, offset: 0 }, signal);
      return { ...whole, clockSkewMs, hasAny: (any?.items.length ?? 0) > 0 };
    },

    /** The last that were resolved, newest first; null: this version cannot tell. */
    async resolved(signal: AbortSignal): Promise<readonly unknown[] | null> {
      const span = { limit: pageSize, offset: 0, direction: 'DESC' } as const;
      return (await query(`status == 'resolved'`, span, signal))?.items ?? null;
    },

    /** Unchecked; null when there is none with this fingerprint. */
    async one(fingerprint: string, signal: AbortSignal): Promise<unknown> {
      const cel = `fingerprint == ${JSON.stringify(fingerprint)}`;
      const page = await query(cel, { limit: 10, offset: 0 }, signal);
      const items = page === null ? (await oldList(signal)).items : page.items;
      // Whatever became of the filter: nothing else is touched.
      return items.find((raw) => fingerprintOf(raw) === fingerprint) ?? null;
    },

    /** `isForThisFiring`: the next event of the alert undoes it. */
    async enrich(
      fingerprint: string,
      enrichments: Readonly<Record<string, unknown>>,
      isForThisFiring: boolean,
      signal: AbortSignal,
    ): Promise<void> {
      const path = `/alerts/enrich${isForThisFiring ? '?dispose_on_new_alert=true' : ''}`;
      await post(path, { fingerprint, enrichments }, signal);
    },

    unenrich(fingerprint: string, names: readonly string[], signal: AbortSignal): Promise<void> {
      return post('/alerts/unenrich', { fingerprint, enrichments: names }, signal);
    },
  };
}

/** The public API of a status page: two questions, no login. */
import { joinUrl } from '../http-address.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { WireHistory, WireSummary } from './parse.ts';

export interface Summary extends WireSummary {
  readonly clockSkewMs: number | null;
}

export function createApi(address: string, http: HttpClient) {
  // People paste the address of the page, or that of its API.
  const base = new URL(address);
  base.pathname = base.pathname.replace(/\/api\/v2(\/.*)?$/, '');
  base.search = '';
  base.hash = '';
  const { host } = base;
  /** What was understood of the last answer, which comes as the same object when nothing changed. */
  let last: { raw: unknown; parsed: WireSummary } | null = null;

  const read = (path: string, signal: AbortSignal): Promise<HttpAnswer> =>
    http.request({ url: joinUrl(base.href, `/api/v2/${path}`), revalidate: true, signal });

  const notStatuspage = (what: string): SourceError =>
    new SourceError(
      'source.misconfigured',
      `${host} answered, but not like a status page: ${what}.`,
      {
        next: 'Check the address. Pages that only offer a feed are read as "Status feed".',
      },
    );

  return {
    address: base.href,
    host,

    async summary(signal: AbortSignal): Promise<Summary> {
      const { body, headers, clockSkewMs } = await read('summary.json', signal);
      if (last === null || last.raw !== body) {
        const parsed = WireSummary.safeParse(body);
        if (!parsed.success) throw notStatuspage(firstIssue(parsed.error));
        last = { raw: body, parsed: parsed.data };
      }
      // An answer that a cache kept for a while carries the time when it was made.
      const isKept = Number(headers['age'] ?? 0) > 0;
      return { ...last.parsed, clockSkewMs: isKept ? null : clockSkewMs };
    },

    /** The last 50 incidents, over or not. */
    async history(signal: AbortSignal): Promise<{ readonly incidents: readonly unknown[] }> {
      const { body } = await read('incidents.json', signal);
      const parsed = WireHistory.safeParse(body);
      if (!parsed.success) throw notStatuspage(firstIssue(parsed.error));
      return parsed.data;
    },
  };
}

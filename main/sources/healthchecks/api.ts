/** The calls of the Management API that are needed. All of them only read, so a read-only key is enough. */
import type { HttpAnswer, HttpClient } from '../http.ts';
import { joinUrl } from '../http-address.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { WireFlips, type WireFlip } from './parse.ts';
import type { HealthchecksSettings } from './settings.ts';

const notHealthchecks = (host: string, what: string): SourceError =>
  new SourceError('source.misconfigured', `${host} answered, but not like Healthchecks: ${what}.`, {
    next: 'Check the address and the API version.',
  });

export type HealthchecksApi = ReturnType<typeof createApi>;

export function createApi(http: HttpClient, settings: HealthchecksSettings, key: string) {
  const { host } = new URL(settings.url);
  const call = (
    path: string,
    query: URLSearchParams,
    signal: AbortSignal,
    isRevalidated = false,
  ): Promise<HttpAnswer> => {
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    return http.request({
      // A collection's address ends with a slash; without it the server redirects.
      url: joinUrl(settings.url, `/api/${settings.api}/${path}/${search}`),
      headers: { 'x-api-key': key },
      revalidate: isRevalidated,
      signal,
    });
  };

  return {
    host,

    /** Unchecked items. All checks of the project come in one answer; there are no pages. */
    async checks(
      signal: AbortSignal,
    ): Promise<{ checks: readonly unknown[]; clockSkewMs: number | null }> {
      const query = new URLSearchParams(settings.tags.map((tag) => ['tag', tag]));
      const { body, clockSkewMs } = await call('checks', query, signal, true);
      const checks = (body as { checks?: unknown } | null)?.checks;
      if (!Array.isArray(checks)) throw notHealthchecks(host, 'it sent no list of checks');
      return { checks: checks as unknown[], clockSkewMs };
    },

    /** When this check went up or down, in whatever order. */
    async flips(
      check: string,
      range: Readonly<Record<string, number>>,
      signal: AbortSignal,
    ): Promise<readonly WireFlip[]> {
      const query = new URLSearchParams(
        Object.entries(range).map(([name, value]) => [name, String(Math.floor(value))]),
      );
      const { body } = await call(`checks/${encodeURIComponent(check)}/flips`, query, signal);
      const flips = WireFlips.safeParse(body);
      if (!flips.success) throw notHealthchecks(host, firstIssue(flips.error));
      return flips.data;
    },
  };
}

/** The calls. Every one carries both keys, reads and writes alike. */
import { joinUrl } from '../http-address.ts';
import { parseRetryAfter } from '../http-refusals.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { WireDowntime, WireDowntimeAnswer, WireDowntimeList } from './parse.ts';

const monitorsPerPage = 500;
const downtimesPerPage = 100;
const mostPages = 100;

export interface DowntimeToMake {
  readonly monitorId: string;
  readonly scope: string;
  readonly endsAt: string;
  readonly message: string;
}

export function createApi(options: {
  readonly http: HttpClient;
  readonly base: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly monitorTags: readonly string[];
  readonly now: () => number;
}) {
  const { http, base } = options;
  const { host } = new URL(base);
  const headers = {
    'dd-api-key': options.secrets['apiKey'] ?? '',
    'dd-application-key': options.secrets['applicationKey'] ?? '',
  };

  const misread = (what: string): SourceError =>
    new SourceError('source.misconfigured', `${host} answered, but not like Datadog: ${what}.`, {
      next: 'Check site and address of this source.',
    });

  async function call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    signal: AbortSignal,
    more: { json?: unknown; acceptStatus?: readonly number[] } = {},
  ): Promise<HttpAnswer> {
    const acceptStatus = [...(more.acceptStatus ?? []), 429];
    const answer = await http.request({
      method,
      url: joinUrl(base, path),
      headers,
      signal,
      ...more,
      acceptStatus,
    });
    if (answer.status !== 429) return answer;
    // Datadog says in a header of its own when its window ends.
    const wait = answer.headers['x-ratelimit-reset'] ?? answer.headers['retry-after'];
    const retryAfterMs = parseRetryAfter(wait, options.now());
    const seconds =
      retryAfterMs === null ? '' : ` and asks to wait ${Math.ceil(retryAfterMs / 1_000)} s`;
    throw new SourceError('source.unreachable', `${host} says too many requests (429)${seconds}.`, {
      next: 'Nightdesk waits and tries again. A longer interval helps if it stays.',
      retryAfterMs,
    });
  }

  const downtimePath = (id: string): string => `/api/v2/downtime/${encodeURIComponent(id)}`;
  const schedule = (endsAt: string): string => endsAt.replace(/\.\d+Z$/, 'Z');

  return {
    base,
    host,

    /**
     * All monitors with their groups in the given states. Unchecked: they are compared with the last answer before they
     * are validated. Pages are read until an empty one: how much a page holds is the server's to say.
     */
    async monitors(
      groupStates: string,
      signal: AbortSignal,
    ): Promise<{ monitors: readonly unknown[]; clockSkewMs: number | null }> {
      const monitors: unknown[] = [];
      let clockSkewMs: number | null = null;
      for (let page = 0; ; page += 1) {
        if (page >= mostPages) throw misread(`more than ${mostPages} pages of monitors`);
        const query = new URLSearchParams({
          group_states: groupStates,
          with_downtimes: 'true',
          page: String(page),
          page_size: String(monitorsPerPage),
          ...(options.monitorTags.length === 0
            ? {}
            : { monitor_tags: options.monitorTags.join(',') }),
        });
        const answer = await call('GET', `/api/v1/monitor?${query}`, signal);
        clockSkewMs ??= answer.clockSkewMs;
        if (!Array.isArray(answer.body)) throw misread('its monitors are no list');
        if (answer.body.length === 0) return { monitors, clockSkewMs };
        monitors.push(...(answer.body as unknown[]));
      }
    },

    /** Null when it does not exist (any more). */
    async monitor(id: string, groupStates: string, signal: AbortSignal): Promise<unknown> {
      const query = new URLSearchParams({ group_states: groupStates, with_downtimes: 'true' });
      const answer = await call(
        'GET',
        `/api/v1/monitor/${encodeURIComponent(id)}?${query}`,
        signal,
        {
          acceptStatus: [404],
        },
      );
      return answer.status === 404 ? null : answer.body;
    },

    /** Whether the API key is one at all. The application key is proven by every other call. */
    async isKeyValid(signal: AbortSignal): Promise<boolean> {
      const { body } = await call('GET', '/api/v1/validate', signal);
      return (body as { valid?: unknown } | null)?.valid === true;
    },

    /** Those that are on or to come. Unreadable ones are left out: they only decide how an alarm is shown. */
    async downtimes(signal: AbortSignal): Promise<readonly WireDowntime[]> {
      const found: WireDowntime[] = [];
      for (let page = 0; page < mostPages; page += 1) {
        const query = new URLSearchParams({
          current_only: 'true',
          'page[offset]': String(page * downtimesPerPage),
          'page[limit]': String(downtimesPerPage),
        });
        const { body } = await call('GET', `/api/v2/downtime?${query}`, signal);
        const list = WireDowntimeList.safeParse(body);
        if (!list.success) throw misread(firstIssue(list.error));
        for (const raw of list.data.data) {
          const one = WireDowntime.safeParse(raw);
          if (one.success) found.push(one.data);
        }
        if (list.data.data.length < downtimesPerPage) return found;
      }
      throw misread(`more than ${mostPages} pages of downtimes`);
    },

    /** Null when it does not exist (any more). */
    async downtime(id: string, signal: AbortSignal): Promise<WireDowntime | null> {
      const answer = await call('GET', downtimePath(id), signal, { acceptStatus: [404] });
      if (answer.status === 404) return null;
      const one = WireDowntimeAnswer.safeParse(answer.body);
      if (!one.success) throw misread(firstIssue(one.error));
      return one.data.data;
    },

    async makeDowntime(made: DowntimeToMake, signal: AbortSignal): Promise<string> {
      const { monitorId, scope, endsAt, message } = made;
      const { body } = await call('POST', '/api/v2/downtime', signal, {
        json: {
          data: {
            type: 'downtime',
            attributes: {
              scope,
              // Always one monitor: a scope with tags of monitors may mute everything.
              monitor_identifier: { monitor_id: Number(monitorId) },
              schedule: { start: null, end: schedule(endsAt) },
              message,
              display_timezone: 'UTC',
              mute_first_recovery_notification: false,
            },
          },
        },
      });
      const one = WireDowntimeAnswer.safeParse(body);
      if (!one.success) throw misread(firstIssue(one.error));
      return one.data.data.id;
    },

    /** False when it does not exist (any more). */
    async moveEnd(id: string, endsAt: string, signal: AbortSignal): Promise<boolean> {
      const attributes = { schedule: { end: schedule(endsAt) } };
      const answer = await call('PATCH', downtimePath(id), signal, {
        json: { data: { type: 'downtime', id, attributes } },
        acceptStatus: [404],
      });
      return answer.status !== 404;
    },

    async cancelDowntime(id: string, signal: AbortSignal): Promise<void> {
      await call('DELETE', downtimePath(id), signal, { acceptStatus: [404] });
    },
  };
}
export type DatadogApi = ReturnType<typeof createApi>;

/** The calls of incident.io's API. */
import type { HttpClient } from '../http.ts';
import { joinUrl } from '../http-address.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { WireAlert, WirePage } from './parse.ts';
import type { IncidentIoSettings } from './settings.ts';

const pageSize = 50;

const notIncidentIo = (host: string, what: string): SourceError =>
  new SourceError('source.misconfigured', `${host} answered, but not like incident.io: ${what}.`, {
    next: 'Check the address.',
  });

export interface AlertList {
  /** Unchecked. */
  readonly alerts: readonly unknown[];
  /** There are more pages than were asked for. */
  readonly isCut: boolean;
  readonly clockSkewMs: number | null;
}

export type IncidentIoApi = ReturnType<typeof createApi>;

export function createApi(
  http: HttpClient,
  settings: IncidentIoSettings,
  secrets: Readonly<Record<string, string>>,
) {
  const { host } = new URL(settings.url);
  const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token ?? ''}` });
  const headers = bearer(secrets['key']);

  return {
    host,

    /** `isEnough`: asked after each page whether the rest is needed. */
    async alerts(
      filter: Readonly<Record<string, string>>,
      options: {
        mostPages: number;
        signal: AbortSignal;
        isEnough?: (alerts: readonly unknown[]) => boolean;
      },
    ): Promise<AlertList> {
      const alerts: unknown[] = [];
      const cursors = new Set<string>();
      let after: string | null = null;
      let clockSkewMs: number | null = null;
      for (let page = 0; page < options.mostPages; page += 1) {
        const query = new URLSearchParams({
          page_size: String(pageSize),
          ...filter,
          ...(after === null ? {} : { after }),
        });
        const answer = await http.request({
          url: joinUrl(settings.url, `/v2/alerts?${query.toString()}`),
          headers,
          signal: options.signal,
        });
        const parsed = WirePage.safeParse(answer.body);
        if (!parsed.success) throw notIncidentIo(host, firstIssue(parsed.error));
        alerts.push(...parsed.data.alerts);
        clockSkewMs ??= answer.clockSkewMs;
        const next = parsed.data.pagination_meta.after ?? '';
        if (next === '' || options.isEnough?.(alerts) === true) {
          return { alerts, isCut: false, clockSkewMs };
        }
        if (cursors.has(next)) throw notIncidentIo(host, 'its pages lead in a circle');
        cursors.add(next);
        after = next;
      }
      return { alerts, isCut: true, clockSkewMs };
    },

    /** Null when there is none with this id (any more). */
    async alert(id: string, signal: AbortSignal): Promise<WireAlert | null> {
      const { status, body } = await http.request({
        url: joinUrl(settings.url, `/v2/alerts/${encodeURIComponent(id)}`),
        headers,
        acceptStatus: [404],
        signal,
      });
      if (status === 404) return null;
      const alert = WireAlert.safeParse((body as { alert?: unknown } | null)?.alert ?? body);
      if (!alert.success) throw notIncidentIo(host, firstIssue(alert.error));
      return alert.data;
    },

    /** In the name of the source that sent the alert, with its own token. It is only taken, not done yet. */
    async resolve(alert: WireAlert, note: string, signal: AbortSignal): Promise<void> {
      await http.request({
        method: 'POST',
        url: joinUrl(
          settings.url,
          `/v2/alert_events/http/${encodeURIComponent(settings.httpSource)}`,
        ),
        headers: bearer(secrets['sourceToken']),
        json: {
          title: alert.title,
          status: 'resolved',
          deduplication_key: alert.deduplication_key,
          ...(note === '' ? {} : { metadata: { resolved_with_note: note } }),
        },
        signal,
      });
    },
  };
}

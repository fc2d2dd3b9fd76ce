/** The calls of OnCall's API. Every write names one alert group in its path. */
import type { HttpAnswer, HttpClient } from '../http.ts';
import { joinUrl } from '../http-address.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { WireGroup, WireNote, WirePage, WireUser } from './parse.ts';
import type { GrafanaOnCallSettings } from './settings.ts';

const pageSize = 100;
const mostPages = 20;

export type GroupState = 'new' | 'acknowledged' | 'silenced' | 'resolved';
export type GroupWrite = 'acknowledge' | 'unacknowledge' | 'resolve' | 'silence' | 'unsilence';

export interface GroupList {
  /** Unchecked. */
  readonly groups: readonly unknown[];
  /** Why there may be more; null when all pages were read. */
  readonly incomplete: SourceError | null;
  readonly clockSkewMs: number | null;
}

const notOnCall = (host: string, what: string): SourceError =>
  new SourceError('source.misconfigured', `${host} answered, but not like OnCall: ${what}.`, {
    next: 'Check the address and its path, as OnCall shows it under Settings.',
  });

function headersOf(settings: GrafanaOnCallSettings, token: string): Record<string, string> {
  // An API key stands there bare, without the word Bearer.
  const isBearer = settings.login === 'service account (bearer)';
  return {
    authorization: isBearer ? `Bearer ${token}` : token,
    ...(settings.stack === '' ? {} : { 'x-grafana-url': settings.stack }),
  };
}

export type OnCallApi = ReturnType<typeof createApi>;

export function createApi(http: HttpClient, settings: GrafanaOnCallSettings, token: string) {
  const { host } = new URL(settings.url);
  const headers = headersOf(settings, token);
  const call = (
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    more: { json?: unknown; acceptStatus?: readonly number[] } = {},
  ): Promise<HttpAnswer> =>
    http.request({
      method,
      url: joinUrl(settings.url, `/api/v1/${path}`),
      headers,
      signal,
      ...more,
    });

  async function page(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<WirePage & { clockSkewMs: number | null }> {
    // The slash in front of the question mark matters for lists.
    const search = new URLSearchParams(query).toString();
    const { body, clockSkewMs } = await call('GET', `${path}/?${search}`, signal);
    const parsed = WirePage.safeParse(body);
    if (!parsed.success) throw notOnCall(host, firstIssue(parsed.error));
    return { ...parsed.data, clockSkewMs };
  }

  return {
    host,

    /** All pages of one state; the API takes one state per request. */
    async groups(
      state: GroupState,
      signal: AbortSignal,
      more: Readonly<Record<string, string>> = {},
    ): Promise<GroupList> {
      const groups: unknown[] = [];
      let clockSkewMs: number | null = null;
      for (let number = 1; number <= mostPages; number += 1) {
        const found = await page(
          'alert_groups',
          {
            state,
            ...(settings.team === '' ? {} : { team_id: settings.team }),
            ...more,
            page: String(number),
            perpage: String(pageSize),
          },
          signal,
        );
        groups.push(...found.results);
        clockSkewMs ??= found.clockSkewMs;
        if ((found.next ?? '') === '') return { groups, incomplete: null, clockSkewMs };
        if (found.results.length === 0)
          throw notOnCall(host, 'a page that is followed by more is empty');
      }
      const most = (mostPages * pageSize).toLocaleString('en');
      const incomplete = new SourceError(
        'source.misconfigured',
        `More than ${most} alert groups are ${state}, of which only the newest were read.`,
        { next: 'Resolve what is over in OnCall, or choose a team.' },
      );
      return { groups, incomplete, clockSkewMs };
    },

    /** Null when there is none with this id (any more). */
    async group(id: string, signal: AbortSignal): Promise<WireGroup | null> {
      const { status, body } = await call('GET', `alert_groups/${id}/`, signal, {
        acceptStatus: [404],
      });
      if (status === 404) return null;
      const group = WireGroup.safeParse(body);
      if (!group.success) throw notOnCall(host, firstIssue(group.error));
      return group.data;
    },

    /** Whether OnCall took it; false when it says that this group cannot be treated so now, where that is expected. */
    async write(
      id: string,
      what: GroupWrite,
      signal: AbortSignal,
      more: { json?: unknown; mayRefuse?: boolean } = {},
    ): Promise<boolean> {
      const { status } = await call('POST', `alert_groups/${id}/${what}`, signal, {
        ...(more.json === undefined ? {} : { json: more.json }),
        acceptStatus: more.mayRefuse === true ? [400] : [],
      });
      return status !== 400;
    },

    async notes(group: string, signal: AbortSignal): Promise<string[]> {
      const texts: string[] = [];
      for (let number = 1; number <= mostPages; number += 1) {
        const found = await page(
          'resolution_notes',
          { alert_group_id: group, page: String(number) },
          signal,
        );
        for (const raw of found.results) {
          const note = WireNote.safeParse(raw);
          if (note.success) texts.push(note.data.text ?? '');
        }
        if ((found.next ?? '') === '') break;
      }
      return texts;
    },

    async addNote(group: string, text: string, signal: AbortSignal): Promise<void> {
      await call('POST', 'resolution_notes/', signal, { json: { alert_group_id: group, text } });
    },

    async hasIntegrations(signal: AbortSignal): Promise<boolean> {
      const team: Record<string, string> = settings.team === '' ? {} : { team_id: settings.team };
      return (await page('integrations', { ...team, perpage: '1' }, signal)).results.length > 0;
    },

    async userName(id: string, signal: AbortSignal): Promise<string> {
      const { body } = await call('GET', `users/${encodeURIComponent(id)}/`, signal);
      const user = WireUser.safeParse(body);
      return user.success ? user.data.username || user.data.email || id : id;
    },
  };
}

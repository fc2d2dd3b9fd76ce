/** The calls of REST API v2. Every one carries the same login and version. */
import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue } from '../observed.ts';
import { readOverlapping, type WholeList } from '../overlapping-pages.ts';
import { tooManyRequests } from '../rate-limit.ts';
import { SourceError } from '../source-error.ts';
import {
  idOf,
  IncidentAnswer,
  IncidentPage,
  LogEntries,
  Me,
  Notes,
  OnCalls,
  ServicePage,
  WindowAnswer,
  WindowPage,
  WireIncident,
  type Note,
  type WireWindow,
} from './parse.ts';
import type { PagerdutySettings } from './settings.ts';

type Query = readonly (readonly [string, string])[];

export const mostSnoozeSeconds = 604_800;
const pageSize = 100;
/** Offset and limit together; more is refused. */
const reach = 10_000;

export type PagerdutyApi = ReturnType<typeof createApi>;

export function createApi(
  http: HttpClient,
  clock: Clock,
  settings: PagerdutySettings,
  secrets: Readonly<Record<string, string>>,
) {
  const { url, login } = settings;
  const { host } = new URL(url);
  const token = secrets['token'] ?? '';
  const headers: Readonly<Record<string, string>> = {
    authorization: login === 'key' ? `Token token=${token}` : `Bearer ${token}`,
    accept: 'application/vnd.pagerduty+json;version=2',
    'content-type': 'application/json',
  };
  /** In whose name writes are made; null: not found out yet. */
  let from: string | null = settings.from === '' ? null : settings.from;
  let clockSkewMs: number | null = null;

  const incidentPath = (id: string): string => `/incidents/${encodeURIComponent(id)}`;
  const windowPath = (id: string): string => `/maintenance_windows/${encodeURIComponent(id)}`;
  const scope: Query = [
    ...settings.teams.map((id) => ['team_ids[]', id] as const),
    ...settings.services.map((id) => ['service_ids[]', id] as const),
  ];

  async function call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    signal: AbortSignal,
    more: {
      query?: Query;
      json?: unknown;
      from?: string | null;
      acceptStatus?: readonly number[];
    } = {},
  ): Promise<HttpAnswer> {
    const query = new URLSearchParams((more.query ?? []).map(([name, value]) => [name, value]));
    const answer = await http.request({
      method,
      url: joinUrl(url, more.query === undefined ? path : `${path}?${query}`),
      headers: { ...headers, ...(more.from ? { from: more.from } : {}) },
      signal,
      acceptStatus: [429, ...(more.acceptStatus ?? [])],
      ...(more.json === undefined ? {} : { json: more.json }),
    });
    if (answer.status === 429) {
      throw tooManyRequests(answer, { host, names: ['ratelimit-reset'], nowMs: clock.now() });
    }
    clockSkewMs = answer.clockSkewMs ?? clockSkewMs;
    return answer;
  }

  function read<Schema extends z.ZodType>(schema: Schema, { body }: HttpAnswer): z.infer<Schema> {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new SourceError(
      'source.misconfigured',
      `${host} answered, but not like PagerDuty: ${firstIssue(parsed.error)}.`,
      { next: 'Check the address of the API.' },
    );
  }

  const list = (query: Query, signal: AbortSignal): Promise<WholeList> =>
    readOverlapping({
      size: pageSize,
      reach,
      idOf,
      async readPage(offset) {
        const page = await call('GET', '/incidents', signal, {
          query: [
            ...query,
            ...scope,
            ...(settings.isHighUrgencyOnly ? [['urgencies[]', 'high'] as const] : []),
            // What is new comes last, and numbers are never given twice.
            ['sort_by', 'incident_number:asc'],
            ['limit', `${pageSize}`],
            ['offset', `${offset}`],
          ],
        });
        const { incidents, more } = read(IncidentPage, page);
        return { items: incidents, hasMore: more };
      },
    });

  /** A key of the whole account must say in whose name it writes; the key of a user need not. */
  async function writeAs(signal: AbortSignal): Promise<string> {
    if (from !== null) return from;
    if (login === 'bearer') return '';
    const answer = await call('GET', '/users/me', signal, { acceptStatus: [400] });
    if (answer.status === 400) {
      throw new SourceError(
        'source.misconfigured',
        'This key belongs to the whole account, so PagerDuty wants to know in whose name it writes.',
        {
          next: 'Enter your login address in the settings of this source, or use a key of your own.',
        },
      );
    }
    from = read(Me, answer).user.email;
    return from;
  }

  async function write(
    method: 'POST' | 'PUT',
    path: string,
    json: unknown,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    return call(method, path, signal, { json, from: await writeAs(signal) });
  }

  return {
    url,
    host,
    clockSkewMs: (): number | null => clockSkewMs,

    /** Unchecked items: they are compared with the last answer before they are validated. */
    openIncidents: (signal: AbortSignal): Promise<WholeList> =>
      list(
        [
          // Without it, what is open for longer than a month is left out.
          ['date_range', 'all'],
          ['statuses[]', 'triggered'],
          ['statuses[]', 'acknowledged'],
        ],
        signal,
      ),

    /** Those that began between the two and are over. */
    resolvedIncidents: (since: string, until: string, signal: AbortSignal): Promise<WholeList> =>
      list(
        [
          ['statuses[]', 'resolved'],
          ['since', since],
          ['until', until],
        ],
        signal,
      ),

    /** Null: it does not exist (any more), or this key may not see it. */
    async incident(id: string, signal: AbortSignal): Promise<WireIncident | null> {
      const answer = await call('GET', incidentPath(id), signal, { acceptStatus: [404] });
      if (answer.status === 404) return null;
      return read(WireIncident, { ...answer, body: read(IncidentAnswer, answer).incident });
    },

    async setStatus(
      id: string,
      status: 'triggered' | 'acknowledged' | 'resolved',
      signal: AbortSignal,
      resolution = '',
    ): Promise<void> {
      const said = resolution === '' ? {} : { resolution };
      const json = { incident: { type: 'incident_reference', status, ...said } };
      await write('PUT', incidentPath(id), json, signal);
    },

    async snooze(id: string, seconds: number, signal: AbortSignal): Promise<void> {
      await write('POST', `${incidentPath(id)}/snooze`, { duration: seconds }, signal);
    },

    async notes(id: string, signal: AbortSignal): Promise<readonly Note[]> {
      return read(Notes, await call('GET', `${incidentPath(id)}/notes`, signal)).notes;
    },

    async addNote(id: string, content: string, signal: AbortSignal): Promise<void> {
      await write('POST', `${incidentPath(id)}/notes`, { note: { content } }, signal);
    },

    /** Newest first. */
    async log(id: string, signal: AbortSignal): Promise<z.infer<typeof LogEntries>['log_entries']> {
      const query: Query = [
        ['is_overview', 'true'],
        ['limit', '25'],
      ];
      return read(
        LogEntries,
        await call('GET', `${incidentPath(id)}/log_entries`, signal, { query }),
      ).log_entries;
    },

    /** Going on or to come: nothing is raised for their services meanwhile. The next hundred. */
    async windows(signal: AbortSignal): Promise<readonly WireWindow[]> {
      const query: Query = [
        ...settings.teams.map((id) => ['team_ids[]', id] as const),
        ...settings.services.map((id) => ['service_ids[]', id] as const),
        ['filter', 'open'],
        ['limit', `${pageSize}`],
      ];
      return read(WindowPage, await call('GET', '/maintenance_windows', signal, { query }))
        .maintenance_windows;
    },

    /** Null: there is none (any more). */
    async window(id: string, signal: AbortSignal): Promise<WireWindow | null> {
      const answer = await call('GET', windowPath(id), signal, { acceptStatus: [404] });
      return answer.status === 404 ? null : read(WindowAnswer, answer).maintenance_window;
    },

    async moveWindow(known: WireWindow, endTime: string, signal: AbortSignal): Promise<void> {
      const { id, description, start_time, services } = known;
      const maintenance_window = {
        type: 'maintenance_window',
        start_time,
        end_time: endTime,
        description,
        services: services.map((service) => ({ id: service.id, type: 'service_reference' })),
      };
      await write('PUT', windowPath(id), { maintenance_window }, signal);
    },

    /** Also when it has ended or is unknown: then there is nothing left to end. */
    async endWindow(id: string, signal: AbortSignal): Promise<void> {
      await call('DELETE', windowPath(id), signal, {
        from: await writeAs(signal),
        acceptStatus: [404, 405],
      });
    },

    /** One page is enough to prove that there is something to see. */
    async services(
      signal: AbortSignal,
    ): Promise<readonly { id: string; name: string; status: string }[]> {
      const query: Query = [
        ...settings.teams.map((id) => ['team_ids[]', id] as const),
        ['limit', `${pageSize}`],
      ];
      return read(ServicePage, await call('GET', '/services', signal, { query })).services.map(
        ({ id, name, summary, status }) => ({ id, name: name || summary || id, status }),
      );
    },

    async service(id: string, signal: AbortSignal): Promise<boolean> {
      const path = `/services/${encodeURIComponent(id)}`;
      const { status } = await call('GET', path, signal, { acceptStatus: [404] });
      return status !== 404;
    },

    async onCalls(
      policies: readonly string[],
      signal: AbortSignal,
    ): Promise<z.infer<typeof OnCalls>['oncalls']> {
      const query: Query = [
        ...policies.map((id) => ['escalation_policy_ids[]', id] as const),
        ['earliest', 'true'],
        ['include[]', 'users'],
        ['limit', `${pageSize}`],
      ];
      return read(OnCalls, await call('GET', '/oncalls', signal, { query })).oncalls;
    },

    /** Whose key it is: the address of a user; null for one of the whole account, or when it does not tell. */
    async userOfKey(signal: AbortSignal): Promise<string | null> {
      const answer = await call('GET', '/users/me', signal, { acceptStatus: [400, 403] });
      return answer.status === 200 ? read(Me, answer).user.email : null;
    },

    /** Asks to change an incident that cannot exist, to learn whether writes get that far. */
    async mayWrite(signal: AbortSignal): Promise<boolean> {
      const answer = await call('PUT', incidentPath('NIGHTDESK0'), signal, {
        json: { incident: { type: 'incident_reference', status: 'acknowledged' } },
        from: await writeAs(signal),
        acceptStatus: [400, 401, 403, 404],
      });
      return answer.status === 400 || answer.status === 404;
    },
  };
}

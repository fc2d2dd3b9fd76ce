/** Sentry's API as far as Nightdesk asks it: one organisation, paging by the Link header, one issue per write. */
import { createHash } from 'node:crypto';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import { inZone } from '../../support/connectors/zones.ts';

export const token = 'sntryu_Ahj3ohlu-Phoo7ohghe5aeNg';

interface State {
  status: 'unresolved' | 'ignored' | 'resolved';
  ignoreUntil: number | null;
  comments: { id: string; data: { text: string } }[];
}

export interface SentryStandIn extends Upstream {
  /** Whether the token's owner is a member of any project. */
  seesProjects: boolean;
  /** Left out of the lists although they are there, by key: as when they move while pages are read. */
  missed: Set<string>;
  /** Laid over every issue that was shown, by its key. */
  more: Map<string, Record<string, unknown>>;
  state(key: string): State;
}

const idOf = (key: string): string =>
  String(Number.parseInt(createHash('sha256').update(key).digest('hex').slice(0, 10), 16));

const detail = (status: number, text: string): StandInAnswer => ({
  status,
  json: { detail: text },
});

/** What a change of one issue may hold, and nothing else. */
const changeable = new Set(['status', 'statusDetails', 'substatus', 'assignedTo', 'hasSeen']);

export async function startSentryStandIn(): Promise<SentryStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  const states = new Map<string, State>();
  const stateOf = (key: string): State => {
    const known = states.get(key);
    if (known !== undefined) return known;
    const fresh: State = { status: 'unresolved', ignoreUntil: null, comments: [] };
    states.set(key, fresh);
    return fresh;
  };

  function settle(state: State): void {
    if (state.ignoreUntil === null || state.ignoreUntil > Date.now()) return;
    state.status = 'unresolved';
    state.ignoreUntil = null;
  }

  function issue(alarm: ShownAlarm): Record<string, unknown> {
    const state = stateOf(alarm.key);
    settle(state);
    const zone = alarm.zoneMinutes ?? 0;
    return {
      ...(alarm.broken === 'identity' ? {} : { id: idOf(alarm.key) }),
      shortId: `SHOP-${alarm.key.toUpperCase()}`,
      title: alarm.name,
      culprit: 'checkout.pay',
      permalink: `https://acme.sentry.io/issues/${idOf(alarm.key)}/`,
      level: alarm.severity === undefined ? 'error' : alarm.severity,
      status: state.status,
      substatus: state.status === 'unresolved' ? 'ongoing' : 'archived_until_condition_met',
      statusDetails:
        state.ignoreUntil === null
          ? {}
          : { ignoreUntil: new Date(state.ignoreUntil).toISOString(), actor: { name: 'Ada' } },
      priority: 'medium',
      project: { id: '42', slug: 'shop', name: 'Shop' },
      type: 'error',
      metadata: { value: alarm.text ?? '' },
      platform: 'python',
      count: String(Math.floor(Math.random() * 1e6)),
      userCount: Math.floor(Math.random() * 1e3),
      firstSeen: alarm.broken === 'item' ? 7 : inZone(alarm.since ?? Date.now(), zone),
      lastSeen: new Date().toISOString(),
      assignedTo: null,
      isUnhandled: true,
      annotations: [],
      ...self.more.get(alarm.key),
    };
  }

  function list({ query, url }: StandInRequest): StandInAnswer {
    const limit = Number(query.get('limit') ?? 100);
    if (!(limit >= 1 && limit <= 100)) return detail(400, 'Invalid limit');
    if (query.getAll('project').length === 0) return detail(400, 'No project');
    if (!/^\d+[smhdw]$/.test(query.get('statsPeriod') ?? '14d'))
      return detail(400, 'Invalid statsPeriod');
    const words = query.get('query') ?? 'is:unresolved';
    const wanted = /is:ignored/.test(words) ? 'ignored' : 'unresolved';
    const matching = self.seesProjects
      ? alarms.filter(({ key }) => {
          const state = stateOf(key);
          settle(state);
          return state.status === wanted && !self.missed.has(key);
        })
      : [];
    const [, offset = '0'] = /^0:(\d+):0$/.exec(query.get('cursor') ?? '0:0:0') ?? [];
    const start = Number(offset);
    const end = start + limit;
    const base = `http://${url.host}${url.pathname}`;
    const page = (rel: string, cursor: string, results: boolean): string =>
      `<${base}?cursor=${cursor}>; rel="${rel}"; results="${results}"; cursor="${cursor}"`;
    return {
      json: matching.slice(start, end).map(issue),
      headers: {
        link: [
          page('previous', `0:${Math.max(0, start - limit)}:1`, start > 0),
          page('next', `0:${end}:0`, end < matching.length),
        ].join(', '),
      },
    };
  }

  function change(key: string, body: unknown): StandInAnswer {
    const state = stateOf(key);
    const { status, statusDetails } = body as {
      status?: State['status'];
      statusDetails?: { ignoreDuration?: unknown };
    };
    if (Object.keys(body as object).some((name) => !changeable.has(name)))
      return detail(400, 'Unknown field');
    if (status === 'ignored') {
      const minutes = statusDetails?.ignoreDuration;
      if (minutes !== undefined && !Number.isInteger(minutes)) return detail(400, 'Not an integer');
      state.status = status;
      state.ignoreUntil = minutes === undefined ? null : Date.now() + Number(minutes) * 60_000;
    } else if (status !== undefined) {
      state.status = status;
      state.ignoreUntil = null;
    }
    return { json: { id: idOf(key), status: state.status } };
  }

  const standIn = await startStandIn('sentry', (request): StandInAnswer => {
    const { method, path, headers, json } = request;
    if (headers.authorization !== `Bearer ${token}`) return detail(401, 'Invalid token');
    if (!path.endsWith('/')) return { status: 301, headers: { location: `${path}/` } };
    const [, organization, rest = ''] = /^\/api\/0\/organizations\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (organization !== undefined && organization !== 'acme') {
      return detail(404, 'The requested resource does not exist');
    }
    if (rest === 'projects/') {
      return { json: [{ id: '42', slug: 'shop', isMember: true, hasAccess: self.seesProjects }] };
    }
    if (rest === 'issues/') {
      if (method !== 'GET') throw new Error('a write to every issue went out');
      return list(request);
    }
    const [, id] = /^issues\/(\d+)\/$/.exec(rest) ?? [];
    const [, commented] = /^\/api\/0\/issues\/(\d+)\/comments\/$/.exec(path) ?? [];
    const alarm = alarms.find(({ key }) => idOf(key) === (id ?? commented));
    if (alarm === undefined) return detail(404, 'The requested resource does not exist');
    if (id !== undefined)
      return method === 'PUT' ? change(alarm.key, json) : { json: issue(alarm) };
    const { comments } = stateOf(alarm.key);
    if (method === 'GET') return { json: comments };
    const { text } = json as { text?: unknown };
    if (typeof text !== 'string' || text === '')
      return { status: 400, json: { text: ['required'] } };
    const comment = { id: String(comments.length + 1), data: { text } };
    comments.push(comment);
    return { status: 201, json: comment };
  });

  const self: SentryStandIn = Object.assign(standIn, {
    seesProjects: true,
    missed: new Set<string>(),
    more: new Map<string, Record<string, unknown>>(),
    state: stateOf,
    show(shown: readonly ShownAlarm[]) {
      alarms = shown;
    },
    effects(key: string) {
      const state = stateOf(key);
      settle(state);
      return {
        isAcknowledged: false,
        acknowledgements: 0,
        comments: state.comments.map(({ data }) => data.text),
        silencedUntil: state.ignoreUntil === null ? [] : [state.ignoreUntil],
        isResolved: state.status === 'resolved',
      };
    },
  });
  return self;
}

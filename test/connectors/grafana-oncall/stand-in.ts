/** OnCall's API as far as Nightdesk asks it: alert groups with their states, notes, one integration, one user. */
import { createHash } from 'node:crypto';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import { inZone } from '../../support/connectors/zones.ts';

export const key = 'ahw7Oothei3aeK9soh0ieXu5Eev4uphe';

interface State {
  state: 'new' | 'acknowledged' | 'silenced' | 'resolved';
  silencedAt: number | null;
  silencedUntil: number | null;
  acknowledgements: number;
  notes: string[];
}

export interface GrafanaOnCallStandIn extends Upstream {
  hasIntegrations: boolean;
  /** Left out of the lists, by key: as when a group changes its state between two requests. */
  missed: Set<string>;
  /** Whether a silenced group may be silenced again. */
  refusesSilenced: boolean;
  /** Laid over every group that was shown, by its key. */
  more: Map<string, Record<string, unknown>>;
  state(key: string): State;
  /** The token belongs to a service account, which only reads. */
  isServiceAccount: boolean;
}

export const idOf = (name: string): string =>
  `I${createHash('sha256').update(name).digest('hex').slice(0, 12).toUpperCase()}`;

const detail = (status: number, text: string): StandInAnswer => ({
  status,
  json: { detail: text },
});

export async function startGrafanaOnCallStandIn(): Promise<GrafanaOnCallStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  const states = new Map<string, State>();
  function stateOf(name: string): State {
    const known = states.get(name);
    if (known !== undefined) return known;
    const fresh: State = {
      state: 'new',
      silencedAt: null,
      silencedUntil: null,
      acknowledgements: 0,
      notes: [],
    };
    states.set(name, fresh);
    return fresh;
  }

  function group(alarm: ShownAlarm): Record<string, unknown> {
    const state = stateOf(alarm.key);
    const severity = alarm.severity === undefined ? 'critical' : alarm.severity;
    return {
      ...(alarm.broken === 'identity' ? {} : { id: idOf(alarm.key) }),
      integration_id: 'CFRPV98RPR1U8',
      team_id: null,
      route_id: 'RIYGUJXCPFHXY',
      alerts_count: Math.ceil(Math.random() * 1e4),
      state: state.state,
      created_at:
        alarm.broken === 'item' ? 7 : inZone(alarm.since ?? Date.now(), alarm.zoneMinutes ?? 0),
      resolved_at: null,
      resolved_by: null,
      acknowledged_at: null,
      acknowledged_by: state.state === 'acknowledged' ? 'UADA' : null,
      labels: [{ key: { id: 'service', name: 'service' }, value: { id: 'c', name: 'checkout' } }],
      title: alarm.name,
      permalinks: {
        slack: null,
        slack_app: null,
        telegram: null,
        web: `https://acme.grafana.net/a/grafana-oncall-app/alert-groups/${idOf(alarm.key)}`,
      },
      silenced_at: state.silencedAt === null ? null : new Date(state.silencedAt).toISOString(),
      last_alert: {
        id: 'AA1',
        alert_group_id: idOf(alarm.key),
        created_at: new Date().toISOString(),
        payload: {
          commonLabels: { key: alarm.key, ...(severity === null ? {} : { severity }) },
          commonAnnotations: alarm.text === undefined ? {} : { summary: alarm.text },
        },
      },
      ...self.more.get(alarm.key),
    };
  }

  function pageOf({ query, url }: StandInRequest, all: readonly unknown[]): StandInAnswer {
    const size = Math.min(100, Number(query.get('perpage') ?? 50));
    const number = Number(query.get('page') ?? 1);
    const total = Math.max(1, Math.ceil(all.length / size));
    if (!(number >= 1 && number <= total)) return detail(404, 'Invalid page.');
    const next = number < total ? `http://${url.host}${url.pathname}?page=${number + 1}` : null;
    return {
      json: {
        count: all.length,
        next,
        previous: null,
        results: all.slice((number - 1) * size, number * size),
        current_page_number: number,
        page_size: size,
        total_pages: total,
      },
    };
  }

  function list(request: StandInRequest): StandInAnswer {
    const wanted = request.query.get('state') ?? '';
    if (!['new', 'acknowledged', 'resolved', 'silenced'].includes(wanted)) {
      return detail(400, 'Select a valid choice.');
    }
    const range = request.query.get('started_at');
    if (
      range !== null &&
      !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d_\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(range)
    ) {
      return detail(400, 'Invalid range');
    }
    const [from = '', until = ''] = (range ?? '_').split('_');
    const all = alarms
      .filter((alarm) => !self.missed.has(alarm.key) && self.hasIntegrations)
      .map(group)
      .filter(({ state, created_at: at }) => {
        const isIn = range === null || (String(at) >= from && String(at) <= `${until}Z`);
        return state === wanted && isIn;
      });
    return pageOf(request, all);
  }

  function write(name: string, what: string, body: unknown): StandInAnswer {
    const state = stateOf(name);
    const refuse = (text: string): StandInAnswer => detail(400, text);
    if (state.state === 'resolved') return refuse(`Can't ${what} a resolved alert group`);
    switch (what) {
      case 'acknowledge':
        if (state.state === 'acknowledged')
          return refuse("Can't acknowledge an acknowledged alert group");
        Object.assign(state, { state: 'acknowledged', silencedAt: null, silencedUntil: null });
        state.acknowledgements += 1;
        return {};
      case 'unacknowledge':
        if (state.state !== 'acknowledged')
          return refuse("Can't unacknowledge an alert group that is not acknowledged");
        state.state = 'new';
        return {};
      case 'resolve':
        state.state = 'resolved';
        return {};
      case 'silence': {
        const { delay } = (body ?? {}) as { delay?: unknown };
        if (!Number.isInteger(delay)) return refuse('delay is required');
        if (state.state === 'acknowledged')
          return refuse("Can't silence an acknowledged alert group");
        if (state.state === 'silenced' && self.refusesSilenced)
          return refuse("Can't silence a silenced alert group");
        Object.assign(state, {
          state: 'silenced',
          silencedAt: Date.now(),
          silencedUntil: Date.now() + Number(delay) * 1_000,
        });
        return {};
      }
      case 'unsilence':
        if (state.state !== 'silenced')
          return refuse("Can't unsilence an alert group that is not silenced");
        Object.assign(state, { state: 'new', silencedAt: null, silencedUntil: null });
        return {};
      default:
        return detail(404, 'Not found.');
    }
  }

  const standIn = await startStandIn('grafana-oncall', (request): StandInAnswer => {
    const { method, path, headers, json, query } = request;
    if (headers.authorization !== key) return detail(403, 'Invalid token.');
    if (self.isServiceAccount && headers['x-grafana-url'] === undefined) {
      return detail(403, 'Invalid Grafana URL.');
    }
    const rest = path.replace(/^\/oncall\/api\/v1\//, '');
    if (rest === path) return { status: 404, text: '' };
    const byId = (id: string): ShownAlarm | undefined => alarms.find((one) => idOf(one.key) === id);
    switch (rest) {
      case 'alert_groups/':
        return list(request);
      case 'integrations/':
        return pageOf(
          request,
          self.hasIntegrations ? [{ id: 'CFRPV98RPR1U8', name: 'Alertmanager' }] : [],
        );
      case 'users/UADA/':
        return { json: { id: 'UADA', email: 'ada@example.org', username: 'ada', role: 'user' } };
      case 'resolution_notes/': {
        if (method === 'GET') {
          const alarm = byId(query.get('alert_group_id') ?? '');
          const notes = alarm === undefined ? [] : stateOf(alarm.key).notes;
          return pageOf(
            request,
            notes.map((text, index) => ({ id: `N${index}`, text })),
          );
        }
        const { alert_group_id: id, text } = json as Record<string, unknown>;
        const alarm = byId(String(id));
        if (alarm === undefined || typeof text !== 'string') return detail(400, 'Invalid');
        stateOf(alarm.key).notes.push(text);
        return { status: 201, json: { id: 'N1', alert_group_id: id, text } };
      }
      default: {
        const [, id = '', what] = /^alert_groups\/(\w+)(?:\/(\w+))?\/?$/.exec(rest) ?? [];
        const alarm = byId(id);
        if (alarm === undefined) return detail(404, 'Not found.');
        if (what === undefined) return { json: group(alarm) };
        if (self.isServiceAccount)
          return detail(403, `Service accounts are not allowed to ${what} alert groups`);
        return method === 'POST' ? write(alarm.key, what, json) : { status: 405, text: '' };
      }
    }
  });

  const self: GrafanaOnCallStandIn = Object.assign(standIn, {
    hasIntegrations: true,
    missed: new Set<string>(),
    refusesSilenced: false,
    isServiceAccount: false,
    more: new Map<string, Record<string, unknown>>(),
    state: stateOf,
    show(shown: readonly ShownAlarm[]) {
      alarms = shown;
    },
    effects(name: string) {
      const { state, acknowledgements, notes, silencedUntil } = stateOf(name);
      return {
        isAcknowledged: state === 'acknowledged',
        acknowledgements,
        comments: notes,
        silencedUntil: silencedUntil === null ? [] : [silencedUntil],
        isResolved: state === 'resolved',
      };
    },
  });
  return self;
}

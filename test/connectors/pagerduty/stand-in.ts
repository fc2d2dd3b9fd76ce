/** REST API v2 of PagerDuty as far as Nightdesk asks it. Written from the facts of its API. */
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';
import type { Effects, ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import { inZone } from '../../support/connectors/zones.ts';

export const token = 'u+Ohb7eisheiFohkah1Eeg5chah';
const user = { id: 'PXPGF42', type: 'user_reference', summary: 'Ann', email: 'ann@example.org' };

interface State {
  acknowledgements: number;
  status: 'triggered' | 'acknowledged' | 'resolved';
  changedAt: number;
  resolvedAt: number | null;
  pendingAt: number | null;
  snoozes: number;
  /** Newest first. */
  log: string[];
  notes: { id: string; content: string; created_at: string; user: typeof user }[];
}

interface Window {
  description: string;
  start_time: string;
  end_time: string;
  services: { id: string; type: string; summary?: string }[];
}

export interface PagerdutyStandIn extends Upstream {
  /** A key of a user, of the whole account, or one that may only read. */
  keyKind: 'user' | 'account' | 'read-only';
  hasServices: boolean;
  serviceStatus: string;
  /** Minutes until an acknowledgement ends by itself; null: never. */
  acknowledgementTimeout: number | null;
  /** Called before each page of incidents. */
  beforePage: (offset: number) => void;
  /** Maintenance windows, by id. */
  windows: Map<string, Window>;
  /** Incidents that are over. */
  past: { id: string; title: string; createdAt: string; resolvedAt: string }[];
}

const refusal = (status: number, message: string, errors: readonly string[] = []) => ({
  status,
  json: { error: { code: 2001, message, ...(errors.length === 0 ? {} : { errors }) } },
});
const invalid = (...errors: string[]): StandInAnswer =>
  refusal(400, 'Invalid Input Provided', errors);
const notFound = (): StandInAnswer => refusal(404, 'Not Found');

export async function startPagerdutyStandIn(): Promise<PagerdutyStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  const states = new Map<string, State>();

  const idOf = (key: string): string => `Q${key.toUpperCase()}`;
  const stateOf = (key: string): State => {
    const known = states.get(key);
    if (known !== undefined) return known;
    const made: State = {
      acknowledgements: 0,
      status: 'triggered',
      changedAt: 0,
      resolvedAt: null,
      pendingAt: null,
      snoozes: 0,
      log: ['trigger_log_entry'],
      notes: [],
    };
    states.set(key, made);
    return made;
  };
  /** What ends by itself has ended. */
  const current = (key: string): State => {
    const state = stateOf(key);
    if (state.pendingAt !== null && state.pendingAt <= Date.now()) {
      state.status = 'triggered';
      state.pendingAt = null;
      state.log.unshift('unacknowledge_log_entry');
    }
    return state;
  };
  const changed = (state: State, entry: string): void => {
    state.changedAt = Date.now();
    state.log.unshift(entry);
  };

  function incident(alarm: ShownAlarm, number: number): unknown {
    const { key, name, severity = 'P1' } = alarm;
    const state = current(key);
    const isUrgency = severity === 'high' || severity === 'low';
    const createdAt = inZone(alarm.since ?? Date.now(), alarm.zoneMinutes);
    return {
      ...(alarm.broken === 'identity' ? {} : { id: idOf(key) }),
      type: 'incident',
      summary: `[#${number}] ${name}`,
      incident_number: number,
      title: alarm.broken === 'item' ? 7 : name,
      description: alarm.text ?? name,
      created_at: createdAt,
      updated_at: new Date().toISOString(),
      status: state.status,
      incident_key: `key-${key}`,
      urgency: isUrgency ? severity : 'high',
      priority:
        isUrgency || severity === null
          ? null
          : { id: 'P53ZZH5', type: 'priority_reference', summary: severity },
      service: { id: 'PIJ90N7', type: 'service_reference', summary: 'Checkout' },
      escalation_policy: { id: 'PT20YPA', type: 'escalation_policy_reference', summary: 'Shop' },
      teams: [{ id: 'PQ9K7I8', type: 'team_reference', summary: 'Payments' }],
      assignments: [{ at: createdAt, assignee: user }],
      acknowledgements:
        state.status === 'acknowledged' ? [{ at: createdAt, acknowledger: user }] : [],
      pending_actions:
        state.pendingAt === null
          ? []
          : [{ type: 'unacknowledge', at: new Date(state.pendingAt).toISOString() }],
      last_status_change_at: new Date(state.changedAt || (alarm.since ?? 0)).toISOString(),
      resolved_at: state.resolvedAt === null ? null : new Date(state.resolvedAt).toISOString(),
      alert_counts: { all: 1, triggered: 1, resolved: 0 },
      html_url: `https://shop.pagerduty.com/incidents/${idOf(key)}`,
      self: `${self.url}/incidents/${idOf(key)}`,
    };
  }

  const past = (): unknown[] =>
    self.past.map(({ id, title, createdAt, resolvedAt }) => ({
      id,
      type: 'incident',
      summary: title,
      title,
      created_at: createdAt,
      status: 'resolved',
      urgency: 'low',
      last_status_change_at: resolvedAt,
      resolved_at: resolvedAt,
    }));

  function list({ query }: StandInRequest): StandInAnswer {
    const statuses = query.getAll('statuses[]');
    const known = ['triggered', 'acknowledged', 'resolved'];
    if (statuses.some((status) => !known.includes(status))) return invalid('Status is invalid');
    const limit = Number(query.get('limit') ?? 25);
    const offset = Number(query.get('offset') ?? 0);
    if (limit > 100) return invalid('Limit must be at most 100');
    if (offset + limit > 10_000) return invalid('Offset and limit must be at most 10000');
    self.beforePage(offset);
    const isOpen = !statuses.includes('resolved');
    // Without it only the last month is listed.
    const isAllTime = query.get('date_range') === 'all';
    const all = isOpen
      ? alarms
          .map((alarm, index) => ({ alarm, number: index + 1 }))
          .filter(({ alarm }) => statuses.includes(current(alarm.key).status))
          .filter(({ alarm }) => isAllTime || Date.now() - (alarm.since ?? 0) < 30 * 86_400_000)
          .map(({ alarm, number }) => incident(alarm, number))
      : past();
    return {
      json: {
        incidents: all.slice(offset, offset + limit),
        limit,
        offset,
        more: all.length > offset + limit,
        total: null,
      },
    };
  }

  function setStatus(alarm: ShownAlarm, body: unknown): StandInAnswer {
    const { incident: wanted } = (body ?? {}) as {
      incident?: { type?: unknown; status?: unknown };
    };
    if (wanted?.type !== 'incident_reference') return invalid('Incident type is invalid');
    const state = current(alarm.key);
    if (state.status === 'resolved') return invalid('Incident Already Resolved');
    switch (wanted.status) {
      case 'acknowledged': {
        const timeout = self.acknowledgementTimeout;
        state.acknowledgements += 1;
        state.status = 'acknowledged';
        state.pendingAt = timeout === null ? null : Date.now() + timeout * 60_000;
        changed(state, 'acknowledge_log_entry');
        break;
      }
      case 'triggered':
        state.status = 'triggered';
        state.pendingAt = null;
        changed(state, 'unacknowledge_log_entry');
        break;
      case 'resolved':
        state.status = 'resolved';
        state.resolvedAt = Date.now();
        state.pendingAt = null;
        changed(state, 'resolve_log_entry');
        break;
      default:
        return invalid('Status is invalid');
    }
    return { json: { incident: incident(alarm, alarms.indexOf(alarm) + 1) } };
  }

  function snooze(alarm: ShownAlarm, body: unknown): StandInAnswer {
    const { duration } = (body ?? {}) as { duration?: unknown };
    if (typeof duration !== 'number' || !Number.isInteger(duration)) return invalid('Duration');
    if (duration < 1 || duration > 604_800) return invalid('Duration is out of range');
    const state = current(alarm.key);
    state.status = 'acknowledged';
    state.snoozes += 1;
    state.pendingAt = Date.now() + duration * 1_000;
    changed(state, 'snooze_log_entry');
    return { status: 201, json: { incident: incident(alarm, alarms.indexOf(alarm) + 1) } };
  }

  function ofIncident(request: StandInRequest): StandInAnswer {
    const [, , id, part] = request.path.split('/');
    const alarm = alarms.find(({ key }) => idOf(key) === id);
    if (alarm === undefined) return notFound();
    const state = current(alarm.key);
    switch (`${request.method} ${part ?? ''}`) {
      case 'GET ':
        return { json: { incident: incident(alarm, alarms.indexOf(alarm) + 1) } };
      case 'PUT ':
        return setStatus(alarm, request.json);
      case 'POST snooze':
        return snooze(alarm, request.json);
      case 'GET notes':
        return { json: { notes: state.notes } };
      case 'POST notes': {
        const { note } = (request.json ?? {}) as { note?: { content?: unknown } };
        if (typeof note?.content !== 'string' || note.content === '') return invalid('Content');
        const id = `N${state.notes.length + 1}`;
        const made = { id, content: note.content, created_at: new Date().toISOString(), user };
        state.notes.push(made);
        state.log.unshift('annotate_log_entry');
        return { json: { note: made } };
      }
      case 'GET log_entries':
        return {
          json: {
            log_entries: state.log.map((type) => ({ type, created_at: '2026-10-06T21:30:42Z' })),
            more: false,
          },
        };
      default:
        return notFound();
    }
  }

  function ofWindow({ method, path, query, json }: StandInRequest): StandInAnswer {
    const wire = ([id, known]: [string, Window]) => ({ id, type: 'maintenance_window', ...known });
    const id = path.split('/')[2];
    if (id === undefined) {
      if (query.get('filter') !== 'open') return invalid('Past ones were not expected');
      return { json: { maintenance_windows: [...self.windows].map(wire), more: false } };
    }
    const known = self.windows.get(id);
    if (known === undefined) return notFound();
    const isOver = Date.parse(known.end_time) <= Date.now();
    if (method === 'DELETE') {
      if (isOver) return refusal(405, 'It has ended');
      self.windows.set(id, { ...known, end_time: new Date().toISOString() });
      return { status: 204 };
    }
    if (method === 'PUT') {
      const { maintenance_window: wanted } = json as { maintenance_window?: Partial<Window> };
      if (wanted?.services?.length !== known.services.length) return invalid('Services');
      self.windows.set(id, { ...known, end_time: wanted.end_time ?? known.end_time });
    }
    return { json: { maintenance_window: wire([id, self.windows.get(id) ?? known]) } };
  }

  const standIn = await startStandIn('pagerduty', (request) => {
    const { method, path, headers } = request;
    if (headers.authorization !== `Token token=${token}`) {
      return {
        status: 401,
        text: 'HTTP Token: Access denied.\n',
        headers: { 'content-type': 'text/html; charset=utf-8' },
      };
    }
    if (headers.accept !== 'application/vnd.pagerduty+json;version=2') return { status: 406 };
    if (path === '/users/me') {
      return self.keyKind === 'account'
        ? refusal(400, 'You must use a user token to access this endpoint.')
        : { json: { user: { ...user, name: user.summary, type: 'user' } } };
    }
    if (path === '/services') {
      const services = [
        { id: 'PIJ90N7', name: 'Checkout', summary: 'Checkout', status: self.serviceStatus },
      ];
      const isOurs = request.query.getAll('team_ids[]').every((id) => id === 'PQ9K7I8');
      return { json: { services: self.hasServices && isOurs ? services : [], more: false } };
    }
    if (path.startsWith('/services/')) {
      return path === '/services/PIJ90N7' && self.hasServices
        ? { json: { service: { id: 'PIJ90N7', status: self.serviceStatus } } }
        : notFound();
    }
    if (path === '/oncalls') {
      const escalation_policy = { id: 'PT20YPA', summary: 'Shop' };
      return {
        json: {
          oncalls: [
            { escalation_policy, user: { id: 'PB', summary: 'Bob' }, escalation_level: 2 },
            {
              escalation_policy,
              user,
              escalation_level: 1,
              schedule: null,
              start: null,
              end: null,
            },
          ],
          more: false,
        },
      };
    }
    if (method !== 'GET') {
      if (headers['content-type'] !== 'application/json') return invalid('Content-Type');
      if (self.keyKind === 'read-only') return refusal(403, 'Access Denied');
      const from = headers['from'];
      if (self.keyKind === 'account' && from !== user.email) {
        return invalid('Requester User Not Found: From header is required');
      }
    }
    if (path.startsWith('/maintenance_windows')) return ofWindow(request);
    if (path === '/incidents') return list(request);
    return path.startsWith('/incidents/') ? ofIncident(request) : notFound();
  });

  const self: PagerdutyStandIn = Object.assign(standIn, {
    keyKind: 'user' as const,
    hasServices: true,
    serviceStatus: 'active',
    acknowledgementTimeout: 30,
    beforePage: () => {},
    windows: new Map(),
    past: [],
    show(next: readonly ShownAlarm[]): void {
      alarms = next;
      states.clear();
    },
    effects(key: string): Effects {
      const state = current(key);
      const isSnoozed = state.status === 'acknowledged' && state.snoozes > 0;
      return {
        isAcknowledged: state.status === 'acknowledged',
        acknowledgements: state.acknowledgements,
        comments: state.notes.map(({ content }) => content),
        silencedUntil: isSnoozed && state.pendingAt !== null ? [state.pendingAt] : [],
        isResolved: state.status === 'resolved',
      };
    },
  });
  return self;
}

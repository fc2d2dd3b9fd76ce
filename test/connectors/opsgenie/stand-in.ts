/**
 * Alerts of Opsgenie and of Jira Service Management as far as Nightdesk asks for them. Written from the facts of their APIs: what
 * is asked for is done a moment later, as there.
 */
import { randomUUID } from 'node:crypto';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';
import type { Effects, ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import { inZone } from '../../support/connectors/zones.ts';

export const token = '0f3e1a2b-Ooh7aiPh-4c5d-Eeg5chah';
export const user = 'ann@example.org';
export const cloudId = '11223344-a1b2-3b33-c444-def123456789';

interface State {
  isAcknowledged: boolean;
  acknowledgements: number;
  isClosed: boolean;
  snoozedUntil: number | null;
  notes: { note: string; owner: string; createdAt: string; offset: string }[];
}

interface Past {
  readonly id: string;
  readonly message: string;
  readonly createdAt: string;
  readonly closeTime: number;
}

export interface OpsgenieStandIn extends Upstream {
  past: Past[];
  /** What the key, or the token, may do. */
  rights: 'write' | 'read' | 'none';
  /** Said of every request from now on, once it was processed; null: it is done. */
  failure: string | null;
  processMs: number;
  beforePage: (offset: number) => void;
}

export async function startOpsgenieStandIn(dialect: 'opsgenie' | 'jsm'): Promise<OpsgenieStandIn> {
  const isJsm = dialect === 'jsm';
  const prefix = isJsm ? `/jsm/ops/api/${cloudId}/v1/alerts` : '/v2/alerts';
  const authorization = isJsm
    ? `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`
    : `GenieKey ${token}`;
  let alarms: readonly ShownAlarm[] = [];
  const states = new Map<string, State>();
  /** It occurs again and again, which says nothing new. */
  let occurrences = 0;
  const requests = new Map<string, { at: number; isSuccess: boolean; status: string }>();

  const idOf = (key: string): string => `70413a06-38d6-4c85-92b8-${key}-1795455208000`;
  const stateOf = (key: string): State => {
    const known = states.get(key);
    if (known !== undefined) return known;
    const made: State = {
      isAcknowledged: false,
      acknowledgements: 0,
      isClosed: false,
      snoozedUntil: null,
      notes: [],
    };
    states.set(key, made);
    return made;
  };
  const isSnoozed = ({ snoozedUntil }: State): boolean =>
    snoozedUntil !== null && snoozedUntil > Date.now();

  const refusal = (status: number, message: string): StandInAnswer => ({
    status,
    json: isJsm
      ? { errors: [{ title: 'Request failed', detail: message }] }
      : { message, took: 0.001, requestId: randomUUID() },
  });
  const wrapped = (data: unknown): StandInAnswer => ({
    json: isJsm ? data : { data, took: 0.01, requestId: randomUUID() },
  });

  function alert(alarm: ShownAlarm, isWhole: boolean): unknown {
    const { key, name, severity = 'P1' } = alarm;
    const state = stateOf(key);
    const snoozed = isSnoozed(state);
    const details = { cluster: 'eu', runbook_url: 'https://runbooks.example.org/x' };
    return {
      ...(alarm.broken === 'identity' ? {} : { id: idOf(key) }),
      tinyId: '1791',
      alias: `alias-${key}`,
      message: alarm.broken === 'item' ? 7 : name,
      status: state.isClosed ? 'closed' : 'open',
      acknowledged: state.isAcknowledged,
      isSeen: true,
      tags: ['Shop'],
      snoozed,
      ...(snoozed && state.snoozedUntil !== null
        ? { snoozedUntil: new Date(state.snoozedUntil).toISOString() }
        : {}),
      count: (occurrences += 1),
      lastOccurredAt: new Date().toISOString(),
      createdAt: inZone(alarm.since ?? Date.now(), alarm.zoneMinutes),
      updatedAt: new Date().toISOString(),
      source: 'prometheus',
      owner: '',
      ...(severity === null ? {} : { priority: severity }),
      responders: [{ id: '8418d193-2dab-4490-b331-8c02cdd196b7', type: 'team' }],
      integration: { id: '4513b7ea', name: 'Prometheus', type: 'Prometheus' },
      report: state.isAcknowledged ? { ackTime: 15_702, acknowledgedBy: user } : {},
      ...(isWhole
        ? {
            description: alarm.text ?? 'nothing more',
            entity: 'checkout',
            actions: [],
            ...(isJsm ? { extraProperties: details } : { details }),
          }
        : {}),
    };
  }

  const pastWire = ({ id, message, createdAt, closeTime }: Past): unknown => ({
    id,
    tinyId: '1',
    alias: id,
    message,
    status: 'closed',
    acknowledged: false,
    createdAt,
    updatedAt: createdAt,
    priority: 'P3',
    report: { closeTime },
  });

  function selected(query: string): unknown[] {
    if (query.includes('"Nobody"')) return [];
    const open = alarms.filter(({ key }) => !stateOf(key).isClosed).map((one) => alert(one, false));
    if (query.includes('status:open')) return open;
    const from = Number(/createdAt > (\d+)/.exec(query)?.[1] ?? 0);
    const until = Number(/createdAt < (\d+)/.exec(query)?.[1] ?? Infinity);
    const closed = self.past
      .filter(({ createdAt }) => Date.parse(createdAt) > from && Date.parse(createdAt) < until)
      .map(pastWire);
    return query.includes('status:closed') ? closed : [...open, ...closed];
  }

  function page(items: readonly unknown[], request: StandInRequest): StandInAnswer {
    const { query, path } = request;
    const size = Number(query.get(isJsm ? 'size' : 'limit') ?? 20);
    const offset = Number(query.get('offset') ?? 0);
    if (size < 1 || size > 100) return refusal(422, 'Page size must be between 1 and 100.');
    if (offset + size > 20_000) return refusal(422, 'Offset and limit exceed the window.');
    const rest = new URLSearchParams(query);
    rest.set('offset', `${offset + size}`);
    const hasMore = items.length > offset + size;
    const shown = items.slice(offset, offset + size);
    return isJsm
      ? {
          json: {
            values: shown,
            count: items.length,
            links: hasMore ? { next: `${path}?${rest}` } : {},
          },
        }
      : {
          json: {
            data: shown,
            paging: { first: self.url, ...(hasMore ? { next: `${self.url}${path}?${rest}` } : {}) },
            took: 0.6,
            requestId: randomUUID(),
          },
        };
  }

  function list(request: StandInRequest): StandInAnswer {
    const { query } = request;
    if (query.has(isJsm ? 'limit' : 'size')) return refusal(400, 'Unknown parameter.');
    if (query.get('sort') !== 'createdAt') return refusal(422, 'Sort field is not valid.');
    self.beforePage(Number(query.get('offset') ?? 0));
    return page(selected(query.get('query') ?? ''), request);
  }

  /** @returns what there is to say about it, or an answer that refuses it. */
  function apply(action: string, state: State, body: Record<string, unknown>): void {
    switch (action) {
      case 'acknowledge':
        state.isAcknowledged = true;
        state.acknowledgements += 1;
        break;
      case 'unacknowledge':
        state.isAcknowledged = false;
        break;
      case 'close':
        state.isClosed = true;
        break;
      case 'snooze':
        state.snoozedUntil = Date.parse(String(body['endTime']));
        break;
      default:
        state.notes.unshift({
          note: String(body['note']),
          owner: !isJsm && typeof body['user'] === 'string' ? body['user'] : user,
          createdAt: new Date().toISOString(),
          offset: `${state.notes.length}`,
        });
    }
  }

  function act(action: string, state: State, request: StandInRequest): StandInAnswer {
    if (request.headers['content-type'] !== 'application/json') return refusal(415, 'Not JSON.');
    const body = (request.json ?? {}) as Record<string, unknown>;
    const known = isJsm ? ['note', 'endTime'] : ['note', 'endTime', 'user', 'source'];
    if (Object.keys(body).some((name) => !known.includes(name))) {
      return refusal(400, 'Unknown property.');
    }
    if (action === 'snooze' && Number.isNaN(Date.parse(String(body['endTime'])))) {
      return refusal(422, 'endTime is not valid.');
    }
    if (action === 'snooze' && !isJsm && Date.parse(String(body['endTime'])) <= Date.now()) {
      return refusal(422, 'endTime must be in the future.');
    }
    if (action === 'notes' && (typeof body['note'] !== 'string' || body['note'] === '')) {
      return refusal(422, 'Note can not be empty.');
    }
    const requestId = randomUUID();
    const { failure } = self;
    const isSuccess = failure === null;
    const at = Date.now() + self.processMs;
    requests.set(requestId, { at, isSuccess, status: failure ?? 'Done' });
    if (isSuccess) setTimeout(() => apply(action, state, body), self.processMs);
    const json = { result: 'Request will be processed', took: 0.1, requestId };
    return { status: 202, json };
  }

  function answer(request: StandInRequest): StandInAnswer {
    const { method, path, headers, query } = request;
    if (isJsm && path === '/_edge/tenant_info') {
      // Nobody needs a login for it, and none should be shown to it.
      return headers.authorization === undefined ? { json: { cloudId } } : { status: 400 };
    }
    if (headers.authorization !== authorization) {
      return isJsm
        ? refusal(401, 'Unauthorized')
        : refusal(401, 'Could not authenticate the request.');
    }
    if (!path.startsWith(prefix)) return { status: 404, json: { message: 'No such path.' } };
    // The gateway looks at the rights before anybody looks for the alert.
    if (self.rights === 'none' || (self.rights === 'read' && method === 'POST')) {
      return isJsm
        ? refusal(401, 'Unauthorized; scope does not match')
        : refusal(403, 'You are not authorized for this request.');
    }
    const [, id, action] = path.slice(prefix.length).split('/').map(decodeURIComponent);
    if (id === undefined) return method === 'GET' ? list(request) : { status: 405 };
    if (id === 'requests') {
      const known = requests.get(action ?? '');
      if (known === undefined || known.at > Date.now()) return refusal(404, 'Not found yet.');
      return wrapped({ isSuccess: known.isSuccess, status: known.status, action: 'Acknowledge' });
    }
    if (!isJsm && query.get('identifierType') !== 'id') return refusal(422, 'Which identifier?');
    const alarm = alarms.find(({ key }) => idOf(key) === id);
    if (alarm === undefined) {
      // Opsgenie takes what is asked for before it looks whether there is such an alert.
      return method === 'POST' && !isJsm
        ? act('', { ...stateOf('nobody') }, request)
        : refusal(404, 'Alert does not exist.');
    }
    const state = stateOf(alarm.key);
    if (method === 'POST') return act(action ?? '', state, request);
    if (action === 'notes') return page(state.notes, request);
    return wrapped(alert(alarm, true));
  }

  const standIn = await startStandIn(dialect, answer);
  const self: OpsgenieStandIn = Object.assign(standIn, {
    past: [{ id: 'past-1', message: 'over', createdAt: '2026-11-01T00:00:00Z', closeTime: 60_000 }],
    rights: 'write' as const,
    failure: null,
    processMs: 30,
    beforePage: () => {},
    show(next: readonly ShownAlarm[]): void {
      alarms = next;
      states.clear();
    },
    effects(key: string): Effects {
      const state = stateOf(key);
      return {
        isAcknowledged: state.isAcknowledged,
        acknowledgements: state.acknowledgements,
        comments: state.notes.map(({ note }) => note),
        silencedUntil: isSnoozed(state) && state.snoozedUntil !== null ? [state.snoozedUntil] : [],
        isResolved: state.isClosed,
      };
    },
  });
  return self;
}

/** Datadog's monitors (v1) and downtimes (v2) as far as Nightdesk asks them; it refuses what the real one refuses. */
import { createHash, randomUUID } from 'node:crypto';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';

export const keys = {
  apiKey: 'ddapi0Ahngoo5eiN7oohai2aeT4ohz',
  applicationKey: 'ddapp_Ohw5ieth-eiF1Neizo3ahf9ahd',
};

interface Downtime {
  readonly id: string;
  readonly monitorId: number;
  readonly scope: string;
  readonly message: string;
  readonly startMs: number;
  endMs: number;
  isCanceled: boolean;
}

export interface DatadogStandIn extends Upstream {
  /** Without it the keys see nothing but what is shown. */
  isWellThere: boolean;
  /** The most that one page holds, whatever is asked for. */
  pageSize: number;
  /** Laid over the monitor of a key. */
  more: Map<string, Record<string, unknown>>;
  downtimes: Downtime[];
  /** Keys of monitors that the next lists leave out, as after a shift of pages. */
  hidden: Set<string>;
}

export const monitorId = (key: string): number =>
  parseInt(createHash('sha256').update(key).digest('hex').slice(0, 8), 16) + 1;
export const groupOf = (key: string): string => `env:prod,host:${key.toLowerCase()}`;

const errors = (status: number, ...texts: string[]): StandInAnswer => ({
  status,
  json: { errors: texts },
});

const states = new Set(['alert', 'warn', 'no data', 'ok', 'unknown', 'exploded']);

export async function startDatadogStandIn(): Promise<DatadogStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  const seconds = (ms: number): number => Math.floor(ms / 1_000);

  const isOn = (one: Downtime): boolean => !one.isCanceled && one.endMs > Date.now();
  const statusOf = (one: Downtime): string =>
    one.isCanceled ? 'canceled' : one.endMs > Date.now() ? 'active' : 'ended';

  function monitorOf(shown: ShownAlarm, wanted: ReadonlySet<string>): Record<string, unknown> {
    const word = shown.severity ?? 'Alert';
    const isState = states.has(word.toLowerCase());
    const state = isState ? word : 'Alert';
    const group = groupOf(shown.key);
    const at = seconds(shown.since ?? Date.now());
    const isTold = wanted.has('all') || wanted.has(state.toLowerCase());
    const id = monitorId(shown.key);
    return {
      ...(shown.broken === 'identity' ? {} : { id }),
      name: shown.broken === 'item' ? { not: 'a text' } : shown.name,
      type: 'query alert',
      query: 'avg(last_5m):avg:system.cpu.user{env:prod} by {host} > 90',
      message: `${shown.text ?? ''} {{host.name}} is busy @pagerduty-shop`,
      tags: ['service:checkout', 'loose'],
      priority: isState ? null : Number(word.slice(1)),
      overall_state: state,
      multi: true,
      draft_status: 'published',
      created: '2026-01-01T00:00:00+00:00',
      modified: '2026-01-01T00:00:00+00:00',
      options: { silenced: {}, notify_audit: false },
      state: {
        groups: isTold
          ? {
              [group]: {
                name: group,
                status: state,
                last_triggered_ts: at,
                last_nodata_ts: state === 'No Data' ? at : 0,
                last_notified_ts: seconds(Date.now()),
                last_resolved_ts: 0,
              },
            }
          : {},
      },
      matching_downtimes: self.downtimes
        .filter((one) => isOn(one) && one.monitorId === id)
        .map((one, index) => ({
          id: index + 1,
          scope: one.scope.split(' AND '),
          start: seconds(one.startMs),
          end: seconds(one.endMs),
        })),
      ...self.more.get(shown.key),
    };
  }

  const well = (): Record<string, unknown> => ({
    id: 1,
    name: 'always well',
    type: 'metric alert',
    query: 'x',
    message: '',
    tags: ['team:desk'],
    priority: null,
    overall_state: 'OK',
    options: {},
    state: { groups: {} },
    matching_downtimes: [],
  });

  function monitors({ query }: StandInRequest): StandInAnswer {
    const wanted = new Set((query.get('group_states') ?? '').split(',').filter(Boolean));
    for (const one of wanted) {
      if (!['all', 'alert', 'warn', 'no data'].includes(one)) {
        return errors(400, `invalid group_states ${one}`);
      }
    }
    const size = Number(query.get('page_size') ?? 100);
    const page = Number(query.get('page') ?? 0);
    if (!(size >= 1 && size <= 1_000) || !(page >= 0)) return errors(400, 'invalid page');
    const tags = (query.get('monitor_tags') ?? '').split(',').filter(Boolean);
    const all = [
      ...(self.isWellThere ? [well()] : []),
      ...alarms.filter(({ key }) => !self.hidden.has(key)).map((one) => monitorOf(one, wanted)),
    ].filter((monitor) => tags.every((tag) => (monitor['tags'] as string[]).includes(tag)));
    const held = Math.min(size, self.pageSize);
    return { json: all.slice(page * held, (page + 1) * held) };
  }

  const wire = (one: Downtime): Record<string, unknown> => ({
    id: one.id,
    type: 'downtime',
    attributes: {
      message: one.message,
      scope: one.scope,
      status: statusOf(one),
      created: new Date(one.startMs).toISOString(),
      canceled: one.isCanceled ? new Date().toISOString() : null,
      monitor_identifier: { monitor_id: one.monitorId },
      schedule: {
        start: new Date(one.startMs).toISOString(),
        end: new Date(one.endMs).toISOString().replace('.000Z', '+00:00'),
      },
    },
  });

  function downtimes(request: StandInRequest): StandInAnswer {
    const { method, path, query } = request;
    const id = /^\/api\/v2\/downtime\/([0-9a-f-]{36})$/.exec(path)?.[1];
    if (method !== 'GET' && method !== 'DELETE') {
      if (request.headers['content-type'] !== 'application/json') return errors(415, 'media type');
    }
    const body = request.json as
      | { data?: { type?: unknown; id?: unknown; attributes?: Record<string, unknown> } }
      | undefined;
    const attributes = body?.data?.attributes ?? {};
    const { end } = (attributes['schedule'] ?? {}) as { end?: unknown };
    const endMs = typeof end === 'string' ? Date.parse(end) : Number.NaN;
    if (id === undefined) {
      if (path !== '/api/v2/downtime') return errors(404, 'Not Found');
      if (method === 'GET') {
        const offset = Number(query.get('page[offset]') ?? 0);
        const limit = Number(query.get('page[limit]') ?? 30);
        const all = self.downtimes.filter(
          (one) => query.get('current_only') !== 'true' || isOn(one),
        );
        return {
          json: {
            data: all.slice(offset, offset + limit).map(wire),
            meta: { page: { total_filtered_count: all.length } },
          },
        };
      }
      const identifier = (attributes['monitor_identifier'] ?? {}) as Record<string, unknown>;
      const isWhole =
        body?.data?.type === 'downtime' &&
        typeof attributes['scope'] === 'string' &&
        Object.keys(identifier).length === 1;
      if (method !== 'POST' || !isWhole) return errors(400, 'invalid downtime');
      // The real one would take it, and mute everything. No test may come this far.
      if (typeof identifier['monitor_id'] !== 'number') throw new Error('not one monitor');
      if (!(endMs > Date.now())) return errors(400, 'end is in the past');
      const made: Downtime = {
        id: randomUUID(),
        monitorId: identifier['monitor_id'],
        scope: attributes['scope'] as string,
        message: typeof attributes['message'] === 'string' ? attributes['message'] : '',
        startMs: Date.now(),
        endMs,
        isCanceled: false,
      };
      self.downtimes.push(made);
      return { json: { data: wire(made) } };
    }
    const one = self.downtimes.find((each) => each.id === id);
    if (one === undefined) return errors(404, 'Downtime not found');
    if (method === 'GET') return { json: { data: wire(one) } };
    if (method === 'DELETE') {
      if (one.isCanceled) return errors(404, 'Downtime not found');
      one.isCanceled = true;
      return { status: 204 };
    }
    if (method !== 'PATCH' || body?.data?.id !== id || !(endMs > Date.now())) {
      return errors(400, 'invalid downtime');
    }
    one.endMs = endMs;
    return { json: { data: wire(one) } };
  }

  const standIn = await startStandIn('datadog', (request): StandInAnswer => {
    const { headers, path, method } = request;
    if (headers['dd-api-key'] !== keys.apiKey) return errors(403, 'Forbidden');
    if (path === '/api/v1/validate') return { json: { valid: true } };
    if (headers['dd-application-key'] !== keys.applicationKey) return errors(403, 'Forbidden');
    if (path.startsWith('/api/v2/downtime')) return downtimes(request);
    if (method !== 'GET') return errors(404, 'Not Found');
    if (path === '/api/v1/monitor') return monitors(request);
    const id = Number(/^\/api\/v1\/monitor\/(\d+)$/.exec(path)?.[1]);
    const found = alarms.find(({ key }) => monitorId(key) === id);
    if (found === undefined) return errors(404, 'Monitor not found');
    return {
      json: monitorOf(found, new Set((request.query.get('group_states') ?? '').split(','))),
    };
  });

  const self: DatadogStandIn = Object.assign(standIn, {
    isWellThere: true,
    pageSize: 100,
    more: new Map<string, Record<string, unknown>>(),
    downtimes: [] as Downtime[],
    hidden: new Set<string>(),
    show(shown: readonly ShownAlarm[]) {
      alarms = shown;
    },
    effects: (key: string) => ({
      isAcknowledged: false,
      acknowledgements: 0,
      comments: [],
      silencedUntil: self.downtimes
        .filter((one) => isOn(one) && one.monitorId === monitorId(key))
        .map(({ endMs }) => endMs),
      isResolved: false,
    }),
  });
  return self;
}

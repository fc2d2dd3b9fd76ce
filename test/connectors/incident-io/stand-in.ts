/** incident.io's API as far as Nightdesk asks it, with a history of alerts and one HTTP source. */
import { createHash } from 'node:crypto';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import { inZone } from '../../support/connectors/zones.ts';

export const key = 'inc_dev_Zohng4ae-ieT7eiph0quaeb8U';
export const sourceToken = 'inc_src_Vaiz2eim-Quoo9oos5eiSh3ae';
export const httpSource = '01GW2G3V0S59R238FAHPDS1R66';

export interface IncidentIoStandIn extends Upstream {
  /** Whether any alert ever was. */
  hasHistory: boolean;
  /** Takes the filter for another one, and finds nothing. */
  misreadsFilter: boolean;
  /** Laid over every alert that was shown, by its key. */
  more: Map<string, Record<string, unknown>>;
}

const idOf = (name: string): string =>
  `01${createHash('sha256').update(name).digest('hex').slice(0, 24).toUpperCase()}`;
const dedupOf = (name: string): string =>
  createHash('sha256').update(name).digest('hex').slice(0, 16);

const failure = (status: number, type: string, message: string): StandInAnswer => ({
  status,
  json: { type, status, request_id: 'r-1', errors: [{ code: type, message }] },
});

export async function startIncidentIoStandIn(): Promise<IncidentIoStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  const resolved = new Set<string>();

  function alert(alarm: ShownAlarm): Record<string, unknown> {
    const at = inZone(alarm.since ?? Date.now(), alarm.zoneMinutes ?? 0);
    const severity = alarm.severity === undefined ? 'critical' : alarm.severity;
    const attribute = (name: string, value: string, type = 'String'): unknown => ({
      attribute: { id: idOf(name), name, type, array: false },
      value: { literal: value, label: value },
    });
    return {
      ...(alarm.broken === 'identity' ? {} : { id: idOf(alarm.key) }),
      title: alarm.name,
      description: alarm.text ?? '',
      status: resolved.has(alarm.key) ? 'resolved' : 'firing',
      deduplication_key: dedupOf(alarm.key),
      alert_source_id: httpSource,
      source_url: 'https://grafana.example.org/alerting/1',
      created_at: alarm.broken === 'item' ? 7 : at,
      updated_at: new Date().toISOString(),
      resolved_at: resolved.has(alarm.key) ? new Date().toISOString() : null,
      attributes: [
        attribute('Affected team', 'Payments'),
        attribute('Service', 'checkout'),
        ...(severity === null ? [] : [attribute('Severity', severity)]),
      ],
      ...self.more.get(alarm.key),
    };
  }

  const old = {
    id: idOf('old'),
    title: 'Disk of db-1 is full',
    description: '',
    status: 'resolved',
    deduplication_key: 'disk-db-1',
    alert_source_id: 'another',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:10:00Z',
    resolved_at: '2026-01-01T00:10:00Z',
    attributes: [],
  };

  function list({ query }: StandInRequest): StandInAnswer {
    const size = Number(query.get('page_size') ?? 25);
    if (!(size >= 1 && size <= 50)) return failure(422, 'validation_error', 'page_size');
    for (const name of query.keys()) {
      if (!['page_size', 'after', 'status[one_of]'].includes(name)) {
        return failure(422, 'validation_error', `unknown filter ${name}`);
      }
    }
    const wanted = query.get('status[one_of]');
    const all = [...alarms.map(alert), ...(self.hasHistory ? [old] : [])];
    const matching =
      wanted === null ? all : all.filter(({ status }) => status === wanted && !self.misreadsFilter);
    const after = query.get('after');
    const start = after === null ? 0 : Number(after.replace(/^c/, ''));
    const end = start + size;
    return {
      json: {
        alerts: matching.slice(start, end),
        pagination_meta: {
          page_size: size,
          ...(end < matching.length ? { after: `c${end}` } : {}),
        },
      },
    };
  }

  const standIn = await startStandIn('incident-io', (request): StandInAnswer => {
    const { method, path, headers, json } = request;
    if (method === 'POST') {
      if (path !== `/v2/alert_events/http/${httpSource}`)
        return failure(404, 'not_found', 'no source');
      if (headers.authorization !== `Bearer ${sourceToken}`) {
        return failure(401, 'authentication_error', 'Invalid token');
      }
      const { title, status, deduplication_key: dedup } = json as Record<string, unknown>;
      if (typeof title !== 'string' || (status !== 'firing' && status !== 'resolved')) {
        return failure(422, 'validation_error', 'title and status are needed');
      }
      const alarm = alarms.find((one) => dedupOf(one.key) === dedup);
      if (alarm !== undefined && status === 'resolved') resolved.add(alarm.key);
      return {
        status: 202,
        json: { status: 'success', deduplication_key: dedup, message: 'Event accepted' },
      };
    }
    if (headers.authorization !== `Bearer ${key}`) {
      return failure(401, 'authentication_error', 'Invalid API key');
    }
    if (path === '/v2/alerts') return list(request);
    const alarm = alarms.find((one) => path === `/v2/alerts/${idOf(one.key)}`);
    return alarm === undefined
      ? failure(404, 'not_found', 'no alert')
      : { json: { alert: alert(alarm) } };
  });

  const self: IncidentIoStandIn = Object.assign(standIn, {
    hasHistory: true,
    misreadsFilter: false,
    more: new Map<string, Record<string, unknown>>(),
    show(shown: readonly ShownAlarm[]) {
      alarms = shown;
    },
    effects: (name: string) => ({
      isAcknowledged: false,
      acknowledgements: 0,
      comments: [],
      silencedUntil: [],
      isResolved: resolved.has(name),
    }),
  });
  return self;
}

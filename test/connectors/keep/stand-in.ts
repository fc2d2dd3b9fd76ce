/**
 * Keep: alerts by fingerprint, and beside them what people said ("enrichments"), which covers what providers sent until it is
 * taken away, or until the next event where it was written for one firing only.
 */
import type { Effects, ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import { withOffset } from '../../support/connectors/offset.ts';
import { startStandIn, type StandInAnswer } from '../../support/connectors/stand-in.ts';

type Item = Record<string, unknown>;

export const secrets = { apiKey: 'keep-key-44b1-Lx9q-odd' };

export interface KeepStandIn extends Upstream {
  /** As providers sent them. */
  alerts: Map<string, Item>;
  enrichments: Map<string, Item>;
  /** Those that go with the next event. */
  disposable: Map<string, Set<string>>;
  /** Old versions know only a list. */
  knowsQueries: boolean;
  /** The provider sends an event about this alert. */
  receive(key: string, more: Item): void;
}

export const fingerprintOf = (key: string): string => `fp${key}`;

export function alertOf({
  key,
  name,
  text,
  severity,
  since,
  zoneMinutes,
  broken,
}: ShownAlarm): Item {
  const at = withOffset(since ?? Date.now(), zoneMinutes);
  return {
    id: `event-${key}`,
    event_id: `event-${key}`,
    name: broken === 'item' ? 42 : name,
    status: 'firing',
    severity: severity === undefined ? 'critical' : severity,
    lastReceived: at,
    firingStartTime: at,
    environment: 'production',
    service: 'checkout',
    source: ['prometheus'],
    message: text ?? `Message of ${key}`,
    description: null,
    url: `https://prometheus.example/graph?g0.expr=${key}`,
    labels: { alertname: `Name ${key}`, team: 'pay', nested: { a: 1 } },
    fingerprint: broken === 'identity' ? null : fingerprintOf(key),
    deleted: false,
    dismissed: false,
    dismissUntil: null,
    assignee: null,
    note: null,
    pushed: false,
  };
}

const json = (value: unknown, status = 200): StandInAnswer => ({ status, json: value });

export async function startKeep(): Promise<KeepStandIn> {
  const counts = new Map<string, number>();
  const receivedAt = ({ lastReceived }: Item): number => Date.parse(String(lastReceived));
  const shown = (): Item[] =>
    [...self.alerts.entries()]
      .map(([fingerprint, alert]): Item => ({ ...alert, ...self.enrichments.get(fingerprint) }))
      .toSorted((a, b) => receivedAt(a) - receivedAt(b));

  function filterOf(cel: string): ((alert: Item) => boolean) | null {
    if (cel === '') return () => true;
    const [, field, operator, value] =
      /^(status|fingerprint) (==|!=) ('[^']*'|".*")$/s.exec(cel) ?? [];
    if (field === undefined || value === undefined) return null;
    const wanted: unknown = value.startsWith("'") ? value.slice(1, -1) : JSON.parse(value);
    return (alert) => (alert[field] === wanted) === (operator === '==');
  }

  const standIn = await startStandIn('keep', ({ method, path, headers, query, json: body }) => {
    if (headers['x-api-key'] !== secrets.apiKey) return json({ detail: 'Invalid API Key' }, 401);
    if (method === 'GET' && path === '/alerts') {
      return json(
        shown()
          .toReversed()
          .slice(0, Number(query.get('limit') ?? 25)),
      );
    }
    if (method !== 'POST') return json({ detail: 'Method Not Allowed' }, 405);
    if (headers['content-type'] !== 'application/json') return json({ detail: 'json' }, 422);
    const given = (body ?? {}) as Item;
    if (path === '/alerts/query' && self.knowsQueries) {
      const {
        cel,
        limit,
        offset,
        sort_dir: direction,
      } = given as {
        cel: string;
        limit: number;
        offset: number;
        sort_dir: string;
      };
      const filter = filterOf(cel);
      if (filter === null) return json({ detail: 'Error parsing CEL expression' }, 400);
      const all = shown().filter(filter);
      if (direction === 'DESC') all.reverse();
      return json({ results: all.slice(offset, offset + limit), count: all.length, limit, offset });
    }
    const { fingerprint, enrichments } = given as { fingerprint?: string; enrichments?: unknown };
    if (path === '/alerts/enrich') {
      if (fingerprint === undefined || enrichments === null || typeof enrichments !== 'object') {
        return json({ detail: 'field required' }, 422);
      }
      if (!self.alerts.has(fingerprint)) return json({ detail: 'not found' }, 404);
      const before = self.enrichments.get(fingerprint) ?? {};
      const { status } = enrichments as { status?: string };
      if (status === 'acknowledged') counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
      self.enrichments.set(fingerprint, { ...before, ...enrichments });
      if (query.get('dispose_on_new_alert') === 'true') {
        self.disposable.set(fingerprint, new Set(Object.keys(enrichments)));
      }
      return json({ status: 'ok' });
    }
    if (path === '/alerts/unenrich') {
      if (fingerprint === undefined || !Array.isArray(enrichments)) {
        return json({ detail: 'field required' }, 422);
      }
      const left = Object.entries(self.enrichments.get(fingerprint) ?? {}).filter(
        ([name]) => !enrichments.includes(name),
      );
      self.enrichments.set(fingerprint, Object.fromEntries(left));
      return json({ status: 'ok' });
    }
    return json({ detail: 'Not Found' }, 404);
  });
  const old = { ...alertOf({ key: 'old', name: 'Long ago', since: 0 }), status: 'resolved' };
  const self: KeepStandIn = Object.assign(standIn, {
    alerts: new Map<string, Item>([[fingerprintOf('old'), old]]),
    enrichments: new Map<string, Item>(),
    disposable: new Map<string, Set<string>>(),
    knowsQueries: true,
    receive(key: string, more: Item) {
      const fingerprint = fingerprintOf(key);
      self.alerts.set(fingerprint, { ...self.alerts.get(fingerprint), ...more });
      const gone = self.disposable.get(fingerprint) ?? new Set();
      self.disposable.delete(fingerprint);
      const left = Object.entries(self.enrichments.get(fingerprint) ?? {}).filter(
        ([name]) => !gone.has(name),
      );
      self.enrichments.set(fingerprint, Object.fromEntries(left));
    },
    show(alarms: readonly ShownAlarm[]) {
      const next = new Map<string, Item>([[fingerprintOf('old'), old]]);
      for (const [fingerprint, alert] of self.alerts) {
        next.set(fingerprint, { ...alert, status: 'resolved' });
      }
      for (const alarm of alarms) next.set(fingerprintOf(alarm.key), alertOf(alarm));
      self.alerts = next;
    },
    effects(key: string): Effects {
      const said = self.enrichments.get(fingerprintOf(key)) ?? {};
      const { status, note, dismissed, dismissUntil } = said;
      return {
        isAcknowledged: status === 'acknowledged',
        acknowledgements: counts.get(fingerprintOf(key)) ?? 0,
        comments: typeof note === 'string' ? note.split('\n') : [],
        silencedUntil: dismissed === true ? [Date.parse(String(dismissUntil))] : [],
        isResolved: status === 'resolved',
      };
    },
  });
  return self;
}

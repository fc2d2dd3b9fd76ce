/**
 * GoAlert's GraphQL endpoint, as far as our two documents ask. It refuses a key that belongs to another document, an unknown
 * operation, a login from elsewhere, and a status that an alert cannot take any more.
 */
import type { Effects, ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import { withOffset } from '../../support/connectors/offset.ts';
import { startStandIn, type StandInAnswer } from '../../support/connectors/stand-in.ts';
import {
  bothDocuments,
  readDocument,
  writeDocument,
} from '../../../main/sources/goalert/documents.ts';

type Item = Record<string, unknown>;

export const secrets = { token: 'goalert-key-Zq81kd-both' };
export const twoKeys = { readToken: 'goalert-key-read-1', writeToken: 'goalert-key-write-2' };
export const person = { user: 'ada', password: 'goalert pass; wörd=&' };

export interface GoAlertStandIn extends Upstream {
  alerts: Item[];
  services: { id: string; name: string }[];
  /** Said beside the data. */
  errors: Item[] | null;
  /** Sessions that are known. */
  sessions: Set<string>;
  logins: number;
  /** How the document of the key begins; it must hold the operation. */
  keyDocument: string;
}

export const service = { id: '5e7f1c1e-0000-4000-8000-000000000001', name: 'Checkout' };

export function alertOf(
  { key, name, text, severity, since, zoneMinutes, broken }: ShownAlarm,
  id: number,
): Item {
  return {
    alertID: broken === 'identity' ? null : id,
    status: 'StatusUnacknowledged',
    summary: broken === 'item' ? 42 : name,
    details: text ?? `Details of ${key}`,
    createdAt: withOffset(since ?? Date.now(), zoneMinutes),
    service: {
      ...service,
      maintenanceExpiresAt: '0001-01-01T00:00:00Z',
      labels: [{ key: 'team', value: 'pay' }],
    },
    recentEvents: { nodes: [] },
    meta: severity === undefined || severity === null ? [] : [{ key: 'severity', value: severity }],
    metrics: null,
  };
}

const brief = ({ alertID, status }: Item): Item => ({ alertID, status });

/** Stable over calls of `show`. */
export const idOf = (key: string): number =>
  Array.from(key).reduce((sum, letter) => sum * 36 + Number.parseInt(letter, 36), 1);

const fail = (message: string, code?: string): StandInAnswer => ({
  json: {
    data: null,
    errors: [{ message, path: [], ...(code === undefined ? {} : { extensions: { code } }) }],
  },
});

export async function startGoAlert(): Promise<GoAlertStandIn> {
  const updates = new Map<number, string[]>();
  const standIn = await startStandIn('goalert', ({ method, path, headers, text, json }) => {
    if (path === '/api/v2/identity/providers/basic') {
      const form = new URLSearchParams(text);
      const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
      const isOurs = headers.referer?.startsWith('http://127.0.0.1') === true;
      if (method !== 'POST' || !isForm || !isOurs) return { status: 400, text: 'Bad Request' };
      self.logins += 1;
      if (form.get('username') !== person.user || form.get('password') !== person.password) {
        return { status: 302, headers: { location: `${self.url}/?login_error=unknown` } };
      }
      const session = `session-${self.logins}`;
      self.sessions.add(session);
      return {
        status: 302,
        headers: {
          location: `${self.url}/login`,
          'set-cookie': `goalert_session.2=${session}; Path=/; HttpOnly`,
        },
      };
    }
    if (path !== '/api/graphql') return { status: 404, text: '404 page not found' };
    if (method !== 'POST') return { status: 405, text: 'Method Not Allowed' };
    const { query, variables, operationName } = (json ?? {}) as {
      query?: string;
      variables?: { input: Item; services: Item; id: number; isOne: boolean };
      operationName?: string;
    };
    if (variables === undefined) return { status: 400, text: 'bad json' };
    const session = /goalert_session\.2=([^;]+)/.exec(headers.cookie ?? '')?.[1];
    let document: string;
    if (session !== undefined) {
      if (!self.sessions.has(session)) return { status: 401, text: 'Unauthorized' };
      if (query === undefined) return fail('no operation provided');
      document = query;
    } else {
      const keys: Record<string, string> = {
        [secrets.token]: self.keyDocument,
        [twoKeys.readToken]: readDocument,
        [twoKeys.writeToken]: writeDocument,
      };
      const own = keys[headers.authorization?.replace(/^Bearer /, '') ?? ''];
      if (own === undefined) return { status: 401, text: 'Unauthorized' };
      if (query !== undefined && query !== own)
        return fail('wrong query for API key', 'invalid_query');
      document = own;
    }
    if (!new RegExp(`(query|mutation) ${operationName}\\b`).test(document)) {
      return fail(`unknown operation ${operationName}`);
    }
    if (self.errors !== null && operationName === 'NightdeskRead') {
      return { json: { data: { alerts: null, services: null }, errors: self.errors } };
    }
    if (operationName === 'NightdeskWrite') {
      const { alertIDs, newStatus } = variables.input as { alertIDs: number[]; newStatus: string };
      if (alertIDs.length !== 1) return fail('exactly one in this test');
      const changed = self.alerts.filter(
        ({ alertID, status }) =>
          alertIDs.includes(alertID as number) && status !== 'StatusClosed' && status !== newStatus,
      );
      for (const alert of changed) {
        alert['status'] = newStatus;
        const id = alert['alertID'] as number;
        updates.set(id, [...(updates.get(id) ?? []), newStatus]);
      }
      return { json: { data: { updateAlerts: changed.map(brief) } } };
    }
    if (variables.isOne) {
      if (!Number.isSafeInteger(variables.id)) return fail('Int cannot represent it');
      const found = self.alerts.find(({ alertID }) => alertID === variables.id);
      return { json: { data: { alert: found === undefined ? null : brief(found) } } };
    }
    const {
      filterByStatus = [],
      filterByServiceID,
      first = 15,
      after = '',
    } = variables.input as {
      filterByStatus?: string[];
      filterByServiceID?: string[];
      first?: number;
      after?: string;
    };
    if (first > 150) return fail('first must not be over 150', 'invalid_input_value');
    const all = self.alerts.filter(
      (alert) =>
        filterByStatus.includes(String(alert['status'])) &&
        (filterByServiceID === undefined ||
          filterByServiceID.includes((alert['service'] as { id: string }).id)),
    );
    const from = after === '' ? 0 : Number(after.replace('cursor-', ''));
    const nodes = all.slice(from, from + first);
    const hasNextPage = from + first < all.length;
    const { only } = variables.services as { only?: string[] };
    const services = self.services.filter(({ id }) => only === undefined || only.includes(id));
    return {
      json: {
        data: {
          alerts: {
            nodes,
            pageInfo: { hasNextPage, endCursor: hasNextPage ? `cursor-${from + first}` : '' },
          },
          services: { nodes: services },
        },
      },
    };
  });
  const self: GoAlertStandIn = Object.assign(standIn, {
    alerts: [] as Item[],
    services: [service],
    errors: null,
    sessions: new Set<string>(),
    logins: 0,
    keyDocument: bothDocuments,
    show(alarms: readonly ShownAlarm[]) {
      self.alerts = alarms.map((alarm) => alertOf(alarm, idOf(alarm.key)));
    },
    effects(key: string): Effects {
      const done = updates.get(idOf(key)) ?? [];
      return {
        isAcknowledged: done.at(-1) === 'StatusAcknowledged',
        acknowledgements: done.filter((status) => status === 'StatusAcknowledged').length,
        comments: [],
        silencedUntil: [],
        isResolved: done.at(-1) === 'StatusClosed',
      };
    },
  });
  return self;
}

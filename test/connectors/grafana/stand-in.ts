/** Grafana as far as Nightdesk asks it: its rules, and its own Alertmanager. Written from the facts of its API. */
import { createHash, randomUUID } from 'node:crypto';
import type { Matcher } from '../../../preload/contract/alarms.ts';
import { matchesAll } from '../../../main/sources/matchers.ts';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import { inZone } from '../../support/connectors/zones.ts';

interface Silence {
  id: string;
  matchers: Matcher[];
  startsAt: string;
  endsAt: string;
  createdBy: string;
  comment: string;
}

export const token = 'glsa_oht4Ahc8aiPh_Eeg5chah';
const own = '/api/alertmanager/grafana/api/v2';

export interface GrafanaStandIn extends Upstream {
  /** When its rules were evaluated last, in ms; null: now. */
  evaluatedAt: number | null;
  /** Sent to an Alertmanager elsewhere, so that its own lists nothing. */
  isSentElsewhere: boolean;
  /** What the token may do. */
  role: 'Editor' | 'Viewer' | 'None';
  hasRules: boolean;
  /** Fixed permissions of an own role may leave the rules out. */
  mayReadRules: boolean;
}

const denied = (permission: string): StandInAnswer => ({
  status: 403,
  json: {
    accessErrorId: 'ACE0000000001',
    message: `You'll need additional permissions to perform this action. Permissions needed: ${permission}`,
    title: 'Access denied',
  },
});

const fingerprintOf = (key: string): string =>
  createHash('sha256').update(key).digest('hex').slice(0, 16);

export async function startGrafanaStandIn(): Promise<GrafanaStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  const silences = new Map<string, Silence>();
  const isActive = ({ endsAt }: Silence): boolean => Date.parse(endsAt) > Date.now();
  const labelsOf = (alarm: ShownAlarm): Record<string, string> => ({
    __alert_rule_uid__: `uid-${alarm.key}`,
    alertname: alarm.name,
    grafana_folder: 'Shop',
    service: 'checkout',
    ...(alarm.severity === null ? {} : { severity: alarm.severity ?? 'critical' }),
  });
  const covering = (alarm: ShownAlarm): Silence[] =>
    [...silences.values()].filter(
      (silence) => isActive(silence) && matchesAll(silence.matchers, labelsOf(alarm)),
    );

  const alert = (alarm: ShownAlarm): unknown => {
    const silencedBy = covering(alarm).map(({ id }) => id);
    return {
      annotations: {
        __orgId__: '1',
        __dashboardUid__: 'aew1',
        __panelId__: '2',
        __value_string__: "[ var='A' labels={} value=97 ]",
        ...(alarm.text === undefined ? {} : { description: alarm.text }),
      },
      endsAt: new Date(Date.now() + 240_000).toISOString(),
      ...(alarm.broken === 'identity' ? {} : { fingerprint: fingerprintOf(alarm.key) }),
      receivers: [{ active: null, integrations: null, name: 'grafana-default-email' }],
      startsAt: inZone(alarm.since ?? Date.now(), alarm.zoneMinutes),
      status: {
        inhibitedBy: [],
        silencedBy,
        state: silencedBy.length > 0 ? 'suppressed' : 'active',
      },
      updatedAt: new Date().toISOString(),
      generatorURL: `${self.url}/alerting/grafana/uid-${alarm.key}/view?orgId=1`,
      labels:
        alarm.broken === 'item'
          ? { __alert_rule_uid__: `uid-${alarm.key}`, alertname: alarm.name, severity: 7 }
          : labelsOf(alarm),
    };
  };

  const rule = (name: string, uid: string, state: string): unknown => ({
    state,
    name,
    uid,
    folderUid: 'aew0',
    query: 'up == 0',
    duration: 60,
    labels: {},
    annotations: {},
    totals: state === 'firing' ? { alerting: 1 } : { normal: 1 },
    totalsFiltered: {},
    health: 'ok',
    type: 'alerting',
    lastEvaluation: lastEvaluation(),
    evaluationTime: 0.01,
  });
  const lastEvaluation = (): string =>
    self.evaluatedAt === 0
      ? '0001-01-01T00:00:00Z'
      : new Date(self.evaluatedAt ?? Date.now() - 5_000).toISOString();

  const rules = (): unknown => ({
    status: 'success',
    data: {
      groups: self.hasRules
        ? [
            {
              name: 'every minute',
              file: 'Shop',
              folderUid: 'aew0',
              interval: 60,
              lastEvaluation: lastEvaluation(),
              evaluationTime: 0.01,
              totals: {},
              rules: [
                rule('Quiet so far', 'uid-quiet', 'inactive'),
                ...alarms.map(({ name, key }) => rule(name, `uid-${key}`, 'firing')),
              ],
            },
          ]
        : [],
      totals: {},
    },
  });

  const silenceWire = (silence: Silence): unknown => ({
    ...silence,
    status: { state: isActive(silence) ? 'active' : 'expired' },
    updatedAt: silence.startsAt,
  });

  function postSilence(body: unknown): StandInAnswer {
    const { id, matchers = [], startsAt, endsAt, createdBy, comment } = body as Partial<Silence>;
    if (matchers.length === 0 || !startsAt || !endsAt || !createdBy || !comment) {
      return { status: 400, json: { message: 'bad request data', traceID: '' } };
    }
    if (Date.parse(endsAt) <= Date.now()) {
      return { status: 400, json: { message: 'end time must be in the future', traceID: '' } };
    }
    const known = id !== undefined && id !== '';
    if (known && !silences.has(id)) {
      return { status: 404, json: { message: 'silence not found', traceID: '' } };
    }
    const kept = known ? id : randomUUID();
    silences.set(kept, { id: kept, matchers, startsAt, endsAt, createdBy, comment });
    return { status: 202, json: { silenceID: kept } };
  }

  function answer(request: StandInRequest): StandInAnswer {
    const { method, path, headers } = request;
    if (path === '/api/health') {
      return { json: { database: 'ok', version: '11.4.0', commit: 'b58701869e' } };
    }
    if (headers.authorization !== `Bearer ${token}`) {
      return {
        status: 401,
        json: { message: 'Invalid API key', messageId: 'api-key.invalid', statusCode: 401 },
      };
    }
    if (self.role === 'None') return denied('alert.instances:read');
    if (path === '/api/prometheus/grafana/api/v1/rules') {
      return self.mayReadRules ? { json: rules() } : denied('alert.rules:read');
    }
    if (path === `${own}/alerts`) {
      return { json: self.isSentElsewhere ? [] : alarms.map(alert) };
    }
    if (path === `${own}/silences` && method === 'GET') {
      return { json: [...silences.values()].map(silenceWire) };
    }
    if (method !== 'GET' && self.role === 'Viewer') return denied('alert.silences:create');
    if (path === `${own}/silences`) {
      return headers['content-type'] === 'application/json'
        ? postSilence(request.json)
        : { status: 400, json: { message: 'bad request data' } };
    }
    const silence = path.startsWith(`${own}/silence/`)
      ? silences.get(path.slice(`${own}/silence/`.length))
      : undefined;
    if (silence === undefined) return { status: 404, json: { message: 'Not found' } };
    if (method === 'DELETE') {
      silence.endsAt = new Date(Date.now() - 1).toISOString();
      return { json: { message: 'silence deleted' } };
    }
    return { json: silenceWire(silence) };
  }

  const standIn = await startStandIn('grafana', answer);
  const self: GrafanaStandIn = Object.assign(standIn, {
    evaluatedAt: null,
    isSentElsewhere: false,
    role: 'Editor' as const,
    hasRules: true,
    mayReadRules: true,
    show(next: readonly ShownAlarm[]): void {
      alarms = next;
    },
    effects(key: string) {
      const alarm = alarms.find((one) => one.key === key);
      const covers = alarm === undefined ? [] : covering(alarm);
      const acks = covers.filter(({ comment }) => comment.startsWith('ACK!'));
      return {
        isAcknowledged: acks.length > 0,
        acknowledgements: acks.length,
        comments: [],
        silencedUntil: covers
          .filter((one) => !acks.includes(one))
          .map(({ endsAt }) => Date.parse(endsAt)),
        isResolved: false,
      };
    },
  });
  return self;
}

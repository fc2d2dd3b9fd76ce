/** Alertmanager 0.25 as far as Nightdesk asks it. The real one is tested in test/integration/alertmanager.test.ts. */
import { createHash, randomUUID } from 'node:crypto';
import type { Matcher } from '../../../preload/contract/alarms.ts';
import { matchesAll } from '../../../main/sources/matchers.ts';
import { startStandIn, type StandInAnswer } from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';

interface Silence {
  id: string;
  matchers: Matcher[];
  startsAt: string;
  endsAt: string;
  createdBy: string;
  comment: string;
}

export const password = 'hunter2-Ooh7aiPh';
const expected = `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`;

const fingerprintOf = (key: string): string =>
  createHash('sha256').update(key).digest('hex').slice(0, 16);

const inZone = (ms: number, minutes: number): string => {
  const sign = minutes < 0 ? '-' : '+';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const zone =
    minutes === 0 ? 'Z' : `${sign}${`${hours}`.padStart(2, '0')}:${`${rest}`.padStart(2, '0')}`;
  return new Date(ms + minutes * 60_000).toISOString().replace('Z', zone);
};

export interface AlertmanagerStandIn extends Upstream {
  /** When it started, in ms. */
  startedAt: number;
}

export async function startAlertmanagerStandIn(): Promise<AlertmanagerStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  const silences = new Map<string, Silence>();
  const isActive = ({ endsAt }: Silence): boolean => Date.parse(endsAt) > Date.now();
  const labelsOf = (alarm: ShownAlarm): Record<string, string> => ({
    alertname: alarm.name,
    service: 'checkout',
    key: alarm.key,
    ...(alarm.severity === null ? {} : { severity: alarm.severity ?? 'critical' }),
  });
  const covering = (alarm: ShownAlarm): Silence[] =>
    [...silences.values()].filter(
      (silence) => isActive(silence) && matchesAll(silence.matchers, labelsOf(alarm)),
    );

  const wire = (alarm: ShownAlarm): unknown => {
    const silencedBy = covering(alarm).map(({ id }) => id);
    const since = alarm.since ?? Date.now();
    return {
      annotations: alarm.text === undefined ? {} : { description: alarm.text },
      endsAt: new Date(Date.now() + 300_000).toISOString(),
      ...(alarm.broken === 'identity' ? {} : { fingerprint: fingerprintOf(alarm.key) }),
      receivers: [{ name: 'default' }],
      startsAt: inZone(since, alarm.zoneMinutes ?? 0),
      status: {
        inhibitedBy: [],
        silencedBy,
        state: silencedBy.length > 0 ? 'suppressed' : 'active',
      },
      updatedAt: new Date().toISOString(),
      generatorURL: 'http://prometheus.example.org/graph?g0.expr=up',
      labels: alarm.broken === 'item' ? { alertname: alarm.name, severity: 7 } : labelsOf(alarm),
    };
  };

  const silenceWire = (silence: Silence): unknown => ({
    ...silence,
    status: { state: isActive(silence) ? 'active' : 'expired' },
    updatedAt: silence.startsAt,
  });

  function postSilence(body: unknown): StandInAnswer {
    const { id, matchers = [], startsAt, endsAt, createdBy, comment } = body as Partial<Silence>;
    if (matchers.length === 0 || !startsAt || !endsAt || !createdBy || !comment) {
      return { status: 422, json: { code: 602, message: 'matchers in body is required' } };
    }
    if (Date.parse(endsAt) <= Date.now()) return { status: 400, json: 'end time in the past' };
    if (id !== undefined && !silences.has(id)) return { status: 404, json: 'silence not found' };
    const kept = id ?? randomUUID();
    silences.set(kept, { id: kept, matchers, startsAt, endsAt, createdBy, comment });
    return { json: { silenceID: kept } };
  }

  const standIn = await startStandIn('alertmanager', (request) => {
    const { method, path, headers } = request;
    if (headers.authorization !== expected) {
      return {
        status: 401,
        text: 'Unauthorized',
        headers: { 'content-type': 'text/plain', 'www-authenticate': 'Basic' },
      };
    }
    if (path === '/api/v2/alerts') return { json: alarms.map(wire) };
    if (path === '/api/v2/status') {
      return {
        json: {
          cluster: { status: 'disabled', peers: [] },
          versionInfo: {
            version: '0.25.0',
            revision: '',
            branch: '',
            buildUser: '',
            buildDate: '',
            goVersion: '',
          },
          config: { original: '' },
          uptime: new Date(self.startedAt).toISOString(),
        },
      };
    }
    if (path === '/api/v2/silences' && method === 'GET') {
      return { json: [...silences.values()].map(silenceWire) };
    }
    if (path === '/api/v2/silences') {
      const isJson = headers['content-type'] === 'application/json';
      return isJson
        ? postSilence(request.json)
        : { status: 415, json: { code: 415, message: 'unsupported media type' } };
    }
    const silence = silences.get(path.replace('/api/v2/silence/', ''));
    if (silence === undefined) return { status: 404 };
    if (method === 'DELETE') {
      silence.endsAt = new Date(Date.now() - 1).toISOString();
      return { status: 200 };
    }
    return { json: silenceWire(silence) };
  });
  const self: AlertmanagerStandIn = Object.assign(standIn, {
    startedAt: Date.now() - 3_600_000,
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

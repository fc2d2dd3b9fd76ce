/**
 * A stand-in for Prometheus, for what the real one cannot be made to say within a test: other pages, other relatives, rules that
 * stand still. It refuses what the real one, or the gateway of Mimir in front of it, refuses.
 */
import type { ShownAlarm, Upstream } from '../../support/connectors/case.ts';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';

export const user = 'desk';
export const password = 'pröm-"s3cret"-7741';
const intervalSeconds = 15;
const alertsPerGroup = 10;
const groupsPerPage = 10;

export interface PrometheusStandIn extends Upstream {
  /** Merged over every envelope. */
  envelope: Record<string, unknown>;
  startedAt: number;
  /** How old the last evaluation of every rule is; null: there was none yet. */
  evaluatedAgoMs: number | null;
  hasRules: boolean;
  /** What `up` says of its targets. */
  targets: readonly number[];
  /** Errors of rules, by the name of the alarm. */
  broken: ReadonlyMap<string, string>;
  /** Names of the alarms that are pending. */
  pending: ReadonlySet<string>;
  /** Its answer to range queries, which begins at `start`. In seconds. */
  series: (start: number, step: number) => readonly unknown[];
  /** Paths below /api/v1 that it does not have, as its relatives. */
  lacks: ReadonlySet<string>;
}

const text = (status: number, words: string): StandInAnswer => ({
  status,
  text: words,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
});
const refused = (words: string): StandInAnswer => ({
  status: 400,
  json: { status: 'error', errorType: 'bad_data', error: words },
});

/** In the given zone, with nine digits behind the second as Go writes them. */
function timeText(ms: number, zoneMinutes: number | undefined): string {
  const fine = (iso: string): string => iso.replace(/\.(\d{3})Z$/, '.$1000000Z');
  if (zoneMinutes === undefined) return fine(new Date(ms).toISOString());
  const sign = zoneMinutes < 0 ? '-' : '+';
  const two = (value: number): string => String(Math.abs(value)).padStart(2, '0');
  const offset = `${sign}${two(Math.trunc(zoneMinutes / 60))}:${two(zoneMinutes % 60)}`;
  return fine(new Date(ms + zoneMinutes * 60_000).toISOString()).replace(/Z$/, offset);
}

export async function startPrometheusStandIn(): Promise<PrometheusStandIn> {
  let shown: readonly ShownAlarm[] = [];
  const now = (): number => Date.now() + self.skewMs;

  function alertOf(alarm: ShownAlarm): unknown {
    const severity = alarm.severity === undefined ? 'critical' : alarm.severity;
    const labels = {
      alertname: alarm.name,
      instance: `${alarm.key}:9100`,
      job: 'node',
      ...(severity === null ? {} : { severity }),
    };
    const annotations = alarm.text === undefined ? {} : { description: alarm.text };
    return {
      labels: alarm.broken === 'identity' ? 'none' : labels,
      annotations: alarm.broken === 'item' ? { description: 7 } : annotations,
      state: self.pending.has(alarm.name) ? 'pending' : 'firing',
      activeAt: timeText(alarm.since ?? now(), alarm.zoneMinutes),
      // Another one at every evaluation.
      value: `${Math.random()}e+00`,
    };
  }

  function groups(): unknown[] {
    if (!self.hasRules) return [];
    const lastEvaluation =
      self.evaluatedAgoMs === null
        ? '0001-01-01T00:00:00Z'
        : timeText(now() - self.evaluatedAgoMs, undefined);
    const rule = (name: string, alerts: unknown[]): unknown => ({
      state: alerts.length > 0 ? 'firing' : 'inactive',
      name,
      query: 'up == 0',
      duration: 60,
      keepFiringFor: 0,
      labels: {},
      annotations: { description: 'of {{ $labels.instance }}' },
      alerts: self.broken.has(name) ? [] : alerts,
      health: self.broken.has(name) ? 'err' : 'ok',
      ...(self.broken.has(name) ? { lastError: self.broken.get(name) } : {}),
      evaluationTime: 0.0004,
      lastEvaluation,
      type: 'alerting',
    });
    const group = (name: string, rules: unknown[]): unknown => ({
      name,
      file: '/etc/prometheus/rules.yml',
      interval: intervalSeconds,
      limit: 0,
      evaluationTime: 0.001,
      lastEvaluation,
      rules,
    });
    const all = [group('always there', [rule('Quiet', [])])];
    for (let at = 0; at < shown.length; at += alertsPerGroup) {
      const part = shown.slice(at, at + alertsPerGroup);
      all.push(
        group(
          `part ${at}`,
          part.map((alarm) => rule(alarm.name, [alertOf(alarm)])),
        ),
      );
    }
    return all;
  }

  function rules({ query }: StandInRequest): StandInAnswer {
    if (![null, 'alert', 'record'].includes(query.get('type'))) {
      return refused(`invalid parameter "type": not supported value "${query.get('type')}"`);
    }
    const token = query.get('group_next_token');
    const from = token === null ? 0 : Number(token);
    if (!Number.isInteger(from)) return refused('invalid group_next_token');
    const all = groups();
    const hasMore = from + groupsPerPage < all.length;
    return success({
      groups: all.slice(from, from + groupsPerPage),
      ...(hasMore ? { groupNextToken: String(from + groupsPerPage) } : {}),
    });
  }

  const success = (data: unknown): StandInAnswer => ({
    json: { status: 'success', data, ...self.envelope },
    // Such things are said by what resembles Prometheus.
    isTruthful: Object.keys(self.envelope).length === 0,
  });

  function answer(request: StandInRequest): StandInAnswer {
    const { method, path, query, headers } = request;
    const pair = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
    if (headers.authorization !== `Basic ${pair}`) return text(401, 'Unauthorized');
    if (headers['x-scope-orgid'] !== 'team-a') return text(401, 'no org id');
    const name = path.replace(/^\/prometheus\/api\/v1\//, '');
    if (name === path || self.lacks.has(name)) return text(404, '404 page not found');
    if (method !== 'GET') return text(405, 'Method Not Allowed');
    switch (name) {
      case 'rules':
        return rules(request);
      case 'status/runtimeinfo':
        return success({
          startTime: new Date(self.startedAt).toISOString(),
          CWD: '/prometheus',
          hostname: 'prometheus-0',
          serverTime: new Date(now()).toISOString(),
          reloadConfigSuccess: true,
          lastConfigTime: new Date(self.startedAt).toISOString(),
          corruptionCount: 0,
          goroutineCount: 46,
          GOMAXPROCS: 2,
          GOMEMLIMIT: 9_223_372_036_854_776_000,
          GOGC: '75',
          GODEBUG: '',
          storageRetention: '15d',
        });
      case 'status/buildinfo':
        return success({
          version: '3.4.1',
          revision: 'abc',
          branch: 'HEAD',
          buildUser: 'root@build',
          buildDate: '20250531-08:41:00',
          goVersion: 'go1.24.3',
        });
      case 'alertmanagers':
        return success({
          activeAlertmanagers: [{ url: 'http://alertmanager.example.org:9093/api/v2/alerts' }],
          droppedAlertmanagers: [],
        });
      case 'query': {
        if (!query.has('query')) return refused('invalid parameter "query": unknown position');
        const counts = new Map<number, number>();
        for (const up of self.targets) counts.set(up, (counts.get(up) ?? 0) + 1);
        return success({
          resultType: 'vector',
          result: [...counts].map(([up, count]) => ({
            metric: { up: String(up) },
            value: [now() / 1_000, String(count)],
          })),
        });
      }
      case 'query_range': {
        for (const needed of ['query', 'start', 'end', 'step']) {
          if (!query.has(needed)) return refused(`invalid parameter "${needed}"`);
        }
        const [start = 0, end = 0, step = 0] = ['start', 'end', 'step'].map((name) =>
          Number(query.get(name)),
        );
        if ((end - start) / step > 11_000) {
          return refused('exceeded maximum resolution of 11,000 points per timeseries');
        }
        return success({ resultType: 'matrix', result: self.series(start, step) });
      }
      default:
        return text(404, '404 page not found');
    }
  }

  const standIn = await startStandIn('prometheus', answer);
  const self: PrometheusStandIn = Object.assign(standIn, {
    envelope: {},
    startedAt: Date.now() - 86_400_000,
    evaluatedAgoMs: 5_000,
    hasRules: true,
    targets: [1, 1, 1],
    broken: new Map<string, string>(),
    pending: new Set<string>(),
    series: () => [],
    lacks: new Set<string>(),
    show(alarms: readonly ShownAlarm[]): void {
      shown = alarms;
    },
    effects: () => ({
      isAcknowledged: false,
      acknowledgements: 0,
      comments: [],
      silencedUntil: [],
      isResolved: false,
    }),
  });
  return self;
}

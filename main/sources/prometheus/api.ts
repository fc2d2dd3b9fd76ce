/** The calls of the HTTP API. Every call carries the same login and tenant. */
import { loginHeaders } from '../fields.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue, instantOf, oneLine } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { cutText } from '../text.ts';
import {
  openEnvelope,
  WireAlertmanagers,
  WireBuild,
  WireMatrix,
  WireRules,
  WireRuntime,
  WireVector,
  type Enveloped,
} from './parse.ts';
import type { PrometheusSettings } from './settings.ts';

/** Relatives answer so where they do not have a path. */
const absent = [400, 404, 405, 422, 501];
const mostPages = 1_000;

const notPrometheus = (host: string, what: string): SourceError =>
  new SourceError('source.misconfigured', `${host} answered, but not like a Prometheus: ${what}.`, {
    next: 'Check the address and its path.',
  });

function opened(answer: HttpAnswer, host: string): Enveloped {
  const envelope = openEnvelope(answer.body);
  if (envelope !== null) return envelope;
  const { error } = (answer.body ?? {}) as { error?: unknown };
  if (typeof error === 'string') {
    throw new SourceError(
      'source.unreachable',
      `${host} could not answer: ${cutText(oneLine(error), 200)}`,
      { next: 'Nightdesk keeps trying. Look at the server.' },
    );
  }
  throw notPrometheus(host, 'it names no success');
}

export interface Rules {
  readonly groups: readonly unknown[];
  readonly partialReason: string | null;
  readonly clockSkewMs: number | null;
}

export interface Runtime {
  readonly startedAt: string;
  readonly isConfigLoaded: boolean;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

export type PrometheusApi = ReturnType<typeof createApi>;

export function createApi(
  http: HttpClient,
  settings: PrometheusSettings,
  secrets: Readonly<Record<string, string>>,
) {
  const { host } = new URL(settings.url);
  const queryBase = settings.queryUrl === '' ? settings.url : settings.queryUrl;
  const queryHost = new URL(queryBase).host;
  const headers = loginHeaders(settings, secrets);
  if (settings.tenant !== '') headers['x-scope-orgid'] = settings.tenant;

  const get = (
    base: string,
    path: string,
    signal: AbortSignal,
    acceptStatus: readonly number[] = [],
  ): Promise<HttpAnswer> =>
    http.request({ url: joinUrl(base, `/api/v1/${path}`), headers, signal, acceptStatus });

  /** Null where this relative of Prometheus has no such path. */
  async function optional(path: string, signal: AbortSignal): Promise<unknown> {
    const answer = await get(settings.url, path, signal, absent);
    return answer.status === 200 ? opened(answer, host).data : null;
  }

  async function query(path: string, signal: AbortSignal): Promise<Enveloped> {
    return opened(await get(queryBase, path, signal), queryHost);
  }

  return {
    base: settings.url,
    host,

    /** Unchecked groups of alerting rules, from every page that there is. */
    async rules(signal: AbortSignal): Promise<Rules> {
      const groups: unknown[] = [];
      const seen = new Set<string>();
      let partialReason: string | null = null;
      let clockSkewMs: number | null = null;
      let token = '';
      do {
        const page = token === '' ? '' : `&group_next_token=${encodeURIComponent(token)}`;
        const answer = await get(settings.url, `rules?type=alert${page}`, signal);
        const { data, partialReason: reason } = opened(answer, host);
        const rules = WireRules.safeParse(data);
        if (!rules.success) throw notPrometheus(host, firstIssue(rules.error));
        groups.push(...rules.data.groups);
        partialReason ??= reason;
        clockSkewMs ??= answer.clockSkewMs;
        token = rules.data.groupNextToken;
        if (seen.has(token) || seen.size > mostPages) {
          throw notPrometheus(host, 'its pages of rules never end');
        }
        seen.add(token);
      } while (token !== '');
      return { groups, partialReason, clockSkewMs };
    },

    async runtime(signal: AbortSignal): Promise<Runtime | null> {
      const runtime = WireRuntime.safeParse(await optional('status/runtimeinfo', signal));
      if (!runtime.success) return null;
      const startedAt = instantOf(runtime.data.startTime);
      return startedAt === null
        ? null
        : { startedAt, isConfigLoaded: runtime.data.reloadConfigSuccess };
    },

    async version(signal: AbortSignal): Promise<string | null> {
      const build = WireBuild.safeParse(await optional('status/buildinfo', signal));
      return build.success ? build.data.version : null;
    },

    /** Where it sends its alarms, as addresses. */
    async alertmanagers(signal: AbortSignal): Promise<readonly string[]> {
      const found = WireAlertmanagers.safeParse(await optional('alertmanagers', signal));
      return found.success ? found.data.activeAlertmanagers.map(({ url }) => url) : [];
    },

    /** How many of its targets can be read; null where it does not say. */
    async targets(signal: AbortSignal): Promise<{ up: number; all: number } | null> {
      const asked = encodeURIComponent('count_values("up", up)');
      const { data, partialReason } = await query(`query?query=${asked}`, signal);
      const vector = WireVector.safeParse(data);
      if (!vector.success || partialReason !== null) return null;
      let up = 0;
      let all = 0;
      for (const { metric, value } of vector.data.result) {
        const count = Number(value[1]);
        if (!Number.isFinite(count)) return null;
        all += count;
        if (metric['up'] !== '0') up += count;
      }
      return { up, all };
    },

    async range(
      asked: { readonly expression: string; fromMs: number; untilMs: number; stepMs: number },
      signal: AbortSignal,
    ): Promise<{ series: readonly Series[]; partialReason: string | null }> {
      const { expression, fromMs, untilMs, stepMs } = asked;
      const parameters = new URLSearchParams({
        query: expression,
        start: String(fromMs / 1_000),
        end: String(untilMs / 1_000),
        step: String(stepMs / 1_000),
      });
      const { data, partialReason } = await query(`query_range?${parameters}`, signal);
      const matrix = WireMatrix.safeParse(data);
      if (!matrix.success) throw notPrometheus(queryHost, firstIssue(matrix.error));
      return { series: matrix.data.result, partialReason };
    },
  };
}

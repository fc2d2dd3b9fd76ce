/**
 * What fired and cleared while nobody looked, from the series ALERTS that Prometheus writes at every evaluation. Pure, but for
 * the query.
 *
 * Every window that is looked at is as long as a step and an evaluation together: so an alert that fires is in each, and one
 * that fired only between two steps is in one.
 */
import { toInstant, toMs } from '../../clock.ts';
import type { Instant } from '../../../preload/contract/common.ts';
import type { Passed, PassedEpisode } from '../connector.ts';
import type { PrometheusApi, Series } from './api.ts';
import { externalIdOf } from './identity.ts';
import { toAlarm, type MappingContext } from './to-alarm.ts';

const mostSteps = 500;
const longestIntervalMs = 300_000;

export interface Run {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Points without a hole of more than one step. */
export function runsOf(values: Series['values'], stepMs: number): readonly Run[] {
  const runs: { firstMs: number; lastMs: number }[] = [];
  for (const [seconds] of values) {
    const atMs = seconds * 1_000;
    const last = runs.at(-1);
    if (last !== undefined && atMs - last.lastMs <= stepMs * 1.5) last.lastMs = atMs;
    else runs.push({ firstMs: atMs, lastMs: atMs });
  }
  return runs;
}

export interface PassedContext {
  readonly mapping: MappingContext;
  /** Of the slowest group of rules. */
  readonly intervalMs: number;
  /** Its start, by its own clock; null where it does not say. */
  readonly startedAtMs: number | null;
  /** Listed by the last poll. */
  readonly isActive: (externalId: string) => boolean;
  /** Of the rule with this name, for the link. */
  readonly queryOf: (name: string) => string;
}

export async function readPassed(
  api: PrometheusApi,
  from: Instant,
  until: Instant,
  context: PassedContext,
  signal: AbortSignal,
): Promise<Passed> {
  const { startedAtMs } = context;
  const fromMs = toMs(from);
  const untilMs = toMs(until);
  if (untilMs <= fromMs) return { episodes: [], incompleteReason: null };
  const intervalMs = Math.min(Math.max(context.intervalMs, 1_000), longestIntervalMs);
  const wholeSeconds = (ms: number): number => Math.ceil(ms / 1_000) * 1_000;
  const stepMs = wholeSeconds(Math.max(intervalMs, (untilMs - fromMs) / mostSteps));
  const windowMs = stepMs + wholeSeconds(intervalMs);
  const firstMs = untilMs - Math.ceil((untilMs - fromMs) / stepMs) * stepMs;
  const { series, partialReason } = await api.range(
    {
      expression: `max_over_time(ALERTS{alertstate="firing"}[${windowMs / 1_000}s])`,
      fromMs: firstMs,
      untilMs,
      stepMs,
    },
    signal,
  );

  const episodes: PassedEpisode[] = [];
  for (const { metric, values } of series) {
    const { __name__: _, alertstate: __, ...labels } = metric;
    const name = labels['alertname'];
    if (name === undefined) continue;
    const externalId = externalIdOf(labels);
    for (const run of runsOf(values, stepMs)) {
      // Firing already when we looked last, or firing still: that is for polls to tell.
      if (run.firstMs <= firstMs + 1) continue;
      if (run.lastMs > untilMs - stepMs / 2 && context.isActive(externalId)) continue;
      const startsAt = toInstant(run.firstMs);
      const alarm = toAlarm(
        {
          rule: { name, query: context.queryOf(name) },
          alert: { labels, annotations: {}, state: 'firing', activeAt: startsAt, source: '' },
        },
        externalId,
        context.mapping,
      );
      if (alarm === null) continue;
      const endedMs = Math.max(run.firstMs, run.lastMs - intervalMs);
      episodes.push({ alarm, endedAt: toInstant(endedMs) });
    }
  }
  const wasAway =
    startedAtMs !== null && startedAtMs > fromMs
      ? 'Prometheus itself was started in between, and may not have watched all the time.'
      : null;
  return { episodes, incompleteReason: partialReason ?? wasAway };
}

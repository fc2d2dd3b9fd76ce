/** PromQL fences: asked of a configured source that can answer them, over the last hours, as few points as a small graph has. */
import type { AlarmId, Instant, SourceId } from '../../../preload/contract/common.ts';
import type { QueryAnswer, QuerySeries } from '../../../preload/contract/running.ts';
import type { BusEvents } from '../../bus.ts';
import { toInstant, type Clock } from '../../clock.ts';
import { AppError, errorText } from '../../errors.ts';
import { SourceError } from '../../sources/source-error.ts';
import { createLogger } from '../../logging.ts';
import type { RunCommand, WhichCommand } from './running-service.ts';
import { missingWords } from './missing-words.ts';
import { maskText } from './secrets.ts';

/** A source that keeps numbers over time. */
export interface MetricStore {
  readonly id: SourceId;
  readonly name: string;
  range(
    asked: { readonly expression: string; fromMs: number; untilMs: number; stepMs: number },
    signal: AbortSignal,
  ): Promise<{
    readonly series: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [number, string])[];
    }[];
    readonly partialReason: string | null;
  }>;
}

export interface QueryDeps {
  readonly clock: Clock;
  readonly runs: { commandOf(which: WhichCommand): RunCommand };
  readonly stores: () => readonly MetricStore[];
  readonly sourceOf: (id: AlarmId) => SourceId | null;
  /** What is told of it on timelines. */
  readonly onAnswer: (asked: BusEvents['query.asked']) => void;
}

const log = createLogger('queries');

const points = 120;
const shortestStepMs = 15_000;
const mostSeries = 20;
const longestMs = 20_000;

/** Some stores answer in steps of their own; more than fits is thinned out. */
function thinned<Value>(values: readonly Value[], most: number): Value[] {
  if (values.length <= most) return [...values];
  const every = values.length / most;
  return Array.from({ length: most }, (_, index) => values[Math.floor(index * every)]).flatMap(
    (value) => (value === undefined ? [] : [value]),
  );
}

/** `cpu{pod="a"}`, as Prometheus writes it. */
export function seriesName(metric: Readonly<Record<string, string>>): string {
  const { __name__: name = '', ...labels } = metric;
  const inner = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  if (inner.length === 0) return name === '' ? 'value' : name;
  return `${name}{${inner.join(', ')}}`.slice(0, 1_000).toWellFormed();
}

const numberOf = (text: string): number | null => {
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
};

/** A graph is asked for again whenever it is shown again; that tells nothing new. */
const toldAgainAfterMs = 5 * 60_000;
const mostTold = 500;
const mostLines = 8;

/** The newest value of each series, as one would say it. */
function answerWords(series: readonly QuerySeries[], seriesCount: number): string {
  if (seriesCount === 0) return 'no series';
  const lines = series.slice(0, mostLines).map(({ name, points: found }) => {
    const last = found.findLast(([, value]) => value !== null)?.[1];
    return `${name}  ${last == null ? 'no value' : Number(last.toPrecision(4))}`;
  });
  const rest = seriesCount - lines.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

export type Queries = ReturnType<typeof createQueries>;

export function createQueries(deps: QueryDeps) {
  const { clock, runs, stores, sourceOf } = deps;
  const told = new Map<string, number>();

  const tell = (
    asked: WhichCommand,
    command: RunCommand,
    answered: { sourceName: string; series: readonly QuerySeries[]; seriesCount: number },
  ): void => {
    const key = JSON.stringify([asked.runId, asked.stepId, asked.command, command.text]);
    const now = clock.monotonic();
    const before = told.get(key);
    if (before !== undefined && now - before < toldAgainAfterMs) return;
    if (told.size >= mostTold) told.clear();
    told.set(key, now);
    const event = {
      runId: asked.runId,
      alarmId: command.alarmId,
      incidentId: command.incidentId,
      number: command.stepNumber,
      sourceName: answered.sourceName,
      query: maskText(command.text),
      answer: maskText(answerWords(answered.series, answered.seriesCount)),
      at: clock.now(),
    };
    try {
      deps.onAnswer(event);
    } catch (error) {
      // A full disk must not take the graph away.
      log.error('an answer could not be kept', { reason: errorText(error) });
    }
  };

  return {
    /** @throws AppError */
    async query(
      asked: WhichCommand & { readonly sourceId?: SourceId | undefined; readonly rangeMs: number },
    ): Promise<QueryAnswer> {
      const command = runs.commandOf(asked);
      if (command.quoting !== 'promql' || /^logql$/i.test(command.language)) {
        throw new AppError('input.invalid', 'This is no PromQL.', { next: 'Copy it instead.' });
      }
      const missing = missingWords(command.parts);
      if (missing !== null) {
        throw new AppError('input.invalid', missing, { next: 'Fill it in first.' });
      }
      const all = stores();
      const own = command.alarmId === null ? null : sourceOf(command.alarmId);
      const store =
        all.find(({ id }) => id === asked.sourceId) ?? all.find(({ id }) => id === own) ?? all[0];
      const untilMs = clock.now();
      const fromMs = untilMs - asked.rangeMs;
      const answer = {
        expression: command.text,
        from: toInstant(fromMs),
        until: toInstant(untilMs),
        stores: all.map(({ id, name }) => ({ id, name })),
        sourceId: store?.id ?? null,
      };
      const failed = (problem: string, next: string): QueryAnswer => ({
        ...answer,
        series: [],
        seriesCount: 0,
        partialReason: null,
        problem: { text: problem, next },
      });
      if (store === undefined) {
        return failed(
          'There is no Prometheus to ask.',
          'Add one under Sources, or copy the query.',
        );
      }
      const stepMs = Math.max(shortestStepMs, Math.ceil(asked.rangeMs / points / 1_000) * 1_000);
      try {
        const { series, partialReason } = await store.range(
          { expression: command.text, fromMs, untilMs, stepMs },
          AbortSignal.timeout(longestMs),
        );
        const shown = series.slice(0, mostSeries).map(({ metric, values }): QuerySeries => ({
          name: seriesName(metric),
          points: thinned(values, 2 * points).map(([seconds, text]): [Instant, number | null] => [
            toInstant(Math.round(seconds * 1_000)),
            numberOf(text),
          ]),
        }));
        const seriesCount = series.length;
        tell(asked, command, { sourceName: store.name, series: shown, seriesCount });
        return { ...answer, series: shown, seriesCount, partialReason, problem: null };
      } catch (error) {
        if (error instanceof SourceError) return failed(error.message, error.next);
        throw error;
      }
    },
  };
}

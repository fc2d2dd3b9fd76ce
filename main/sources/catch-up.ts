/**
 * After a time in which a source was not looked at: asks it what fired and cleared meanwhile, where it keeps history, and
 * says where it cannot tell. The answer that shows what fires now never waits for this.
 */
import type { Instant, SourceId } from '../../preload/contract/common.ts';
import type { AlarmService } from '../alarms/alarm-service.ts';
import type { Bus, BusEvents } from '../bus.ts';
import { toInstant, toMs, type Clock } from '../clock.ts';
import { createLogger } from '../logging.ts';
import type { WritableDb } from '../store/database.ts';
import { isBefore, staleAfterMs, type Moment } from './health.ts';
import { SourceError } from './source-error.ts';
import { problemFrom } from './source-problem.ts';
import type { Connection, SourceState } from './source-state.ts';

const log = createLogger('sources');

export interface CatchUpDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly alarms: Pick<AlarmService, 'applyPassed'>;
  /** Whether the source is still what it was when it was asked, so that its answer counts. */
  isCurrent(id: SourceId, state: SourceState, connection: Connection): boolean;
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

const timeoutMs = 30_000;
/** What happened around the edges is asked for too; what is known is not kept twice. */
const marginMs = 60_000;
/** Nobody reads what happened in a month of absence, and upstreams page it slowly. */
const longestMs = 7 * 86_400_000;
/** After a sleep or on another network, a shorter time may hide something, too. */
const leastAfterWakeMs = 30_000;

/** The time until now in which the source was not looked at; null: it was. Call before the new answer counts. */
export function unseenSpan(
  state: Pick<SourceState, 'facts' | 'lastSuccessAt' | 'clockShiftMs'>,
  now: Moment,
): Span | null {
  const { facts, lastSuccessAt, clockShiftMs } = state;
  if (lastSuccessAt === null) return null;
  const { lastSuccess, wokeAt, intervalMs } = facts;
  // In the time of the clock as it is set now: a clock that was put forward by an hour hid nothing.
  const fromMs = Math.min(toMs(lastSuccessAt) + clockShiftMs, now.wall);
  const hasWoken = wokeAt !== null && lastSuccess !== null && isBefore(lastSuccess, wokeAt);
  const limit = hasWoken ? leastAfterWakeMs : staleAfterMs(intervalMs);
  return now.wall - fromMs > limit ? { fromMs, untilMs: now.wall } : null;
}

/** Also when the connector does not heed its signal. */
async function inTime<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      reject(
        new SourceError('source.unreachable', 'It did not say in time what happened meanwhile.', {
          next: 'Look at its own history.',
        }),
      );
    }, timeoutMs);
  });
  try {
    return await Promise.race([ask(controller.signal), late]);
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}

export function createCatchUp(deps: CatchUpDeps) {
  const { db, clock, bus, alarms } = deps;

  type Told = Pick<BusEvents['source.caughtUp'], 'passed' | 'tells' | 'reason'>;

  /** Null: nobody wants to know any more. */
  async function ask(
    state: SourceState,
    connection: Connection,
    { fromMs, untilMs }: Span,
  ): Promise<Told | null> {
    const { id, name } = state.config;
    const { connector } = connection;
    if (connector.passed === undefined) {
      return { passed: 0, tells: 'nothing', reason: `${name} keeps no history to ask for` };
    }
    const at = (ms: number): Instant => toInstant(ms + (state.clockSkewMs ?? 0));
    const isTooLong = untilMs - fromMs > longestMs;
    const from = isTooLong ? untilMs - longestMs : fromMs - marginMs;
    const history = connector.passed.bind(connector);
    try {
      const { episodes, incompleteReason } = await inTime((signal) =>
        history(at(from), at(untilMs), signal),
      );
      if (!deps.isCurrent(id, state, connection)) return null;
      const passed = alarms.applyPassed(id, episodes, clock.now());
      const reason = incompleteReason ?? (isTooLong ? 'it was asked for 7 days only' : null);
      return { passed, tells: reason === null ? 'all' : 'part', reason };
    } catch (error) {
      if (!deps.isCurrent(id, state, connection)) return null;
      const { message } = problemFrom(error, id);
      log.warn('what passed could not be asked for', { source: id, reason: message });
      return { passed: 0, tells: 'nothing', reason: message };
    }
  }

  async function run(state: SourceState, connection: Connection, span: Span): Promise<void> {
    const { id: sourceId, name: sourceName } = state.config;
    const told = await ask(state, connection, span);
    state.isCatchingUp = false;
    if (told === null) return;
    try {
      db.transaction(() =>
        bus.emit('source.caughtUp', { sourceId, sourceName, ...span, ...told, at: clock.now() }),
      );
    } catch (error) {
      log.warn('what passed could not be told', { source: sourceId, error });
    }
  }

  return {
    /** It is seen again; call before the new answer counts. Asks what passed, and is not waited for. */
    follow(state: SourceState, now: Moment): void {
      const span = unseenSpan(state, now);
      const { connection } = state;
      state.clockShiftMs = 0;
      if (span === null || connection === null || state.isCatchingUp) return;
      state.isCatchingUp = true;
      void run(state, connection, span);
    },
  };
}

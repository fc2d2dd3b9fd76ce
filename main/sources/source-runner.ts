/**
 * Keeps every configured source polled, and tells when what can be seen changes.
 *
 * Freshness is computed from facts and the time, and a timer that is not the poller compares it every second: a loop
 * that died makes its source stale whoever else sleeps.
 */
import type { SourceId } from '../../preload/contract/common.ts';
import type { AlarmService } from '../alarms/alarm-service.ts';
import type { Bus } from '../bus.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { createLogger } from '../logging.ts';
import type { WritableDb } from '../store/database.ts';
import { createCatchUp } from './catch-up.ts';
import type { ConfiguredSource } from './configured-source.ts';
import { connectConfigured } from './connect.ts';
import type { ConnectorKind, PollResult } from './connector.ts';
import { problemOf, type Moment, type Problem } from './health.ts';
import type { HttpLimits } from './http-client.ts';
import { createPoller, type EndReason, type PollOutcome } from './poller.ts';
import { SourceError } from './source-error.ts';
import {
  hung,
  isLoginRefused,
  judgeConfigured,
  notStored,
  problemFrom,
  stopped,
  tookTooLong,
} from './source-problem.ts';
import type { SourceSecrets } from './source-secrets.ts';
import { freshnessNow, newState, reasonNow, type SourceState } from './source-state.ts';
import type { SourceStore } from './source-store.ts';

const log = createLogger('sources');

export interface RunnerDeps {
  readonly db: WritableDb;
  readonly store: SourceStore;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly secrets: SourceSecrets;
  readonly alarms: Pick<AlarmService, 'apply' | 'applyPassed'>;
  readonly kinds: readonly ConnectorKind[];
  readonly httpLimits: Partial<HttpLimits>;
  readonly findProxy?: ((url: string) => Promise<string | null>) | undefined;
  readonly pollDeadlineMs?: number;
  readonly random?: () => number;
}

/** Accounts get locked by more. */
const mostRefusals = 3;
const watchEveryMs = 1_000;
/** An unchanged source is written this seldom: only the age of its last answer moves. */
const saveEveryMs = 60_000;

const discarded: PollOutcome = { isFailure: false, retryAfterMs: null, isStopped: false };

export function createSourceRunner(deps: RunnerDeps) {
  const { db, store, clock, bus, windows, kinds } = deps;
  const states = new Map<SourceId, SourceState>();
  let watchTimer: NodeJS.Timeout | null = null;
  const untell: (() => void)[] = [];

  const moment = (): Moment => ({ wall: clock.now(), monotonic: clock.monotonic() });
  const rest = (id: SourceId, since: Moment | null): void => {
    const state = states.get(id);
    if (state !== undefined) state.facts = { ...state.facts, restingSince: since };
  };
  const poller = createPoller({
    clock,
    async attempt(id, signal) {
      rest(id, null);
      try {
        return await attempt(id, signal);
      } finally {
        rest(id, moment());
      }
    },
    onStall,
    ...(deps.random === undefined ? {} : { random: deps.random }),
    ...(deps.pollDeadlineMs === undefined ? {} : { deadlineMs: deps.pollDeadlineMs }),
  });

  const catchUp = createCatchUp({
    db,
    clock,
    bus,
    alarms: deps.alarms,
    isCurrent: (id, state, connection) =>
      states.get(id) === state && state.connection === connection,
  });

  // ---- telling

  function save(state: SourceState): void {
    if (!state.hasRow) return;
    store.saveHealth({
      id: state.config.id,
      lastAttemptAt: state.lastAttemptAt,
      lastSuccessAt: state.lastSuccessAt,
      freshness: freshnessNow(state, moment()),
      problem: state.facts.problem?.message ?? null,
      memory: state.memory,
    });
    state.savedAt = clock.monotonic();
  }

  /** Stores and tells a change of sight. When the store refuses, the next look tries again. */
  function tell(state: SourceState, isForced = false): void {
    const after = freshnessNow(state, moment());
    const { reason } = reasonNow(state, after);
    const before = state.told;
    const isChanged = before.freshness !== after;
    if (!isChanged && before.reason !== reason) windows.changed('sources');
    state.told = { freshness: isChanged ? before.freshness : after, reason };
    if (!isChanged && !isForced) return;
    const { id: sourceId, name: sourceName } = state.config;
    if (after === 'live') state.liveSince = toInstant(clock.now());
    try {
      db.transaction(() => {
        save(state);
        const at = clock.now();
        bus.emit('source.changed', {
          sourceId,
          sourceName,
          before: before.freshness,
          after,
          reason,
          at,
        });
      });
      state.told = { freshness: after, reason };
      log.info('sight changed', { source: sourceId, before: before.freshness, after, reason });
    } catch (error) {
      // Once per reason: this is tried again every second.
      if (before.reason !== reason)
        log.warn('sight could not be told', { source: sourceId, error });
    }
    windows.changed('sources');
  }

  // ---- polling

  function ensureRow(state: SourceState): void {
    store.upsert(state.config.id, state.config.kind, state.config.name);
    state.hasRow = true;
  }

  function drop(state: SourceState): void {
    const { connection } = state;
    state.connection = null;
    connection?.connector.close().catch((error: unknown) => {
      log.warn('connector did not close', { source: state.config.id, error });
    });
  }

  function fail(state: SourceState, problem: Problem): void {
    if (state.facts.problem?.message !== problem.message) {
      log.warn('poll failed', { source: state.config.id, reason: problem.message });
    }
    state.facts = { ...state.facts, problem };
  }

  /** What came back counts; whether it also proves that we see is the caller's to say. */
  function take(state: SourceState, result: PollResult): void {
    const { id } = state.config;
    if (!state.hasRow) ensureRow(state);
    deps.alarms.apply(id, result.snapshot, clock.now());
    const now = moment();
    const blind = result.blind ?? null;
    const isNewMemory = result.memory !== undefined && result.memory !== state.memory;
    state.version = result.version ?? state.version;
    state.clockSkewMs = result.clockSkewMs;
    state.remarks = result.remarks;
    if (result.memory !== undefined) state.memory = result.memory;
    if (blind === null) {
      catchUp.follow(state, now);
      state.facts = { ...state.facts, lastSuccess: now, problem: null };
      state.lastSuccessAt = toInstant(now.wall);
    } else fail(state, problemOf(blind));
    if (isNewMemory || now.monotonic - state.savedAt > saveEveryMs) save(state);
  }

  async function attempt(id: SourceId, signal: AbortSignal): Promise<PollOutcome> {
    const state = states.get(id);
    if (state === undefined) return discarded;
    const begun = moment();
    state.lastAttemptAt = toInstant(begun.wall);
    let connection = state.connection;
    const isForgotten = (): boolean =>
      (signal.reason as EndReason | undefined) === 'discarded' ||
      states.get(id) !== state ||
      state.connection !== connection;
    let outcome: PollOutcome = { isFailure: false, retryAfterMs: null, isStopped: false };
    let result: PollResult | null = null;
    try {
      if (connection === null) {
        const { kind } = state;
        if (kind === null) throw new Error('a source without a kind is not polled');
        const opened = await connectConfigured(state.config, {
          kind,
          memory: state.memory,
          clock,
          httpLimits: deps.httpLimits,
          ...(deps.findProxy === undefined ? {} : { findProxy: deps.findProxy }),
          secrets: deps.secrets,
        });
        if (isForgotten()) {
          await opened.connector.close();
          return discarded;
        }
        connection = opened;
        state.connection = opened;
      }
      result = await connection.connector.poll(signal);
      if (isForgotten()) return discarded;
      // A connector that did not heed its signal was too late nevertheless.
      signal.throwIfAborted();
      state.refusals = 0;
    } catch (error) {
      if (isForgotten()) return discarded;
      result = null;
      outcome = refused(state, error, signal);
    }
    if (result !== null) {
      try {
        take(state, result);
      } catch (error) {
        outcome = { ...outcome, isFailure: true };
        fail(state, notStored(error, id));
      }
    }
    state.tookMs = Math.round(clock.monotonic() - begun.monotonic);
    tell(state, outcome.isStopped);
    windows.changed('sources');
    return outcome;
  }

  function refused(state: SourceState, error: unknown, signal: AbortSignal): PollOutcome {
    if (signal.aborted) {
      fail(state, tookTooLong);
      return { isFailure: true, retryAfterMs: null, isStopped: false };
    }
    const problem = problemFrom(error, state.config.id);
    if (isLoginRefused(error)) state.refusals += 1;
    state.isStopped = state.refusals >= mostRefusals;
    fail(state, state.isStopped ? stopped(problem, mostRefusals) : problem);
    if (state.isStopped) log.warn('source stopped', { source: state.config.id });
    const retryAfterMs = error instanceof SourceError ? error.retryAfterMs : null;
    return { isFailure: true, retryAfterMs, isStopped: state.isStopped };
  }

  function onStall(id: SourceId, how: 'hung' | 'lost'): void {
    const state = states.get(id);
    if (state === undefined) return;
    state.stalls += 1;
    if (how === 'hung') {
      drop(state);
      fail(state, hung);
    }
    tell(state);
  }

  // ---- configuration

  /** Begins anew with what is configured. Its last answer stays an answer of the same upstream, unless told otherwise. */
  function restart(state: SourceState, config: ConfiguredSource, isOtherUpstream: boolean): void {
    poller.stop(config.id);
    drop(state);
    const { kind, problem } = judgeConfigured(kinds, config);
    const wasPaused = !state.config.isEnabled;
    state.config = config;
    state.kind = kind;
    state.refusals = 0;
    state.isStopped = false;
    state.facts = {
      intervalMs: config.intervalMs,
      startedAt: isOtherUpstream || wasPaused ? moment() : state.facts.startedAt,
      lastSuccess: isOtherUpstream || wasPaused ? null : state.facts.lastSuccess,
      restingSince: null,
      wokeAt: null,
      problem: problem ?? (isOtherUpstream || wasPaused ? null : state.facts.problem),
    };
    try {
      ensureRow(state);
    } catch (error) {
      // The poll tries again, and says so when that fails, too.
      log.warn('source could not be stored', { source: config.id, error });
    }
    tell(state, true);
    if (config.isEnabled && problem === null) poller.start(config.id, config.intervalMs);
  }

  function watch(): void {
    poller.watch();
    for (const state of states.values()) tell(state);
  }

  return {
    states: states as ReadonlyMap<SourceId, SourceState>,
    moment,
    nextAttemptAt: (id: SourceId): number | null => poller.nextAttemptAt(id),

    /** Starts, stops and restarts loops so that exactly these are polled. */
    configure(configured: readonly ConfiguredSource[]): void {
      const wanted = new Set(configured.map(({ id }) => id));
      for (const [id, state] of states) {
        if (wanted.has(id)) continue;
        poller.stop(id);
        drop(state);
        states.delete(id);
      }
      const stored = new Map(store.all().map((row) => [row.id, row]));
      for (const config of configured) {
        const known = states.get(config.id);
        if (known === undefined) {
          const state = newState(config, stored.get(config.id), moment());
          states.set(config.id, state);
          restart(state, config, true);
          continue;
        }
        const before = known.config;
        const upstream = ({ kind, settings }: ConfiguredSource): string =>
          JSON.stringify([kind, settings]);
        if (before.kind !== config.kind) known.memory = {};
        if (upstream(before) !== upstream(config)) restart(known, config, true);
        else if (JSON.stringify(before) !== JSON.stringify(config)) restart(known, config, false);
      }
      windows.changed('sources');
    },

    /**
     * Begins anew, and forgets which logins were refused and which heartbeats were expected. The rest of the memory stays: it has
     * what people did, what the upstream lists no more, and starts that nobody else knows, without which every alarm would seem to end
     * and fire again.
     */
    renew(id: SourceId): void {
      const state = states.get(id);
      if (state === undefined) return;
      const { heartbeats: _, ...memory } = state.memory;
      state.memory = memory;
      restart(state, state.config, true);
    },

    /** At once. `isForced`: a person asks, so a stopped one goes on. */
    pollNow(id: SourceId, isForced: boolean): void {
      const state = states.get(id);
      if (state === undefined) return;
      if (isForced) {
        state.isStopped = false;
        state.refusals = 0;
      }
      poller.pollNow(id, { isAnew: false, isForced });
    },

    start(): void {
      untell.push(
        bus.on('gap.ended', ({ jumpMs }) => {
          db.afterCommit(() => {
            for (const [id, state] of states) {
              state.clockShiftMs += jumpMs ?? 0;
              state.facts = { ...state.facts, wokeAt: moment() };
              state.connection?.http.dropConnections();
              poller.pollNow(id, { isAnew: true, isForced: false });
            }
            watch();
          });
        }),
      );
      watchTimer = setInterval(watch, watchEveryMs);
    },

    async stop(): Promise<void> {
      if (watchTimer !== null) clearInterval(watchTimer);
      watchTimer = null;
      for (const end of untell.splice(0)) end();
      poller.stopAll();
      const open = [...states.values()];
      states.clear();
      for (const state of open) {
        try {
          save(state);
        } catch (error) {
          log.warn('source could not be stored', { source: state.config.id, error });
        }
      }
      await Promise.allSettled(open.map(async (state) => state.connection?.connector.close()));
    },
  };
}

/**
 * Sends what is queued, reads back what was sent, extends what is held: one loop per source, outside every transaction.
 *
 * Each step is stored before and after the request, so that a crash at any moment is followed by the same request with the
 * same key. A source that fails is left alone for a while; when it is live again, everything is tried at once.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { AppError, errorText } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import { SourceError } from '../sources/source-error.ts';
import { createAcknowledgementKeeper } from './acknowledgement-keeper.ts';
import { plainText, type StoredIntent } from './intent.ts';
import { createGates } from './gates.ts';
import { isTooLateUnseen } from './late.ts';
import { createUnitSteps, type Step, type StepDeps } from './unit-steps.ts';
import { collectUnits, rememberMatchers, type Unit } from './units.ts';

const log = createLogger('outbox');

/** An Alertmanager answers few requests at a time. */
const atOnce = 4;
const attemptMs = 60_000;
/** After a failure that was not the upstream's, such as a full disk. */
const ownTroubleMs = 10_000;
/** Proposing matchers for thousands of alarms must not keep others waiting. */
const warmAtOnce = 250;

const isLockedOut = (error: unknown): error is SourceError =>
  error instanceof SourceError && error.code === 'source.unauthorized';

/** A refusal of this one request; anything else would meet the next ones likewise. */
const isItsOwn = (error: unknown): boolean =>
  error instanceof AppError && !error.isRetryable && !isLockedOut(error);

/** What an upstream said often ends a message, and seldom with a full stop. */
const ended = (message: string): string => (/[.!?…]$/.test(message) ? message : `${message}.`);

function reasonOf(error: unknown, isAborted: boolean): string {
  if (error instanceof AppError) return plainText(`${ended(error.message)} ${error.next}`, 500);
  return isAborted
    ? 'It did not answer in time.'
    : plainText(`Something in Nightdesk itself went wrong: ${errorText(error)}`, 500);
}

export function createSender(deps: StepDeps) {
  const { db, clock, alarms, sources, ledger, held, history } = deps;
  const { open } = ledger;
  const controller = new AbortController();
  const gates = createGates(clock);
  const keeper = createAcknowledgementKeeper(deps);
  const { begin, confirmed } = createUnitSteps(deps);
  const running = new Map<SourceId, Promise<void>>();
  /** Asked while its loop was running: that loop looks once more. */
  const askedAgain = new Set<SourceId>();
  const matchersOf = new WeakMap<ConnectorActions, (alarm: KnownAlarm) => string>();

  /** Null while nothing may be sent: paused, gone, or refusing our login, which one more attempt could lock. */
  function actionsOf(id: SourceId): ConnectorActions | null {
    const health = sources.health(id);
    if (health === undefined || !health.isEnabled) return null;
    if (health.freshness === 'unauthorized' || health.freshness === 'misconfigured') return null;
    return sources.connector(id)?.actions ?? null;
  }

  const matchersWith = (actions: ConnectorActions): ((alarm: KnownAlarm) => string) => {
    const known = matchersOf.get(actions) ?? rememberMatchers(actions);
    matchersOf.set(actions, known);
    return known;
  };

  const attempt = async <Result>(
    ask: (signal: AbortSignal) => Promise<Result>,
  ): Promise<{ answer: Result } | { error: unknown }> => {
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(attemptMs)]);
    try {
      return { answer: await ask(signal) };
    } catch (error) {
      return { error };
    }
  };

  /** Inside a transaction. @returns whether the source should be left alone for now. */
  function failed(step: Step, error: unknown): boolean {
    const { intents } = step;
    const sourceId = intents[0]?.sourceId;
    if (sourceId === undefined) return false;
    const isAborted =
      error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
    const isExpected = error instanceof AppError || isAborted;
    if (!isExpected) log.error('sending failed unexpectedly', { source: sourceId, error });
    const reason = reasonOf(error, isAborted);
    if (!isAborted && !(error instanceof AppError && error.isRetryable)) {
      history.failed(ledger.change(intents, { type: 'refused', reason }));
      return false;
    }
    const retryAfterMs = error instanceof SourceError ? error.retryAfterMs : null;
    history.postponed(
      intents.filter((intent) => intent.error === null),
      reason,
    );
    const changed = ledger.change(intents, { type: 'postponed', reason, retryAfterMs });
    const until = Math.max(...changed.map(({ nextAttemptAt }) => nextAttemptAt ?? 0));
    db.afterCommit(() => gates.shut(sourceId, until));
    return true;
  }

  /** The others would be refused likewise, and each refusal brings the account closer to being locked. */
  function refuseAll(sourceId: SourceId, error: SourceError): void {
    const queued = [...open.ofSource(sourceId)].filter(({ state }) => state === 'queued');
    const reason = reasonOf(error, false);
    db.transaction(() => {
      history.failed(ledger.change(queued, { type: 'refused', reason }));
    });
  }

  /**
   * Asks for several units at once. They are stored together before and after, since each commit waits for the disk; a
   * crash between repeats them with the same keys.
   */
  async function wave(sourceId: SourceId, units: readonly Unit[], actions: ConnectorActions) {
    if (units.length === 0 || controller.signal.aborted) return;
    const steps = db.transaction(() => units.flatMap((unit) => begin(unit, actions) ?? []));
    const outcomes: { step: Step; result: { answer: () => void } | { error: unknown } }[] = [];
    let isInVain = false;
    await each(steps, async (step) => {
      if (isInVain) return;
      const result = await attempt((signal) => step.ask(signal));
      // The program ends: the next one repeats it.
      if ('error' in result && controller.signal.aborted) return;
      if ('error' in result && !isItsOwn(result.error)) isInVain = true;
      outcomes.push({ step, result });
    });
    db.transaction(() => {
      let isShut = false;
      for (const { step, result } of outcomes) {
        if ('answer' in result) result.answer();
        else isShut = failed(step, result.error) || isShut;
      }
      if (!isShut && outcomes.length > 0) db.afterCommit(() => gates.open(sourceId));
    });
    for (const { result } of outcomes) {
      if (!('error' in result) || !isLockedOut(result.error)) continue;
      refuseAll(sourceId, result.error);
      return;
    }
  }

  async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
    const queue = items.values();
    const worker = async (): Promise<void> => {
      for (const item of queue) {
        if (controller.signal.aborted) return;
        await work(item);
      }
    };
    const workers = Array.from({ length: Math.min(atOnce, items.length) }, worker);
    // All of them must have ended before anything is begun anew.
    const failure = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
  }

  async function warm(sourceId: SourceId, actions: ConnectorActions): Promise<void> {
    if (actions.sharesAcknowledgements !== true) return;
    const propose = matchersWith(actions);
    let count = 0;
    for (const intent of open.ofSource(sourceId)) {
      if (intent.order.kind !== 'acknowledge') continue;
      const alarm = intent.alarmId === null ? undefined : alarms.get(intent.alarmId);
      if (alarm === undefined) continue;
      propose(alarm);
      count += 1;
      if (count % warmAtOnce === 0) await nextTurn();
    }
  }

  /** It waits until somebody has looked at its alarm again; the source's next answer wakes it. */
  const waitsForSight = (intent: StoredIntent): boolean =>
    intent.state === 'queued' &&
    isTooLateUnseen(intent, sources.health(intent.sourceId)?.lastSuccessAt ?? null, clock.now());

  /** One look: whether there was something to do. */
  async function round(sourceId: SourceId): Promise<boolean> {
    const actions = actionsOf(sourceId);
    if (actions === null) return false;
    await warm(sourceId, actions);
    const now = clock.now();
    const units = collectUnits(open.ofSource(sourceId), {
      actions,
      alarm: (id) => alarms.get(id),
      heldRef: (id) => held.of(id)?.upstreamRef ?? null,
      isDue: (intent) =>
        gates.lets([intent]) &&
        (intent.nextAttemptAt === null || intent.nextAttemptAt <= now) &&
        !waitsForSight(intent),
      matchersOf: matchersWith(actions),
    });
    const prolongs = keeper.due(sourceId);
    // One alone first: a source that does not answer, or refuses our login, is asked once and not four times.
    await wave(sourceId, units.slice(0, 1), actions);
    const others = units.slice(1).filter(({ intents }) => gates.lets(intents));
    await wave(sourceId, others, actions);
    await each(prolongs, (holds) => keeper.prolong(holds, actions, attempt));
    return units.length > 0 || prolongs.length > 0;
  }

  async function loop(sourceId: SourceId): Promise<void> {
    let didSomething = false;
    try {
      do {
        askedAgain.delete(sourceId);
        while (!controller.signal.aborted && (await round(sourceId))) didSomething = true;
      } while (askedAgain.has(sourceId) && !controller.signal.aborted);
    } catch (error) {
      log.error('outbox could not go on', { source: sourceId, error });
      gates.shut(sourceId, clock.now() + ownTroubleMs);
    } finally {
      running.delete(sourceId);
    }
    if (didSomething && !controller.signal.aborted) sources.refresh(sourceId);
  }

  return {
    doubt: (id: AlarmId): void => keeper.doubt(id),
    confirmed,

    /** The source answers again: what waited for that goes out now. */
    wake(sourceId: SourceId): void {
      gates.open(sourceId);
      ledger.dueNow(sourceId);
      keeper.dueNow(sourceId);
    },

    /** Resolves when nothing is left to do at this time. Never rejects. */
    async work(sourceId?: SourceId): Promise<void> {
      if (controller.signal.aborted) return;
      const ids =
        sourceId === undefined ? new Set([...open.sourceIds(), ...keeper.sourceIds()]) : [sourceId];
      await Promise.all(
        [...ids].map((id) => {
          const known = running.get(id);
          if (known !== undefined) {
            askedAgain.add(id);
            return known;
          }
          const started = loop(id);
          running.set(id, started);
          return started;
        }),
      );
    },

    /** When to look again; null: nothing waits for time to pass. */
    nextAt(): number | null {
      const isUsable = new Map<SourceId, boolean>();
      const canSend = (id: SourceId): boolean => {
        const known = isUsable.get(id) ?? actionsOf(id) !== null;
        isUsable.set(id, known);
        return known;
      };
      let next = keeper.nextAt(canSend);
      for (const intent of open.all()) {
        if (intent.state === 'failed' || !canSend(intent.sourceId) || waitsForSight(intent)) {
          continue;
        }
        const at = Math.max(intent.nextAttemptAt ?? 0, gates.opensAt(intent));
        next = Math.min(next ?? at, at);
      }
      return next;
    },

    async stop(): Promise<void> {
      controller.abort();
      await Promise.all(running.values());
    },
  };
}

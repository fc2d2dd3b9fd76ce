/**
 * Sends what is queued, reads back what was sent, extends what is held: one loop per source, outside every transaction.
 *
 * Each step is stored before and after the request, so that a crash at any moment is followed by the same request with the
 * same key. A source that fails is left alone for a while; when it is live again, everything is tried at once.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { toMs } from '../clock.ts';
import { AppError, errorText } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import { SourceError } from '../sources/source-error.ts';
import { createAcknowledgementKeeper } from './acknowledgement-keeper.ts';
import type { HeldAcknowledgements } from './held-acknowledgements.ts';
import { actionOf, isCleanUp, plainText, type StoredIntent } from './intent.ts';
import type { IntentHistory } from './intent-history.ts';
import type { IntentLedger } from './intent-ledger.ts';
import { createGates } from './gates.ts';
import type { OutboxDeps } from './outbox-deps.ts';
import { collectUnits, rememberMatchers, type Unit } from './units.ts';

const log = createLogger('outbox');

/** An Alertmanager answers few requests at a time. */
const atOnce = 4;
const attemptMs = 60_000;
/** After a failure that was not the upstream's, such as a full disk. */
const ownTroubleMs = 10_000;
const lingerMs = 30_000;
/** Proposing matchers for thousands of alarms must not keep others waiting. */
const warmAtOnce = 250;

export interface SenderDeps extends Pick<OutboxDeps, 'db' | 'clock' | 'alarms' | 'sources'> {
  readonly ledger: IntentLedger;
  readonly held: HeldAcknowledgements;
  readonly history: IntentHistory;
  readonly cleanUp: (sourceId: SourceId, alarm: KnownAlarm, upstreamRef: string) => void;
}

export type Sender = ReturnType<typeof createSender>;

export function createSender(deps: SenderDeps) {
  const { db, clock, alarms, sources, ledger, held, history } = deps;
  const { open } = ledger;
  const controller = new AbortController();
  const gates = createGates(clock);
  const keeper = createAcknowledgementKeeper(deps);
  const running = new Map<SourceId, Promise<void>>();
  /** Asked while its loop was running: that loop looks once more. */
  const askedAgain = new Set<SourceId>();
  const inFlight = new Set<string>();
  const matchersOf = new WeakMap<ConnectorActions, (alarm: KnownAlarm) => string>();

  const alarmOf = ({ alarmId }: StoredIntent): KnownAlarm | undefined =>
    alarmId === null ? undefined : alarms.get(alarmId);

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

  const current = (unit: Unit, state: 'queued' | 'sent'): StoredIntent[] =>
    unit.intents.flatMap(({ id }) => {
      const intent = open.get(id);
      return intent?.state === state ? [intent] : [];
    });

  function overtake(intents: readonly StoredIntent[], reason: string): void {
    db.transaction(() => {
      history.overtaken(ledger.change(intents, { type: 'overtaken', reason }));
    });
  }

  /** Why it need not be sent any more. */
  function obsolete(intent: StoredIntent): string | null {
    const { order, sourceId, upstreamRef } = intent;
    if (order.kind === 'silence' && toMs(order.endsAt) <= clock.now()) {
      return 'Its end came before it could be sent.';
    }
    if (!isCleanUp(order) || upstreamRef === null) return null;
    return held.under(sourceId, upstreamRef).length > 0 ? 'Another alarm still needs it.' : null;
  }

  function failed(intents: readonly StoredIntent[], error: unknown, sourceId: SourceId): void {
    const isAborted =
      error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
    const isExpected = error instanceof AppError || isAborted;
    if (!isExpected) log.error('sending failed unexpectedly', { source: sourceId, error });
    const reason = plainText(
      error instanceof AppError
        ? `${error.message} ${error.next}`
        : isAborted
          ? 'It did not answer in time.'
          : `Something in Nightdesk itself went wrong: ${errorText(error)}`,
      500,
    );
    const isLockedOut = error instanceof SourceError && error.code === 'source.unauthorized';
    db.transaction(() => {
      if (isLockedOut) {
        // The others would be refused likewise, and each refusal brings the account closer to being locked.
        const others = [...open.ofSource(sourceId)].filter(
          ({ id, state }) => state === 'queued' && !inFlight.has(id),
        );
        const all = new Map([...intents, ...others].map((intent) => [intent.id, intent]));
        history.failed(ledger.change([...all.values()], { type: 'refused', reason }));
      } else if (isAborted || (error instanceof AppError && error.isRetryable)) {
        const retryAfterMs = error instanceof SourceError ? error.retryAfterMs : null;
        const first = intents.filter((intent) => intent.error === null);
        const changed = ledger.change(intents, { type: 'postponed', reason, retryAfterMs });
        history.postponed(first, reason);
        const until = Math.max(...changed.map(({ nextAttemptAt }) => nextAttemptAt ?? 0));
        db.afterCommit(() => gates.shut(sourceId, until));
      } else {
        history.failed(ledger.change(intents, { type: 'refused', reason }));
      }
    });
  }

  async function send(unit: Unit, actions: ConnectorActions): Promise<void> {
    const intents = current(unit, 'queued');
    const [head] = intents;
    if (head === undefined || !gates.lets(intents)) return;
    const why = obsolete(head);
    if (why !== null) {
      overtake(intents, why);
      return;
    }
    const { sourceId, order } = head;
    const { upstreamRef } = unit;
    const action = actionOf(order, { alarm: alarmOf(head), actions, upstreamRef });
    if (action === null) {
      overtake(intents, 'Its alarm is no longer known.');
      return;
    }
    const key = head.key ?? head.id;
    db.transaction(() => {
      ledger.change(intents, { type: 'attempted', upstreamRef }, key);
      if (order.kind !== 'unacknowledge' || upstreamRef === null) return;
      // From here on nobody extends it, whether the answer comes or not.
      const holds = held.under(sourceId, upstreamRef).map(({ alarmId }) => alarmId);
      held.letGo(holds);
      const asked = new Set(intents.map(({ alarmId }) => alarmId));
      history.endedTogether(holds.filter((id) => !asked.has(id)));
    });
    for (const { id } of intents) inFlight.add(id);
    const result = await attempt((signal) => actions.send(action, key, signal));
    for (const { id } of intents) inFlight.delete(id);
    // The process ends: the next one repeats it with the same key.
    if ('error' in result && controller.signal.aborted) return;
    if ('error' in result) {
      failed(intents, result.error, sourceId);
      return;
    }
    const { answer: receipt } = result;
    gates.open(sourceId);
    db.transaction(() => {
      ledger.change(intents, { type: 'accepted', upstreamRef: receipt.upstreamRef });
      if (order.kind !== 'acknowledge') return;
      if (receipt.upstreamRef === null || receipt.expiresAt === null) return;
      const known = intents.flatMap((intent) => alarmOf(intent) ?? []);
      const lasting = known.filter(({ status }) => status !== 'resolved');
      const [cleared] = known;
      if (lasting.length > 0) {
        held.hold(
          lasting.map(({ id }) => id),
          {
            sourceId,
            order,
            upstreamRef: receipt.upstreamRef,
            expiresAt: toMs(receipt.expiresAt),
          },
        );
      } else if (cleared !== undefined) {
        // It cleared while this was under way.
        deps.cleanUp(sourceId, cleared, receipt.upstreamRef);
      }
    });
  }

  async function confirm(unit: Unit, actions: ConnectorActions): Promise<void> {
    const intents = current(unit, 'sent');
    const [head] = intents;
    if (head === undefined || !gates.lets(intents)) return;
    const { sourceId, order, upstreamRef, alarmId } = head;
    const action = actionOf(order, { alarm: alarmOf(head), actions, upstreamRef });
    if (action === null) {
      overtake(intents, 'Its alarm is no longer known.');
      return;
    }
    const expiresAt = alarmId === null ? undefined : held.of(alarmId)?.expiresAt;
    const receipt = {
      upstreamRef,
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    };
    const result = await attempt((signal) => actions.confirm(action, receipt, signal));
    if ('error' in result) {
      if (!controller.signal.aborted) failed(intents, result.error, sourceId);
      return;
    }
    gates.open(sourceId);
    const name = sources.health(sourceId)?.name ?? sourceId;
    db.transaction(() => {
      if (result.answer) {
        confirmed(ledger.change(intents, { type: 'confirmed' }));
        return;
      }
      const reason = `${plainText(name, 100)} accepted it, but does not show it.`;
      const changed = ledger.change(intents, { type: 'unconfirmed', reason });
      history.failed(changed.filter(({ state }) => state === 'failed'));
    });
  }

  /** Call inside the transaction. Until the next snapshot the row goes on saying what is coming. */
  function confirmed(intents: readonly StoredIntent[]): void {
    history.confirmed(intents);
    const until = clock.now() + lingerMs;
    db.afterCommit(() => {
      for (const intent of intents) {
        const { order, alarmId } = intent;
        const status = alarmOf(intent)?.status;
        if (alarmId === null || isCleanUp(order) || status === 'resolved') continue;
        const isShown =
          order.kind === 'acknowledge' ? status === 'acknowledged' : status === 'firing';
        if (order.kind !== 'silence' && !isShown) open.linger(alarmId, order.kind, until);
      }
    });
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
      const alarm = alarmOf(intent);
      if (alarm === undefined) continue;
      propose(alarm);
      count += 1;
      if (count % warmAtOnce === 0) await nextTurn();
    }
  }

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
        gates.lets([intent]) && (intent.nextAttemptAt === null || intent.nextAttemptAt <= now),
      matchersOf: matchersWith(actions),
    });
    const prolongs = keeper.due(sourceId);
    const run = (unit: Unit): Promise<void> =>
      unit.kind === 'send' ? send(unit, actions) : confirm(unit, actions);
    // One alone first: a source that does not answer, or refuses our login, is asked once and not four times.
    await each(units.slice(0, 1), run);
    await each(units.slice(1), run);
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
        if (intent.state === 'failed' || !canSend(intent.sourceId)) continue;
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

/** Extends held acknowledgements before they run out, and lets go of those that somebody ended at the source. */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import { since, toInstant, toMs, type Clock } from '../clock.ts';
import { AppError, errorText } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import type { WritableDb } from '../store/database.ts';
import {
  extendFrom,
  type HeldAcknowledgement,
  type HeldAcknowledgements,
} from './held-acknowledgements.ts';
import { actionOf, plainText } from './intent.ts';
import type { IntentHistory } from './intent-history.ts';
import type { IntentLedger } from './intent-ledger.ts';
import type { OutboxDeps } from './outbox-deps.ts';

const log = createLogger('outbox');

const againMs = 15_000;

type Attempt = <Result>(
  ask: (signal: AbortSignal) => Promise<Result>,
) => Promise<{ answer: Result } | { error: unknown }>;

export function createAcknowledgementKeeper(deps: {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly alarms: Pick<OutboxDeps['alarms'], 'get'>;
  readonly ledger: IntentLedger;
  readonly held: HeldAcknowledgements;
  readonly history: IntentHistory;
}) {
  const { db, clock, alarms, ledger, held, history } = deps;
  /** Their alarm fires although they should quiet it. */
  const doubted = new Set<AlarmId>();
  /** Since when the last attempt failed, and whether the person was told. */
  const failures = new Map<AlarmId, { at: number; isTold: boolean }>();

  const isLeaving = (alarmId: AlarmId): boolean => {
    for (const { order, state } of ledger.open.ofAlarm(alarmId)) {
      if (order.kind === 'unacknowledge' && state !== 'failed') return true;
    }
    return false;
  };

  const dueAt = (hold: HeldAcknowledgement): number => {
    const failure = failures.get(hold.alarmId);
    // A clock that was set back must not stretch the wait.
    if (failure !== undefined && since(failure.at, clock.now()) < againMs) {
      return failure.at + againMs;
    }
    return doubted.has(hold.alarmId) ? 0 : extendFrom(hold);
  };

  const isWanted = ({ alarmId }: HeldAcknowledgement): boolean => {
    const alarm = alarms.get(alarmId);
    return alarm !== undefined && alarm.status !== 'resolved' && !isLeaving(alarmId);
  };

  const isDue = (hold: HeldAcknowledgement, now: number): boolean =>
    dueAt(hold) <= now && isWanted(hold);

  const settle = (holds: readonly HeldAcknowledgement[]): void => {
    for (const { alarmId } of holds) {
      doubted.delete(alarmId);
      failures.delete(alarmId);
    }
  };

  function failed(holds: readonly HeldAcknowledgement[], error: unknown): void {
    const [first] = holds;
    if (first === undefined) return;
    const isRetryable = !(error instanceof AppError) || error.isRetryable;
    const isTold = failures.get(first.alarmId)?.isTold ?? false;
    log.warn('acknowledgement was not extended', { source: first.sourceId, error });
    for (const { alarmId } of holds) {
      failures.set(alarmId, { at: clock.now(), isTold: isTold || !isRetryable });
    }
    if (isRetryable || isTold) return;
    history.notExtended(holds, plainText(errorText(error), 300), toInstant(first.expiresAt));
  }

  return {
    doubt(id: AlarmId): void {
      if (held.of(id) !== undefined) doubted.add(id);
    },

    dueNow(sourceId: SourceId): void {
      for (const hold of held.all()) if (hold.sourceId === sourceId) failures.delete(hold.alarmId);
    },

    *sourceIds(): Generator<SourceId> {
      for (const { sourceId } of held.all()) yield sourceId;
    },

    nextAt(canSend: (id: SourceId) => boolean): number | null {
      let next: number | null = null;
      for (const hold of held.all()) {
        if (!canSend(hold.sourceId) || !isWanted(hold)) continue;
        const at = dueAt(hold);
        if (next === null || at < next) next = at;
      }
      return next;
    },

    /** Due ones, those under one reference together. */
    due(sourceId: SourceId): readonly (readonly HeldAcknowledgement[])[] {
      const now = clock.now();
      const byRef = new Map<string, HeldAcknowledgement[]>();
      for (const hold of held.all()) {
        if (hold.sourceId !== sourceId || !isDue(hold, now)) continue;
        if (byRef.has(hold.upstreamRef)) continue;
        byRef.set(hold.upstreamRef, [...held.under(sourceId, hold.upstreamRef)]);
      }
      return [...byRef.values()];
    },

    async prolong(
      holds: readonly HeldAcknowledgement[],
      actions: ConnectorActions,
      attempt: Attempt,
    ): Promise<void> {
      const now = clock.now();
      const [first] = holds.filter((hold) => held.of(hold.alarmId) === hold && isDue(hold, now));
      if (first === undefined) return;
      const { upstreamRef, expiresAt, order } = first;
      const alarm = alarms.get(first.alarmId);
      const action = actionOf(order, { alarm, actions, upstreamRef });
      if (action === null) return;
      const receipt = { upstreamRef, expiresAt: toInstant(expiresAt) };
      // Somebody may have ended it on purpose, and one that ran out has let the pager speak: neither is made anew.
      const isThere = await attempt((signal) => actions.confirm(action, receipt, signal));
      if ('error' in isThere) {
        failed(holds, isThere.error);
        return;
      }
      const still = holds.filter((hold) => held.of(hold.alarmId) === hold);
      if (!isThere.answer) {
        db.transaction(() => {
          held.letGo(still.map(({ alarmId }) => alarmId));
          history.endedAtSource(still);
          db.afterCommit(() => settle(holds));
        });
        return;
      }
      for (const { alarmId } of holds) doubted.delete(alarmId);
      if (extendFrom(first) > clock.now() || still.length === 0) return;
      const extended = await attempt((signal) => actions.extend(action, receipt, signal));
      if ('error' in extended) {
        failed(holds, extended.error);
        return;
      }
      const { answer } = extended;
      db.transaction(() => {
        if (answer.upstreamRef === null || answer.expiresAt === null) {
          // It does not run out any more, so there is nothing to hold.
          held.letGo(still.map(({ alarmId }) => alarmId));
          return;
        }
        const lasting = still.filter((hold) => held.of(hold.alarmId) === hold);
        held.extended(lasting, answer.upstreamRef, toMs(answer.expiresAt));
        db.afterCommit(() => {
          settle(holds);
          // An answer that extends nothing must not be asked for without end.
          if (toMs(answer.expiresAt ?? '') - order.durationMs / 2 <= clock.now()) {
            for (const { alarmId } of lasting) {
              failures.set(alarmId, { at: clock.now(), isTold: true });
            }
          }
        });
      });
    },
  };
}

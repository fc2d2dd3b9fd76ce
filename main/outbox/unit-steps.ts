/** One unit's way to the upstream and back: what is stored before it is asked, and what its answer means. */
import { toInstant, toMs } from '../clock.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { AlarmId, AlarmStatus, EpisodeId, SourceId } from '../../preload/contract/common.ts';
import type { IntentKind } from '../../preload/contract/outbox.ts';
import type { ActionReceipt, ConnectorActions } from '../sources/connector.ts';
import type { HeldAcknowledgements } from './held-acknowledgements.ts';
import { actionOf, isCleanUp, plainText, type StoredIntent } from './intent.ts';
import type { IntentHistory } from './intent-history.ts';
import type { IntentLedger } from './intent-ledger.ts';
import type { OutboxDeps } from './outbox-deps.ts';
import type { Unit } from './units.ts';

export interface Step {
  readonly intents: readonly StoredIntent[];
  /** @returns what to do with the answer, inside a transaction. */
  ask(signal: AbortSignal): Promise<() => void>;
}

export interface StepDeps extends Pick<OutboxDeps, 'db' | 'clock' | 'alarms' | 'sources'> {
  readonly ledger: IntentLedger;
  readonly held: HeldAcknowledgements;
  readonly history: IntentHistory;
  /** Ends upstream what is left of an alarm that cleared. */
  readonly cleanUp: (sourceId: SourceId, alarm: KnownAlarm, upstreamRef: string) => void;
}

/** What a list shows of it once it is caught up. A resolve counts as nothing else before. */
const shownAs: Partial<Record<IntentKind, AlarmStatus>> = {
  acknowledge: 'acknowledged',
  unacknowledge: 'firing',
  resolve: 'resolved',
};

/** The list may be behind for a poll or two; then what it shows counts. */
const lingerMs = 30_000;

export function createUnitSteps(deps: StepDeps) {
  const { db, clock, alarms, sources, ledger, held, history } = deps;
  const { open } = ledger;

  const alarmOf = ({ alarmId }: StoredIntent): KnownAlarm | undefined =>
    alarmId === null ? undefined : alarms.get(alarmId);

  const current = (unit: Unit, state: 'queued' | 'sent'): StoredIntent[] =>
    unit.intents.flatMap(({ id }) => {
      const intent = open.get(id);
      return intent?.state === state ? [intent] : [];
    });

  const overtake = (intents: readonly StoredIntent[], reason: string): null => {
    history.overtaken(ledger.change(intents, { type: 'overtaken', reason }));
    return null;
  };

  /** Why it need not be sent any more. */
  function obsolete(intent: StoredIntent): string | null {
    const { order, sourceId, upstreamRef } = intent;
    if (
      (order.kind === 'silence' || order.kind === 'extend_silence') &&
      toMs(order.endsAt) <= clock.now()
    ) {
      return 'Its end came before it could be sent.';
    }
    if (!isCleanUp(order) || upstreamRef === null) return null;
    return held.under(sourceId, upstreamRef).length > 0 ? 'Another alarm still needs it.' : null;
  }

  /** `episodes`: those that it was asked for. One that began meanwhile has been acknowledged by nobody. */
  function hold(
    intents: readonly StoredIntent[],
    episodes: ReadonlyMap<AlarmId, EpisodeId | null>,
    receipt: ActionReceipt,
  ): void {
    const [head] = intents;
    const { upstreamRef, expiresAt } = receipt;
    if (head?.order.kind !== 'acknowledge' || upstreamRef === null || expiresAt === null) return;
    const { sourceId, order } = head;
    const known = intents.flatMap((intent) => alarmOf(intent) ?? []);
    const lasting = known.filter(
      ({ id, status, episodeId }) => status !== 'resolved' && episodes.get(id) === episodeId,
    );
    const [cleared] = known;
    if (lasting.length > 0) {
      held.hold(
        lasting.map(({ id }) => id),
        { sourceId, order, upstreamRef, expiresAt: toMs(expiresAt) },
      );
    } else if (cleared !== undefined) {
      // It cleared while this was under way.
      deps.cleanUp(sourceId, cleared, upstreamRef);
    }
  }

  /** Until the next snapshot the row goes on saying what is coming. */
  function confirmed(intents: readonly StoredIntent[]): void {
    history.confirmed(intents);
    const until = clock.now() + lingerMs;
    db.afterCommit(() => {
      for (const intent of intents) {
        const { order, alarmId } = intent;
        if (alarmId === null || isCleanUp(order)) continue;
        const expected = shownAs[order.kind];
        if (expected === undefined) continue;
        open.endLingering(alarmId);
        const status = alarmOf(intent)?.status;
        if (status !== expected && status !== 'resolved') open.linger(alarmId, order.kind, until);
      }
    });
  }

  /** Changes of the same silence that were asked for after this one. */
  const after = ({ id, sourceId, upstreamRef }: StoredIntent): StoredIntent[] =>
    [...open.ofSource(sourceId)].filter(
      ({ order, ...other }) =>
        (order.kind === 'extend_silence' || order.kind === 'unsilence') &&
        other.id !== id &&
        other.state === 'queued' &&
        other.upstreamRef === upstreamRef,
    );

  function beginSend(unit: Unit, actions: ConnectorActions): Step | null {
    const intents = current(unit, 'queued');
    const [head] = intents;
    if (head === undefined) return null;
    const why = obsolete(head);
    if (why !== null) return overtake(intents, why);
    const { sourceId, order } = head;
    const { upstreamRef } = unit;
    const action = actionOf(order, { alarm: alarmOf(head), actions, upstreamRef });
    if (action === null) return overtake(intents, 'What it was about is no longer known.');
    const key = head.key ?? head.id;
    const silenceRef =
      order.kind === 'extend_silence' || order.kind === 'unsilence' ? upstreamRef : null;
    const episodes = new Map(
      intents
        .flatMap((intent) => alarmOf(intent) ?? [])
        .map(({ id, episodeId }) => [id, episodeId]),
    );
    ledger.change(intents, { type: 'attempted', upstreamRef }, key);
    if (order.kind === 'unacknowledge' && upstreamRef !== null) {
      // From here on nobody extends it, whether the answer comes or not.
      const holds = held.under(sourceId, upstreamRef).map(({ alarmId }) => alarmId);
      held.letGo(holds);
      const asked = new Set(intents.map(({ alarmId }) => alarmId));
      history.endedTogether(holds.filter((id) => !asked.has(id)));
    }
    return {
      intents,
      async ask(signal) {
        const receipt = await actions.send(action, key, signal);
        return () => {
          const { upstreamRef: made } = receipt;
          ledger.change(intents, { type: 'accepted', upstreamRef: made ?? silenceRef });
          hold(intents, episodes, receipt);
          if (order.kind === 'extend_silence' && made !== null && made !== upstreamRef) {
            // Some upstreams make a new one: what is asked for next is meant for that.
            ledger.change(after(head), {
              type: 'renamed',
              upstreamRef: made,
            });
          }
        };
      },
    };
  }

  function beginConfirm(unit: Unit, actions: ConnectorActions): Step | null {
    const intents = current(unit, 'sent');
    const [head] = intents;
    if (head === undefined) return null;
    const { sourceId, order, upstreamRef, alarmId } = head;
    const action = actionOf(order, { alarm: alarmOf(head), actions, upstreamRef });
    if (action === null) return overtake(intents, 'What it was about is no longer known.');
    const expiresAt = alarmId === null ? undefined : held.of(alarmId)?.expiresAt;
    const receipt = {
      upstreamRef,
      expiresAt: expiresAt === undefined ? null : toInstant(expiresAt),
    };
    return {
      intents,
      async ask(signal) {
        const isThere = await actions.confirm(action, receipt, signal);
        return () => {
          if (isThere) {
            confirmed(ledger.change(intents, { type: 'confirmed' }));
            return;
          }
          const name = plainText(sources.health(sourceId)?.name ?? sourceId, 100);
          const reason = `${name} accepted it, but does not show it.`;
          const changed = ledger.change(intents, { type: 'unconfirmed', reason });
          history.failed(changed.filter(({ state }) => state === 'failed'));
        };
      },
    };
  }

  return {
    /** Call inside the transaction that changed them. */
    confirmed,

    /** Call inside a transaction. Null: there is nothing to ask any more. */
    begin: (unit: Unit, actions: ConnectorActions): Step | null =>
      unit.kind === 'send' ? beginSend(unit, actions) : beginConfirm(unit, actions),
  };
}

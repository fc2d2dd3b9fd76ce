/** What a person asks for, checked and stored in one transaction. Nothing is sent here, so thousands answer at once. */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { whyNoActions, whyNotKind } from '../alarms/alarm-actions.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import type { HeldAcknowledgements } from './held-acknowledgements.ts';
import {
  isCleanUp,
  plainLines,
  plainText,
  titleOf,
  type IntentOrder,
  type StoredIntent,
} from './intent.ts';
import type { IntentHistory } from './intent-history.ts';
import type { IntentLedger } from './intent-ledger.ts';
import { precedence } from './intent-state.ts';
import type { OutboxDeps } from './outbox-deps.ts';

export interface BulkAnswer {
  intents: number;
  refused: { id: AlarmId; why: string }[];
}

type BulkKind = 'acknowledge' | 'unacknowledge' | 'resolve';

/** What a request meets of earlier ones for its alarm. */
interface Earlier {
  readonly overtaken: readonly StoredIntent[];
  readonly isJoined: boolean;
  readonly isAfter: boolean;
}
/** Of most alarms. */
const nothingEarlier: Earlier = { overtaken: [], isJoined: false, isAfter: false };

/** The actions of a source, or why there are none. */
type Found =
  | { readonly actions: ConnectorActions; readonly name: string }
  | { readonly why: string };
export type FindActions = (id: SourceId) => Found;

export interface RequestDeps extends Pick<
  OutboxDeps,
  'db' | 'clock' | 'settings' | 'alarms' | 'sources'
> {
  readonly ledger: IntentLedger;
  readonly held: HeldAcknowledgements;
  readonly history: IntentHistory;
}

/** A person sets it in the settings; Alertmanager insists on somebody. */
export const personOf = (settings: RequestDeps['settings']): string =>
  plainText(settings.current().person, 200) || 'Nightdesk';

export function createRequests(deps: RequestDeps) {
  const { db, settings, alarms, sources, ledger, held, history } = deps;

  function actionsOf(id: SourceId): Found {
    const health = sources.health(id);
    const connector = sources.connector(id);
    const why = whyNoActions(health, connector);
    return connector?.actions == null || why !== null
      ? { why: why ?? 'It takes nothing from here.' }
      : { actions: connector.actions, name: health?.name ?? id };
  }

  function bulk(kind: BulkKind, ids: readonly AlarmId[], note: string): BulkAnswer {
    const refused: { id: AlarmId; why: string }[] = [];
    const known = new Map<SourceId, ReturnType<typeof actionsOf>>();
    const wanted = new Map<SourceId, { alarmId: AlarmId; title: string }[]>();
    const overtaken: StoredIntent[] = [];
    const asked: AlarmId[] = [];

    /** Null: it is taken up. */
    const takeUp = (id: AlarmId): string | null => {
      const alarm = alarms.get(id);
      if (alarm === undefined) return 'It is not known (any more).';
      const found = known.get(alarm.sourceId) ?? actionsOf(alarm.sourceId);
      known.set(alarm.sourceId, found);
      if ('why' in found) return found.why;
      if (alarm.status === 'resolved') return 'It has cleared.';
      const earlier = look(kind, id);
      const why = whyNot(kind, alarm, found, earlier);
      if (why !== null) return why;
      overtaken.push(...earlier.overtaken);
      asked.push(id);
      if (!isNeeded(kind, alarm, earlier)) return null;
      const items = wanted.get(alarm.sourceId) ?? [];
      wanted.set(alarm.sourceId, items);
      items.push({ alarmId: id, title: titleOf(kind, alarm) });
      return null;
    };

    for (const id of new Set(ids)) {
      const why = takeUp(id);
      if (why !== null) refused.push({ id, why });
    }
    const order = orderOf(kind, note);
    db.transaction(() => {
      ledger.change(overtaken, { type: 'overtaken', reason: 'A later request replaced it.' });
      for (const [sourceId, items] of wanted) ledger.add({ sourceId, order }, items, 'soon');
      history.requested(asked, kind, { note });
    });
    return { intents: asked.length, refused };
  }

  function orderOf(kind: BulkKind, text: string): IntentOrder {
    if (kind === 'unacknowledge') return { kind, isCleanUp: false };
    const by = personOf(settings);
    const note = plainText(text, 1_000);
    return kind === 'resolve'
      ? { kind, by, note }
      : { kind, by, note, durationMs: settings.current().acknowledgeForMs };
  }

  function look(kind: BulkKind, id: AlarmId): Earlier {
    const open = ledger.open.ofAlarm(id);
    if (open.length === 0) return nothingEarlier;
    const overtaken: StoredIntent[] = [];
    let isJoined = false;
    let isAfter = false;
    for (const intent of open) {
      const { order, state, attempts } = intent;
      const earlier = { kind: order.kind, state, attempts, isCleanUp: isCleanUp(order) };
      switch (precedence(earlier, kind)) {
        case 'join':
          isJoined = true;
          break;
        case 'overtake':
          overtaken.push(intent);
          break;
        case 'after':
          isAfter = true;
          break;
        case 'apart':
          break;
      }
    }
    return { overtaken, isJoined, isAfter };
  }
  function whyNot(
    kind: BulkKind,
    alarm: KnownAlarm,
    { actions, name }: Exclude<Found, { why: string }>,
    earlier: Earlier,
  ): string | null {
    switch (kind) {
      case 'acknowledge':
        return whyNotKind(kind, name, actions) ?? whyNotAcknowledge(alarm, actions, earlier);
      case 'resolve':
        return whyNotKind(kind, name, actions);
      case 'unacknowledge':
        return (
          whyNotUnacknowledge(alarm, earlier) ??
          (actions.kinds.has(kind) || !isNeeded(kind, alarm, earlier)
            ? null
            : `${name} cannot take an acknowledgement back.`)
        );
    }
  }

  function whyNotAcknowledge(
    alarm: KnownAlarm,
    actions: ConnectorActions,
    earlier: Earlier,
  ): string | null {
    if (
      alarm.unreadableReason !== null &&
      actions.sharesAcknowledgements === true &&
      actions.propose(alarm).matchers.length === 0
    ) {
      return 'Its labels could not be read, so nothing can be sent about it.';
    }
    // One that fires all the same has lost its acknowledgement, unless the list is only behind.
    const isHeld =
      held.of(alarm.id) !== undefined &&
      (alarm.status !== 'firing' || ledger.open.pendingFor(alarm.id) !== null);
    return isHeld && !earlier.isJoined && !earlier.isAfter && earlier.overtaken.length === 0
      ? 'You have acknowledged it already; that is extended while it lasts.'
      : null;
  }

  function whyNotUnacknowledge(alarm: KnownAlarm, earlier: Earlier): string | null {
    const isSomething =
      earlier.isJoined || earlier.isAfter || earlier.overtaken.length > 0 || isAcknowledged(alarm);
    return isSomething ? null : 'It is not acknowledged.';
  }

  /** As far as we know. */
  const isAcknowledged = (alarm: KnownAlarm): boolean =>
    alarm.status === 'acknowledged' || held.of(alarm.id) !== undefined;

  function isNeeded(kind: BulkKind, alarm: KnownAlarm, earlier: Earlier): boolean {
    if (earlier.isJoined) return false;
    if (kind === 'resolve') return true;
    if (kind === 'unacknowledge') {
      const wasSent = earlier.overtaken.some(({ attempts }) => attempts > 0);
      return earlier.isAfter || wasSent || isAcknowledged(alarm);
    }
    // Taking back what was not sent leaves the acknowledgement as it is.
    const { overtaken } = earlier;
    const isTakenBack = overtaken.some(
      ({ order, attempts }) => order.kind === 'unacknowledge' && attempts === 0,
    );
    return !(isTakenBack && held.of(alarm.id) !== undefined && !earlier.isAfter);
  }

  return {
    actionsOf,
    acknowledge: (ids: readonly AlarmId[], note: string) => bulk('acknowledge', ids, note),
    unacknowledge: (ids: readonly AlarmId[]) => bulk('unacknowledge', ids, ''),
    resolve: (ids: readonly AlarmId[], note: string) => bulk('resolve', ids, note),

    /** Call inside the transaction that keeps the note here. A source that takes none is not asked. */
    comment(alarmId: AlarmId, text: string): void {
      const alarm = alarms.get(alarmId);
      if (alarm === undefined || alarm.status === 'resolved') return;
      const { sourceId, externalId, refs } = alarm;
      const found = actionsOf(sourceId);
      if ('why' in found || !found.actions.kinds.has('comment')) return;
      const order: IntentOrder = {
        kind: 'comment',
        by: personOf(settings),
        note: plainLines(text, 4_000),
        about: { externalId, refs },
      };
      ledger.add({ sourceId, order }, [{ alarmId, title: titleOf('comment', alarm) }]);
    },
  };
}

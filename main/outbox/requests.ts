/** What a person asks for, checked and stored in one transaction. Nothing is sent here, so thousands answer at once. */
import type { Matcher } from '../../preload/contract/alarms.ts';
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { toInstant } from '../clock.ts';
import { AppError, notFound } from '../errors.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import type { HeldAcknowledgements } from './held-acknowledgements.ts';
import { isCleanUp, plainText, titleOf, type IntentOrder, type StoredIntent } from './intent.ts';
import type { IntentHistory } from './intent-history.ts';
import type { IntentLedger } from './intent-ledger.ts';
import { precedence } from './intent-state.ts';
import type { OutboxDeps } from './outbox-deps.ts';
import { describeMatchers, matcherProblem } from './silence-rules.ts';

export interface BulkAnswer {
  intents: number;
  refused: { id: AlarmId; why: string }[];
}

type BulkKind = 'acknowledge' | 'unacknowledge';

export interface RequestDeps extends Pick<
  OutboxDeps,
  'db' | 'clock' | 'settings' | 'alarms' | 'sources'
> {
  readonly ledger: IntentLedger;
  readonly held: HeldAcknowledgements;
  readonly history: IntentHistory;
}

/** A person sets it in the settings; Alertmanager insists on somebody. */
const personOf = (settings: RequestDeps['settings']): string =>
  plainText(settings.current().person, 200) || 'Nightdesk';

export function createRequests(deps: RequestDeps) {
  const { db, clock, settings, alarms, sources, ledger, held, history } = deps;

  /** The actions of a source, or why there are none. */
  function actionsOf(id: SourceId): { actions: ConnectorActions } | { why: string } {
    const health = sources.health(id);
    if (health === undefined) return { why: 'Its source is no longer configured.' };
    if (!health.isEnabled) return { why: `${health.name} is paused.` };
    const connector = sources.connector(id);
    if (connector === null) {
      return { why: `${health.name} is not connected: ${health.reason ?? 'not asked yet.'}` };
    }
    if (connector.actions === null) {
      return { why: `${health.name} takes no acknowledgements or silences from here.` };
    }
    return { actions: connector.actions };
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
      const why =
        kind === 'acknowledge'
          ? whyNotAcknowledge(alarm, found.actions, earlier)
          : whyNotUnacknowledge(alarm, earlier);
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
    const order: IntentOrder =
      kind === 'unacknowledge'
        ? { kind, isCleanUp: false }
        : {
            kind,
            by: personOf(settings),
            note: plainText(note, 1_000),
            durationMs: settings.current().acknowledgeForMs,
          };
    db.transaction(() => {
      ledger.change(overtaken, { type: 'overtaken', reason: 'A later request replaced it.' });
      for (const [sourceId, items] of wanted) ledger.add({ sourceId, order }, items);
      history.requested(asked, kind, { note });
    });
    return { intents: asked.length, refused };
  }

  function look(kind: BulkKind, id: AlarmId) {
    const overtaken: StoredIntent[] = [];
    let isJoined = false;
    let isAfter = false;
    for (const intent of ledger.open.ofAlarm(id)) {
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
  type Earlier = ReturnType<typeof look>;

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

    /** @throws AppError when it cannot be asked for, or would hide everything. */
    silence(input: {
      alarmId: AlarmId;
      sourceId: SourceId;
      matchers: readonly Matcher[];
      durationMs: number;
      comment: string;
    }): StoredIntent {
      const { alarmId, sourceId, matchers } = input;
      const alarm = alarms.get(alarmId);
      if (alarm === undefined) throw notFound('This alarm');
      if (alarm.sourceId !== sourceId) {
        throw new AppError('input.invalid', 'The alarm belongs to another source.', {
          next: 'Open the alarm and silence it from there.',
        });
      }
      const found = actionsOf(sourceId);
      if ('why' in found) {
        throw new AppError('source.unsupported', found.why, { next: 'Silence it at the source.' });
      }
      const problem = matcherProblem(matchers, found.actions);
      if (problem !== null) {
        throw new AppError('input.invalid', problem, { next: 'Choose the labels again.' });
      }
      const order: IntentOrder = {
        kind: 'silence',
        matchers,
        by: personOf(settings),
        note: plainText(input.comment, 1_000),
        endsAt: toInstant(clock.now() + input.durationMs),
        about: { externalId: alarm.externalId, refs: alarm.refs },
      };
      const [intent] = db.transaction(() => {
        const added = ledger.add({ sourceId, order }, [
          { alarmId, title: titleOf('silence', alarm) },
        ]);
        const suffix = ` until ${order.endsAt} for ${describeMatchers(matchers)}`;
        history.requested([alarmId], 'silence', { note: input.comment, suffix });
        return added;
      });
      if (intent === undefined) throw new Error('an intent was not stored');
      return intent;
    },
  };
}

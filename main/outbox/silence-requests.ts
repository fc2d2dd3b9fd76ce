/** A silence that a person asks for, another end of one, and its end: checked and stored in one transaction. */
import type { Matcher } from '../../preload/contract/alarms.ts';
import type { AlarmId, Instant, SourceId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { whyNotKind } from '../alarms/alarm-actions.ts';
import { toInstant, toMs } from '../clock.ts';
import { AppError, notFound } from '../errors.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import {
  isCleanUp,
  plainText,
  titleOf,
  type ChangedSilence,
  type IntentOrder,
  type SilenceChange,
  type StoredIntent,
} from './intent.ts';
import { precedence } from './intent-state.ts';
import { personOf, type FindActions, type RequestDeps } from './requests.ts';
import { describeMatchers, matcherProblem, scopeProblem } from './silence-rules.ts';

export interface NewSilence {
  readonly alarmId: AlarmId;
  readonly sourceId: SourceId;
  readonly matchers: readonly Matcher[];
  readonly durationMs: number;
  readonly comment: string;
}

/** A silence as its source lists it. */
export interface ListedSilence {
  readonly sourceId: SourceId;
  readonly upstreamRef: string;
  /** For people: its matchers, or what the upstream calls it. */
  readonly words: string;
  readonly matchers: readonly Matcher[];
  readonly comment: string;
  readonly endsAt: Instant;
  readonly hidden: readonly AlarmId[];
}

/** As many alarms as one silence writes into the history of. */
const mostHidden = 300;

const isSameEnd = (one: SilenceChange, other: SilenceChange): boolean =>
  one.kind === 'extend_silence' &&
  other.kind === 'extend_silence' &&
  toMs(one.endsAt) === toMs(other.endsAt);

const unsupported = (message: string, next: string): AppError =>
  new AppError('source.unsupported', message, { next });

export function createSilenceRequests(
  deps: Pick<RequestDeps, 'db' | 'clock' | 'settings' | 'alarms' | 'ledger' | 'history'> & {
    readonly actionsOf: FindActions;
  },
) {
  const { db, clock, settings, alarms, ledger, history } = deps;

  function actionsFor(sourceId: SourceId): { actions: ConnectorActions; name: string } {
    const found = deps.actionsOf(sourceId);
    if ('why' in found) throw unsupported(found.why, 'Do it at the source.');
    return found;
  }

  function addNew(
    sourceId: SourceId,
    order: Extract<IntentOrder, { kind: 'silence' }>,
    item: { alarmId: AlarmId | null; title: string },
  ): StoredIntent {
    const [intent] = ledger.add({ sourceId, order }, [item]);
    if (intent === undefined) throw new Error('an intent was not stored');
    return intent;
  }

  function checked(matchers: readonly Matcher[], actions: ConnectorActions): void {
    const problem = matcherProblem(matchers, actions) ?? scopeProblem(matchers, actions);
    if (problem === null) return;
    throw new AppError('input.invalid', problem, { next: 'Choose the labels again.' });
  }

  /** Open changes of the same silence, and what a later one means for them. */
  function earlier(listed: ListedSilence, later: SilenceChange) {
    const overtaken: StoredIntent[] = [];
    let joined: StoredIntent | null = null;
    let isEnding = false;
    for (const intent of ledger.open.ofSource(listed.sourceId)) {
      const { order, state, attempts, upstreamRef } = intent;
      if (order.kind !== 'extend_silence' && order.kind !== 'unsilence') continue;
      if (upstreamRef !== listed.upstreamRef) continue;
      if (isSameEnd(order, later) && state !== 'failed')
        return { overtaken, joined: intent, isEnding };
      const isTried = state === 'sent' || (state === 'queued' && attempts > 0);
      if (order.kind === 'unsilence' && isTried) isEnding = true;
      const meaning = precedence(
        { kind: order.kind, state, attempts, isCleanUp: isCleanUp(order) },
        later.kind,
      );
      if (meaning === 'join') joined = intent;
      else if (meaning === 'overtake') overtaken.push(intent);
    }
    return { overtaken, joined, isEnding };
  }

  function change(
    listed: ListedSilence,
    make: (of: ChangedSilence) => SilenceChange,
    title: string,
    suffix: string,
  ): StoredIntent {
    const { sourceId, upstreamRef, matchers, comment, endsAt } = listed;
    const hidden = listed.hidden.slice(0, mostHidden);
    const order = make({ matchers, comment, endsAt, hidden });
    const { overtaken, joined, isEnding } = earlier(listed, order);
    if (joined !== null) return joined;
    if (isEnding && order.kind === 'extend_silence') {
      throw new AppError('conflict', 'This silence is being ended.', {
        next: 'Wait for that, and make a new one.',
      });
    }
    return db.transaction(() => {
      ledger.change(overtaken, { type: 'overtaken', reason: 'A later request replaced it.' });
      const [intent] = ledger.add({ sourceId, order }, [{ alarmId: null, title, upstreamRef }]);
      if (intent === undefined) throw new Error('an intent was not stored');
      history.requested(hidden, order.kind, { suffix });
      return intent;
    });
  }

  const about = (alarm: KnownAlarm) => ({ externalId: alarm.externalId, refs: alarm.refs });

  return {
    /** @throws AppError when it cannot be asked for, or would hide everything. */
    silence(input: NewSilence): StoredIntent {
      const { alarmId, sourceId, matchers } = input;
      const alarm = alarms.get(alarmId);
      if (alarm === undefined) throw notFound('This alarm');
      if (alarm.sourceId !== sourceId) {
        throw new AppError('input.invalid', 'The alarm belongs to another source.', {
          next: 'Open the alarm and silence it from there.',
        });
      }
      const { actions, name } = actionsFor(sourceId);
      const why = whyNotKind('silence', name, actions);
      if (why !== null) throw unsupported(why, 'Silence it at the source.');
      checked(matchers, actions);
      const order: IntentOrder = {
        kind: 'silence',
        matchers,
        by: personOf(settings),
        note: plainText(input.comment, 1_000),
        endsAt: toInstant(clock.now() + input.durationMs),
        about: about(alarm),
      };
      return db.transaction(() => {
        const intent = addNew(sourceId, order, { alarmId, title: titleOf('silence', alarm) });
        const suffix = ` until ${order.endsAt} for ${describeMatchers(matchers)}`;
        history.requested([alarmId], 'silence', { note: input.comment, suffix });
        return intent;
      });
    },

    /** To an end that may also be earlier. @throws AppError */
    extend(listed: ListedSilence, endsAt: Instant): StoredIntent {
      const { actions, name } = actionsFor(listed.sourceId);
      if (!actions.kinds.has('extend_silence')) {
        throw unsupported(
          `${name} cannot move the end of a silence from here.`,
          'End it, and make a new one from an alarm.',
        );
      }
      if (toMs(endsAt) <= clock.now()) {
        throw new AppError('input.invalid', 'This end has passed already.', {
          next: 'End the silence instead.',
        });
      }
      const title = titleOf('extend_silence', { title: listed.words });
      return change(listed, (of) => ({ kind: 'extend_silence', endsAt, of }), title, `, ${endsAt}`);
    },

    /** @throws AppError */
    end(listed: ListedSilence): StoredIntent {
      const { actions, name } = actionsFor(listed.sourceId);
      if (!actions.kinds.has('unsilence')) {
        throw unsupported(`${name} cannot end a silence from here.`, 'End it at the source.');
      }
      const title = titleOf('unsilence', { title: listed.words });
      return change(listed, (of) => ({ kind: 'unsilence', of }), title, '');
    },

    /** Silences again what was ended, until the same end. @throws AppError */
    again(ended: StoredIntent): StoredIntent {
      const { order, sourceId } = ended;
      if (order.kind !== 'unsilence') throw notFound('This silence');
      const { matchers, comment, endsAt } = order.of;
      const { actions, name } = actionsFor(sourceId);
      const why = whyNotKind('silence', name, actions);
      if (why !== null) throw unsupported(why, 'Silence it at the source.');
      if (toMs(endsAt) <= clock.now()) {
        throw new AppError('conflict', 'It would have run out by now.', {
          next: 'Make a new one from an alarm.',
        });
      }
      checked(matchers, actions);
      const by = personOf(settings);
      const title = titleOf('silence', { title: describeMatchers(matchers) });
      return addNew(
        sourceId,
        { kind: 'silence', matchers, by, note: comment, endsAt },
        { alarmId: null, title },
      );
    },
  };
}

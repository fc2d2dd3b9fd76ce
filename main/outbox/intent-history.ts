/** What the history of an alarm says about intents. Call inside the transaction that changes them. */
import type { AlarmId, Instant, SourceId } from '../../preload/contract/common.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { Pace } from '../store/database.ts';
import type { HeldAcknowledgement } from './held-acknowledgements.ts';
import { alarmsOf, isCleanUp, plainText, type IntentOrder, type StoredIntent } from './intent.ts';
import type { OutboxDeps } from './outbox-deps.ts';

const nouns: Readonly<Record<IntentOrder['kind'], string>> = {
  acknowledge: 'Acknowledgement',
  unacknowledge: 'End of the acknowledgement',
  silence: 'Silence',
  comment: 'Comment',
  resolve: 'Resolution',
  extend_silence: 'New end of the silence',
  unsilence: 'End of the silence',
};

export type IntentHistory = ReturnType<typeof createIntentHistory>;

export function createIntentHistory(deps: {
  readonly clock: Clock;
  readonly alarms: Pick<OutboxDeps['alarms'], 'get' | 'recordEvents'>;
  readonly sourceName: (id: SourceId) => string;
}) {
  const { clock, alarms } = deps;

  /** A silence may outlive what it hid. */
  const isKnown = (id: AlarmId): boolean => alarms.get(id) !== undefined;

  const record = (
    ids: readonly AlarmId[],
    event: { kind: string; origin: string; text: string },
    pace: Pace = 'now',
  ): void => {
    if (ids.length > 0) alarms.recordEvents(ids, { ...event, at: toInstant(clock.now()) }, pace);
  };

  /** One event per kind and words, for all alarms it is about. */
  function tell(
    intents: readonly StoredIntent[],
    what: string,
    words: (intent: StoredIntent) => { origin: string; text: string },
  ): void {
    const groups = new Map<
      string,
      { event: { kind: string; origin: string; text: string }; ids: AlarmId[] }
    >();
    for (const intent of intents) {
      const ids = intent.alarmId === null ? alarmsOf(intent).filter(isKnown) : [intent.alarmId];
      if (ids.length === 0) continue;
      const event = { kind: `${intent.order.kind}_${what}`, ...words(intent) };
      const key = `${event.kind}\n${event.origin}\n${event.text}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { event, ids: [...ids] });
      else known.ids.push(...ids);
    }
    for (const { event, ids } of groups.values()) record(ids, event);
  }

  const noun = ({ order }: StoredIntent): string => nouns[order.kind];
  const idsOf = (holds: readonly HeldAcknowledgement[]): AlarmId[] =>
    holds.map(({ alarmId }) => alarmId);

  return {
    /** `note`: what the person typed; kept here whatever becomes of it. Call it last in its transaction. */
    requested(
      ids: readonly AlarmId[],
      kind: IntentOrder['kind'],
      detail: { note?: string; suffix?: string } = {},
    ): void {
      const note = plainText(detail.note ?? '', 20_000);
      const text = `${nouns[kind]} requested${detail.suffix ?? ''}${note === '' ? '' : `: ${note}`}`;
      record(ids, { kind: `${kind}_requested`, origin: 'you', text }, 'soon');
    },

    postponed(intents: readonly StoredIntent[], reason: string): void {
      tell(intents, 'postponed', (intent) => ({
        origin: 'Nightdesk',
        text: `${noun(intent)} waits for its source: ${reason}`,
      }));
    },

    confirmed(intents: readonly StoredIntent[]): void {
      tell(intents, 'confirmed', (intent) => {
        const origin = plainText(deps.sourceName(intent.sourceId), 200);
        return { origin, text: `${noun(intent)} confirmed by ${origin}` };
      });
    },

    failed(intents: readonly StoredIntent[]): void {
      tell(intents, 'failed', (intent) => ({
        origin: plainText(deps.sourceName(intent.sourceId), 200),
        text:
          intent.order.kind === 'unacknowledge'
            ? `${noun(intent)} failed: ${intent.error ?? ''} It is not extended any more and runs out by itself.`
            : `${noun(intent)} failed: ${intent.error ?? ''}`,
      }));
    },

    overtaken(intents: readonly StoredIntent[]): void {
      tell(
        intents.filter(({ order }) => !isCleanUp(order)),
        'overtaken',
        (intent) => ({
          origin: 'Nightdesk',
          text: `${noun(intent)} was not needed any more: ${intent.error ?? ''}`,
        }),
      );
    },

    retried(intents: readonly StoredIntent[]): void {
      tell(intents, 'retried', (intent) => ({
        origin: 'you',
        text: `${noun(intent)} tried again`,
      }));
    },

    dropped(intents: readonly StoredIntent[]): void {
      tell(intents, 'dropped', (intent) => ({ origin: 'you', text: `${noun(intent)} given up` }));
    },

    endedTogether(ids: readonly AlarmId[]): void {
      record(ids, {
        kind: 'acknowledge_ended',
        origin: 'Nightdesk',
        text: 'Acknowledgement ended together with that of another alarm: they shared one silence',
      });
    },

    endedAtSource(holds: readonly HeldAcknowledgement[]): void {
      const [first] = holds;
      if (first === undefined) return;
      record(idsOf(holds), {
        kind: 'acknowledge_ended',
        origin: plainText(deps.sourceName(first.sourceId), 200),
        text: 'Acknowledgement is no longer there: it ran out, or somebody ended it at the source',
      });
    },

    notExtended(holds: readonly HeldAcknowledgement[], reason: string, endsAt: Instant): void {
      record(idsOf(holds), {
        kind: 'acknowledge_failed',
        origin: 'Nightdesk',
        text: `Acknowledgement could not be extended and runs out at ${endsAt}: ${reason}`,
      });
    },
  };
}

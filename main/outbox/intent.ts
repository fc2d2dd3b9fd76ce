/** An intent as the store keeps it: what is wanted, and how far it is. */
import type { Matcher } from '../../preload/contract/alarms.ts';
import type { AlarmId, Instant, SourceId } from '../../preload/contract/common.ts';
import type { Intent, IntentKind } from '../../preload/contract/outbox.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { toInstant } from '../clock.ts';
import type { AboutAlarm, ConnectorActions, UpstreamAction } from '../sources/connector.ts';
import type { IntentProgress } from './intent-state.ts';

/** What a person wants of an acknowledgement. Its matchers follow from the alarm, which stays while this is open. */
export interface AcknowledgeOrder {
  readonly kind: 'acknowledge';
  readonly by: string;
  readonly note: string;
  readonly durationMs: number;
}

export type IntentOrder =
  | AcknowledgeOrder
  /** What to undo is in `upstreamRef`. A clean-up was asked for by nobody: its alarm cleared. */
  | { readonly kind: 'unacknowledge'; readonly isCleanUp: boolean }
  | {
      readonly kind: 'silence';
      readonly matchers: readonly Matcher[];
      readonly by: string;
      readonly note: string;
      readonly endsAt: Instant;
      readonly about?: AboutAlarm;
    }
  /** It goes to the occurrence that it was written about, whatever the alarm has become since. */
  | {
      readonly kind: 'comment';
      readonly by: string;
      readonly note: string;
      readonly about: AboutAlarm;
    }
  /** Given up when the alarm clears, so it never meets a later occurrence. */
  | { readonly kind: 'resolve'; readonly by: string; readonly note: string }
  /** Which silence is in `upstreamRef`. */
  | SilenceChange;

export type SilenceChange =
  | { readonly kind: 'extend_silence'; readonly endsAt: Instant; readonly of: ChangedSilence }
  | { readonly kind: 'unsilence'; readonly of: ChangedSilence };

/** A silence as it was when its change was asked for: to undo that, and to say what it was. */
export interface ChangedSilence {
  readonly matchers: readonly Matcher[];
  readonly comment: string;
  readonly endsAt: Instant;
  /** The alarms it hid, as far as a history can hold. */
  readonly hidden: readonly AlarmId[];
}

export interface StoredIntent extends IntentProgress {
  readonly id: string;
  readonly order: IntentOrder;
  /** The idempotence key of its attempts; the same for all that are sent as one. Null before the first attempt. */
  readonly key: string | null;
  readonly sourceId: SourceId;
  readonly alarmId: AlarmId | null;
  readonly title: string;
  readonly createdAt: number;
}

export const isCleanUp = (order: IntentOrder): boolean =>
  order.kind === 'unacknowledge' && order.isCleanUp;

/** Whatever is not one plain blank between words: those are most of a title, and need no replacing. */
const gaps = /[\p{Cc}\s]{2,}|[^\S ]|\p{Cc}/gu;

/** One line, as long as a person reads, without what SQLite or a screen would stumble over. */
export function plainText(text: string, longest: number): string {
  const line = text.toWellFormed().replace(gaps, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`;
}

/** What a person wrote, with its lines. */
export function plainLines(text: string, longest: number): string {
  const lines = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .trim();
  return lines.length <= longest ? lines : `${lines.slice(0, longest - 1).toWellFormed()}…`;
}

const verbs: Readonly<Record<IntentOrder['kind'], string>> = {
  acknowledge: 'Acknowledge',
  unacknowledge: 'Unacknowledge',
  silence: 'Silence',
  comment: 'Comment on',
  resolve: 'Resolve',
  extend_silence: 'Move the end of the silence of',
  unsilence: 'End the silence of',
};

/** The alarms that an intent is about. */
export function alarmsOf({
  alarmId,
  order,
}: Pick<StoredIntent, 'alarmId' | 'order'>): readonly AlarmId[] {
  if (order.kind === 'extend_silence' || order.kind === 'unsilence') return order.of.hidden;
  return alarmId === null ? [] : [alarmId];
}

export const titleOf = (kind: IntentOrder['kind'], alarm: Pick<KnownAlarm, 'title'>): string =>
  `${verbs[kind]} ${plainText(alarm.title, 200)}`;

export const toIntent = (stored: StoredIntent): Intent => ({
  id: stored.id,
  kind: stored.order.kind satisfies IntentKind,
  state: stored.state,
  sourceId: stored.sourceId,
  alarmId: stored.alarmId,
  title: stored.title,
  createdAt: toInstant(stored.createdAt),
  changedAt: toInstant(stored.changedAt),
  attempts: stored.attempts,
  nextAttemptAt: stored.nextAttemptAt === null ? null : toInstant(stored.nextAttemptAt),
  error: stored.error,
});

/** What to send; null when what it is about is gone. */
export function actionOf(
  order: IntentOrder,
  context: {
    readonly alarm: KnownAlarm | undefined;
    readonly actions: Pick<ConnectorActions, 'propose'>;
    readonly upstreamRef: string | null;
  },
): UpstreamAction | null {
  const { alarm, upstreamRef } = context;
  switch (order.kind) {
    case 'silence':
      return order;
    case 'comment': {
      const { kind, by, note, about } = order;
      return { kind, by, note, ...about };
    }
    case 'extend_silence':
      return upstreamRef === null ? null : { kind: order.kind, upstreamRef, endsAt: order.endsAt };
    case 'unsilence':
      return upstreamRef === null ? null : { kind: order.kind, upstreamRef };
    case 'acknowledge':
    case 'unacknowledge':
    case 'resolve':
      break;
  }
  if (alarm === undefined) return null;
  const { externalId, refs } = alarm;
  if (order.kind === 'unacknowledge') {
    return { kind: 'unacknowledge', externalId, refs, upstreamRef };
  }
  if (order.kind === 'resolve') return { ...order, externalId, refs };
  return { ...order, externalId, refs, matchers: context.actions.propose(alarm).matchers };
}

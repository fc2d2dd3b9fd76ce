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
    };

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

/** One line, as long as a person reads, without what SQLite or a screen would stumble over. */
export function plainText(text: string, longest: number): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`;
}

const verbs: Readonly<Record<IntentOrder['kind'], string>> = {
  acknowledge: 'Acknowledge',
  unacknowledge: 'Unacknowledge',
  silence: 'Silence',
};

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

/** What to send. The alarm is needed for all but a silence. */
export function actionOf(
  order: IntentOrder,
  context: {
    readonly alarm: KnownAlarm | undefined;
    readonly actions: Pick<ConnectorActions, 'propose'>;
    readonly upstreamRef: string | null;
  },
): UpstreamAction | null {
  if (order.kind === 'silence') return order;
  const { alarm } = context;
  if (alarm === undefined) return null;
  const { externalId, refs } = alarm;
  if (order.kind === 'unacknowledge') {
    return { kind: 'unacknowledge', externalId, refs, upstreamRef: context.upstreamRef };
  }
  return { ...order, externalId, refs, matchers: context.actions.propose(alarm).matchers };
}

/** The outbox: intents to change an upstream that are not confirmed yet. */
import { z } from 'zod';
import { method } from './base.ts';
import { AlarmId, Instant, SourceId } from './common.ts';

export const IntentKind = z.enum([
  'acknowledge',
  'unacknowledge',
  'silence',
  'extend_silence',
  'unsilence',
  'comment',
  'resolve',
]);
export type IntentKind = z.infer<typeof IntentKind>;

/** `overtaken`: the alarm resolved, or a later intent replaced it, before it was confirmed. */
export const IntentState = z.enum(['queued', 'sent', 'confirmed', 'failed', 'overtaken']);
export type IntentState = z.infer<typeof IntentState>;

export const Intent = z.object({
  id: z.string(),
  kind: IntentKind,
  state: IntentState,
  sourceId: SourceId,
  alarmId: AlarmId.nullable(),
  /** For people: what it does, e.g. "Acknowledge CheckoutDown". */
  title: z.string(),
  createdAt: Instant,
  changedAt: Instant,
  attempts: z.int().nonnegative(),
  nextAttemptAt: Instant.nullable(),
  error: z.string().nullable(),
});
export type Intent = z.infer<typeof Intent>;

export const outbox = {
  /** Unconfirmed intents, failed ones first, then the newest settled ones. */
  list: method.input(z.object({ limit: z.int().max(500).default(100) })).output(z.array(Intent)),
  retry: method.input(z.object({ id: z.string() })).output(Intent),
  /** Gives up an intent that is not confirmed. What was already sent is not undone. */
  drop: method.input(z.object({ id: z.string() })).output(Intent),
};

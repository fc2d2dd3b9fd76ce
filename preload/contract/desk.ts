/** The desk state, and the one stream that tells a window what to ask for again. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { method } from './base.ts';
import { AlarmId, Freshness, Instant, Severity, SourceId } from './common.ts';

export const BlindSource = z.object({
  sourceId: SourceId,
  name: z.string(),
  freshness: Freshness,
  /** Since when it cannot be seen: the last complete answer, or when it was switched on. */
  since: Instant,
  /** For people: "401, token expired". */
  reason: z.string(),
  next: z.string(),
});
export type BlindSource = z.infer<typeof BlindSource>;

/** Worst alarm and sight, always shown together. "Quiet" is only said when `worst` is null and `blind` is empty. */
export const DeskState = z.object({
  at: Instant,
  /** The worst firing alarm and how many share its severity; null when none fires. */
  worst: z.object({ severity: Severity, count: z.int().positive() }).nullable(),
  counts: z.object({
    firing: z.int().nonnegative(),
    acknowledged: z.int().nonnegative(),
    suppressed: z.int().nonnegative(),
    unseen: z.int().nonnegative(),
    unreadable: z.int().nonnegative(),
  }),
  blind: z.array(BlindSource),
  enabledSources: z.int().nonnegative(),
  outboxCount: z.int().nonnegative(),
  /** Intents that gave up and need a person. */
  outboxFailed: z.int().nonnegative(),
});
export type DeskState = z.infer<typeof DeskState>;

export const Topic = z.enum([
  'alarms',
  'sources',
  'outbox',
  'silences',
  'notifications',
  'runbooks',
  'runs',
  'edits',
  'incidents',
  'postmortems',
  'reviews',
  'settings',
  'notices',
  'drill',
]);
export type Topic = z.infer<typeof Topic>;

export const DeskEvent = z.discriminatedUnion('type', [
  /** At once, on every change, and at least every two seconds. A window that hears none for six is blind. */
  z.object({ type: z.literal('state'), state: DeskState }),
  /** Ask again for these; `ids` names rows when they are few. */
  z.object({ type: z.literal('changed'), topic: Topic, ids: z.array(z.int()).max(300).optional() }),
  z.object({ type: z.literal('sound'), sound: z.enum(['page', 'notice']) }),
  /** A notification was clicked: show this alarm. */
  z.object({ type: z.literal('show'), alarmId: AlarmId }),
]);
export type DeskEvent = z.infer<typeof DeskEvent>;

/** Something the person must know once: a gap, a recovery from a backup, a hidden repair. */
export const DeskNotice = z.object({
  id: z.int(),
  at: Instant,
  kind: z.enum(['gap', 'restored', 'migrated', 'problem', 'hint']),
  title: z.string(),
  text: z.string(),
});
export type DeskNotice = z.infer<typeof DeskNotice>;

export const desk = {
  state: method.input(z.object({})).output(DeskState),
  watch: method.input(z.object({})).output(eventIterator(DeskEvent)),
  notices: method.input(z.object({})).output(z.array(DeskNotice)),
  dismissNotice: method.input(z.object({ id: z.int() })).output(z.object({})),
};

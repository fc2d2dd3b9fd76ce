/** Notification decisions, also the silent ones, and the "test my alarm" button. */
import { z } from 'zod';
import { method } from './base.ts';
import { AlarmId, Instant } from './common.ts';

/** `page` may wake a person; `notice` may not. */
export const NotificationClass = z.enum(['page', 'notice']);
export type NotificationClass = z.infer<typeof NotificationClass>;

export const Decision = z.object({
  at: Instant,
  alarmId: AlarmId.nullable(),
  class: NotificationClass,
  /** What it was about. A recovery is never a page. */
  occasion: z.enum([
    'fired',
    'worsened',
    'reminder',
    'recovered',
    'summary',
    'blind',
    'sighted',
    'test',
  ]),
  outcome: z.enum(['sent', 'not_sent', 'failed']),
  /** For people, always present: "critical at Alertmanager prod", "quiet hours 22-08", "storm: in the summary". */
  reason: z.string(),
  /** Which carrier took it, e.g. `notify-send`; null when nothing was sent. */
  carrier: z.string().nullable(),
});
export type Decision = z.infer<typeof Decision>;

export const notifications = {
  /** The newest decisions over all alarms. */
  list: method.input(z.object({ limit: z.int().max(500).default(100) })).output(z.array(Decision)),
  /**
   * Pages of the last 24 hours that may have woken somebody, the newest first: also those that the system refused, because
   * their sound plays all the same. Tests are none.
   */
  pages: method.input(z.object({})).output(z.array(Decision)),
  /** "I am on it": an acknowledged alarm is not asked about again for a while. */
  onIt: method.input(z.object({ alarmId: AlarmId })).output(z.object({})),
  /** Exercises the real path: engine, carrier and sound. */
  test: method
    .input(z.object({ class: NotificationClass }))
    .output(
      z.object({ isDelivered: z.boolean(), carrier: z.string().nullable(), message: z.string() }),
    ),
};

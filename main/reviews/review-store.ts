/** What a week's review reads from the store. */
import type { AlarmId, Instant } from '../../preload/contract/common.ts';
import type { Decision } from '../../preload/contract/notifications.ts';
import type { ReadableDb } from '../store/database.ts';

export interface SentDecision {
  readonly at: Instant;
  readonly alarmId: AlarmId | null;
  readonly class: Decision['class'];
}

export interface FiredAlarm {
  readonly alarmId: AlarmId;
  readonly title: string;
  readonly episodes: number;
}

export const reviewQueries = {
  // A page the system would not show was due all the same, and its sound played. A reminder belongs to its page, a test to
  // nobody, and a recovery wakes nobody.
  sent: `SELECT at, alarm_id AS alarmId, class FROM decision
    WHERE at >= @from AND at < @to AND outcome <> 'not_sent' AND occasion NOT IN ('reminder', 'test', 'recovered')
    ORDER BY at`,
  // The plus keeps SQLite from walking every episode in the order of the grouping.
  fired: `SELECT e.alarm_id AS alarmId, a.title, count(*) AS episodes FROM episode e JOIN alarm a ON a.id = e.alarm_id
    WHERE e.started_at >= @from AND e.started_at < @to GROUP BY +e.alarm_id`,
} as const;

export function createReviewStore(db: ReadableDb) {
  const sent = db.read<SentDecision>(reviewQueries.sent);
  const fired = db.read<FiredAlarm>(reviewQueries.fired);
  const title = db.read<{ title: string }>('SELECT title FROM alarm WHERE id = @id');
  return {
    /** Pages and notices that were sent, in order of time. */
    sent: (from: Instant, to: Instant): SentDecision[] => sent.all({ from, to }),
    /** Alarms whose episodes began in this time. */
    fired: (from: Instant, to: Instant): FiredAlarm[] => fired.all({ from, to }),
    titleOf: (id: AlarmId): string | null => title.get({ id })?.title ?? null,
  };
}

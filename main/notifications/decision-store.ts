/** Decisions with their reasons, and the reminders that are owed. */
import type { AlarmId, EpisodeId, Instant, SourceId } from '../../preload/contract/common.ts';
import type { Decision } from '../../preload/contract/notifications.ts';
import { toInstant } from '../clock.ts';
import { joinedReason } from './joined.ts';
import type { WritableDb } from '../store/database.ts';

export interface StoredDecision extends Decision {
  readonly episodeId: EpisodeId | null;
  readonly sourceId: SourceId | null;
}

export interface Owed {
  readonly episodeId: EpisodeId;
  readonly alarmId: AlarmId;
  readonly sentCount: number;
}

/** Reasons by which the store tells "told within a summary" from silence. */
export const stormReason = 'storm: in the summary';
export const unseenReason = 'while nobody looked: in the summary';

export const lostReason = 'Nightdesk ended before the system answered';

/** After an acknowledgement was confirmed, until the next poll shows it. */
const confirmedForMs = 60_000;
const longestRepeatMs = 3_600_000;

interface DecisionRow extends Omit<Decision, 'alarmId'> {
  alarm_id: number | null;
}

const decisionOf = ({ alarm_id: alarmId, ...decision }: DecisionRow): Decision => ({
  ...decision,
  alarmId: alarmId as AlarmId | null,
});

const told = `(outcome <> 'not_sent' OR reason IN ('${stormReason}', '${unseenReason}') OR reason LIKE '${joinedReason}%')`;

/** Nobody works on it yet: no acknowledgement or silence is on its way or was just agreed to. */
const isUnclaimed = `NOT EXISTS (
  SELECT 1 FROM intent i WHERE i.alarm_id = r.alarm_id AND i.kind IN ('acknowledge','silence')
    AND (i.state IN ('queued','sent') OR (i.state = 'confirmed' AND i.changed_at >= @confirmedSince)))`;

export type DecisionStore = ReturnType<typeof createDecisionStore>;

export function createDecisionStore(db: WritableDb) {
  const insert = db.write(
    `INSERT INTO decision (at, alarm_id, episode_id, source_id, class, occasion, outcome, reason, carrier)
     VALUES (@at, @alarmId, @episodeId, @sourceId, @class, @occasion, @outcome, @reason, @carrier)`,
  );
  const setCarrier = db.write(`UPDATE decision SET carrier = @carrier WHERE id = @id`);
  const setFailed = db.write(
    `UPDATE decision SET outcome = 'failed', reason = @reason WHERE id = @id`,
  );
  const selectNewest = db.read<DecisionRow>(
    `SELECT at, alarm_id, class, occasion, outcome, reason, carrier FROM decision ORDER BY id DESC LIMIT @limit`,
  );
  const selectPages = db.read<DecisionRow, { from: Instant }>(
    `SELECT at, alarm_id, class, occasion, outcome, reason, carrier FROM decision
      WHERE at >= @from AND class = 'page' AND outcome <> 'not_sent' AND occasion <> 'test'
      ORDER BY id DESC LIMIT 100`,
  );
  const selectTold = db.read<{ told: 1 }>(
    `SELECT 1 AS told FROM decision WHERE episode_id = @episodeId AND ${told} LIMIT 1`,
  );
  // Handed over by an earlier run that did not live to hear the answer.
  const selectUnanswered = db.read<{ id: number; episode_id: number | null; reason: string }>(
    `SELECT id, episode_id, reason FROM decision WHERE at >= @from AND outcome = 'sent' AND carrier IS NULL`,
  );
  const selectUnsummarised = db.read<{
    alarm_id: number | null;
    class: Decision['class'];
    occasion: Decision['occasion'];
  }>(
    `SELECT alarm_id, class, occasion FROM decision
      WHERE at >= @from AND outcome = 'not_sent' AND reason IN ('${stormReason}', '${unseenReason}')
        AND id > coalesce((SELECT max(id) FROM decision WHERE at >= @from AND occasion = 'summary'), 0)`,
  );
  const owe = db.write(
    `INSERT INTO reminder (episode_id, alarm_id, sent_count, next_at) VALUES (@episodeId, @alarmId, 0, @nextAt)
     ON CONFLICT (episode_id) DO UPDATE SET sent_count = 0, next_at = excluded.next_at`,
  );
  const setOwed = db.write(
    `UPDATE reminder SET sent_count = sent_count + @sent, next_at = @nextAt WHERE episode_id = @episodeId`,
  );
  const hasten = db.write(`UPDATE reminder SET next_at = @nextAt WHERE episode_id = @episodeId`);
  const hastenAll = db.write(`UPDATE reminder SET next_at = @nextAt WHERE next_at > @nextAt`);
  const selectOwed = db.read<{ owed: 1 }>(
    `SELECT 1 AS owed FROM reminder WHERE episode_id = @episodeId`,
  );
  const settle = db.write(`DELETE FROM reminder WHERE episode_id = @episodeId`);
  // One that is owed later than any interval was counted by a clock that has since been set back.
  const selectDue = db.read<{ episode_id: number; alarm_id: number; sent_count: number }>(
    `SELECT r.episode_id, r.alarm_id, r.sent_count FROM reminder r
      WHERE (r.next_at <= @now OR r.next_at > @tooLate) AND ${isUnclaimed} ORDER BY r.next_at`,
  );
  const selectNext = db.read<{ next_at: string | null }>(
    `SELECT min(r.next_at) AS next_at FROM reminder r WHERE ${isUnclaimed}`,
  );

  const confirmedSince = (nowMs: number): Instant => toInstant(nowMs - confirmedForMs);

  return {
    add: (decision: StoredDecision): number =>
      insert.run({
        at: decision.at,
        alarmId: decision.alarmId,
        episodeId: decision.episodeId,
        sourceId: decision.sourceId,
        class: decision.class,
        occasion: decision.occasion,
        outcome: decision.outcome,
        reason: decision.reason,
        carrier: decision.carrier,
      }).lastId,
    setCarrier: (id: number, carrier: string) => setCarrier.run({ id, carrier }),
    setFailed: (id: number, reason: string) => setFailed.run({ id, reason }),
    newest: (limit: number): Decision[] => selectNewest.all({ limit }).map(decisionOf),
    pages: (from: Instant): Decision[] => selectPages.all({ from }).map(decisionOf),
    wasTold: (episodeId: EpisodeId): boolean => selectTold.get({ episodeId }) !== undefined,
    unanswered: (from: Instant) =>
      selectUnanswered.all({ from }).map((row) => ({
        id: row.id,
        episodeId: row.episode_id as EpisodeId | null,
        reason: row.reason,
      })),
    /** Held back for a summary that was never handed over. */
    unsummarised: (from: Instant) =>
      selectUnsummarised.all({ from }).map(({ alarm_id: alarmId, ...row }) => ({
        ...row,
        alarmId: alarmId as AlarmId | null,
      })),
    owe: (episodeId: EpisodeId, alarmId: AlarmId, nextAtMs: number) =>
      owe.run({ episodeId, alarmId, nextAt: toInstant(nextAtMs) }),
    reminded: (episodeId: EpisodeId, nextAtMs: number) =>
      setOwed.run({ episodeId, sent: 1, nextAt: toInstant(nextAtMs) }),
    hasten: (episodeId: EpisodeId, nextAtMs: number) =>
      hasten.run({ episodeId, nextAt: toInstant(nextAtMs) }),
    isOwed: (episodeId: EpisodeId): boolean => selectOwed.get({ episodeId }) !== undefined,
    /** None is owed later than this. */
    hastenAll: (nextAtMs: number) => hastenAll.run({ nextAt: toInstant(nextAtMs) }),
    settle: (episodeId: EpisodeId) => settle.run({ episodeId }),
    due: (nowMs: number): Owed[] =>
      selectDue
        .all({
          now: toInstant(nowMs),
          tooLate: toInstant(nowMs + longestRepeatMs),
          confirmedSince: confirmedSince(nowMs),
        })
        .map((row) => ({
          episodeId: row.episode_id as EpisodeId,
          alarmId: row.alarm_id as AlarmId,
          sentCount: row.sent_count,
        })),
    nextDueAt: (nowMs: number): Instant | null =>
      selectNext.get({ confirmedSince: confirmedSince(nowMs) })?.next_at ?? null,
  };
}

/** Repeats pages until somebody acknowledges them. What is owed is stored, so a restart forgets none. */
import type { AlarmId, EpisodeId, SourceId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { compareAlarms } from '../alarms/order.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import { isInSight } from '../alarms/origins.ts';
import { isAnsweredBy } from '../alarms/speaks-for.ts';
import { toInstant, toMs, type Clock } from '../clock.ts';
import type { WritableDb } from '../store/database.ts';
import type { DecisionStore, StoredDecision } from './decision-store.ts';
import type { Dispatch, Item } from './dispatch.ts';
import type { Policy } from './policy.ts';
import { reminderStep } from './reminders.ts';
import { stormLimit } from './storm.ts';
import { alarmText, manyRemindersText, titleOf } from './texts.ts';

/** After a start or a sleep: every source is polled or marked within this, and what is over is known. */
const settleMs = 15_000;
const lookAgainMs = 5_000;

interface Reminder {
  readonly alarm: KnownAlarm;
  readonly decision: StoredDecision;
}

export function createReminderRounds(deps: {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly store: DecisionStore;
  readonly dispatch: Dispatch;
  readonly policy: () => Policy;
  readonly alarm: (id: AlarmId) => KnownAlarm | undefined;
  readonly health: (
    sourceId: SourceId,
  ) => Pick<SourceHealth, 'freshness' | 'isEnabled' | 'name'> | undefined;
  /** The other active alarms of its condition. */
  readonly joinedWith: (id: AlarmId) => readonly KnownAlarm[];
}) {
  const { db, clock, store, dispatch } = deps;
  let notBefore = -Infinity;
  /** Milliseconds of the wall clock; may be too early, never too late. */
  let nextAt: number | null = null;

  const singleItem = ({ alarm, decision }: Reminder): Item => ({
    class: 'page',
    occasion: 'reminder',
    alarmId: alarm.id,
    severity: alarm.severity,
    isUnseen: false,
    decisions: [decision],
    title: () => titleOf(alarm),
    text: () =>
      alarmText(
        { occasion: 'reminder', class: 'page', alarm, reason: decision.reason },
        deps.health(alarm.sourceId)?.name ?? alarm.sourceId,
      ),
  });

  /** Many at once are one reminder, and one decision: a list of thousands would be heard by nobody. */
  const sharedItem = (reminders: readonly Reminder[], atMs: number): Item => {
    const alarms = reminders.map(({ alarm }) => alarm).sort(compareAlarms);
    const [worst] = alarms;
    return {
      class: 'page',
      occasion: 'reminder',
      alarmId: worst?.id ?? null,
      severity: worst?.severity ?? null,
      isUnseen: false,
      decisions: [
        {
          at: toInstant(atMs),
          alarmId: null,
          episodeId: null,
          sourceId: null,
          class: 'page',
          occasion: 'reminder',
          outcome: 'sent',
          reason: `${reminders.length} pages not acknowledged: one reminder for all`,
          carrier: null,
        },
      ],
      title: () => manyRemindersText(alarms).title,
      text: () => manyRemindersText(alarms),
    };
  };

  /**
   * Another alarm of the same condition is repeated already: of several, the one that was there first. Or one answers for it:
   * then it waits, and is repeated should that one end.
   */
  const isCarried = (alarm: KnownAlarm): boolean =>
    deps
      .joinedWith(alarm.id)
      .some(
        (other) =>
          isAnsweredBy(alarm, other, isInSight(deps.health(other.sourceId))) ||
          (other.id < alarm.id &&
            other.status === 'firing' &&
            other.episodeId !== null &&
            store.isOwed(other.episodeId)),
      );

  const round = (atMs: number): { isWaiting: boolean } => {
    const policy = deps.policy();
    const reminders: Reminder[] = [];
    const silent: StoredDecision[] = [];
    let isWaiting = false;
    for (const owed of store.due(atMs)) {
      const alarm = deps.alarm(owed.alarmId);
      if (alarm?.status === 'firing' && isCarried(alarm)) {
        store.hasten(owed.episodeId, atMs + policy.repeatPageEveryMs);
        continue;
      }
      const health = alarm && deps.health(alarm.sourceId);
      const step = reminderStep(owed, alarm, health, policy, atMs);
      const decision = (outcome: StoredDecision['outcome'], reason: string): StoredDecision => ({
        at: toInstant(atMs),
        alarmId: owed.alarmId,
        episodeId: owed.episodeId,
        sourceId: alarm?.sourceId ?? null,
        class: 'page',
        occasion: 'reminder',
        outcome,
        reason,
        carrier: null,
      });
      switch (step.kind) {
        case 'wait':
          isWaiting = true;
          break;
        case 'stop':
          store.settle(owed.episodeId);
          if (step.reason !== null) silent.push(decision('not_sent', step.reason));
          break;
        case 'remind':
          store.reminded(owed.episodeId, atMs + policy.repeatPageEveryMs);
          if (alarm !== undefined) {
            reminders.push({ alarm, decision: decision('sent', step.reason) });
          }
          break;
      }
    }
    const singly =
      reminders.length > stormLimit ? [sharedItem(reminders, atMs)] : reminders.map(singleItem);
    dispatch.issue({ silent, singly, bundled: [] }, atMs);
    return { isWaiting };
  };

  return {
    /** Inside the transaction that stores the page. */
    owe(episodeId: EpisodeId, alarmId: AlarmId, atMs: number): void {
      const dueAt = atMs + deps.policy().repeatPageEveryMs;
      store.owe(episodeId, alarmId, dueAt);
      nextAt = Math.min(nextAt ?? Infinity, dueAt);
    },

    /** What we know may be old: look first. */
    settle(): void {
      notBefore = clock.monotonic() + settleMs;
    },

    /** An intent changed: what was held back may be due. */
    lookAgain(): void {
      nextAt = clock.now();
    },

    tick(): void {
      const atMs = clock.now();
      const wait = notBefore - clock.monotonic();
      if (wait > 0) {
        nextAt = atMs + wait;
        return;
      }
      const { isWaiting } = db.transaction(() => round(atMs));
      const next = store.nextDueAt(atMs);
      nextAt = isWaiting ? atMs + lookAgainMs : next === null ? null : toMs(next);
    },

    /** By the wall clock; null when nothing is owed. */
    dueAt: (): number | null => nextAt,
  };
}

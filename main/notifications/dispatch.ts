/**
 * The one way out: what is told singly, what goes into a summary, and what stays silent. All of it is stored with its
 * reason in the sender's transaction, and handed over after the commit.
 */
import type { AlarmId } from '../../preload/contract/common.ts';
import type { NotificationClass } from '../../preload/contract/notifications.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { Bus } from '../bus.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import type { OutgoingNotification } from '../shells/powers.ts';
import type { WritableDb } from '../store/database.ts';
import { hoursWords } from './decide.ts';
import {
  stormReason,
  unseenReason,
  type DecisionStore,
  type StoredDecision,
} from './decision-store.ts';
import type { Delivery, Parcel } from './delivery.ts';
import { isWithinHours } from '../local-time.ts';
import type { Policy } from './policy.ts';
import { calm, compareUrgency, summaryDueAt, throttle, type StormState } from './storm.ts';
import { countWords, summaryText, titleOf, type Counted } from './texts.ts';

/** Something to tell. */
export interface Item extends Counted {
  readonly class: NotificationClass;
  /** It happened while nobody looked. */
  readonly isUnseen: boolean;
  readonly decisions: readonly StoredDecision[];
  text(): OutgoingNotification;
}

export interface Issue {
  readonly silent: readonly StoredDecision[];
  readonly singly: readonly Item[];
  readonly bundled: readonly Item[];
}

export interface DispatchDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly store: DecisionStore;
  readonly delivery: Delivery;
  readonly policy: () => Policy;
  readonly alarm: (id: AlarmId) => KnownAlarm | undefined;
  /** After a commit: something may be due earlier than it was. */
  readonly wake: () => void;
}

export type Dispatch = ReturnType<typeof createDispatch>;

export function createDispatch(deps: DispatchDeps) {
  const { db, clock, bus, windows, store, delivery } = deps;
  let storm: StormState<Item> = calm;

  const isSettled = ({ alarmId, occasion }: Item): boolean =>
    alarmId !== null && occasion !== 'recovered' && deps.alarm(alarmId)?.status !== 'firing';

  /** Worst first. A page that nobody needs any more does not make it a page. */
  const summarise = (
    items: readonly Item[],
    atMs: number,
  ): { decision: StoredDecision; text: OutgoingNotification } => {
    const open = items.filter((item) => !isSettled(item));
    const ranked = [...items].sort(compareUrgency);
    const notificationClass = open.some((item) => item.class === 'page') ? 'page' : 'notice';
    const isGap = items.every(({ isUnseen }) => isUnseen);
    const { quietHours, timeZone } = deps.policy();
    const isHeldBack = notificationClass === 'notice' && isWithinHours(quietHours, timeZone, atMs);
    const counts = `${items.length} (${countWords(items)})`;
    return {
      decision: {
        at: toInstant(atMs),
        alarmId: null,
        episodeId: null,
        sourceId: null,
        class: notificationClass,
        occasion: 'summary',
        outcome: isHeldBack ? 'not_sent' : 'sent',
        reason: isHeldBack
          ? `${hoursWords(deps.policy())}, summary of ${counts}`
          : `${isGap ? 'while nobody looked' : 'storm'}: ${counts}`,
        carrier: null,
      },
      text: summaryText(ranked, {
        class: notificationClass,
        isGap,
        settledCount: items.length - open.length,
      }),
    };
  };

  return {
    /** Call it once per transaction: room is counted when the transaction is on disk. */
    issue({ silent, singly, bundled }: Issue, atMs: number): void {
      const next = throttle(storm, { singly, bundled }, clock.monotonic());
      if (silent.length + singly.length + bundled.length === 0 && next.summary === null) return;
      db.transaction(() => {
        const made: StoredDecision[] = [];
        const add = (decision: StoredDecision): Parcel['decisions'][number] => {
          made.push(decision);
          return { id: store.add(decision), decision };
        };
        const hold = (item: Item, reason: string): void => {
          for (const decision of item.decisions) add({ ...decision, outcome: 'not_sent', reason });
        };
        for (const decision of silent) add(decision);
        for (const item of bundled) hold(item, unseenReason);
        for (const item of next.held) hold(item, stormReason);
        const parcels: Parcel[] = next.sent.map((item) => ({
          outgoing: item.text(),
          decisions: item.decisions.map(add),
        }));
        if (next.summary !== null) {
          const { decision, text } = summarise(next.summary, atMs);
          const added = add(decision);
          if (decision.outcome === 'sent') parcels.push({ outgoing: text, decisions: [added] });
        }
        db.afterCommit(() => {
          storm = next.state;
          windows.changed('notifications');
          delivery.hand(parcels);
          deps.wake();
        });
        bus.emit('decisions.made', { decisions: made, at: atMs });
      });
    },

    /** Lets what waits go when it is time. */
    flush(): void {
      const due = summaryDueAt(storm);
      if (due === null || due > clock.monotonic()) return;
      this.issue({ silent: [], singly: [], bundled: [] }, clock.now());
    },

    dueAt: (): number | null => summaryDueAt(storm),

    /** What an earlier run held back for a summary and did not live to send. */
    restore(held: ReturnType<DecisionStore['unsummarised']>): void {
      const waiting = held.flatMap(({ alarmId, class: notificationClass, occasion }): Item[] => {
        const alarm = alarmId === null ? undefined : deps.alarm(alarmId);
        if (alarm?.status !== 'firing') return [];
        return [
          {
            class: notificationClass,
            occasion,
            alarmId: alarm.id,
            severity: alarm.severity,
            isUnseen: false,
            decisions: [],
            title: () => titleOf(alarm),
            text() {
              throw new Error('what waits is only ever told in a summary');
            },
          },
        ];
      });
      storm = { ...storm, waiting: [...storm.waiting, ...waiting] };
    },
  };
}

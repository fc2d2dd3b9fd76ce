/**
 * Hands notifications to the shell once they are stored, with their sound, and stores what became of them.
 *
 * A page that was refused is tried once more. Refused again it has failed: that is stored, the sound plays again, and the
 * desk says so once.
 */
import type { Clock } from '../clock.ts';
import type { Bus } from '../bus.ts';
import type { Windows } from '../desk/windows.ts';
import { errorText } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { OutgoingNotification, Powers } from '../shells/powers.ts';
import type { WritableDb } from '../store/database.ts';
import type { DecisionStore, StoredDecision } from './decision-store.ts';
import { plainLine } from './plain-text.ts';

const log = createLogger('notifications');

const retryAfterMs = 5_000;
/** Nobody can have more on their screen; older ones are not withdrawn. */
const maxShown = 200;

export interface Parcel {
  readonly outgoing: OutgoingNotification;
  /** What it carries out; more than one when it is about several things. */
  readonly decisions: readonly { readonly id: number; readonly decision: StoredDecision }[];
}

export type Outcome =
  | { readonly isShown: true; readonly carrier: string }
  | { readonly isShown: false; readonly reason: string };

export interface DeliveryDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly powers: Pick<Powers, 'notify' | 'withdraw'>;
  readonly store: DecisionStore;
  readonly isSoundOn: () => boolean;
  /** Whether the alarm still needs somebody; a page about one that does not is not tried again. */
  readonly isOpen: (outgoing: OutgoingNotification) => boolean;
  /** Says that pages do not reach the screen of this computer. */
  readonly sayTrouble: (reason: string) => void;
  readonly wake: () => void;
}

export type Delivery = ReturnType<typeof createDelivery>;

export function createDelivery(deps: DeliveryDeps) {
  const { db, clock, bus, windows, powers, store } = deps;
  const shown = new Set<string>();
  let retries: { readonly at: number; readonly parcel: Parcel }[] = [];
  let isTroubled = false;
  let isStopped = false;

  const playSound = (sound: OutgoingNotification['class']): boolean => {
    if (!deps.isSoundOn()) return false;
    windows.send({ type: 'sound', sound });
    return windows.count > 0;
  };

  const attempt = async ({ outgoing }: Parcel): Promise<Outcome> => {
    try {
      const { carrier } = await powers.notify(outgoing);
      shown.delete(outgoing.key);
      shown.add(outgoing.key);
      const [oldest] = shown;
      if (shown.size > maxShown && oldest !== undefined) shown.delete(oldest);
      return { isShown: true, carrier };
    } catch (error) {
      return { isShown: false, reason: plainLine(errorText(error), 300) || 'no reason given' };
    }
  };

  const keep = ({ outgoing, decisions }: Parcel, outcome: Outcome): void => {
    if (isStopped) return;
    db.transaction(() => {
      if (outcome.isShown) {
        for (const { id } of decisions) store.setCarrier(id, outcome.carrier);
      } else {
        const failed = decisions.map(({ id, decision }) => {
          const reason = `${decision.reason}; not shown: ${outcome.reason}`;
          store.setFailed(id, reason);
          return { ...decision, outcome: 'failed' as const, reason };
        });
        bus.emit('decisions.made', { decisions: failed, at: clock.now() });
      }
      db.afterCommit(() => windows.changed('notifications'));
    });
    if (outcome.isShown) {
      isTroubled = false;
      return;
    }
    log.warn('a notification was not shown', { key: outgoing.key, reason: outcome.reason });
    if (outgoing.class !== 'page') return;
    playSound('page');
    if (!isTroubled) deps.sayTrouble(outcome.reason);
    isTroubled = true;
  };

  const deliver = async (parcel: Parcel, isLastTry: boolean): Promise<void> => {
    const outcome = await attempt(parcel);
    const isRetried = !outcome.isShown && !isLastTry && parcel.outgoing.class === 'page';
    if (isRetried) {
      retries.push({ at: clock.monotonic() + retryAfterMs, parcel });
      deps.wake();
    } else {
      keep(parcel, outcome);
    }
  };

  const run = (parcel: Parcel, isLastTry: boolean): void => {
    deliver(parcel, isLastTry).catch((error: unknown) =>
      log.error('the outcome of a notification was not stored', { error }),
    );
  };

  return {
    /** One sound for all of them: the page's, if there is one. */
    hand(parcels: readonly Parcel[]): void {
      if (parcels.length === 0) return;
      playSound(parcels.some(({ outgoing }) => outgoing.class === 'page') ? 'page' : 'notice');
      for (const parcel of parcels) run(parcel, false);
    },

    /** The same path, once, for somebody who waits for the answer. */
    async test(parcel: Parcel): Promise<{ outcome: Outcome; isHeard: boolean }> {
      const isHeard = playSound(parcel.outgoing.class);
      const outcome = await attempt(parcel);
      keep(parcel, outcome);
      return { outcome, isHeard };
    },

    retryDue(now: number): void {
      const due = retries.filter(({ at }) => at <= now);
      retries = retries.filter(({ at }) => at > now);
      for (const { parcel } of due) {
        if (deps.isOpen(parcel.outgoing)) run(parcel, true);
        else keep(parcel, { isShown: false, reason: 'it was over before the second try' });
      }
    },

    dueAt: (): number | null =>
      retries.length === 0 ? null : Math.min(...retries.map(({ at }) => at)),

    withdraw(key: string): void {
      if (!shown.delete(key)) return;
      powers
        .withdraw(key)
        .catch((error: unknown) => log.warn('a notification was not withdrawn', { key, error }));
    },

    stop(): void {
      isStopped = true;
      retries = [];
    },
  };
}

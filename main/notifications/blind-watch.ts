/** Tells that a source cannot be seen, and that it can again. When is decided in `blindness.ts`. */
import type { SourceId } from '../../preload/contract/common.ts';
import type { Decision, NotificationClass } from '../../preload/contract/notifications.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import type { BusEvents } from '../bus.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { WritableDb } from '../store/database.ts';
import { blindDueAt, dueBlindness, isBlindAs, type Blind } from './blindness.ts';
import { hoursWords } from './decide.ts';
import type { StoredDecision } from './decision-store.ts';
import type { Delivery } from './delivery.ts';
import type { Dispatch, Item } from './dispatch.ts';
import { isWithinHours } from '../local-time.ts';
import { plainLine } from './plain-text.ts';
import type { Policy } from './policy.ts';
import { blindKey, blindKeyOf, blindText, sightedText } from './texts.ts';

export function createBlindWatch(deps: {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly delivery: Delivery;
  readonly policy: () => Policy;
  readonly health: (sourceId: SourceId) => Pick<SourceHealth, 'isEnabled'> | undefined;
  readonly wake: () => void;
}) {
  const { db, clock, dispatch, delivery } = deps;
  const blinds = new Map<SourceId, Blind>();

  const forget = (sourceId: SourceId): void => {
    blinds.delete(sourceId);
    delivery.withdraw(blindKeyOf(sourceId));
    if (blinds.size === 0) delivery.withdraw(blindKey);
  };

  const isQuiet = (atMs: number): boolean => {
    const { quietHours, timeZone } = deps.policy();
    return isWithinHours(quietHours, timeZone, atMs);
  };

  const decisionOf = (
    sourceId: SourceId,
    about: Pick<Decision, 'class' | 'occasion' | 'reason'> & { isTold: boolean; atMs: number },
  ): StoredDecision => ({
    at: toInstant(about.atMs),
    alarmId: null,
    episodeId: null,
    sourceId,
    class: about.class,
    occasion: about.occasion,
    outcome: about.isTold ? 'sent' : 'not_sent',
    reason: about.reason,
    carrier: null,
  });

  const itemOf = (
    occasion: 'blind' | 'sighted',
    notificationClass: NotificationClass,
    decisions: readonly StoredDecision[],
    text: Item['text'],
  ): Item => ({
    class: notificationClass,
    occasion,
    alarmId: null,
    severity: null,
    isUnseen: false,
    decisions,
    title: () => text().title,
    text,
  });

  const tell = (
    ids: readonly SourceId[],
    notificationClass: NotificationClass,
    atMs: number,
  ): { items: Item[]; silent: StoredDecision[] } => {
    const isTold = notificationClass === 'page' || !isQuiet(atMs);
    const about = ids.flatMap((sourceId) => {
      const blind = blinds.get(sourceId);
      if (blind === undefined) return [];
      const name = plainLine(blind.name, 80);
      const why = `${name} cannot be seen: ${plainLine(blind.reason, 200)}`;
      const reason = isTold ? why : `${hoursWords(deps.policy())}, ${why}`;
      const decision = decisionOf(sourceId, {
        class: notificationClass,
        occasion: 'blind',
        reason,
        isTold,
        atMs,
      });
      return [{ sourceId, blind, decision }];
    });
    const decisions = about.map(({ decision }) => decision);
    if (!isTold) return { items: [], silent: decisions };
    const [first] = about;
    if (first === undefined) return { items: [], silent: [] };
    const key = about.length === 1 ? blindKeyOf(first.sourceId) : blindKey;
    const told = about.map(({ blind }) => blind);
    const text = (): ReturnType<Item['text']> => blindText(key, told, notificationClass);
    return { items: [itemOf('blind', notificationClass, decisions, text)], silent: [] };
  };

  const sighted = (sourceId: SourceId, blind: Blind, atMs: number): void => {
    const seconds = Math.round((clock.monotonic() - blind.since) / 1000);
    const name = plainLine(blind.name, 80);
    const whyNot = !blind.wasTold
      ? 'nobody was told that it could not be'
      : isQuiet(atMs)
        ? hoursWords(deps.policy())
        : null;
    const reason = `${name} can be seen again after ${seconds} s${whyNot === null ? '' : `; ${whyNot}`}`;
    const decision = decisionOf(sourceId, {
      class: 'notice',
      occasion: 'sighted',
      reason,
      isTold: whyNot === null,
      atMs,
    });
    const text = (): ReturnType<Item['text']> => sightedText(blindKeyOf(sourceId), blind.name);
    const item = itemOf('sighted', 'notice', [decision], text);
    dispatch.issue(
      whyNot === null
        ? { silent: [], singly: [item], bundled: [] }
        : { silent: [decision], singly: [], bundled: [] },
      atMs,
    );
  };

  return {
    /** Inside the transaction that stores the source's new freshness. */
    changed({ sourceId, sourceName, after, reason, at }: BusEvents['source.changed']): void {
      const blind = blinds.get(sourceId);
      if (after === 'live' && blind !== undefined) {
        db.afterCommit(() => forget(sourceId));
        sighted(sourceId, blind, at);
      } else if (isBlindAs(after)) {
        const since = blind?.since ?? clock.monotonic();
        db.afterCommit(() => {
          blinds.set(sourceId, {
            ...(blind ?? { step: 'none', wasTold: false }),
            name: sourceName,
            reason: reason ?? after,
            since,
          });
          deps.wake();
        });
      }
    },

    tick(): void {
      for (const sourceId of blinds.keys()) {
        // Paused and removed sources are nobody's blindness.
        if (!(deps.health(sourceId)?.isEnabled ?? false)) forget(sourceId);
      }
      const due = dueBlindness(blinds, clock.monotonic());
      if (due.notice.length + due.page.length === 0) return;
      const atMs = clock.now();
      const pages = tell(due.page, 'page', atMs);
      const notices = due.notice.map((sourceId) => tell([sourceId], 'notice', atMs));
      dispatch.issue(
        {
          silent: notices.flatMap(({ silent }) => silent),
          singly: [...pages.items, ...notices.flatMap(({ items }) => items)],
          bundled: [],
        },
        atMs,
      );
      const step = (sourceId: SourceId, to: Blind['step'], isTold: boolean): void => {
        const blind = blinds.get(sourceId);
        if (blind === undefined) return;
        blinds.set(sourceId, { ...blind, step: to, wasTold: blind.wasTold || isTold });
      };
      for (const sourceId of due.notice) step(sourceId, 'notice', !isQuiet(atMs));
      for (const sourceId of due.page) step(sourceId, 'page', true);
    },

    dueAt: (): number | null => blindDueAt(blinds),
  };
}

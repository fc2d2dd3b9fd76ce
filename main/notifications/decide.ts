/**
 * Whether a change of an alarm is told, as what, and why. Pure: changes and facts in, one judgement per occasion out, the
 * silent ones too. How many may be told at once is decided after this, in `catch-up.ts` and `storm.ts`.
 */
import type { AlarmId, EpisodeId } from '../../preload/contract/common.ts';
import type { Decision, NotificationClass } from '../../preload/contract/notifications.ts';
import type { AlarmChange, KnownAlarm } from '../alarms/alarm.ts';
import { flappingWords, type Flapping } from '../alarms/flapping.ts';
import { severityRank } from '../alarms/order.ts';
import { since, toMs } from '../clock.ts';
import { isWithinHours } from '../local-time.ts';
import { whyJoinedIsEnough, whyNotOver, type JoinedAlarm } from './joined.ts';
import { plainLine } from './plain-text.ts';
import { routeOf, type Policy } from './policy.ts';

export interface Judgement {
  readonly occasion: Extract<Decision['occasion'], 'fired' | 'worsened' | 'reminder' | 'recovered'>;
  readonly alarm: KnownAlarm;
  readonly before: KnownAlarm | null;
  /** The episode it is about; of a recovery, the one that ended. */
  readonly episodeId: EpisodeId | null;
  readonly class: NotificationClass;
  readonly isTold: boolean;
  /** For people: why, or why not. */
  readonly reason: string;
  /** A page that is repeated until somebody acknowledges it. */
  readonly isRepeated: boolean;
}

/** What the store knows beyond the change itself. */
export interface Facts {
  /** Whether anybody was told about this episode. */
  wasTold(episodeId: EpisodeId): boolean;
  /** Null: it does not flap. This change is counted already. */
  flapping(alarm: KnownAlarm): Flapping | null;
  /** The other alarms of its condition; of one that is over, as it was until now. */
  joined(alarm: KnownAlarm): readonly JoinedAlarm[];
}

export const hoursWords = ({ quietHours }: Policy): string =>
  quietHours === null ? 'quiet hours' : `quiet hours ${quietHours.from}-${quietHours.to}`;

const by = (alarm: KnownAlarm): string =>
  alarm.ackedBy === null ? '' : ` by ${plainLine(alarm.ackedBy, 80)}`;

type Verdict = Pick<Judgement, 'class' | 'isTold' | 'reason' | 'isRepeated'>;

const silent = (notificationClass: NotificationClass, reason: string): Verdict => ({
  class: notificationClass,
  isTold: false,
  reason,
  isRepeated: false,
});

export function decide(
  changes: readonly AlarmChange[],
  context: { sourceName: string; atMs: number; policy: Policy; facts: Facts },
): Judgement[] {
  const { policy, facts } = context;
  const isQuiet = isWithinHours(policy.quietHours, policy.timeZone, context.atMs);
  const at = ` at ${plainLine(context.sourceName, 80)}`;
  const begun = new Set<AlarmId>();
  for (const { kind, alarm } of changes) if (kind === 'fired') begun.add(alarm.id);

  /** For an alarm that fires now; `occasion` words say what is new about it. */
  const tell = (alarm: KnownAlarm, news: string): Verdict => {
    const { route, words } = routeOf(alarm, policy);
    const reason = `${news}${words}${at}`;
    if (route === 'none') return silent('notice', `${reason}: set to none`);
    if (route === 'notice' && isQuiet) return silent('notice', hoursWords(policy));
    const canRepeat = route === 'page' && policy.repeatPageAtMost > 0;
    const verdict = { class: route, isTold: true, reason, isRepeated: canRepeat };
    const { wasTold } = facts;
    const enough = whyJoinedIsEnough(alarm, route, facts.joined(alarm), { policy, wasTold });
    if (enough === null) return verdict;
    // Once the other one is over or in hand, this one is repeated in its place.
    const isRepeated = canRepeat && !enough.isInHand;
    return { ...verdict, isTold: false, reason: enough.reason, isRepeated };
  };

  const fired = (alarm: KnownAlarm): Verdict => {
    if (alarm.status === 'acknowledged') {
      return silent(classFor(alarm), `already acknowledged${by(alarm)}`);
    }
    if (alarm.status === 'suppressed') return silent(classFor(alarm), `suppressed${at}`);
    const verdict = tell(alarm, '');
    if (!verdict.isTold) return verdict;
    const swings = facts.flapping(alarm);
    if (swings === null) return verdict;
    // A page waits to see whether it stays.
    const flapping = flappingWords(swings, context.atMs);
    if (verdict.class === 'notice') return silent('notice', flapping);
    // Never lost: if it stays, its reminder is the page. Without reminders it is told at once.
    if (!verdict.isRepeated) return verdict;
    return { ...verdict, isTold: false, reason: `${flapping}; pages if it stays` };
  };

  const classFor = (alarm: KnownAlarm): NotificationClass =>
    routeOf(alarm, policy).route === 'page' ? 'page' : 'notice';

  /** At most a notice, whatever the alarm was. */
  const recovered = (alarm: KnownAlarm, before: KnownAlarm): Verdict => {
    if (begun.has(alarm.id)) return silent('notice', 'it fired again at once');
    if (before.status === 'suppressed') return silent('notice', `suppressed${at}`);
    const whyNot = whyNotOver(facts.joined(alarm));
    if (whyNot !== null) return silent('notice', whyNot);
    const swings = facts.flapping(alarm);
    const lastedMs = since(toMs(before.statusSince), context.atMs);
    // One that stayed for so long was told by its reminder.
    if (swings !== null && lastedMs < policy.repeatPageEveryMs) {
      return silent('notice', flappingWords(swings, context.atMs));
    }
    if (before.episodeId === null || !facts.wasTold(before.episodeId)) {
      return silent('notice', 'nobody was told that it fired');
    }
    if (isQuiet) return silent('notice', hoursWords(policy));
    return { class: 'notice', isTold: true, reason: `cleared${at}`, isRepeated: false };
  };

  const changed = (
    alarm: KnownAlarm,
    before: KnownAlarm,
  ): (Verdict & Pick<Judgement, 'occasion'>) | null => {
    const isWorse = severityRank[alarm.severity] < severityRank[before.severity];
    const isLoose = alarm.status === 'firing' && before.status !== 'firing';
    if (isWorse) {
      const news = `was ${before.severity}, now `;
      if (alarm.status === 'acknowledged') {
        const reason = `${news}${alarm.severity}, acknowledged${by(alarm)}`;
        return { occasion: 'worsened', ...silent(classFor(alarm), reason) };
      }
      return alarm.status === 'suppressed'
        ? { occasion: 'worsened', ...silent(classFor(alarm), `suppressed${at}`) }
        : { occasion: 'worsened', ...tell(alarm, news) };
    }
    if (!isLoose) return null;
    const wasWhat = before.status === 'suppressed' ? 'suppressed' : 'acknowledged';
    return { occasion: 'reminder', ...tell(alarm, `no longer ${wasWhat}, `) };
  };

  return changes.flatMap((change): Judgement[] => {
    const { alarm } = change;
    const { episodeId } = alarm;
    switch (change.kind) {
      case 'fired':
        return [{ occasion: 'fired', alarm, before: null, episodeId, ...fired(alarm) }];
      case 'resolved': {
        const { before } = change;
        const verdict = recovered(alarm, before);
        return [{ occasion: 'recovered', alarm, before, episodeId: before.episodeId, ...verdict }];
      }
      case 'changed': {
        const { before } = change;
        const judged = changed(alarm, before);
        return judged === null ? [] : [{ alarm, before, episodeId, ...judged }];
      }
    }
  });
}

/** Episodes whose reminders end with this batch: acknowledged, suppressed or over. */
export function settledEpisodes(changes: readonly AlarmChange[]): EpisodeId[] {
  return changes.flatMap((change) => {
    if (change.kind === 'fired') return [];
    const { episodeId } = change.before;
    const isSettled = change.kind === 'resolved' || change.alarm.status !== 'firing';
    return isSettled && episodeId !== null ? [episodeId] : [];
  });
}

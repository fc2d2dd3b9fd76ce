/** A condition that several sources see pages once. Whether the other sources' say makes this one needless. Pure. */
import type { EpisodeId } from '../../preload/contract/common.ts';
import type { NotificationClass } from '../../preload/contract/notifications.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { isAnsweredBy } from '../alarms/speaks-for.ts';
import { plainLine } from './plain-text.ts';
import { routeOf, type Policy } from './policy.ts';

/** Another alarm of the same condition. */
export interface JoinedAlarm {
  readonly alarm: KnownAlarm;
  readonly sourceName: string;
  /** Whether its source can be seen now. */
  readonly isInSight: boolean;
}

/** Begins every such reason: a recovery is told to those who were told through the other alarm. */
export const joinedReason = 'joined with ';

const titled = ({ alarm, sourceName }: JoinedAlarm): string =>
  `"${plainLine(alarm.title, 80)}" at ${plainLine(sourceName, 80)}`;
const named = (joined: JoinedAlarm): string => `${joinedReason}${titled(joined)}`;

/** Why this one is not told; null: it is. `isInHand`: nor is it repeated. */
export function whyJoinedIsEnough(
  alarm: KnownAlarm,
  notificationClass: NotificationClass,
  joined: readonly JoinedAlarm[],
  context: { readonly policy: Policy; wasTold(episodeId: EpisodeId): boolean },
): { readonly reason: string; readonly isInHand: boolean } | null {
  for (const other of joined) {
    const { status, ackedBy, episodeId } = other.alarm;
    if (status === 'acknowledged') {
      const by = ackedBy === null ? '' : ` by ${plainLine(ackedBy, 80)}`;
      return { reason: `${named(other)}, acknowledged there${by}`, isInHand: true };
    }
    if (isAnsweredBy(alarm, other.alarm, other.isInSight)) {
      // Nobody was told, so the end of the silence tells. Should that alarm end while this one goes on, its reminder is due.
      return { reason: `suppressed as ${titled(other)}`, isInHand: false };
    }
    if (status !== 'firing' || episodeId === null || !context.wasTold(episodeId)) continue;
    // A notice does not stand in for a page.
    const isLoudEnough =
      notificationClass === 'notice' || routeOf(other.alarm, context.policy).route === 'page';
    if (isLoudEnough) return { reason: `${named(other)}, which was told`, isInHand: false };
  }
  return null;
}

/** Why its recovery is none: the condition goes on elsewhere. */
export function whyNotOver(joined: readonly JoinedAlarm[]): string | null {
  const other = joined.find(({ alarm }) => alarm.status !== 'resolved');
  return other === undefined ? null : `${named(other)}, which is still there`;
}

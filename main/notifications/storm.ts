/**
 * At most three notifications in any 30 s, then one summary. Pure: what was handed out and what is wanted come in.
 *
 * Whatever finds no room waits for a summary, which goes out at once if there was none within 30 s, and after them
 * otherwise. So nothing is lost, nothing waits longer, and a page that waits makes its summary a page.
 */
import type { Severity } from '../../preload/contract/common.ts';
import type { NotificationClass } from '../../preload/contract/notifications.ts';
import { severityRank } from '../alarms/order.ts';

export const stormWindowMs = 30_000;
export const stormLimit = 3;

/** What decides who goes first. */
interface Ranked {
  readonly class: NotificationClass;
  /** Null when it is about no alarm; such a one goes first of its class. */
  readonly severity: Severity | null;
}

export interface StormState<Item> {
  /** When each of those that went out on its own did, by a clock that never jumps back. */
  readonly singles: readonly number[];
  readonly summaryAt: number | null;
  readonly waiting: readonly Item[];
}

export const calm: StormState<never> = { singles: [], summaryAt: null, waiting: [] };

export function compareUrgency(a: Ranked, b: Ranked): number {
  const rank = (item: Ranked): number =>
    item.severity === null ? -1 : severityRank[item.severity];
  return Number(a.class !== 'page') - Number(b.class !== 'page') || rank(a) - rank(b);
}

/** `bundled` go into a summary even if there is room. Call it with nothing to let those that wait go when it is time. */
export function throttle<Item extends Ranked>(
  state: StormState<Item>,
  wanted: { readonly singly: readonly Item[]; readonly bundled: readonly Item[] },
  now: number,
): {
  readonly state: StormState<Item>;
  readonly sent: readonly Item[];
  readonly held: readonly Item[];
  /** What the summary that goes out now is about; null when none does. */
  readonly summary: readonly Item[] | null;
} {
  const recent = state.singles.filter((at) => at > now - stormWindowMs);
  const inOrder = [...wanted.singly].sort(compareUrgency);
  const room = Math.max(0, stormLimit - recent.length);
  const sent = inOrder.slice(0, room);
  const held = inOrder.slice(room);
  const waiting = [...state.waiting, ...wanted.bundled, ...held];
  const singles = [...recent, ...sent.map(() => now)];
  const isSummaryDue =
    waiting.length > 0 && (state.summaryAt === null || state.summaryAt <= now - stormWindowMs);
  return isSummaryDue
    ? { state: { singles, summaryAt: now, waiting: [] }, sent, held, summary: waiting }
    : { state: { ...state, singles, waiting }, sent, held, summary: null };
}

/** When those that wait may go; null when none waits. */
export const summaryDueAt = (state: StormState<unknown>): number | null =>
  state.waiting.length === 0 ? null : (state.summaryAt ?? -Infinity) + stormWindowMs;

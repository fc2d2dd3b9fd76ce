/** The outbox in the bar at the bottom, in words. Pure. */
import type { DeskState } from '../../preload/contract/desk.ts';

export interface OutboxLine {
  readonly text: string;
  /** What needs a person; empty when nothing does. */
  readonly failedText: string;
}

/** The desk counts failed ones among the open ones. */
export function outboxLine(
  state: Pick<DeskState, 'outboxCount' | 'outboxFailed'> | null,
): OutboxLine {
  if (state === null) return { text: 'Outbox', failedText: '' };
  const { outboxCount, outboxFailed } = state;
  const waiting = Math.max(0, outboxCount - outboxFailed);
  if (waiting === 0 && outboxFailed === 0) return { text: 'Outbox empty', failedText: '' };
  return {
    text: waiting === 0 ? 'Outbox: ' : `Outbox: ${waiting} sending${outboxFailed > 0 ? ', ' : ''}`,
    failedText: outboxFailed > 0 ? `${outboxFailed} failed` : '',
  };
}

/** An alarm's history as one list, the newest first: what happened, and what was decided about telling you. Pure. */
import type { AlarmEvent } from '../../../preload/contract/alarms.ts';
import type { Decision } from '../../../preload/contract/notifications.ts';

export interface HistoryLine {
  readonly at: string;
  readonly text: string;
  /** Beside it, quieter: who, or why. */
  readonly more: string;
  readonly kind: 'event' | 'note' | 'sent' | 'not_sent' | 'failed';
}

const outcomeWords: Readonly<Record<Decision['outcome'], string>> = {
  sent: 'sent',
  not_sent: 'not sent',
  failed: 'could not be delivered',
};

function decisionLine({
  at,
  class: kind,
  outcome,
  reason,
  carrier,
  occasion,
}: Decision): HistoryLine {
  const name = kind === 'page' ? 'Page' : 'Notice';
  const about =
    occasion === 'reminder' ? ', reminder' : occasion === 'summary' ? ', in a summary' : '';
  return {
    at,
    text: `${name} ${outcomeWords[outcome]}${about}`,
    more: carrier === null ? reason : `${reason} · ${carrier}`,
    kind: outcome,
  };
}

export function historyLines(
  events: readonly AlarmEvent[],
  decisions: readonly Decision[],
): HistoryLine[] {
  return [
    ...events.map(({ at, kind, text, origin }): HistoryLine => ({
      at,
      text,
      more: origin,
      kind: kind === 'note' ? 'note' : 'event',
    })),
    ...decisions.map(decisionLine),
  ].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

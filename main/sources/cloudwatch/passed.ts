/** Which alarms fired and cleared between two instants, from the changes of state that CloudWatch keeps. Pure. */
import { instantOf } from '../observed.ts';
import { WireHistoryItem, WireTransition } from './parse.ts';

export interface PastEpisode {
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** The state it began with. */
  readonly state: string;
  readonly reason: string;
}

interface Transition {
  readonly name: string;
  readonly at: string;
  readonly state: string;
  readonly reason: string;
}

function transitionOf(raw: unknown): Transition | null {
  const item = WireHistoryItem.safeParse(raw);
  if (!item.success || item.data.HistoryItemType !== 'StateUpdate') return null;
  const at = instantOf(item.data.Timestamp);
  let data: unknown;
  try {
    data = JSON.parse(item.data.HistoryData);
  } catch {
    return null;
  }
  const change = WireTransition.safeParse(data);
  if (!change.success || at === null) return null;
  const { stateValue: state, stateReason: reason = '' } = change.data.newState;
  return { name: item.data.AlarmName, at, state, reason };
}

/** Episodes that both began and ended within the list; `unreadable`: how many items could not be used. */
export function episodesOf(
  items: readonly unknown[],
  isShown: (state: string) => boolean,
): { episodes: readonly PastEpisode[]; unreadable: number } {
  const transitions = items.map(transitionOf);
  const readable = transitions.filter((one) => one !== null);
  const open = new Map<string, Transition>();
  const episodes: PastEpisode[] = [];
  for (const change of readable.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    const { name, at, state } = change;
    const began = open.get(name);
    if (isShown(state)) {
      if (began === undefined) open.set(name, change);
    } else if (began !== undefined) {
      open.delete(name);
      episodes.push({
        name,
        startedAt: began.at,
        endedAt: at,
        state: began.state,
        reason: began.reason,
      });
    }
  }
  return { episodes, unreadable: items.length - readable.length };
}

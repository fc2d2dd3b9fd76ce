/** The pages of the night in their order, and where this alarm stands among them. Pure. */
import type { AlarmGroup, AlarmList } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { clipText, visibleText } from '../../ui/visible-text.ts';

/** What may wake a person and is not over. The rest waits until morning. */
export const queueQuery = 'severity>=high -status:suppressed -status:resolved';
/** Of these, what nobody has taken yet. */
export const unansweredQuery = 'severity>=high status:firing';

type Ordered = Pick<AlarmList, 'ids' | 'groups'>;

export interface QueuePlace {
  /** "1 of 2 critical", "1 of 3 last known, PagerDuty: cannot look"; null for an alarm that is not in the queue. */
  readonly text: string | null;
  readonly next: AlarmId | null;
  readonly previous: AlarmId | null;
}

const groupWords = ({ blindSourceId, title }: AlarmGroup): string => {
  const { text } = clipText(visibleText(title, true), 60);
  return blindSourceId === null ? text.toLowerCase() : `last known, ${text}`;
};

function placeText({ ids, groups }: Ordered, id: AlarmId): string | null {
  const at = ids.indexOf(id);
  if (at === -1) return null;
  const group = groups.find(({ firstIndex, count }) => firstIndex <= at && at < firstIndex + count);
  return group === undefined
    ? `${at + 1} of ${ids.length}`
    : `${at - group.firstIndex + 1} of ${group.count} ${groupWords(group)}`;
}

/**
 * Round and round: what nobody has taken first, then what is being worked on. From an alarm that is taken, next leads to
 * the worst one that is not.
 */
export function queuePlace(
  all: Ordered,
  unanswered: Pick<AlarmList, 'ids'>,
  id: AlarmId | null,
): QueuePlace {
  const open = new Set(unanswered.ids);
  const ring = [...unanswered.ids, ...all.ids.filter((one) => !open.has(one))];
  const at = id === null ? -1 : ring.indexOf(id);
  if (id === null || at === -1) {
    return { text: null, next: ring[0] ?? null, previous: ring.at(-1) ?? null };
  }
  const text = placeText(all, id);
  if (ring.length === 1) return { text, next: null, previous: null };
  const inRing = ring[(at + 1) % ring.length] ?? null;
  return {
    text,
    next: open.has(id) ? inRing : (unanswered.ids[0] ?? inRing),
    previous: ring.at(at - 1) ?? null,
  };
}

/** Where one begins: what nobody has taken, else what is being worked on. */
export const firstOf = (
  unanswered: Pick<AlarmList, 'ids'>,
  all: Pick<AlarmList, 'ids'>,
): AlarmId | null => unanswered.ids[0] ?? all.ids[0] ?? null;

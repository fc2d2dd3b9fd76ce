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

export function queuePlace({ ids, groups }: Ordered, id: AlarmId | null): QueuePlace {
  const at = id === null ? -1 : ids.indexOf(id);
  if (at === -1) return { text: null, next: ids[0] ?? null, previous: ids.at(-1) ?? null };
  const group = groups.find(({ firstIndex, count }) => firstIndex <= at && at < firstIndex + count);
  return {
    text:
      group === undefined
        ? `${at + 1} of ${ids.length}`
        : `${at - group.firstIndex + 1} of ${group.count} ${groupWords(group)}`,
    next: ids[at + 1] ?? null,
    previous: ids[at - 1] ?? null,
  };
}

/** Where one begins: what nobody has taken, else what is being worked on. */
export const firstOf = (
  unanswered: Pick<AlarmList, 'ids'>,
  all: Pick<AlarmList, 'ids'>,
): AlarmId | null => unanswered.ids[0] ?? all.ids[0] ?? null;

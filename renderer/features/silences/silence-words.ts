/** What the screen says of silences and of how well they are known. Pure. */
import type { Silence, SilenceSource } from '../../../preload/contract/silences.ts';
import { countOf, countText } from '../../ui/count-text.ts';
import { ageText, durationText } from '../../ui/time-text.ts';

export const keyOf = ({ sourceId, id }: Pick<Silence, 'sourceId' | 'id'>): string =>
  `${sourceId}\n${id}`;

export interface SilenceGroup {
  readonly title: string;
  readonly silences: readonly Silence[];
}

const needsLook = ({ forgotten, pending }: Silence): boolean =>
  forgotten !== null || pending?.state === 'failed';

/** What needs a person first; empty groups are left out, the order within is kept. */
export function silenceGroups(silences: readonly Silence[]): SilenceGroup[] {
  const titles = [
    'Needs a look',
    'In force',
    'Not begun yet',
    'Acknowledgements, kept as silences',
  ];
  const groupOf = (silence: Silence): number => {
    if (silence.isAcknowledgement) return 3;
    if (needsLook(silence)) return 0;
    return silence.state === 'active' ? 1 : 2;
  };
  const byGroup = Map.groupBy(silences, groupOf);
  return titles.flatMap((title, group) => {
    const own = byGroup.get(group) ?? [];
    return own.length === 0 ? [] : [{ title, silences: own }];
  });
}

/** Words of the person, all of which must be somewhere in it. */
export function filterSilences(silences: readonly Silence[], text: string): readonly Silence[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return silences;
  return silences.filter(({ scope, comment, createdBy, sourceName }) => {
    const own = [scope, comment, createdBy, sourceName].join('\n').toLowerCase();
    return words.every((word) => own.includes(word));
  });
}

/** `42 min`: until its end, or until its beginning. Empty: that has passed, and the source has not said so yet. */
export function countdownText(
  silence: Pick<Silence, 'state' | 'startsAt' | 'endsAt'>,
  now: number,
) {
  const until = silence.state === 'pending' ? silence.startsAt : silence.endsAt;
  const left = Date.parse(until) - now;
  return left <= 0 ? 'over' : durationText(left);
}

/** `hides 3 now`, `hides nothing now`; nobody can say "now" of a source that is not read. */
export function hidesText(
  { state, hidesCount }: Pick<Silence, 'state' | 'hidesCount'>,
  isSeen: boolean,
): string {
  if (!isSeen)
    return hidesCount === 0
      ? 'nobody can see what it hides'
      : `hid ${countText(hidesCount)} when last seen`;
  const verb = state === 'active' ? 'hides' : 'would hide';
  return `${verb} ${hidesCount === 0 ? 'nothing' : countText(hidesCount)} now`;
}

export const weekText = (count: number): string =>
  count === 0 ? 'nothing in 7 days' : `${countText(count)} in 7 days`;

const pendingWords = {
  extend_silence: 'moving its end…',
  unsilence: 'ending…',
  silence: 'silencing…',
} as const;

/** What is under way at the source, or failed there; null when nothing is. */
export function pendingText(pending: Silence['pending']): string | null {
  if (pending === null) return null;
  const { kind, state } = pending;
  const words =
    kind === 'extend_silence' || kind === 'unsilence' || kind === 'silence'
      ? pendingWords[kind]
      : 'changing…';
  return state === 'failed' ? `${words.replace('…', '')} failed, see the outbox` : words;
}

export interface SightNote {
  readonly tone: 'blind' | 'plain';
  readonly text: string;
}

/** What is not known, for each source that does not tell all. "None" is never said of a source that was not read. */
export function sightNotes(sources: readonly SilenceSource[], now: number): SightNote[] {
  return sources.flatMap(({ name, sight, readAt, reason, omitted }): SightNote[] => {
    const why = reason === null ? '' : ` ${reason}`;
    switch (sight) {
      case 'read':
        return omitted === 0
          ? []
          : [
              {
                tone: 'plain',
                text: `${name} has ${countText(omitted)} more silences than are shown here; these are the ones that end first.`,
              },
            ];
      case 'last_known':
        return [
          {
            tone: 'blind',
            text: `The silences of ${name} are the last known${
              readAt === null ? '' : `, ${ageText(now - Date.parse(readAt))} old`
            }.${why}`,
          },
        ];
      case 'unknown':
        return [{ tone: 'blind', text: `The silences of ${name} are unknown.${why}` }];
      case 'not_listed':
        return [
          {
            tone: 'plain',
            text: `The silences of ${name} are unknown: it cannot list them from here.${
              reason?.endsWith('does not tell.') === true ? '' : why
            }`,
          },
        ];
    }
  });
}

function hidingText(all: number, hiding: number): string {
  if (all === 1) return hiding === 1 ? 'it hides alarms now' : 'it hides no alarm now';
  if (hiding === 0) return 'none hides an alarm now';
  return `${countText(hiding)} of them ${hiding === 1 ? 'hides' : 'hide'} alarms now`;
}

/** `3 silences, 2 of them hide alarms now`, and what cannot be said. */
export function introText(silences: readonly Silence[], sources: readonly SilenceSource[]): string {
  const real = silences.filter(({ isAcknowledgement }) => !isAcknowledgement);
  const hiding = real.filter(({ state, hidesCount }) => state === 'active' && hidesCount > 0);
  const unsure = sources.filter(({ sight }) => sight !== 'read').length;
  const parts = [
    real.length === 0 ? '' : countOf(real.length, 'silence'),
    real.length === 0 ? '' : hidingText(real.length, hiding.length),
    unsure === 0 ? '' : `not all is known of ${countOf(unsure, 'source')}`,
  ].filter((part) => part !== '');
  return parts.join(', ');
}

export const hourMs = 3_600_000;

/** The end that it has, or will have once its source took the last wish. */
export const wantedEnd = ({ endsAt, pending }: Pick<Silence, 'endsAt' | 'pending'>): number =>
  Date.parse(pending?.endsAt != null && pending.state !== 'failed' ? pending.endsAt : endsAt);

/** So much later than its end; one that is over by now lasts from now on. */
export const laterEnd = (
  silence: Pick<Silence, 'endsAt' | 'pending'>,
  byMs: number,
  now: number,
): string => new Date(Math.max(wantedEnd(silence), now) + byMs).toISOString();

/** What a row says. Pure: the row and the time come in. */
import type { AlarmRow } from '../../../preload/contract/alarms.ts';
import { ageText, clockText } from '../../ui/time-text.ts';
import { differingText, originNames } from './origin-words.ts';

export interface RowWords {
  /** How long it fires; `? min` when nobody can look whether it still does. */
  readonly age: string;
  /** Under the title. */
  readonly line: string;
  /** Right, under the age: where it comes from and what happens with it. */
  readonly origin: string;
  readonly isBlind: boolean;
}

/** `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`. */
export function ordinal(count: number): string {
  const tail = count % 100;
  if (tail >= 11 && tail <= 13) return `${count}th`;
  return `${count}${['th', 'st', 'nd', 'rd'][count % 10] ?? 'th'}`;
}

const pendingWords: Readonly<Record<NonNullable<AlarmRow['pending']>['kind'], string>> = {
  acknowledge: 'acknowledging…',
  unacknowledge: 'taking the acknowledgement back…',
  silence: 'silencing…',
  extend_silence: 'moving the end of the silence…',
  unsilence: 'ending the silence…',
  comment: 'sending the comment…',
  resolve: 'resolving…',
};

/** What is under way at the source, or failed there; null when nothing is. */
export function pendingText(pending: AlarmRow['pending']): string | null {
  if (pending === null) return null;
  const words = pendingWords[pending.kind];
  return pending.state === 'failed' ? `${words.replace('…', '')} failed` : words;
}

/** "acknowledged by you", "silenced", "cleared"; empty while it simply fires. */
export function statusText(row: Pick<AlarmRow, 'status' | 'ackedBy'>): string {
  switch (row.status) {
    case 'firing':
      return '';
    case 'acknowledged':
      return row.ackedBy === null ? 'acknowledged' : `acknowledged by ${row.ackedBy}`;
    case 'suppressed':
      return 'suppressed';
    case 'resolved':
      return 'cleared';
  }
}

/** A resolved alarm needs no sight to be so; anything else of a source that is not live is the last known. */
export const isBlindRow = (row: Pick<AlarmRow, 'freshness' | 'status'>): boolean =>
  row.freshness !== 'live' && row.status !== 'resolved';

/** The summary without the service in front of it, which many sources repeat there. */
export function summaryText({ summary, service }: Pick<AlarmRow, 'summary' | 'service'>): string {
  const rest = summary.slice(service.length);
  const isRepeated = service !== '' && summary.startsWith(service) && /^\s*[·:|-]\s/.test(rest);
  return isRepeated ? rest.replace(/^\s*[·:|-]\s+/, '') : summary;
}

/** What is wrong, said once: a description that the summary already holds adds nothing, nor the other way round. */
export function aboutTexts(
  row: Pick<AlarmRow, 'summary' | 'service'>,
  description: string,
): readonly string[] {
  const summary = summaryText(row);
  if (description.includes(summary)) return [description].filter((text) => text !== '');
  return summary.includes(description) ? [summary] : [summary, description];
}

/** Of an alarm that comes and goes; null of any other. */
export function flappingText(row: Pick<AlarmRow, 'flapping'>, zone: string): string | null {
  const { flapping } = row;
  return flapping === null
    ? null
    : `${flapping.changes} changes since ${clockText(flapping.since, zone)}`;
}

export function rowWords(row: AlarmRow, now: number, zone: string): RowWords {
  const isBlind = isBlindRow(row);
  const lastKnown =
    row.lastSeenAt === null ? 'never seen since' : `last known ${clockText(row.lastSeenAt, zone)}`;
  const status = statusText(row);
  const since = status === '' ? '' : `${status} ${ageText(now - Date.parse(row.statusSince))} ago`;
  const times = row.episodesIn7Days > 1 ? `${ordinal(row.episodesIn7Days)} in 7 d` : '';
  const age =
    row.status === 'resolved'
      ? Date.parse(row.statusSince) - Date.parse(row.startsAt)
      : now - Date.parse(row.startsAt);
  return {
    isBlind,
    age: isBlind ? '? min' : ageText(age),
    line: [row.service, since, differingText(row), isBlind ? lastKnown : summaryText(row)]
      .filter((part) => part !== '')
      .join(' · '),
    origin: [originNames(row), pendingText(row.pending) ?? times]
      .filter((part) => part !== '')
      .join(' · '),
  };
}

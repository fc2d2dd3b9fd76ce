/** Decisions about notifications in words. Pure. */
import type { AlarmId } from '../../../preload/contract/common.ts';
import type { Decision } from '../../../preload/contract/notifications.ts';
import type { Outcome } from '../../ui/OutcomeMark.tsx';

export const outcomeFilters = ['all', 'sent', 'not_sent', 'failed'] as const;
export type OutcomeFilter = (typeof outcomeFilters)[number];

export const filterWords: Readonly<Record<OutcomeFilter, string>> = {
  all: 'All',
  sent: 'Sent',
  not_sent: 'Not sent',
  failed: 'Failed',
};

const outcomeWords: Readonly<Record<Decision['outcome'], { text: string; outcome: Outcome }>> = {
  sent: { text: 'Sent', outcome: 'ok' },
  not_sent: { text: 'Not sent', outcome: 'none' },
  failed: { text: 'Failed', outcome: 'failed' },
};

/** Handed to the system, which has not answered: nobody knows yet whether it was shown. */
const handedOver = { text: 'Handed over', outcome: 'waiting' } as const;

const outcomeOf = ({ outcome, carrier }: Decision): { text: string; outcome: Outcome } =>
  outcome === 'sent' && carrier === null ? handedOver : outcomeWords[outcome];

/** By the number of the alarm. */
export type Titles = ReadonlyMap<number, string>;

/** The most that may be asked for at once. */
const titlesMax = 300;

/** Each alarm once, those of the newest decisions first; in a fixed order, so that the same ones are the same question. */
export function alarmIdsOf(decisions: readonly Decision[]): AlarmId[] {
  const ids = decisions.flatMap(({ alarmId }) => (alarmId === null ? [] : [alarmId]));
  return [...new Set(ids)].slice(0, titlesMax).sort((a, b) => a - b);
}

/** An alarm that is gone, or one too many to ask for, still has its number. */
export const titleOf = (alarmId: AlarmId, titles: Titles): string =>
  titles.get(alarmId) ?? `Alarm ${alarmId}`;

const occasionWords: Readonly<Record<Decision['occasion'], string>> = {
  fired: 'It fired',
  worsened: 'It got worse',
  reminder: 'Reminder',
  recovered: 'It recovered',
  summary: 'Summary of a storm',
  blind: 'A source went blind',
  sighted: 'A source can be seen again',
  test: 'Test',
};

export interface DecisionLine {
  readonly key: string;
  readonly at: string;
  readonly kind: string;
  readonly occasion: string;
  readonly outcome: Outcome;
  readonly outcomeText: string;
  readonly reason: string;
  readonly carrier: string | null;
  readonly alarmId: Decision['alarmId'];
}

/** In the order given: the newest first. */
export function decisionLines(
  decisions: readonly Decision[],
  filter: OutcomeFilter,
): DecisionLine[] {
  return decisions
    .filter(({ outcome }) => filter === 'all' || outcome === filter)
    .map((decision, index) => ({
      key: `${decision.at} ${index}`,
      at: decision.at,
      kind: decision.class === 'page' ? 'Page' : 'Notice',
      occasion: occasionWords[decision.occasion],
      outcome: outcomeOf(decision).outcome,
      outcomeText: outcomeOf(decision).text,
      reason: decision.reason,
      carrier: decision.carrier,
      alarmId: decision.alarmId,
    }));
}

/** What stands in the address; anything else shows all. */
export function readFilter(search: string): OutcomeFilter {
  const wanted = new URLSearchParams(search).get('outcome');
  return outcomeFilters.find((filter) => filter === wanted) ?? 'all';
}

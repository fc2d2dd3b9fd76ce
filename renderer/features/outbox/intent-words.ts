/** What the outbox says of an intent: how far it is, what comes next, and what can be done. Pure. */
import type { Intent } from '../../../preload/contract/outbox.ts';
import type { Source } from '../../../preload/contract/sources.ts';
import type { Outcome } from '../../ui/OutcomeMark.tsx';
import { ageText, durationText } from '../../ui/time-text.ts';

type State = Intent['state'];

export const stateWords: Readonly<Record<State, { word: string; outcome: Outcome }>> = {
  queued: { word: 'Queued', outcome: 'waiting' },
  sent: { word: 'Sent', outcome: 'waiting' },
  confirmed: { word: 'Confirmed', outcome: 'ok' },
  failed: { word: 'Failed', outcome: 'failed' },
  overtaken: { word: 'Overtaken', outcome: 'none' },
};

export const isOpen = (state: State): boolean =>
  state === 'queued' || state === 'sent' || state === 'failed';

export interface IntentGroup {
  readonly title: string;
  readonly intents: readonly Intent[];
}

/** What needs a person, what is under way, what is settled; empty groups are left out, the order within is kept. */
export function intentGroups(intents: readonly Intent[]): IntentGroup[] {
  const group = (title: string, has: (state: State) => boolean): IntentGroup => ({
    title,
    intents: intents.filter(({ state }) => has(state)),
  });
  return [
    group('Needs you', (state) => state === 'failed'),
    group('Under way', (state) => state === 'queued' || state === 'sent'),
    group('Settled', (state) => !isOpen(state)),
  ].filter((one) => one.intents.length > 0);
}

/** `2 failed, 3 under way`; the desk's counts, since the list may be longer than what is shown. */
export function countsText(open: number, failed: number): string {
  const waiting = Math.max(0, open - failed);
  const parts = [
    failed > 0 ? `${failed} failed` : '',
    waiting > 0 ? `${waiting} under way` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'Everything was confirmed.' : parts.join(', ');
}

/** Why nothing is sent to this source now; null when something is. As main/outbox/sender.ts decides it. */
export function heldBackText(
  source: Pick<Source, 'isEnabled' | 'freshness'> | undefined,
): string | null {
  if (source === undefined) return 'its source is gone';
  if (!source.isEnabled) return 'waits until its source is resumed';
  if (source.freshness === 'unauthorized') return 'waits until the login of its source works';
  if (source.freshness === 'misconfigured') return 'waits until its source is set up right';
  return null;
}

/** A first attempt then waits behind the others of its source. */
const isDeaf = (freshness: Source['freshness']): boolean =>
  freshness === 'unreachable' || freshness === 'stale';

const tried = (attempts: number): string =>
  attempts === 0 ? 'not sent yet' : attempts === 1 ? 'tried once' : `tried ${attempts} times`;

const nextText = (at: string | null, now: number, verb: string): string => {
  const wait = at === null ? 0 : Date.parse(at) - now;
  return wait < 1_000 ? `${verb} next` : `${verb} in ${durationText(wait)}`;
};

export type IntentFacts = Pick<
  Intent,
  'state' | 'createdAt' | 'changedAt' | 'attempts' | 'nextAttemptAt'
>;

/** When it was asked for, how often it was tried, what comes next. */
export function intentFacts(
  intent: IntentFacts,
  source: Pick<Source, 'isEnabled' | 'freshness'> | undefined,
  now: number,
): string[] {
  const ago = (at: string): string => `${ageText(now - Date.parse(at))} ago`;
  const asked = `asked ${ago(intent.createdAt)}`;
  const heldBack = heldBackText(source);
  switch (intent.state) {
    case 'queued':
      return [
        asked,
        tried(intent.attempts),
        heldBack ??
          (intent.nextAttemptAt === null && source !== undefined && isDeaf(source.freshness)
            ? 'waits for its source to answer'
            : nextText(intent.nextAttemptAt, now, 'tries')),
      ];
    case 'sent':
      return [
        `sent ${ago(intent.changedAt)}`,
        'not confirmed yet',
        heldBack ?? nextText(intent.nextAttemptAt, now, 'reads back'),
      ];
    case 'failed':
      return [asked, tried(intent.attempts), `gave up ${ago(intent.changedAt)}`];
    case 'confirmed':
      return [`the source showed it ${ago(intent.changedAt)}`];
    case 'overtaken':
      return [`ended ${ago(intent.changedAt)}`];
  }
}

/** What giving it up means. `attempts` 0 proves that nothing of it left this computer. */
export function giveUpText({ state, attempts }: Pick<Intent, 'state' | 'attempts'>): string {
  if (state === 'sent') {
    return 'The source took it already. Giving up only stops asking whether it came into effect; what it did there is not undone.';
  }
  if (attempts === 0) {
    return 'Nothing of it was sent yet: the source never hears of it.';
  }
  return 'It was tried, and may have arrived although the answer did not. Giving up stops trying; what arrived there is not undone.';
}

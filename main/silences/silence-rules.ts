/** What a person should know of a silence that is there already. Pure. */
import type { Instant } from '../../preload/contract/common.ts';
import { since, toMs } from '../clock.ts';
import type { UpstreamSilence } from '../sources/connector.ts';

const dayMs = 86_400_000;
const oldAfterMs = 7 * dayMs;
const farAheadMs = 30 * dayMs;

const days = (ms: number): string => `${Math.floor(ms / dayMs)} days`;

/**
 * Why nobody may want it any more; null: there is no reason to think so.
 *
 * `hidesCount`: null while its source cannot be seen, since then nobody knows that it hides nothing.
 */
export function whyForgotten(
  silence: Pick<UpstreamSilence, 'startsAt' | 'endsAt' | 'state'>,
  hidesCount: number | null,
  now: number,
): string | null {
  const reasons: string[] = [];
  const age = since(toMs(silence.startsAt), now);
  const left = since(now, toMs(silence.endsAt));
  if (silence.state === 'active' && age > oldAfterMs && hidesCount === 0) {
    reasons.push(`${days(age)} old and hides nothing now`);
  }
  if (left > farAheadMs) reasons.push(`ends only in ${days(left)}`);
  return reasons.length === 0 ? null : reasons.join('; ');
}

/** Acknowledgements of ours, and of others who mark theirs likewise, that an upstream keeps as silences. */
export const isAcknowledgementComment = (comment: string): boolean => comment.startsWith('ACK!');

/** Whether it is over by our own clock, though its source has not been read since. */
export const isOver = ({ endsAt }: { readonly endsAt: Instant }, now: number): boolean =>
  toMs(endsAt) <= now;

/** The line of numbers below a source's name. Pure. */
import type { Source } from '../../../preload/contract/sources.ts';
import { ageText, durationText } from '../../ui/time-text.ts';
import { sightOf } from './sight.ts';

export type SourceTimes = Pick<
  Source,
  | 'isEnabled'
  | 'isStopped'
  | 'freshness'
  | 'intervalMs'
  | 'lastAttemptAt'
  | 'lastSuccessAt'
  | 'nextAttemptAt'
  | 'tookMs'
>;

const ago = (at: string, now: number): string => `${ageText(now - Date.parse(at))} ago`;

const tookText = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;

function nextText(source: SourceTimes, now: number): string | null {
  const sight = sightOf(source);
  if (sight === 'paused' || sight === 'removed') return 'not polled';
  if (sight === 'stopped') return 'no next attempt';
  if (!canBePolled(source)) return 'not polled';
  if (source.nextAttemptAt === null) return null;
  const wait = Date.parse(source.nextAttemptAt) - now;
  return wait < 1_000 ? 'polling now' : `next attempt in ${durationText(wait)}`;
}

/** One whose settings are not valid has no loop: asking it to poll would do nothing. */
export const canBePolled = (
  source: Pick<Source, 'isEnabled' | 'freshness' | 'nextAttemptAt'>,
): boolean =>
  source.isEnabled && (source.freshness !== 'misconfigured' || source.nextAttemptAt !== null);

/** When it last answered, when it was last tried (if that is another time), how long it took, what comes next. */
export function sourceFacts(source: SourceTimes, now: number): string[] {
  const { lastAttemptAt, lastSuccessAt, tookMs } = source;
  const wasTriedSince =
    lastAttemptAt !== null &&
    (lastSuccessAt === null || Date.parse(lastAttemptAt) > Date.parse(lastSuccessAt)) &&
    sightOf(source) !== 'live';
  return [
    lastSuccessAt === null ? 'never answered yet' : `answered ${ago(lastSuccessAt, now)}`,
    wasTriedSince ? `tried ${ago(lastAttemptAt, now)}` : null,
    tookMs === null ? null : `took ${tookText(tookMs)}`,
    nextText(source, now),
    canBePolled(source) && !source.isStopped ? `every ${durationText(source.intervalMs)}` : null,
  ].filter((fact) => fact !== null);
}

/** A poll that a person asked for; `before`: the last attempt known then. */
export interface AskedPoll {
  readonly before: string | null;
  readonly askedAt: number;
}

/** After this, an answer is not waited for any more: the source's own words say how it is. */
export const askedPollMs = 30_000;

export const isPolling = (
  asked: AskedPoll | undefined,
  lastAttemptAt: string | null,
  now: number,
): boolean =>
  asked !== undefined && asked.before === lastAttemptAt && now - asked.askedAt < askedPollMs;

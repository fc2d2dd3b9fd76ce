/** One source in the bar at the bottom, in words. Pure. */
import type { Source } from '../../preload/contract/sources.ts';
import { ageText } from '../ui/time-text.ts';
import { clipText, visibleText } from '../ui/visible-text.ts';

export interface SourceLine {
  readonly id: string;
  readonly sight: 'live' | 'blind' | 'paused';
  readonly text: string;
  readonly detail: string;
}

const rank = { blind: 0, live: 1, paused: 2 };
const line = (text: string, length: number): string => {
  const clipped = clipText(visibleText(text, true), length);
  return clipped.isClipped ? `${clipped.text}…` : clipped.text;
};
/** A sentence of a message, to go on behind it. */
const withoutStop = (text: string): string => text.replace(/\.$/, '');

const blindWords: Readonly<Record<Exclude<Source['freshness'], 'live'>, string>> = {
  starting: 'first look under way',
  stale: 'too old',
  unreachable: 'unreachable',
  unauthorized: 'not signed in',
  misconfigured: 'misconfigured',
};

/**
 * Blind ones first, each with its age: how long ago it last answered completely. A window that hears nothing cannot say
 * that any of them is live.
 */
export function sourceLines(
  sources: readonly Pick<
    Source,
    'id' | 'name' | 'isEnabled' | 'freshness' | 'lastSuccessAt' | 'problem' | 'remarks'
  >[],
  now: number,
  isWindowBlind: boolean,
): SourceLine[] {
  return sources
    .map((source): SourceLine => {
      const name = line(source.name, 40);
      const age =
        source.lastSuccessAt === null ? null : ageText(now - Date.parse(source.lastSuccessAt));
      const detail = [source.problem?.message, source.problem?.next, ...source.remarks]
        .filter((part) => part !== undefined && part !== '')
        .map((part) => line(String(part), 300))
        .join('\n');
      if (!source.isEnabled)
        return { id: source.id, sight: 'paused', text: `${name} paused`, detail };
      if (isWindowBlind) {
        const text = age === null ? `${name}: not known` : `${name}: last known ${age} ago`;
        return { id: source.id, sight: 'blind', text, detail };
      }
      if (source.freshness === 'live') {
        return { id: source.id, sight: 'live', text: `${name} ${age ?? ''}`.trim(), detail };
      }
      const why =
        source.problem === null
          ? blindWords[source.freshness]
          : withoutStop(line(source.problem.message, 60));
      const since = age === null ? 'never seen' : `${age} blind`;
      return {
        id: source.id,
        sight: 'blind',
        text:
          source.freshness === 'starting'
            ? `${name}: ${blindWords.starting}`
            : `${name}: ${why}${why.endsWith('?') ? '' : ','} ${since}`,
        detail,
      };
    })
    .sort((a, b) => rank[a.sight] - rank[b.sight]);
}

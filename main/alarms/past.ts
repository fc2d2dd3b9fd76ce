/** What the past of an alarm says at a glance: how often, how long, at which hours, and what ended it. Pure. */
import type { AlarmPast } from '../../preload/contract/alarms.ts';
import type { IncidentId, Instant } from '../../preload/contract/common.ts';
import { since, toMs } from '../clock.ts';
import { localTime } from '../local-time.ts';

/** Of one episode. */
export interface PastEpisode {
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  /** The mitigation of the incident that it belonged to; null when there was none. */
  readonly fixedBy: string | null;
  readonly incidentId: IncidentId | null;
}

export interface PastNote {
  readonly at: Instant;
  readonly text: string;
  readonly origin: string;
}

const shown = 3;

/** Of an even number the mean of the two in the middle; null of none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[half - 1] ?? 0, sorted[half] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** What fixed it, each thing once, the newest first. */
function fixesOf(episodes: readonly PastEpisode[]): AlarmPast['fixes'] {
  const fixes = new Map<string, AlarmPast['fixes'][number]>();
  for (const { fixedBy, incidentId, startedAt } of episodes) {
    if (fixedBy === null || fixedBy.trim() === '') continue;
    const known = fixes.get(fixedBy);
    if (known === undefined)
      fixes.set(fixedBy, { text: fixedBy, incidentId, at: startedAt, times: 1 });
    else fixes.set(fixedBy, { ...known, times: known.times + 1 });
  }
  return [...fixes.values()].slice(0, shown);
}

/** `episodes` and `notes` newest first; `timesFired` counts also those that are not among them. */
export function pastOf(
  about: {
    readonly timesFired: number;
    readonly firstAt: Instant | null;
    readonly episodes: readonly PastEpisode[];
    readonly notes: readonly PastNote[];
  },
  timeZone: string,
): AlarmPast {
  const { timesFired, firstAt, episodes, notes } = about;
  const durations = episodes.flatMap(({ startedAt, endedAt }) =>
    endedAt === null ? [] : [since(toMs(startedAt), toMs(endedAt))],
  );
  const byHour = Array.from({ length: 24 }, () => 0);
  for (const { startedAt } of episodes) {
    const hour = Math.floor(localTime(toMs(startedAt), timeZone).minutes / 60);
    byHour[hour] = (byHour[hour] ?? 0) + 1;
  }
  return {
    timesFired,
    firstAt,
    usualMs: median(durations),
    longestMs: durations.length === 0 ? null : Math.max(...durations),
    byHour,
    notes: notes.slice(0, shown).map((note) => ({ ...note })),
    fixes: fixesOf(episodes),
  };
}

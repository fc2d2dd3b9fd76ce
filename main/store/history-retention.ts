/** How long history is kept. Pure: the same rule that the statements in `prune.ts` carry out. */

export const defaultHistoryDays = 400;

const dayMs = 86_400_000;

/** Instant before which history may go. At least a month is always kept, whatever was asked for. */
export function historyCutoff(now: number, days: number = defaultHistoryDays): string {
  return new Date(now - Math.max(31, days) * dayMs).toISOString();
}

/** An episode goes when it ended long ago, a person has seen it, and no incident refers to its alarm. */
export function isEpisodeExpired(
  episode: { endedAt: string | null; isUnseen: boolean; isInIncident: boolean },
  cutoff: string,
): boolean {
  return (
    episode.endedAt !== null &&
    episode.endedAt < cutoff &&
    !episode.isUnseen &&
    !episode.isInIncident
  );
}

/** An event or a decision goes with its episode, or by its own age when it has none. */
export function isRecordExpired(
  record: { at: string; hasEpisode: boolean; isInIncident: boolean },
  cutoff: string,
): boolean {
  return !record.hasEpisode && record.at < cutoff && !record.isInIncident;
}

/** An alarm goes when nothing is left that would be lost with it. */
export function isAlarmExpired(
  alarm: { status: string; changedAt: string; isInIncident: boolean; hasRecords: boolean },
  cutoff: string,
): boolean {
  return (
    alarm.status === 'resolved' &&
    alarm.changedAt < cutoff &&
    !alarm.isInIncident &&
    !alarm.hasRecords
  );
}

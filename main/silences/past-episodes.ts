/** Past episodes of the last week by source, read at most once a minute: a week changes slowly. */
import type { Severity, SourceId } from '../../preload/contract/common.ts';
import { since, toInstant, type Clock } from '../clock.ts';
import { plainText } from '../outbox/intent.ts';
import { pastEpisodes } from '../outbox/silence-preview.ts';
import type { ReadableDb } from '../store/database.ts';
import type { PastEpisodes } from './coverage.ts';

const weekMs = 7 * 86_400_000;
const freshForMs = 60_000;

export function createPastEpisodes(db: ReadableDb, clock: Pick<Clock, 'now'>) {
  const select = db.read<{
    alarm_id: number;
    severity: Severity;
    episodes: number;
    title: string;
    labels: string;
  }>(pastEpisodes);
  const known = new Map<SourceId, { at: number; version: number; episodes: PastEpisodes[] }>();

  function read(sourceId: SourceId): PastEpisodes[] {
    const labelsOf = new Map<number, Record<string, string>>();
    const from = toInstant(clock.now() - weekMs);
    return select.all({ from, sourceId }).map((row) => {
      const labels =
        labelsOf.get(row.alarm_id) ?? (JSON.parse(row.labels) as Record<string, string>);
      labelsOf.set(row.alarm_id, labels);
      const title = plainText(row.title, 300);
      return { labels, title, severity: row.severity, count: row.episodes };
    });
  }

  function current(sourceId: SourceId) {
    const last = known.get(sourceId);
    const now = clock.now();
    if (last !== undefined && last.at <= now && since(last.at, now) < freshForMs) return last;
    const next = { at: now, version: (last?.version ?? 0) + 1, episodes: read(sourceId) };
    known.set(sourceId, next);
    return next;
  }

  return {
    episodes: (sourceId: SourceId): readonly PastEpisodes[] => current(sourceId).episodes,
    /** Rises when they are read anew. */
    version: (sourceId: SourceId): number => current(sourceId).version,
  };
}

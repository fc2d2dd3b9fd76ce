/** Which runbooks helped with an alarm before: "used in 4 of 5 past episodes". */
import { toInstant, type Clock } from '../../clock.ts';
import type { ReadableDb } from '../../store/database.ts';
import { foldName } from '../names.ts';

export interface PastUse {
  readonly folder: string;
  readonly path: string;
  readonly anchor: string | null;
  /** Past episodes in which a step of it was done. */
  readonly used: number;
  /** Past episodes of alarms of this name. */
  readonly past: number;
}

/** Older habits say little about the systems of today. */
const windowMs = 180 * 86_400_000;
/** Episodes end all the time; a count that is a few minutes old suggests the same. */
const freshForMs = 5 * 60_000;

export const historyQueries = {
  // Only runs in which something was done; looking at a runbook proves nothing. The running episode is not past.
  uses: `SELECT coalesce(json_extract(r.context, '$.labels.alertname'), a.title) AS name, r.folder, r.path, r.anchor,
      r.episode_id AS episodeId
    FROM run r
    JOIN episode e ON e.id = r.episode_id AND e.ended_at IS NOT NULL
    JOIN alarm a ON a.id = e.alarm_id
    WHERE r.started_at >= @from
      AND EXISTS (SELECT 1 FROM run_step s WHERE s.run_id = r.id AND s.state = 'done')`,
  // Alarms of the names that have runs, whatever their source calls them now.
  past: `SELECT coalesce(json_extract(a.labels, '$.alertname'), a.title) AS name, count(*) AS past
    FROM alarm a JOIN episode e ON e.alarm_id = a.id
    WHERE e.ended_at >= @from AND coalesce(json_extract(a.labels, '$.alertname'), a.title) IN (SELECT value FROM json_each(@names))
    GROUP BY 1`,
} as const;

export function createRunHistory(deps: { db: ReadableDb; clock: Clock }) {
  const { db, clock } = deps;
  const uses = db.read<
    {
      name: string;
      folder: string;
      path: string;
      anchor: string | null;
      episodeId: number;
    },
    { from: string }
  >(historyQueries.uses);
  const past = db.read<{ name: string; past: number }, { from: string; names: string }>(
    historyQueries.past,
  );
  let byName = new Map<string, PastUse[]>();
  let readAt: number | null = null;
  let revision = 0;

  const read = (): void => {
    readAt = clock.monotonic();
    const from = toInstant(clock.now() - windowMs);
    const rows = uses.all({ from });
    const next = new Map<string, PastUse[]>();
    if (rows.length > 0) {
      const names = [...new Set(rows.map(({ name }) => name))];
      const counts = new Map(
        past
          .all({ from, names: JSON.stringify(names) })
          .map((row) => [foldName(row.name), row.past]),
      );
      for (const [key, ofName] of Map.groupBy(rows, (row) => foldName(row.name))) {
        const documents = Map.groupBy(ofName, ({ folder, path }) => `${folder}\u0000${path}`);
        next.set(
          key,
          [...documents.values()].flatMap((same) => {
            const last = same.at(-1);
            if (last === undefined) return [];
            const used = new Set(same.map(({ episodeId }) => episodeId)).size;
            const { folder, path, anchor } = last;
            return [{ folder, path, anchor, used, past: Math.max(used, counts.get(key) ?? 0) }];
          }),
        );
      }
    }
    if (JSON.stringify([...next]) === JSON.stringify([...byName])) return;
    byName = next;
    revision++;
  };

  return {
    /** Rises when the answers may differ; reads again when the last reading is old. */
    revision(): number {
      if (readAt === null || clock.monotonic() - readAt > freshForMs) read();
      return revision;
    },
    /** A step was done or opened again. */
    forget(): void {
      readAt = null;
    },
    of: (alarmName: string): readonly PastUse[] => byName.get(foldName(alarmName)) ?? [],
  };
}

export type RunHistory = ReturnType<typeof createRunHistory>;

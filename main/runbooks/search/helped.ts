/** Which runbooks helped before: their steps were done, or somebody said that they are the right ones. */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { ReadableDb } from '../../store/database.ts';

/** Somebody's word counts as much as so many steps. */
const verdictSteps = 5;
const staleMs = 30_000;

/** Asked with every keystroke: it looks into the history now and then. */
export function createHelped(deps: { db: ReadableDb; monotonic: () => number }) {
  const found = deps.db.read<{ id: RunbookId; times: number }>(
    // By folder and path: a document that was away and came back has another id.
    `SELECT b.id, sum(h.times) AS times
     FROM (SELECT r.folder, r.path, count(*) AS times FROM run r JOIN run_step s ON s.run_id = r.id
           WHERE s.state = 'done' GROUP BY r.folder, r.path
           UNION ALL
           SELECT folder, path, ${verdictSteps} * count(*) FROM runbook_verdict
           WHERE verdict = 'bound' GROUP BY folder, path) h
     JOIN runbook b ON b.folder = h.folder AND b.path = h.path GROUP BY b.id`,
  );
  let known: ReadonlyMap<RunbookId, number> = new Map();
  let readAt = -Infinity;
  return (): ReadonlyMap<RunbookId, number> => {
    if (deps.monotonic() - readAt > staleMs) {
      readAt = deps.monotonic();
      known = new Map(found.all({}).map(({ id, times }) => [id, times]));
    }
    return known;
  };
}

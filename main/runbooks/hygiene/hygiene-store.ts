/** What the hygiene report reads. Thousands of rows: in portions, so that nothing else waits for it. */
import type { AlarmId, RunbookId } from '../../../preload/contract/common.ts';
import type { ReadableDb } from '../../store/database.ts';
import type { MatchInput } from '../matching/alarm-facts.ts';
import type { ParsedStep } from '../model.ts';
import { unpackSteps } from '../stored-steps.ts';

export interface AlarmRow extends MatchInput {
  readonly id: AlarmId;
}

export interface RunbookRow {
  readonly id: RunbookId;
  readonly folder: string;
  readonly path: string;
  readonly title: string;
  readonly reviewedOn: string | null;
  readonly modifiedAt: string;
  /** Of the newest commit, for a repository: no file in it is younger. */
  readonly committedAt: string | null;
  readonly addedAt: string;
  readonly problem: string | null;
  readonly markdown: string;
  readonly steps: readonly ParsedStep[];
}

export const hygieneQueries = {
  // Like the weekly review: a reminder belongs to its page, a test to nobody, and a recovery wakes nobody.
  pages: `SELECT alarm_id AS id, count(*) AS count FROM decision
    WHERE at >= @from AND class = 'page' AND outcome <> 'not_sent' AND occasion NOT IN ('reminder', 'test', 'recovered')
      AND alarm_id IS NOT NULL
    GROUP BY +alarm_id`,
  // The plus keeps SQLite from walking every episode in the order of the alarms.
  fired: 'SELECT DISTINCT +alarm_id AS id FROM episode WHERE started_at >= @from',
  active: "SELECT id FROM alarm WHERE status <> 'resolved'",
  alarms: `SELECT a.id, a.title, a.labels, a.annotations, a.runbook_url AS runbookUrl, a.service
    FROM json_each(@ids) j CROSS JOIN alarm a ON a.id = j.value`,
  runbooks: `SELECT r.id, r.folder, r.path, r.title, r.reviewed_on AS reviewedOn, r.modified_at AS modifiedAt,
      g.committed_at AS committedAt, r.added_at AS addedAt, r.problem, r.markdown, r.steps
    FROM runbook r LEFT JOIN runbook_repository g ON g.place = r.folder
    WHERE r.id > @after ORDER BY r.id LIMIT @limit`,
  // A step that did not help was used as well.
  used: `SELECT DISTINCT r.folder, r.path FROM run r
    WHERE EXISTS (SELECT 1 FROM run_step s WHERE s.run_id = r.id AND s.state IN ('done', 'did_not_help'))`,
  page: 'SELECT problem, next FROM runbook_page WHERE url = @url AND path IS NULL',
} as const;

type Stored<Row, Key extends keyof Row> = Omit<Row, Key> & Record<Key, string>;

export function createHygieneStore(db: ReadableDb) {
  const pages = db.read<{ id: AlarmId; count: number }, { from: string }>(hygieneQueries.pages);
  const fired = db.read<{ id: AlarmId }, { from: string }>(hygieneQueries.fired);
  const active = db.read<{ id: AlarmId }>(hygieneQueries.active);
  const alarms = db.read<Stored<AlarmRow, 'labels' | 'annotations'>, { ids: string }>(
    hygieneQueries.alarms,
  );
  const runbooks = db.read<Stored<RunbookRow, 'steps'>, { after: number; limit: number }>(
    hygieneQueries.runbooks,
  );
  const used = db.read<{ folder: string; path: string }>(hygieneQueries.used);
  const page = db.read<{ problem: string | null; next: string | null }, { url: string }>(
    hygieneQueries.page,
  );
  return {
    pages: (from: string): Map<AlarmId, number> =>
      new Map(pages.all({ from }).map(({ id, count }) => [id, count])),
    /** Alarms that fired since then, or are there now. */
    alarmIds: (from: string): Set<AlarmId> =>
      new Set([...fired.all({ from }), ...active.all({})].map(({ id }) => id)),
    alarms: (ids: readonly AlarmId[]): AlarmRow[] =>
      alarms.all({ ids: JSON.stringify(ids) }).map((row): AlarmRow => ({
        ...row,
        labels: JSON.parse(row.labels) as AlarmRow['labels'],
        annotations: JSON.parse(row.annotations) as AlarmRow['annotations'],
      })),
    runbooksAfter: (after: number, limit: number): RunbookRow[] =>
      runbooks.all({ after, limit }).map((row) => ({ ...row, steps: unpackSteps(row.steps) })),
    used: () => used.all({}),
    /** What the copying of a page said that has no copy. */
    page: (url: string) => page.get({ url }) ?? null,
  };
}

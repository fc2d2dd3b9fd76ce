/** The pages that alarms link to, and how their copies are. */
import type { WritableDb } from '../../store/database.ts';
import type { FetchReason } from './fetch-page.ts';

export interface StoredPage {
  readonly url: string;
  readonly host: string;
  /** Its file below the folder of pages; null while there is no copy. */
  readonly path: string | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly fetchedAt: string | null;
  readonly nextAt: string;
  readonly failures: number;
  readonly reason: FetchReason | null;
  readonly problem: string | null;
  readonly next: string | null;
  readonly seenAt: string;
}

const columns =
  'url, host, path, etag, last_modified AS lastModified, fetched_at AS fetchedAt, next_at AS nextAt, ' +
  'failure_count AS failures, reason, problem, next, seen_at AS seenAt';

type Row = { [Key in keyof StoredPage]: StoredPage[Key] };

export function createPageStore(db: WritableDb) {
  const all = db.read<StoredPage>(`SELECT ${columns} FROM runbook_page ORDER BY url`);
  const save = db.write<Row>(
    `INSERT INTO runbook_page (url, host, path, etag, last_modified, fetched_at, next_at, failure_count, reason, problem, next, seen_at)
     VALUES (@url, @host, @path, @etag, @lastModified, @fetchedAt, @nextAt, @failures, @reason, @problem, @next, @seenAt)
     ON CONFLICT (url) DO UPDATE SET path = excluded.path, etag = excluded.etag, last_modified = excluded.last_modified,
       fetched_at = excluded.fetched_at, next_at = excluded.next_at, failure_count = excluded.failure_count,
       reason = excluded.reason, problem = excluded.problem, next = excluded.next, seen_at = excluded.seen_at`,
  );
  const remove = db.write<{ url: string }>('DELETE FROM runbook_page WHERE url = @url');
  // What alarms carry now, for a start, and for when copies are switched on.
  const linked = db.read<{ runbookUrl: string | null; annotations: string }>(
    `SELECT runbook_url AS runbookUrl, annotations FROM alarm WHERE status <> 'resolved'`,
  );
  return {
    all: (): StoredPage[] => all.all({}),
    save: (page: StoredPage): void => void save.run({ ...page }),
    remove: (url: string): void => void remove.run({ url }),
    linked: () => linked.iterate({}),
  };
}

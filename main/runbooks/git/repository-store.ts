/** When each repository last answered, and with what: kept, so that a start without a network tells the truth. */
import type { WritableDb } from '../../store/database.ts';
import type { GitHead } from './clone-git.ts';

export type StoredRepository = GitHead & { readonly place: string; readonly fetchedAt: string };

export function createRepositoryStore(db: WritableDb) {
  const all = db.read<StoredRepository>(
    `SELECT place, branch, commit_hash AS "commit", committed_at AS committedAt, subject, fetched_at AS fetchedAt
     FROM runbook_repository`,
  );
  const save = db.write<{ [Key in keyof StoredRepository]: string }>(
    `INSERT INTO runbook_repository (place, branch, commit_hash, committed_at, subject, fetched_at)
     VALUES (@place, @branch, @commit, @committedAt, @subject, @fetchedAt)
     ON CONFLICT (place) DO UPDATE SET branch = excluded.branch, commit_hash = excluded.commit_hash,
       committed_at = excluded.committed_at, subject = excluded.subject, fetched_at = excluded.fetched_at`,
  );
  const remove = db.write<{ place: string }>('DELETE FROM runbook_repository WHERE place = @place');
  return {
    all: (): StoredRepository[] => all.all({}),
    save: (row: StoredRepository): void => void save.run(row),
    remove: (place: string): void => void remove.run({ place }),
  };
}

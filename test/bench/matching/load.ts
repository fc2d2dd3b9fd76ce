/** Takes runbooks into a store that lives in memory, and answers with a matcher over them. */
import { createLibraryStore } from '../../../main/runbooks/library-store.ts';
import { createMatcher } from '../../../main/runbooks/matching/matcher.ts';
import { parseRunbook } from '../../../main/runbooks/parse.ts';
import { rowsOf } from '../../../main/runbooks/runbook-rows.ts';
import { openTestStore } from '../../support/store.ts';

export interface Loaded {
  readonly matcher: ReturnType<typeof createMatcher>;
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
  close(): void;
}

export function loadRunbooks(
  files: Iterable<{ readonly path: string; readonly text: string }>,
  folder = 'runbooks',
): Loaded {
  const store = openTestStore();
  const library = createLibraryStore(store.db);
  const problems: { path: string; reason: string }[] = [];
  const at = '2026-11-24T04:00:00.000Z';
  store.db.transaction(() => {
    for (const { path, text } of files) {
      try {
        library.save({
          folder,
          path,
          rows: rowsOf(path, parseRunbook(path, text)),
          hash: path,
          size: Buffer.byteLength(text),
          modifiedAt: at,
          copiedAt: at,
          addedAt: at,
        });
      } catch (error) {
        problems.push({ path, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  });
  const matcher = createMatcher({ db: store.db, revision: () => 1 });
  return { matcher, problems, close: store.close };
}

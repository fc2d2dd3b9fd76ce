/** The documents of the library as matching needs them: by id, by file, and by what links may call them. */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { ReadableDb } from '../../store/database.ts';
import type { RunbookMeta } from '../model.ts';
import { createPageIndex, type PageIndex, type PageRow } from './page-index.ts';

const fileKey = (folder: string, path: string): string => `${folder}\u0000${path}`;

const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

export function createPages({ db }: { db: ReadableDb }) {
  const all = db.read<Pick<PageRow, 'id' | 'folder' | 'path' | 'title'> & { meta: string }>(
    'SELECT id, folder, path, title, meta FROM runbook',
  );
  let index: PageIndex = createPageIndex([]);
  let rows = new Map<RunbookId, PageRow>();
  let ids = new Map<string, RunbookId>();
  /** Null: several. */
  let byPath = new Map<string, RunbookId | null>();

  return {
    /** After every change of the library. */
    refresh(): void {
      const read = all.all({}).map(({ meta, ...row }): PageRow => {
        // A copy that an older version parsed lacks what newer ones read.
        const { urls = [], services = [] } = JSON.parse(meta) as Partial<RunbookMeta>;
        return { ...row, urls, services };
      });
      index = createPageIndex(read);
      rows = new Map(read.map((row) => [row.id, row]));
      ids = new Map(read.map((row) => [fileKey(row.folder, row.path), row.id]));
      byPath = new Map();
      for (const { id, path } of read) byPath.set(path, byPath.has(path) ? null : id);
    },
    index: (): PageIndex => index,
    pages: (): Iterable<PageRow> => rows.values(),
    get: (id: RunbookId): PageRow | undefined => rows.get(id),
    /** A source that was renamed or cloned anew still holds the same file. */
    idOfFile: (folder: string, path: string): RunbookId | null =>
      ids.get(fileKey(folder, path)) ?? byPath.get(path) ?? null,
    /** Where a link of a page leads: a file beside it, as a rule. */
    follow(from: RunbookId, link: string): RunbookId | null {
      const page = rows.get(from);
      if (page === undefined) return null;
      const base = `https://library/${page.path.split('/').map(encodeURIComponent).join('/')}`;
      const target = URL.parse(link, base);
      if (target?.host !== 'library') return null;
      const path = decodePath(target.pathname.slice(1));
      const exact = ids.get(fileKey(page.folder, path));
      if (exact !== undefined) return exact;
      const resolved = index.resolve(target.pathname.slice(1));
      return resolved.isCertain ? (resolved.ids[0] ?? null) : null;
    },
  };
}

export type Pages = ReturnType<typeof createPages>;

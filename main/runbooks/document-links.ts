/**
 * Where a link in a runbook leads within the library: relative paths, paths of the site it was written for, page names of
 * wikis, and addresses of pages that are kept as copies.
 */
import { posix } from 'node:path';
import type { RunbookId } from '../../preload/contract/common.ts';
import type { RunbookLink } from '../../preload/contract/runbook-links.ts';
import type { ReadableDb } from '../store/database.ts';
import { withoutExtension } from './extensions.ts';
import { foldAddress, foldAnchor, parseLink, sharedParts } from './links.ts';
import type { RunbookMeta } from './model.ts';
import { isGenericFile } from './parse.ts';

interface Row {
  readonly id: RunbookId;
  readonly folder: string;
  readonly path: string;
  readonly title: string;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** A path as links spell it: without an ending, in any case, with dashes or spaces. */
const keyOf = (path: string): string =>
  withoutExtension(path)
    .replace(/\.html?$/i, '')
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .replace(/^\/+|\/+$/g, '');

const indexNames = ['readme', '-index', 'index', 'home'];

class FolderPaths {
  readonly #byKey = new Map<string, Row>();
  readonly #byLast = new Map<string, { row: Row; parts: readonly string[] }[]>();

  add(row: Row): void {
    const key = keyOf(row.path);
    if (!this.#byKey.has(key)) this.#byKey.set(key, row);
    const parts = key.split('/').toReversed();
    const names = isGenericFile(row.path) && parts.length > 1 ? [parts, parts.slice(1)] : [parts];
    for (const one of names) {
      const last = one[0] ?? '';
      const same = this.#byLast.get(last) ?? [];
      this.#byLast.set(last, same);
      same.push({ row, parts: one });
    }
  }

  /** Exactly this path, or the page of this folder. */
  at(path: string): Row | undefined {
    const key = keyOf(path);
    const page = this.#byKey.get(key);
    if (page !== undefined) return page;
    for (const name of indexNames) {
      const index = this.#byKey.get(key === '' ? name : `${key}/${name}`);
      if (index !== undefined) return index;
    }
    return undefined;
  }

  /** The one page whose path ends like this. */
  endingIn(path: string): Row | undefined {
    const parts = keyOf(path).split('/').toReversed();
    const found = (this.#byLast.get(parts[0] ?? '') ?? []).filter(
      (page) => sharedParts(page.parts, parts) === Math.min(page.parts.length, parts.length),
    );
    const ids = new Set(found.map(({ row }) => row.id));
    return ids.size === 1 ? found[0]?.row : undefined;
  }
}

export function createDocumentLinks(deps: { db: ReadableDb; revision: () => number }) {
  const { db } = deps;
  const all = db.read<Row & { meta: string }>('SELECT id, folder, path, title, meta FROM runbook');
  const anchors = db.read<{ anchor: string }, { id: number }>(
    `SELECT anchor, position, 0 AS isAlias FROM runbook_section WHERE runbook_id = @id AND anchor <> ''
     UNION ALL
     SELECT a.value, s.position, 1 FROM runbook_section s, json_each(s.aliases) a WHERE s.runbook_id = @id
     ORDER BY isAlias, position`,
  );

  let revision = -1;
  let rows = new Map<RunbookId, Row>();
  let folders = new Map<string, FolderPaths>();
  let byAddress = new Map<string, Row>();
  const fresh = (): void => {
    if (revision === deps.revision()) return;
    revision = deps.revision();
    rows = new Map();
    folders = new Map();
    byAddress = new Map();
    for (const { meta, ...row } of all.iterate({})) {
      rows.set(row.id, row);
      const paths = folders.get(row.folder) ?? new FolderPaths();
      folders.set(row.folder, paths);
      paths.add(row);
      for (const url of (JSON.parse(meta) as RunbookMeta).urls)
        byAddress.set(foldAddress(url), row);
    }
  };

  const pageOf = (from: Row, link: string): Row | undefined => {
    const address = link.replace(/#.*$/s, '');
    if (address === '') return from;
    if (/^https?:\/\//i.test(address)) return byAddress.get(foldAddress(address));
    if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(address)) return undefined;
    const paths = folders.get(from.folder);
    const path = decode(address.replace(/\?.*$/s, '')).replaceAll('\\', '/');
    if (paths === undefined || path === '') return undefined;
    if (path.startsWith('/')) {
      const inside = parseLink(path)?.parts.toReversed().join('/') ?? path;
      return paths.at(path) ?? paths.endingIn(path) ?? paths.endingIn(inside);
    }
    const folder = posix.dirname(from.path);
    // A site serves `a/b.md` as `a/b/`, so that links of it begin one level deeper.
    const asSite = isGenericFile(from.path) ? folder : withoutExtension(from.path);
    const plain = path.replace(/^(\.{0,2}\/)+/, '');
    return (
      paths.at(posix.join(folder, path)) ??
      paths.at(posix.join(asSite, path)) ??
      paths.at(plain) ??
      paths.endingIn(plain)
    );
  };

  return {
    resolve(id: RunbookId, links: readonly string[]): (RunbookLink | null)[] {
      fresh();
      const from = rows.get(id);
      if (from === undefined) return links.map(() => null);
      const known = new Map<RunbookId, string[]>();
      const anchorsOf = (page: RunbookId): string[] => {
        const list = known.get(page) ?? anchors.all({ id: page }).map(({ anchor }) => anchor);
        known.set(page, list);
        return list;
      };
      return links.map((link): RunbookLink | null => {
        const page = pageOf(from, link.trim());
        if (page === undefined) return null;
        const wanted = decode(/#(.*)$/s.exec(link.trim())?.[1] ?? '');
        const list = wanted === '' ? [] : anchorsOf(page.id);
        const anchor =
          list.find((one) => one === wanted) ??
          list.find((one) => foldAnchor(one) === foldAnchor(wanted)) ??
          null;
        return {
          runbookId: page.id,
          title: page.title,
          anchor,
          isSectionFound: wanted === '' || wanted === 'top' || anchor !== null,
        };
      });
    },
  };
}

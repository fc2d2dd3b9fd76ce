/**
 * Which links and images of a runbook lead to no document and no file. They are looked for when the report is asked for, not
 * when a document is read, because a link dies when its target goes.
 */
import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { RunbookId } from '../../../preload/contract/common.ts';
import { assetPath } from '../assets.ts';
import { isDocument, withoutExtension } from '../extensions.ts';
import type { LibraryFolder } from '../library.ts';
import { maybeLinks, readLinks } from './written-links.ts';

export interface ReferenceDeps {
  /** Null for each that leads to no document. */
  readonly resolveLinks: (id: RunbookId, links: readonly string[]) => readonly (object | null)[];
  readonly library: {
    folders(): readonly LibraryFolder[];
    isAway(name: string): boolean;
  };
}

interface Written {
  readonly id: RunbookId;
  readonly folder: string;
  readonly path: string;
  readonly markdown: string;
}

/** A share that does not answer must not hold up the report. */
const patienceMs = 5_000;

const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** What else cannot be looked at may be there. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    return !isGone(error);
  }
}

/** Of a repository only these are copied; what else it has nobody here can tell. */
const isCopied = (path: string): boolean =>
  isDocument(path) || /\.(?:png|jpe?g|gif|webp|svg)$/i.test(path);

/** The places a link may mean, from the top of its folder; empty: it cannot be judged. */
function placesOf(from: string, link: string, isRepository: boolean): string[] {
  const asWritten = assetPath(from, link);
  if (asWritten === null || (isRepository && !isCopied(asWritten))) return [];
  // A site serves `a/b.md` as `a/b/`, so that links of it begin one level deeper.
  const asSite = assetPath(posix.join(withoutExtension(from), 'index'), link) ?? asWritten;
  const places = [asWritten, asSite];
  return places.some((place) => place.startsWith('..')) ? [] : places;
}

/** For one report: a folder that did not answer once is not asked again. */
export function createDeadReferences(deps: ReferenceDeps, breathe: () => Promise<void>) {
  const folders = new Map(
    deps.library
      .folders()
      .filter(({ name }) => !deps.library.isAway(name))
      .map((folder) => [folder.name, folder]),
  );

  const isFileDead = async (
    folder: LibraryFolder,
    from: string,
    link: string,
  ): Promise<boolean> => {
    const places = placesOf(from, link, folder.within !== undefined);
    if (places.length === 0) return false;
    for (const place of places) if (await isThere(join(folder.path, place))) return false;
    return true;
  };

  const deadOf = async (
    folder: LibraryFolder,
    { id, path }: Written,
    links: readonly string[],
  ): Promise<string[]> => {
    if (links.length === 0) return [];
    const targets = deps.resolveLinks(id, links);
    const open = links.filter((_link, index) => targets[index] === null);
    const looks = Promise.all(open.map((link) => isFileDead(folder, path, link)));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), patienceMs);
    });
    const found = await Promise.race([looks, late]);
    clearTimeout(timer);
    if (found === null) {
      folders.delete(folder.name);
      return [];
    }
    return open.filter((_link, index) => found[index]);
  };

  return async (written: Written): Promise<readonly string[]> => {
    const folder = folders.get(written.folder);
    if (folder === undefined) return [];
    const maybe = await deadOf(folder, written, maybeLinks(written.markdown));
    if (maybe.length === 0) return [];
    const reading = readLinks(written.markdown);
    let result = reading.next();
    while (result.done !== true) {
      await breathe();
      result = reading.next();
    }
    return deadOf(folder, written, result.value);
  };
}

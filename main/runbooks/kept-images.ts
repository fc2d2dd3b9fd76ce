/**
 * Copies of the images that runbooks in a watched folder show. The folder may be a share that is away just when it is needed;
 * clones and web pages lie on this computer anyway.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorText } from '../errors.ts';
import { createLogger } from '../logging.ts';
import { assetPath, readImage } from './assets.ts';
import type { LibraryFolder } from './library.ts';

const log = createLogger('runbook images');

const mostPerRunbook = 100;

const hashOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32);

/** As Markdown and HTML name them; in what order does not matter. */
function imagesIn(markdown: string): string[] {
  const found = new Set<string>();
  const patterns = [
    /!\[[^[\]\n]{0,1000}\]\(\s*<?([^\s<>)]+)/g,
    /!\[[^[\]\n]{0,1000}\]\(\s*<([^<>\n]+)>/g,
    /^\s{0,3}\[[^\]\n]+\]:\s*<?(\S+\.(?:png|jpe?g|gif|webp|svg))>?/gim,
    /<img\b[^>]{0,2000}?\bsrc\s*=\s*["']?([^"'\s>]+)/gi,
  ];
  for (const pattern of patterns) {
    for (const [, address = ''] of markdown.matchAll(pattern)) {
      if (found.size < mostPerRunbook) found.add(address);
    }
  }
  return [...found];
}

export function createKeptImages(root: string) {
  const placeOf = (folder: LibraryFolder, path: string): string =>
    join(root, hashOf(folder.name), hashOf(path));

  async function keepOne(folder: LibraryFolder, path: string): Promise<void> {
    const original = await stat(join(folder.path, path)).catch(() => null);
    if (original === null || !original.isFile()) return;
    const place = placeOf(folder, path);
    const copy = await stat(place).catch(() => null);
    const isSame =
      copy?.size === original.size && Math.abs(copy.mtimeMs - original.mtimeMs) < 2_000;
    if (isSame) return;
    const image = await readImage(folder, path);
    if (image === null) return;
    await mkdir(dirname(place), { recursive: true });
    const temporary = `${place}.tmp`;
    await writeFile(temporary, image.bytes);
    await utimes(temporary, original.atime, original.mtime);
    await rename(temporary, place);
  }

  return {
    /** Those that this document shows. Never fails: a runbook without its images is still one. */
    async keep(folder: LibraryFolder, from: string, markdown: string): Promise<void> {
      if (folder.within !== undefined) return;
      for (const address of imagesIn(markdown)) {
        const path = assetPath(from, address);
        if (path === null) continue;
        try {
          await keepOne(folder, path);
        } catch (error) {
          log.warn('image could not be kept', { path, reason: errorText(error) });
        }
      }
    },
    /** Null: there is no copy. */
    read: (folder: LibraryFolder, path: string): Promise<Buffer | null> =>
      readFile(placeOf(folder, path)).catch(() => null),
    /** The folder was taken out of the settings. */
    forget: (name: string): Promise<void> =>
      rm(join(root, hashOf(name)), { recursive: true, force: true }).catch(() => undefined),
  };
}

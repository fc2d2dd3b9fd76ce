/**
 * Images that runbooks show, read from where the copies are and handed over as `data:` addresses, so that the window asks no
 * network for them. Only images by what they really are, never by their name; nothing outside the runbook's own folder.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { isWithin } from './files.ts';
import type { LibraryFolder } from './library.ts';

const mostBytes = 8 * 1024 * 1024;

export interface Asset {
  readonly dataUrl: string | null;
  /** Why there is none, for people. */
  readonly problem: string | null;
}

const none = (problem: string): Asset => ({ dataUrl: null, problem });

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString('latin1') === text;

/** By their first bytes. SVG is text: as an image it runs no script and loads nothing. Null: none of ours. */
export function imageType(bytes: Uint8Array): string | null {
  if (startsWith(bytes, '\u0089PNG\r\n\u001a\n')) return 'image/png';
  if (startsWith(bytes, '\u00ff\u00d8\u00ff')) return 'image/jpeg';
  if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return 'image/gif';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'image/webp';
  const start = Buffer.from(bytes.subarray(0, 1_024)).toString('utf8');
  const isSvg =
    /^\ufeff?\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i;
  return isSvg.test(start) ? 'image/svg+xml' : null;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The place that the document at `from` names, from the top of its folder; null: it names none. Pure. */
export function assetPath(from: string, written: string): string | null {
  const path = decode(written.trim().replace(/[?#].*$/, '')).replaceAll('\\', '/');
  if (path === '' || path.includes('\u0000') || /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(path))
    return null;
  return path.startsWith('/')
    ? posix.normalize(path.slice(1))
    : posix.join(posix.dirname(from), path);
}

const tooLarge = none('This image is larger than 8 MB and is not shown.');
const notThere = none('This image is not in the copy.');
const noImage = none('This is no image that is shown here (PNG, JPEG, GIF, WebP, SVG).');

type Found = { readonly bytes: Buffer; readonly type: string };

/** What stands there, unless it is no image or lies outside. @throws when it cannot be read */
async function look(folder: LibraryFolder, path: string): Promise<Found | Asset> {
  const real = await realpath(join(folder.path, path));
  // The images of a repository may stand beside the subfolder that is shown.
  const bounds = await realpath(folder.within ?? folder.path);
  if (!isWithin(real, bounds)) return none('This image is outside of what is copied.');
  const info = await stat(real);
  // A pipe would be waited for without an end.
  if (!info.isFile()) return noImage;
  if (info.size > mostBytes) return tooLarge;
  const bytes = await readFile(real);
  const type = imageType(bytes);
  return type === null ? noImage : { bytes, type };
}

const dataOf = ({ bytes, type }: Found): Asset => ({
  dataUrl: `data:${type};base64,${bytes.toString('base64')}`,
  problem: null,
});

/** Null: there is none of ours. @throws when it cannot be read */
export async function readImage(folder: LibraryFolder, path: string): Promise<Found | null> {
  const found = await look(folder, path);
  return 'bytes' in found ? found : null;
}

/** `kept`: the copy of an image whose folder is away. */
export async function readAsset(
  folder: LibraryFolder,
  from: string,
  written: string,
  kept: (path: string) => Promise<Buffer | null>,
): Promise<Asset> {
  const path = assetPath(from, written);
  if (path === null) return none('This image is on the web; there is no copy of it.');
  try {
    const found = await look(folder, path);
    return 'bytes' in found ? dataOf(found) : found;
  } catch {
    const bytes = await kept(path);
    const type = bytes === null ? null : imageType(bytes);
    return bytes === null || type === null ? notThere : dataOf({ bytes, type });
  }
}

/** Where copies of pages stand, and what is in them. The paths follow the addresses, so that links and names find them. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const hashOf = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

/** Safe in every file system: no separators, no dots in front, no device names of Windows. */
function segment(text: string): string {
  let plain = text;
  try {
    plain = decodeURIComponent(text);
  } catch {
    // As it is written, then.
  }
  const safe = plain
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 80);
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(safe) ? `_${safe}` : safe;
}

/** `wiki.acme.org/ops/disk-full.md`; `isTaken`: another page stands there. */
export function pagePath(url: URL, isTaken: (path: string) => boolean): string {
  const host = segment(url.host.replace(/[[\]]/g, '').replaceAll(':', '_')) || 'host';
  const parts = url.pathname
    .split('/')
    .map(segment)
    .filter((part) => part !== '' && part !== 'node_modules');
  const last =
    (parts.pop() ?? 'index').replace(
      /(\.html?)?\.(md|markdown)$|\.html?$|\.aspx?$|\.php$|\.action$/i,
      '',
    ) || 'index';
  const folders = parts.length > 8 ? [...parts.slice(0, 7), hashOf(url.pathname, 8)] : parts;
  const base = [
    host,
    ...folders,
    url.search === '' ? last : `${last}~${hashOf(url.search, 8)}`,
  ].join('/');
  const path = `${base}.md`;
  return isTaken(path) ? `${base}~${hashOf(url.href, 10)}.md` : path;
}

export const imagePath = (pagePlace: string, bytes: Uint8Array, type: string): string => {
  const host = pagePlace.split('/')[0] ?? 'host';
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 24);
  const ends: Readonly<Record<string, string>> = {
    'image/png': 'png',
    'image/jpeg': 'jpg',
    'image/gif': 'gif',
    'image/webp': 'webp',
    'image/svg+xml': 'svg',
  };
  return `${host}/images/${hash}.${ends[type] ?? 'bin'}`;
};

/** From a page to an image, as Markdown writes it. */
export function relativePath(from: string, to: string): string {
  const depth = from.split('/').length - 1;
  return `${'../'.repeat(depth)}${to}`;
}

/** A text in double quotes is the same in YAML and JSON. */
const quoted = (text: string): string => JSON.stringify(text.toWellFormed());

export function pageText(page: {
  readonly title: string;
  readonly alerts: readonly string[];
  readonly reviewedOn: string | null;
  readonly url: string;
  readonly fetchedAt: string;
  readonly etag: string | null;
  readonly markdown: string;
}): string {
  const lines = [
    '---',
    ...(page.title === '' ? [] : [`title: ${quoted(page.title)}`]),
    ...(page.alerts.length === 0 ? [] : [`alerts: [${page.alerts.map(quoted).join(', ')}]`]),
    ...(page.reviewedOn === null ? [] : [`reviewed: ${quoted(page.reviewedOn)}`]),
    `url: ${quoted(page.url)}`,
    `fetched: ${quoted(page.fetchedAt)}`,
    ...(page.etag === null ? [] : [`etag: ${quoted(page.etag)}`]),
    '---',
    '',
  ];
  return `${lines.join('\n')}\n${page.markdown}`;
}

const withoutTimes = (text: string): string => text.replace(/^(?:fetched|etag): .*\n/gm, '');

/** Writes it whole or not at all. Answers whether anything but the times changed; if not, the file stays as it is. */
export async function writePage(
  root: string,
  path: string,
  text: string,
  modifiedMs: number,
): Promise<boolean> {
  const full = join(root, path);
  const before = await readFile(full, 'utf8').catch(() => null);
  if (before !== null && withoutTimes(before) === withoutTimes(text)) return false;
  await writeWhole(full, text);
  await utimes(full, modifiedMs / 1_000, modifiedMs / 1_000);
  return true;
}

export async function writeImage(root: string, path: string, bytes: Uint8Array): Promise<void> {
  await writeWhole(join(root, path), bytes);
}

/** Whether the copy is still where it was put: people tidy up, and disks lose files. */
export const hasPage = (root: string, path: string): Promise<boolean> =>
  stat(join(root, path)).then(
    (found) => found.isFile(),
    () => false,
  );

async function writeWhole(full: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(full), { recursive: true });
  const temporary = join(dirname(full), `.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, content);
    await rename(temporary, full);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Reads the window's built files for either shell: contained in one folder, never a directory, never a guess. */
import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.ogg': 'audio/ogg',
  '.mp3': 'audio/mpeg',
  '.webmanifest': 'application/manifest+json',
};

export interface RendererFile {
  readonly body: Buffer;
  readonly mediaType: string;
  /** Names with a content hash may be kept for ever. */
  readonly isHashed: boolean;
}

/**
 * The file of a URL path inside the folder; null when it is not one of ours.
 * The comparison includes the separator, so that `renderer-old` is not inside `renderer`.
 */
export function containedPath(folder: string, urlPath: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const root = resolve(folder);
  const path = resolve(root, `.${decoded.startsWith('/') ? decoded : `/${decoded}`}`);
  return path.startsWith(root + sep) ? path : null;
}

export async function readRendererFile(
  folder: string,
  urlPath: string,
  nonce: string,
): Promise<RendererFile | null> {
  const path = containedPath(folder, urlPath === '/' ? '/index.html' : urlPath);
  const mediaType = path === null ? undefined : mediaTypes[extname(path)];
  if (path === null || mediaType === undefined) return null;
  let body: Buffer;
  try {
    body = await readFile(path);
  } catch {
    return null;
  }
  if (extname(path) === '.html') body = Buffer.from(withNonce(body.toString(), nonce));
  return { body, mediaType, isHashed: /-[\w-]{8}\.\w+$/.test(path) };
}

/** Hands the page the nonce of this load, for the style elements that its libraries insert. */
export function withNonce(html: string, nonce: string): string {
  const meta = `<meta property="csp-nonce" nonce="${nonce}">`;
  const bare = html.replaceAll(/<meta\s+property="csp-nonce"[^>]*>/g, '');
  return bare.replace(/<head[^>]*>/, (head) => head + meta);
}

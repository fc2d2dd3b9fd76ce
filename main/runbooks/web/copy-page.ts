/** Takes a copy of one page with its images: asks for it, reduces it, and writes it down. */
import { imageType } from '../assets.ts';
import { decodeText } from '../files.ts';
import { FetchProblem, needsLogin, type FetchAnswer, type Fetcher } from './fetch-page.ts';
import { readMarkdownPage } from './markdown-page.ts';
import { hasPage, imagePath, pageText, relativePath, writeImage, writePage } from './page-files.ts';
import {
  loginHeaders,
  pageRequest,
  readApiPage,
  type PageForm,
  type PageLogin,
} from './page-sites.ts';
import { imageMark, type ReducedPage } from './reduce.ts';
import type { Reducer } from './reducer.ts';

const mostPageBytes = 4 * 1024 * 1024;
const mostImageBytes = 4 * 1024 * 1024;
const mostImagesBytes = 24 * 1024 * 1024;

export interface PageCopyDeps {
  readonly fetcher: Fetcher;
  readonly reducer: Reducer;
  readonly root: string;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface PageCopyRequest {
  readonly url: URL;
  readonly login: PageLogin | null;
  /** Of the copy there is; null: ask for the whole page. */
  readonly validators: {
    readonly etag: string | null;
    readonly lastModified: string | null;
  } | null;
  readonly path: string;
}

export interface PageCopied {
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly hasChanged: boolean;
}

const declared = (bytes: Buffer, type: string): string | null =>
  /charset=["']?([\w.:-]+)/.exec(type)?.[1] ??
  /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(
    bytes.toString('latin1', 0, 2_048),
  )?.[1] ??
  null;

/** In the charset that it declares; else by what it looks like. */
export function decodePage(bytes: Buffer, type: string): string | null {
  const charset = declared(bytes, type);
  if (charset !== null && !/^utf-?8$/i.test(charset)) {
    try {
      const text = new TextDecoder(charset).decode(bytes);
      return text.replaceAll('\u0000', '\ufffd').toWellFormed();
    } catch {
      // It names one that nobody knows.
    }
  }
  return decodeText(bytes);
}

const nothingToRead = (url: URL): FetchProblem =>
  new FetchProblem(
    'refused',
    'There is nothing to read on this page without running its program.',
    `Open it in a browser: ${url.host}. A runbook in Markdown, or a site with an API, can be copied.`,
  );

const noText = (url: URL, type: string): FetchProblem =>
  new FetchProblem(
    'refused',
    `${url.host} answered with ${type.split(';')[0]?.slice(0, 60) || 'something'} that is no page of text.`,
    'Link to a page that can be read.',
  );

interface Read {
  readonly title: string;
  readonly alerts?: readonly string[];
  readonly reviewedOn?: string | null;
  readonly markdown: string;
  readonly images: readonly string[];
}

/** The text in an answer. @throws FetchProblem */
async function read(
  answer: FetchAnswer,
  bytes: Buffer,
  form: PageForm,
  deps: PageCopyDeps,
  asked: URL,
): Promise<Read> {
  const { url, type } = answer;
  const text = decodePage(bytes, type);
  if (text === null) throw noText(url, type);
  const isHtml =
    /html/.test(type) ||
    (!/^(text|application)\/[\w.+-]*(plain|markdown|json)/.test(type) &&
      /^\s*<(!doctype|html|body|head)/i.test(text));
  if (form !== 'page' && form !== 'markdown') {
    // Where the API is not let in, a page for people answers instead.
    const found = readApiPage(form, text);
    if (found === null) throw isHtml ? needsLogin(asked) : noText(url, type);
    if (found.kind === 'markdown') return ownMarkdown(found.text, url, asked, found.title);
    const page = await reduced(`<body>${found.text}</body>`, asked, deps);
    return { ...page, title: found.title || page.title };
  }
  if (isHtml) {
    const page = await reduced(text, url, deps);
    if (page.isLogin && form === 'page' && page.markdown.length < 2_000) throw needsLogin(asked);
    if (form === 'markdown') throw needsLogin(asked);
    if (page.isEmpty) throw nothingToRead(asked);
    return page;
  }
  if (form === 'page' && !/^text\/|markdown|^$|^application\/octet-stream/.test(type))
    throw noText(url, type);
  return ownMarkdown(text, url, asked, '');
}

function ownMarkdown(text: string, base: URL, page: URL, title: string): Read {
  const { meta, markdown, images } = readMarkdownPage(text, base, page);
  const { alerts, reviewedOn } = meta;
  return { title: meta.title ?? title, alerts, reviewedOn, markdown, images };
}

async function reduced(html: string, url: URL, deps: PageCopyDeps): Promise<ReducedPage> {
  const page = await deps.reducer.reduce({ html, address: url.href });
  if (page !== null) return page;
  throw new FetchProblem(
    'refused',
    `The page at ${url.host} cannot be read: it is too large or broken.`,
    'Link to a smaller page.',
  );
}

const nothingSent = (url: URL): FetchProblem =>
  new FetchProblem(
    'away',
    `${url.host} answered that nothing has changed, and there is no copy yet.`,
    'A cache on the way may be wrong. Nightdesk tries again later.',
  );

/** An image as the page marks it. Bounded: a page of brackets must not cost quadratic time. */
const marked = /!\[((?:[^[\]\\]|\\.){0,1000})\]\((nightdesk-image-\d{1,4})\)/g;

/** Puts copies of images where the page marks them; what cannot be had stays as its words. */
async function withImages(
  page: Read,
  request: PageCopyRequest,
  deps: PageCopyDeps,
): Promise<string> {
  const places = new Map<string, string | null>();
  let left = mostImagesBytes;
  for (const [index, address] of page.images.entries()) {
    const place = left <= 0 ? null : await image(address, request, deps).catch(() => null);
    left -= place?.size ?? 0;
    places.set(imageMark(index), place?.path ?? null);
  }
  return page.markdown.replace(marked, (all: string, alt: string, mark: string) => {
    const path = places.get(mark);
    if (path === undefined) return all;
    return path === null
      ? `${alt === '' ? 'image' : alt} (no copy of this image)`
      : `![${alt}](${relativePath(request.path, path)})`;
  });
}

async function image(
  address: string,
  request: PageCopyRequest,
  deps: PageCopyDeps,
): Promise<{ path: string; size: number } | null> {
  const { login } = request;
  const url = new URL(address);
  const { bytes } = await deps.fetcher.fetch({
    url,
    headers: { accept: 'image/png,image/svg+xml,image/*' },
    login:
      login === null ? null : { headers: loginHeaders(login), hosts: new Set([request.url.host]) },
    maxBytes: mostImageBytes,
    signal: deps.signal,
  });
  const type = bytes === null ? null : imageType(bytes);
  if (bytes === null || type === null) return null;
  const path = imagePath(request.path, bytes, type);
  await writeImage(deps.root, path, bytes);
  return { path, size: bytes.length };
}

/** @throws FetchProblem, and what the disk throws; then the copy is as it was */
export async function copyPage(request: PageCopyRequest, deps: PageCopyDeps): Promise<PageCopied> {
  const { url, login, path } = request;
  // "Not changed" about a copy that is not there would be a copy that nobody can read.
  const validators = (await hasPage(deps.root, path)) ? request.validators : null;
  const ask = pageRequest(url, login);
  const answer = await deps.fetcher.fetch({
    url: ask.url,
    headers: {
      ...ask.headers,
      ...(validators?.etag == null ? {} : { 'if-none-match': validators.etag }),
      ...(validators?.lastModified == null ? {} : { 'if-modified-since': validators.lastModified }),
    },
    login: login === null ? null : { headers: loginHeaders(login), hosts: ask.loginHosts },
    maxBytes: mostPageBytes,
    signal: deps.signal,
  });
  const { etag, lastModified } = answer;
  if (answer.bytes === null) {
    if (validators === null) throw nothingSent(url);
    return {
      etag: etag ?? validators?.etag ?? null,
      lastModified: lastModified ?? validators?.lastModified ?? null,
      hasChanged: false,
    };
  }
  const page = await read(answer, answer.bytes, ask.form, deps, url);
  const markdown = await withImages(page, request, deps);
  const now = deps.now();
  const modified = Date.parse(lastModified ?? '');
  const hasChanged = await writePage(
    deps.root,
    request.path,
    pageText({
      title: page.title,
      alerts: page.alerts ?? [],
      reviewedOn: page.reviewedOn ?? null,
      url: url.href,
      fetchedAt: new Date(now).toISOString(),
      etag,
      markdown,
    }),
    Number.isFinite(modified) && modified > 0 && modified < now ? modified : now,
  );
  return { etag, lastModified, hasChanged };
}

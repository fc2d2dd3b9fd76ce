/** All pages of a list, or an error: a list that was read in part is none. */
import type { HttpAnswer, HttpClient } from '../http.ts';
import { SourceError } from '../source-error.ts';
import { itemsOf } from './mapping.ts';
import { parsePath, valueAt, type Row } from './path.ts';
import type { Rules } from './rules.ts';
import { headersOf, type GenericJsonSettings } from './settings.ts';
import { textOf } from './template.ts';

const mostPages = 200;
const mostRows = 20_000;

export interface ReadPages {
  readonly rows: readonly Row[];
  readonly missing: number;
  /** The answers themselves, for what is proven by them. */
  readonly roots: readonly unknown[];
  /** How many of them held anything. */
  readonly filledPages: number;
  readonly clockSkewMs: number | null;
  /** Why the pages are not all of the list; null when they are. */
  readonly incompleteReason: string | null;
}

const misread = (message: string): SourceError =>
  new SourceError('source.misconfigured', message, {
    next: 'Compare the fields about pages with what the address answers.',
  });

/** The address of the header's `rel="next"`; null when it has none. */
function linked(header: string | undefined): string | null {
  for (const one of (header ?? '').split(/,(?=\s*<)/)) {
    const found = /^\s*<([^>]*)>(.*)$/.exec(one);
    if (found === null || !/;\s*rel="?next"?/.test(found[2] ?? '')) continue;
    // Sentry always names a next page, and says here whether it holds anything.
    if (/;\s*results="false"/.test(found[2] ?? '')) return null;
    return found[1] ?? null;
  }
  return null;
}

const withParameter = (url: string, name: string, value: string): string => {
  const next = new URL(url);
  next.searchParams.set(name, value);
  return next.href;
};

export function createPages(options: {
  readonly settings: GenericJsonSettings;
  readonly secrets: Readonly<Record<string, string>>;
  readonly http: HttpClient;
  readonly rules: Rules;
}) {
  const { settings, http, rules } = options;
  const { method, paging } = settings;
  const { host } = new URL(settings.url);
  const headers = headersOf(settings, options.secrets);
  const nextPath =
    settings.nextPath === '' ? (paging === 'cursor' ? '$.next' : '') : settings.nextPath;
  const next = nextPath === '' ? null : parsePath(nextPath);
  const total = settings.totalPath === '' ? null : parsePath(settings.totalPath);
  const parameter = settings.pageParameter === '' ? paging : settings.pageParameter;

  const get = (url: string, signal: AbortSignal): Promise<HttpAnswer> =>
    http.request({
      method,
      url,
      headers,
      signal,
      ...(method === 'POST'
        ? { text: settings.body.join('\n') }
        : { revalidate: paging === 'none' }),
    });

  /** Where the next page is; null after the last one. */
  function nextUrl(
    answer: HttpAnswer,
    at: { url: string; pages: number; rows: number; got: number },
  ) {
    const root: Row = { value: answer.body, keys: [] };
    switch (paging) {
      case 'none':
        return null;
      case 'page':
        // The server may give less per page than it holds: only an empty page is the last one.
        return at.got === 0
          ? null
          : withParameter(settings.url, parameter, String(settings.firstPage + at.pages));
      case 'offset':
        return at.got === 0 ? null : withParameter(settings.url, parameter, String(at.rows));
      case 'cursor': {
        const cursor = next === null ? undefined : textOf(valueAt(next, root));
        return cursor === undefined || cursor === ''
          ? null
          : withParameter(settings.url, parameter, cursor);
      }
      case 'link': {
        const text = next === null ? linked(answer.headers['link']) : textOf(valueAt(next, root));
        if (text === null || text === undefined || text === '') return null;
        const url = URL.parse(text, at.url);
        // The login goes with it.
        if (url === null || url.origin !== new URL(settings.url).origin) {
          throw misread(`${host} names a next page at another server.`);
        }
        return url.href;
      }
    }
  }

  const firstUrl = (): string => {
    if (paging === 'page')
      return withParameter(settings.url, parameter, String(settings.firstPage));
    return paging === 'offset' ? withParameter(settings.url, parameter, '0') : settings.url;
  };

  return {
    host,

    /** @throws SourceError */
    async read(signal: AbortSignal): Promise<ReadPages> {
      const rows: Row[] = [];
      const roots: unknown[] = [];
      const asked = new Set<string>();
      let missing = 0;
      let filledPages = 0;
      let clockSkewMs: number | null = null;
      let expected: number | null = null;
      let url: string | null = firstUrl();
      while (url !== null) {
        if (asked.has(url)) throw misread(`${host} names a page again that was read already.`);
        if (asked.size >= mostPages || rows.length > mostRows) {
          throw misread(`${host} has more than ${mostPages} pages or ${mostRows} items.`);
        }
        asked.add(url);
        const answer: HttpAnswer = await get(url, signal);
        const page = itemsOf(rules, answer.body, host);
        clockSkewMs ??= answer.clockSkewMs;
        rows.push(...page.rows);
        roots.push(answer.body);
        missing += page.missing;
        if (page.rows.length > 0) filledPages += 1;
        if (total !== null) {
          const told = Number(
            textOf(valueAt(total, { value: answer.body, keys: [] })) ?? Number.NaN,
          );
          if (!Number.isFinite(told)) throw misread(`${host} does not tell ${total.text}`);
          expected = told;
          if (paging !== 'none' && rows.length >= told) break;
        }
        url = nextUrl(answer, { url, pages: asked.size, rows: rows.length, got: page.rows.length });
      }
      const isShort = expected !== null && rows.length < expected;
      return {
        rows,
        missing,
        roots,
        filledPages,
        clockSkewMs,
        incompleteReason: isShort
          ? `${host} says that it has ${expected} items, but sent ${rows.length}, so nothing counts as resolved.`
          : null,
      };
    },
  };
}

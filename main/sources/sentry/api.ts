/** The calls of Sentry's API. A write names exactly one issue in its path: the call for many takes "none" for "all". */
import type { HttpAnswer, HttpClient } from '../http.ts';
import { joinUrl } from '../http-address.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { nextCursor, WireComments, WireIssue, WireProjects } from './parse.ts';
import type { SentrySettings } from './settings.ts';

/** The most that Sentry gives in one page. */
const pageSize = 100;
const mostPages = 20;

const notSentry = (host: string, what: string): SourceError =>
  new SourceError('source.misconfigured', `${host} answered, but not like Sentry: ${what}.`, {
    next: 'Check the address.',
  });

export interface IssueList {
  /** Unchecked. */
  readonly issues: readonly unknown[];
  /** Why there may be more; null when all pages were read. */
  readonly incomplete: SourceError | null;
  readonly clockSkewMs: number | null;
}

export type SentryApi = ReturnType<typeof createApi>;

export function createApi(http: HttpClient, settings: SentrySettings, token: string) {
  const { host } = new URL(settings.url);
  const organization = `organizations/${encodeURIComponent(settings.organization)}`;

  const call = (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    signal: AbortSignal,
    more: { json?: unknown; acceptStatus?: readonly number[] } = {},
  ): Promise<HttpAnswer> =>
    http.request({
      method,
      url: joinUrl(settings.url, `/api/0/${path}`),
      headers: { authorization: `Bearer ${token}` },
      signal,
      ...more,
    });

  const issueOf = (body: unknown): WireIssue => {
    const issue = WireIssue.safeParse(body);
    if (!issue.success) throw notSentry(host, firstIssue(issue.error));
    return issue.data;
  };

  return {
    host,

    /** All pages of the issues that match, newest first. */
    async issues(query: string, period: string, signal: AbortSignal): Promise<IssueList> {
      const issues: unknown[] = [];
      const cursors = new Set<string>();
      let cursor: string | null = null;
      let clockSkewMs: number | null = null;
      for (let page = 0; page < mostPages; page += 1) {
        const projects = settings.projects.length === 0 ? ['-1'] : settings.projects;
        const search = new URLSearchParams([
          ...projects.map((project) => ['project', project]),
          ...settings.environments.map((environment) => ['environment', environment]),
          ['query', query],
          ['statsPeriod', period],
          ['sort', 'new'],
          ['limit', String(pageSize)],
          ...(cursor === null ? [] : [['cursor', cursor]]),
        ]);
        const answer = await call('GET', `${organization}/issues/?${search.toString()}`, signal);
        if (!Array.isArray(answer.body)) throw notSentry(host, 'its issues are no list');
        const found = answer.body as unknown[];
        issues.push(...found);
        clockSkewMs ??= answer.clockSkewMs;
        const next = nextCursor(answer.headers['link']);
        const isEnd = next === null || (next === undefined && found.length < pageSize);
        if (isEnd) return { issues, incomplete: null, clockSkewMs };
        if (next === undefined || cursors.has(next)) {
          throw notSentry(host, 'it does not say where its next page is');
        }
        cursors.add(next);
        cursor = next;
      }
      const most = (mostPages * pageSize).toLocaleString('en');
      const incomplete = new SourceError(
        'source.misconfigured',
        `More than ${most} issues match, of which only the newest were read.`,
        { next: 'Narrow the query, or choose a shorter time.' },
      );
      return { issues, incomplete, clockSkewMs };
    },

    /** Null when there is none with this id (any more). */
    async issue(id: string, signal: AbortSignal): Promise<WireIssue | null> {
      const answer = await call('GET', `${organization}/issues/${id}/`, signal, {
        acceptStatus: [404],
      });
      return answer.status === 404 ? null : issueOf(answer.body);
    },

    /** Only the keys that change. */
    async change(
      id: string,
      change: Readonly<Record<string, unknown>>,
      signal: AbortSignal,
    ): Promise<void> {
      await call('PUT', `${organization}/issues/${id}/`, signal, { json: change });
    },

    async comments(id: string, signal: AbortSignal): Promise<{ id: string; text: string }[]> {
      const { body } = await call('GET', `issues/${id}/comments/`, signal);
      const comments = WireComments.safeParse(body);
      if (!comments.success) throw notSentry(host, firstIssue(comments.error));
      return comments.data.map((comment) => ({ id: comment.id, text: comment.data?.text ?? '' }));
    },

    async comment(id: string, text: string, signal: AbortSignal): Promise<void> {
      await call('POST', `issues/${id}/comments/`, signal, { json: { text } });
    },

    /** Whether this token sees any project at all: without one, every list is empty. */
    async seesProjects(signal: AbortSignal): Promise<boolean> {
      let answer: HttpAnswer;
      try {
        answer = await call('GET', `${organization}/projects/?per_page=100`, signal);
      } catch (error) {
        if (!(error instanceof SourceError) || error.code !== 'source.unauthorized') throw error;
        throw new SourceError(
          'source.unauthorized',
          'No issue is listed, and this token may not read the projects, so nothing proves that all is quiet.',
          { next: 'Give the token the scope org:read, too.', isRetryable: false, cause: error },
        );
      }
      const projects = WireProjects.safeParse(answer.body);
      if (!projects.success) throw notSentry(host, 'its projects are no list');
      return projects.data.some(({ hasAccess }) => hasAccess !== false);
    },
  };
}

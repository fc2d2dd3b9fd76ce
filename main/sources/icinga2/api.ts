/** The calls of the API. Icinga answers 404 for what is not there and for what this user may not see; these tell them apart. */
import { basicAuthorization } from '../fields.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { oneLine } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { cutText } from '../text.ts';
import { attributesOf, hostJoins, Results, WireComment, WireDowntime, WireUser } from './parse.ts';
import type { Icinga2Settings } from './settings.ts';
import { bodyFor, partsOf, type Target } from './target.ts';

const notIcinga = (host: string): SourceError =>
  new SourceError(
    'source.misconfigured',
    `${host} answered, but not like the API of an Icinga 2.`,
    {
      next: 'Enter the address of its API (port 5665), not that of Icinga Web.',
    },
  );

export const mayNot = (what: string, permission: string): SourceError =>
  new SourceError('source.unauthorized', `Its ApiUser may not ${what}.`, {
    next: `Give the ApiUser the permission ${permission}.`,
    isRetryable: false,
  });

/** What became of a write to one object. */
export interface Done {
  /** As HTTP: 200, 404 (or no permission), 409, 500. */
  readonly code: number;
  readonly text: string;
  /** Of the comment or downtime that was made. */
  readonly name: string | null;
}

export type Icinga2Api = ReturnType<typeof createApi>;

export function createApi(
  http: HttpClient,
  settings: Icinga2Settings,
  secrets: Readonly<Record<string, string>>,
) {
  const { host } = new URL(settings.url);
  const headers: Record<string, string> =
    settings.login === 'basic'
      ? { authorization: basicAuthorization(settings.user, secrets['password'] ?? '') }
      : {};
  /** From 2.14.9 on filters need a permission of their own. */
  let mayFilter = true;

  const get = (path: string, signal: AbortSignal): Promise<HttpAnswer> =>
    http.request({
      url: joinUrl(settings.url, `/v1/${path}`),
      headers,
      signal,
      acceptStatus: [403, 404],
    });

  const post = (
    path: string,
    json: unknown,
    signal: AbortSignal,
    more: Readonly<Record<string, string>> = {},
    acceptStatus: readonly number[] = [403, 404],
  ): Promise<HttpAnswer> =>
    http.request({
      method: 'POST',
      url: joinUrl(settings.url, `/v1/${path}`),
      // Anything else than exactly this is refused.
      headers: { ...headers, accept: 'application/json', ...more },
      json,
      signal,
      acceptStatus,
    });

  const statusText = (answer: HttpAnswer): string => {
    const { status } = (answer.body ?? {}) as { status?: unknown };
    return typeof status === 'string' ? cutText(oneLine(status), 200) : '';
  };

  /** Its results; null for "No objects found.", which also means that it may not be told. @throws SourceError */
  function resultsOf(
    answer: HttpAnswer,
    what: string,
    permission: string,
  ): readonly unknown[] | null {
    if (answer.status === 403) throw mayNot(what, permission);
    if (answer.status === 404) {
      if (/^No objects found/i.test(statusText(answer))) return null;
      throw notIcinga(host);
    }
    const results = Results.safeParse(answer.body);
    if (!results.success) throw notIcinga(host);
    return results.data.results;
  }

  /** Objects that this filter names. Filters are not allowed to everybody: then all come, for the caller to choose from. */
  async function list(
    type: 'comments' | 'downtimes',
    filter: {
      readonly filter: string;
      readonly filter_vars: Readonly<Record<string, string>>;
    } | null,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const what = `read ${type}`;
    const permission = type === 'comments' ? 'objects/query/Comment' : 'objects/query/Downtime';
    const ask = (body: unknown): Promise<HttpAnswer> =>
      post(`objects/${type}`, body, signal, { 'x-http-method-override': 'GET' });
    let answer = await ask(filter !== null && mayFilter ? filter : {});
    if (answer.status === 403 && filter !== null && mayFilter) {
      answer = await ask({});
      if (answer.status === 200) mayFilter = false;
    }
    const results = resultsOf(answer, what, permission);
    if (results === null) throw mayNot(what, permission);
    return results;
  }

  const ofObject = (
    name: string,
    type: 'comment' | 'downtime',
  ): { filter: string; filter_vars: Record<string, string> } => {
    const { host: hostName, service } = partsOf(name);
    return {
      filter: `${type}.host_name == wanted_host && ${type}.service_name == wanted_service`,
      filter_vars: { wanted_host: hostName, wanted_service: service ?? '' },
    };
  };

  const downtimesFrom = (results: readonly unknown[]): readonly WireDowntime[] =>
    results.flatMap((raw) => {
      const downtime = WireDowntime.safeParse(raw);
      return downtime.success ? [downtime.data] : [];
    });

  return {
    base: settings.url,
    host,

    /** Unchecked objects that are not well. @throws SourceError */
    async problems(type: 'hosts' | 'services', signal: AbortSignal): Promise<readonly unknown[]> {
      const what = `read ${type}`;
      const permission = type === 'hosts' ? 'objects/query/Host' : 'objects/query/Service';
      const ask = (hasFilter: boolean): Promise<HttpAnswer> => {
        const query = new URLSearchParams();
        if (hasFilter) query.set('filter', `${type.slice(0, -1)}.state!=0`);
        for (const name of attributesOf[type]) query.append('attrs', name);
        if (type === 'services') for (const name of hostJoins) query.append('joins', name);
        return get(`objects/${type}?${query}`, signal);
      };
      let answer = await ask(mayFilter);
      if (answer.status === 403 && mayFilter) {
        answer = await ask(false);
        if (answer.status === 200) mayFilter = false;
      }
      const results = resultsOf(answer, what, permission);
      if (results === null) throw mayNot(what, permission);
      return results;
    },

    /** Whether this user sees any host or service at all. */
    async seesAnything(signal: AbortSignal): Promise<boolean> {
      for (const type of ['hosts', 'services']) {
        const answer = await get(`objects/${type}?attrs=__name`, signal);
        const results = resultsOf(answer, `read ${type}`, 'objects/query/*');
        if (results !== null && results.length > 0) return true;
      }
      return false;
    },

    /** Parts of the status by name; null when this user may not read it. */
    async status(signal: AbortSignal): Promise<ReadonlyMap<string, unknown> | null> {
      const answer = await get('status', signal);
      if (answer.status === 403) return null;
      const results = resultsOf(answer, 'read the status', 'status/query');
      if (results === null) return null;
      const parts = new Map<string, unknown>();
      for (const raw of results) {
        const { name, status } = (raw ?? {}) as { name?: unknown; status?: unknown };
        if (typeof name === 'string') parts.set(name, status);
      }
      return parts;
    },

    /** Who we are there, and what we may do; null where it does not say. */
    async user(signal: AbortSignal): Promise<WireUser | null> {
      const answer = await http.request({
        url: joinUrl(settings.url, '/v1'),
        headers: { ...headers, accept: 'application/json' },
        // Older ones say it on a page.
        expect: 'text',
        signal,
      });
      try {
        const { results } = Results.parse(JSON.parse(String(answer.body)));
        const user = WireUser.safeParse(results[0]);
        return user.success ? user.data : null;
      } catch {
        return null;
      }
    },

    /** State of one object; null when there is none of this name. */
    async object(
      target: Target,
      signal: AbortSignal,
    ): Promise<{ state: number; isAcknowledged: boolean } | null> {
      const type = target.kind === 'host' ? 'hosts' : 'services';
      const body = bodyFor(target, { attrs: ['__name', 'state', 'acknowledgement'] });
      const answer = await post(`objects/${type}`, body, signal, {
        'x-http-method-override': 'GET',
      });
      const results = resultsOf(answer, `read ${type}`, 'objects/query/*');
      const [found] = results ?? [];
      const { attrs } = (found ?? {}) as {
        attrs?: { state?: unknown; acknowledgement?: unknown } | null;
      };
      if (attrs === undefined || attrs === null) return null;
      return { state: Number(attrs.state), isAcknowledged: Number(attrs.acknowledgement) > 0 };
    },

    async commentsOf(name: string, signal: AbortSignal): Promise<readonly WireComment[]> {
      const { host: hostName, service } = partsOf(name);
      const results = await list('comments', ofObject(name, 'comment'), signal);
      return results.flatMap((raw) => {
        const comment = WireComment.safeParse(raw);
        if (!comment.success) return [];
        const { host_name, service_name } = comment.data.attrs;
        return host_name === hostName && service_name === (service ?? '') ? [comment.data] : [];
      });
    },

    /** Those that acknowledge something. */
    async acknowledgements(signal: AbortSignal): Promise<readonly WireComment[]> {
      const filter = { filter: 'comment.entry_type == 4', filter_vars: {} };
      const results = await list('comments', filter, signal);
      return results.flatMap((raw) => {
        const comment = WireComment.safeParse(raw);
        return comment.success && comment.data.attrs.entry_type === 4 ? [comment.data] : [];
      });
    },

    async downtimes(signal: AbortSignal): Promise<readonly WireDowntime[]> {
      return downtimesFrom(await list('downtimes', null, signal));
    },

    /** Those of one host, with those of its services. */
    async downtimesOfHost(hostName: string, signal: AbortSignal): Promise<readonly WireDowntime[]> {
      const filter = {
        filter: 'downtime.host_name == wanted_host',
        filter_vars: { wanted_host: hostName },
      };
      const all = downtimesFrom(await list('downtimes', filter, signal));
      return all.filter(({ attrs }) => attrs.host_name === hostName);
    },

    /** Does something to exactly one object. */
    async act(
      action: string,
      target: Target,
      fields: Readonly<Record<string, unknown>>,
      signal: AbortSignal,
    ): Promise<Done> {
      const answer = await post(
        `actions/${action}`,
        bodyFor(target, fields),
        signal,
        {},
        [403, 404, 409, 500],
      );
      if (answer.status === 403) throw mayNot('do this', `actions/${action}`);
      if (answer.status === 404 && /^No objects found/i.test(statusText(answer))) {
        return { code: 404, text: statusText(answer), name: null };
      }
      const results = Results.safeParse(answer.body);
      const [first] = results.success ? results.data.results : [];
      const { code, status, name } = (first ?? {}) as {
        code?: unknown;
        status?: unknown;
        name?: unknown;
      };
      // The status of the whole says nothing: with several results it is that of the worst.
      if (typeof code === 'number') {
        return {
          code,
          text: typeof status === 'string' ? cutText(oneLine(status), 200) : '',
          name: typeof name === 'string' && name !== '' ? name : null,
        };
      }
      if (answer.status === 500) {
        throw new SourceError('source.unreachable', `${host} answered with an error (500).`, {
          next: 'Nightdesk keeps trying. Look at the log of Icinga.',
        });
      }
      throw notIcinga(host);
    },
  };
}

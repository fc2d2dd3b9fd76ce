/** The calls of the REST API of one site: reads by Livestatus, commands for single objects. */
import { basicAuthorization } from '../fields.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { WireCollection, WireDowntime, WireVersion, type Target } from './parse.ts';
import type { CheckmkSettings } from './settings.ts';

/** A Livestatus filter as JSON. */
export type Query =
  | { readonly op: '=' | '!='; readonly left: string; readonly right: string }
  | { readonly op: 'and'; readonly expr: readonly Query[] };

export interface Rows {
  readonly rows: readonly unknown[];
  readonly clockSkewMs: number | null;
}

export type CheckmkApi = ReturnType<typeof createApi>;

const sitePath = (path: string): string => path.replace(/\/check_mk(\/.*)?$/, '');

export function createApi(
  http: HttpClient,
  settings: CheckmkSettings,
  secrets: Readonly<Record<string, string>>,
) {
  // People paste the address of a page of the site, or of its API.
  const base = new URL(settings.url);
  base.pathname = sitePath(base.pathname);
  base.search = '';
  base.hash = '';
  const { host } = base;
  const secret = secrets['secret'] ?? '';
  const headers = {
    authorization:
      settings.login === 'automation'
        ? `Bearer ${settings.user} ${secret}`
        : basicAuthorization(settings.user, secret),
  };
  /** Older versions take a query only in the address. */
  let isByGet = false;

  const at = (path: string): string => joinUrl(base.href, `/check_mk/api/1.0/${path}`);

  const notCheckmk = (what: string): SourceError =>
    new SourceError('source.misconfigured', `${host} answered, but not like Checkmk: ${what}.`, {
      next: 'Check the address: it ends with the name of the site.',
    });

  async function ask(
    kind: 'service' | 'host',
    body: {
      readonly query?: Query;
      readonly columns: readonly string[];
      readonly sites?: readonly string[];
    },
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const path = `domain-types/${kind}/collections/all`;
    if (!isByGet) {
      const url = at(path);
      const answer = await http.request({
        method: 'POST',
        url,
        headers,
        json: body,
        acceptStatus: [405],
        signal,
      });
      if (answer.status !== 405) return answer;
      isByGet = true;
    }
    const query = new URLSearchParams();
    if (body.query !== undefined) query.set('query', JSON.stringify(body.query));
    for (const column of body.columns) query.append('columns', column);
    for (const site of body.sites ?? []) query.append('sites', site);
    return http.request({ url: `${at(path)}?${query.toString()}`, headers, signal });
  }

  async function command(path: string, json: unknown, signal: AbortSignal): Promise<void> {
    await http.request({ method: 'POST', url: at(path), headers, json, signal });
  }

  const objectOf = ({ host: name, service }: Target): Record<string, string> => ({
    host_name: name,
    ...(service === null ? {} : { service_description: service }),
  });
  const typeOf = ({ service }: Target): 'host' | 'service' =>
    service === null ? 'host' : 'service';

  return {
    base: base.href,
    host,

    async version(signal: AbortSignal): Promise<{
      site: string;
      version: string | null;
      clockSkewMs: number | null;
    }> {
      const { body, clockSkewMs } = await http.request({ url: at('version'), headers, signal });
      const parsed = WireVersion.safeParse(body);
      if (!parsed.success) throw notCheckmk(firstIssue(parsed.error));
      const { site, versions } = parsed.data;
      return { site, version: versions?.checkmk ?? null, clockSkewMs };
    },

    /** Without a `site`, of all that are connected. */
    async rows(
      kind: 'service' | 'host',
      options: {
        readonly query?: Query;
        readonly columns: readonly string[];
        readonly site: string | null;
      },
      signal: AbortSignal,
    ): Promise<Rows> {
      const { query, columns, site } = options;
      const { body, clockSkewMs } = await ask(
        kind,
        {
          columns,
          ...(query === undefined ? {} : { query }),
          ...(site === null ? {} : { sites: [site] }),
        },
        signal,
      );
      if (body === undefined) {
        throw new SourceError('source.unreachable', `${host} answered with nothing at all.`, {
          next: 'Nightdesk keeps trying. Look at the server, and at the proxy in front of it.',
        });
      }
      const parsed = WireCollection.safeParse(body);
      if (!parsed.success) throw notCheckmk(firstIssue(parsed.error));
      return { rows: parsed.data.value, clockSkewMs };
    },

    async acknowledge(target: Target, comment: string, signal: AbortSignal): Promise<void> {
      const json = {
        acknowledge_type: typeOf(target),
        host_name: target.host,
        // The server decodes percents here, and only here.
        ...(target.service === null
          ? {}
          : { service_description: target.service.replaceAll('%', '%25') }),
        sticky: true,
        persistent: false,
        notify: false,
        comment,
      };
      await command(`domain-types/acknowledge/collections/${typeOf(target)}`, json, signal);
    },

    async unacknowledge(target: Target, signal: AbortSignal): Promise<void> {
      const json = { acknowledge_type: typeOf(target), ...objectOf(target) };
      await command('domain-types/acknowledge/actions/delete/invoke', json, signal);
    },

    async comment(target: Target, comment: string, signal: AbortSignal): Promise<void> {
      const json = {
        comment_type: typeOf(target),
        ...objectOf(target),
        comment,
        // The others are lost when the core is started anew.
        persistent: true,
      };
      await command(`domain-types/comment/collections/${typeOf(target)}`, json, signal);
    },

    async scheduleDowntime(
      target: Target,
      span: { readonly from: string; readonly until: string; readonly comment: string },
      signal: AbortSignal,
    ): Promise<void> {
      const json = {
        downtime_type: typeOf(target),
        host_name: target.host,
        ...(target.service === null ? {} : { service_descriptions: [target.service] }),
        start_time: span.from,
        end_time: span.until,
        recur: 'fixed',
        // More would make it a flexible one, which begins with the problem.
        duration: 0,
        comment: span.comment,
      };
      await command(`domain-types/downtime/collections/${typeOf(target)}`, json, signal);
    },

    /** Unreadable ones are left out: they only decide what a list of silences shows. */
    async downtimes(
      hostName: string | null,
      signal: AbortSignal,
    ): Promise<readonly WireDowntime[]> {
      const path = 'domain-types/downtime/collections/all';
      const query =
        hostName === null ? '' : `?${new URLSearchParams({ host_name: hostName }).toString()}`;
      const { body } = await http.request({ url: `${at(path)}${query}`, headers, signal });
      const parsed = WireCollection.safeParse(body);
      if (!parsed.success) throw notCheckmk(firstIssue(parsed.error));
      return parsed.data.value.flatMap((raw) => {
        const downtime = WireDowntime.safeParse(raw);
        return downtime.success ? [downtime.data] : [];
      });
    },

    /** By its id, never by parameters: those may remove all of a host. */
    async removeDowntime(id: string, site: string, signal: AbortSignal): Promise<void> {
      const json = { delete_type: 'by_id', site_id: site, downtime_id: id };
      await command('domain-types/downtime/actions/delete/invoke', json, signal);
    },
  };
}

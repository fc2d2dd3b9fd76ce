/**
 * Opsgenie lives on as the operations part of Jira Service Management: the same alerts and actions behind other addresses, another
 * login, and other names around the lists.
 */
import { z } from 'zod';
import { basicAuthorization } from '../fields.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpClient } from '../http.ts';
import { SourceError } from '../source-error.ts';
import type { JsmSettings, OpsgenieSettings } from './settings.ts';

type Secrets = Readonly<Record<string, string>>;

export interface Dialect {
  readonly kind: 'opsgenie' | 'jsm';
  readonly title: string;
  /** Its host, for people. */
  readonly host: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The address of the API, below which are the alerts; may have to be found out first. */
  base(signal: AbortSignal): Promise<string>;
  readonly alertsPath: string;
  /** The parameter that says how long a page is to be. */
  readonly sizeName: 'limit' | 'size';
  /** Said with every single alert, where an id might be taken for an alias. */
  readonly identifier: string;
  /** Of an answer with a list; null: it is none. */
  page(body: unknown): { readonly items: readonly unknown[]; readonly hasMore: boolean } | null;
  /** What is around a single thing. */
  unwrap(body: unknown): unknown;
  /** Who acts is told only where a key does not tell it. */
  signature(by: string): Readonly<Record<string, string>>;
  /** The end that ends a snooze, given the upstream's time. */
  snoozeEndNow(nowMs: number): number;
  urlOf(alert: { readonly id: string; readonly tinyId: string }): string | null;
  /** What to do when the rights of the login are not enough. */
  readonly rights: string;
}

const Wrapped = z.object({ data: z.unknown() });
const next = (value: unknown): boolean => typeof value === 'string' && value !== '';

const OpsgeniePage = z.object({
  data: z.array(z.unknown()),
  paging: z.object({ next: z.unknown() }).partial().nullish(),
});

export function opsgenieDialect(settings: OpsgenieSettings, secrets: Secrets): Dialect {
  const { url, account } = settings;
  const { host } = new URL(url);
  const region = /^api\.((?:eu\.)?opsgenie\.com)$/.exec(host)?.[1];
  const app = region === undefined ? null : `${account === '' ? '' : `${account}.`}app.${region}`;
  return {
    kind: 'opsgenie',
    title: 'Opsgenie',
    host,
    address: url,
    headers: { authorization: `GenieKey ${secrets['token'] ?? ''}` },
    base: async () => url,
    alertsPath: '/v2/alerts',
    sizeName: 'limit',
    identifier: 'identifierType=id',
    page(body) {
      const page = OpsgeniePage.safeParse(body);
      if (!page.success) return null;
      return { items: page.data.data, hasMore: next(page.data.paging?.next) };
    },
    unwrap(body) {
      const wrapped = Wrapped.safeParse(body);
      return wrapped.success ? wrapped.data.data : undefined;
    },
    signature: (by) => ({ user: by, source: 'Nightdesk' }),
    // Nobody documents what an end in the past does here, so it is the nearest future.
    snoozeEndNow: (nowMs) => nowMs + 3_000,
    urlOf: ({ id }) =>
      app === null ? null : `https://${app}/alert/detail/${encodeURIComponent(id)}/details`,
    rights: 'Use the key of an API integration that may read, create and update.',
  };
}

const JsmPage = z.object({
  values: z.array(z.unknown()).optional(),
  data: z.array(z.unknown()).optional(),
  links: z.object({ next: z.unknown() }).partial().nullish(),
});

export function jsmDialect(settings: JsmSettings, secrets: Secrets, http: HttpClient): Dialect {
  const { url, site, login, user } = settings;
  const { host } = new URL(url);
  const token = secrets['token'] ?? '';
  let cloudId = settings.cloudId;

  async function findCloudId(signal: AbortSignal): Promise<string> {
    if (cloudId !== '') return cloudId;
    // Anybody may ask this, so the login stays out of it.
    const { body } = await http.request({ url: joinUrl(site, '/_edge/tenant_info'), signal });
    const found = (body as { cloudId?: unknown } | null)?.cloudId;
    if (typeof found !== 'string' || !/^[\w-]{1,100}$/.test(found)) {
      throw new SourceError('source.misconfigured', `${new URL(site).host} tells no cloud id.`, {
        next: 'Check the address of the site, or enter the cloud id.',
      });
    }
    cloudId = found;
    return found;
  }

  return {
    kind: 'jsm',
    title: 'Jira Service Management',
    host,
    address: url,
    headers: {
      authorization: login === 'token' ? basicAuthorization(user, token) : `Bearer ${token}`,
    },
    base: async (signal) =>
      joinUrl(url, `/jsm/ops/api/${encodeURIComponent(await findCloudId(signal))}`),
    alertsPath: '/v1/alerts',
    sizeName: 'size',
    identifier: '',
    page(body) {
      const page = JsmPage.safeParse(body);
      const items = page.data?.values ?? page.data?.data;
      if (items === undefined) return null;
      return { items, hasMore: next(page.data?.links?.next) };
    },
    unwrap(body) {
      const wrapped = Wrapped.safeParse(body);
      return wrapped.success && wrapped.data.data !== undefined ? wrapped.data.data : body;
    },
    // The token says whose it is, and these are refused where they are not expected.
    signature: () => ({}),
    snoozeEndNow: (nowMs) => nowMs - 60_000,
    urlOf: ({ tinyId }) =>
      joinUrl(
        site,
        tinyId === ''
          ? '/jira/ops/alerts'
          : `/jira/ops/alerts?view=list&query=${encodeURIComponent(`tinyId:${tinyId}`)}`,
      ),
    rights:
      'Use a token with the scopes read:ops-alert:jira-service-management and write:ops-alert:jira-service-management.',
  };
}

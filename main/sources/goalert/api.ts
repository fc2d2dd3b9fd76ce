/** GoAlert's GraphQL endpoint, with one of its two ways to log in. */
import { scrubText } from '../../logging.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { operations, type Operation } from './documents.ts';
import { WireAnswer, WireOne, WirePage } from './parse.ts';
import { createSession } from './session.ts';
import type { GoAlertSettings } from './settings.ts';

const pageSize = 100;
const mostPages = 200;

export interface AlertFilter {
  readonly filterByStatus: readonly string[];
  readonly notClosedBefore?: string;
  readonly closedBefore?: string;
}

export interface AlertList {
  /** Unchecked. */
  readonly alerts: readonly unknown[];
  /** Of those that were asked for; without a filter, one that proves that any can be seen. */
  readonly services: readonly { readonly id: string; readonly name: string }[];
  readonly clockSkewMs: number | null;
}

export type GoAlertApi = ReturnType<typeof createApi>;

export function createApi(
  http: HttpClient,
  settings: GoAlertSettings,
  secrets: Readonly<Record<string, string>>,
) {
  const { url: base, login } = settings;
  const { host } = new URL(base);
  const session =
    login === 'password'
      ? createSession({ base, http, user: settings.user, password: secrets['password'] ?? '' })
      : null;

  const tokenFor = (operation: Operation): string =>
    (login === 'key' ? secrets['token'] : secrets[`${operation}Token`]) ?? '';

  const clean = (text: string): string => {
    let result = scrubText(text);
    for (const secret of Object.values(secrets)) {
      if (secret !== '') result = result.replaceAll(secret, '[redacted]');
    }
    return result.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 200);
  };

  async function ask(
    operation: Operation,
    variables: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { name, document } = operations[operation];
    // A key brings its own document: without one in the request, a blank more or less in ours does not matter.
    const json = {
      operationName: name,
      variables,
      ...(session === null ? {} : { query: document }),
    };
    const headers =
      session === null
        ? { authorization: `Bearer ${tokenFor(operation)}` }
        : await session.headers(signal);
    return http.request({
      method: 'POST',
      url: joinUrl(base, '/api/graphql'),
      headers,
      json,
      signal,
    });
  }

  const notGoAlert = (what: string): SourceError =>
    new SourceError('source.misconfigured', `${host} answered, but not like GoAlert: ${what}.`, {
      next: 'Check the address and its path.',
    });

  function failureOf(operation: Operation, message: string, code: string): SourceError {
    const said = clean(message);
    if (
      code === 'invalid_query' ||
      /wrong query|unknown operation|operation .* not found/i.test(said)
    ) {
      return new SourceError(
        'source.misconfigured',
        `${host} says that this API key belongs to another document (${said}).`,
        {
          next: `Make a GraphQL API key with the document of docs/goalert.graphql: ${operations[operation].document.replace(/\s+/g, ' ')}`,
        },
      );
    }
    if (/permission|access denied|unauthorized|forbidden|not authorized/i.test(said)) {
      return new SourceError('source.unauthorized', `${host} forbids this: ${said}.`, {
        next: 'Check the role of this key or user.',
        isRetryable: false,
      });
    }
    if (/cannot query field|unknown (argument|type|field)/i.test(said)) {
      return new SourceError(
        'source.misconfigured',
        `${host} does not know what was asked: ${said}.`,
        {
          next: 'It may be too old. Ask who runs it for an update.',
        },
      );
    }
    return new SourceError('source.unreachable', `${host} answered with an error: ${said}.`, {
      next: 'Nightdesk keeps trying. Look at GoAlert itself if it stays.',
    });
  }

  /** The data of an answer without errors: with some, what is there may be a part. @throws SourceError */
  async function call(
    operation: Operation,
    variables: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<{ data: unknown; clockSkewMs: number | null }> {
    let answer: HttpAnswer;
    try {
      answer = await ask(operation, variables, signal);
    } catch (error) {
      const isRefused = error instanceof SourceError && error.code === 'source.unauthorized';
      if (!isRefused || session === null || !session.drop()) throw error;
      answer = await ask(operation, variables, signal);
    }
    if (answer.body === undefined) {
      throw new SourceError('source.unreachable', `${host} answered with nothing at all.`, {
        next: 'Nightdesk keeps trying. Look at the server, and at the proxy in front of it.',
      });
    }
    const parsed = WireAnswer.safeParse(answer.body);
    if (!parsed.success) throw notGoAlert(firstIssue(parsed.error));
    const [failure] = parsed.data.errors ?? [];
    if (failure !== undefined) {
      throw failureOf(operation, failure.message, failure.extensions?.code ?? '');
    }
    return { data: parsed.data.data, clockSkewMs: answer.clockSkewMs };
  }

  return {
    base,
    host,

    /** All pages. @throws SourceError also when there are more than anybody can read */
    async alerts(filter: AlertFilter, signal: AbortSignal): Promise<AlertList> {
      const alerts: unknown[] = [];
      const wanted = settings.services;
      const services = wanted.length > 0 ? { only: wanted, first: pageSize } : { first: 1 };
      let after = '';
      for (let page = 0; page < mostPages; page += 1) {
        const input = {
          ...filter,
          ...(wanted.length > 0 ? { filterByServiceID: wanted } : {}),
          first: pageSize,
          after,
          sort: 'dateID',
        };
        const variables = { input, services, id: 0, isOne: false };
        const { data, clockSkewMs } = await call('read', variables, signal);
        const parsed = WirePage.safeParse(data);
        if (!parsed.success) throw notGoAlert(firstIssue(parsed.error));
        const { nodes, pageInfo } = parsed.data.alerts;
        alerts.push(...nodes);
        if (!pageInfo.hasNextPage) {
          return { alerts, services: parsed.data.services.nodes, clockSkewMs };
        }
        const next = pageInfo.endCursor ?? '';
        if (next === '' || next === after) throw notGoAlert('its pages do not go on');
        after = next;
      }
      throw new SourceError(
        'source.misconfigured',
        `${host} has more than ${(pageSize * mostPages).toLocaleString('en')} open alerts.`,
        { next: 'Name the services that are yours.' },
      );
    },

    /** Null when there is none with this id. */
    async status(id: string, signal: AbortSignal): Promise<string | null> {
      const variables = {
        input: { first: 1 },
        services: { first: 1 },
        id: Number(id),
        isOne: true,
      };
      const { data } = await call('read', variables, signal);
      const parsed = WireOne.safeParse(data);
      if (!parsed.success) throw notGoAlert(firstIssue(parsed.error));
      return parsed.data.alert?.status ?? null;
    },

    /** One alert; its answer lists what changed, which says nothing when it was in that state already. */
    async update(id: string, newStatus: string, signal: AbortSignal): Promise<void> {
      await call('write', { input: { alertIDs: [Number(id)], newStatus } }, signal);
    },
  };
}

/** The calls that both dialects know. Writes are queued upstream, so each waits for what became of it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { joinUrl } from '../http-address.ts';
import { reasonIn } from '../http-refusals.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue } from '../observed.ts';
import { readOverlapping, type WholeList } from '../overlapping-pages.ts';
import { tooManyRequests } from '../rate-limit.ts';
import { SourceError } from '../source-error.ts';
import type { Dialect } from './dialect.ts';
import { idOf, WireAlert, WireDetails, WireNote, WireOutcome, WireReceipt } from './parse.ts';

const pageSize = 100;
/** Offset and size together; more is refused. */
const reach = 20_000;
/** How long to wait before each look at what became of a request. */
const looks = [150, 300, 600, 1_200, 2_400, 4_800];

export type AlertAction = 'acknowledge' | 'unacknowledge' | 'close' | 'snooze' | 'notes';

export type OpsgenieApi = ReturnType<typeof createApi>;

export function createApi(http: HttpClient, clock: Clock, dialect: Dialect, chosen: string) {
  const { host, alertsPath, sizeName, identifier } = dialect;
  let clockSkewMs: number | null = null;

  const alertPath = (id: string, action = ''): string => {
    const path = `${alertsPath}/${encodeURIComponent(id)}${action === '' ? '' : `/${action}`}`;
    return identifier === '' ? path : `${path}?${identifier}`;
  };
  const withQuery = (path: string, query: Readonly<Record<string, string>>): string =>
    `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(query)}`;

  async function call(
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    more: { json?: unknown; acceptStatus?: readonly number[] } = {},
  ): Promise<HttpAnswer> {
    const answer = await http.request({
      method,
      url: joinUrl(await dialect.base(signal), path),
      headers: dialect.headers,
      signal,
      acceptStatus: [401, 429, ...(more.acceptStatus ?? [])],
      ...(more.json === undefined ? {} : { json: more.json }),
    });
    if (answer.status === 429) {
      const names = ['x-ratelimit-period-in-sec'];
      throw tooManyRequests(answer, { host, names, nowMs: clock.now() });
    }
    if (answer.status === 401) throw refused(answer);
    clockSkewMs = answer.clockSkewMs ?? clockSkewMs;
    return answer;
  }

  /** A login that lacks a scope is refused as a wrong one is, and only its words tell them apart. */
  function refused({ body }: HttpAnswer): SourceError {
    const reason = reasonIn(body) ?? '';
    if (/scope/i.test(reason)) {
      return new SourceError('source.misconfigured', `${host} says that the token lacks a scope.`, {
        next: dialect.rights,
      });
    }
    return new SourceError('source.unauthorized', `${host} refused the login (401).`, {
      next: `Enter it again. ${dialect.rights}`,
      isRetryable: false,
    });
  }

  const notUnderstood = (what: string): SourceError =>
    new SourceError(
      'source.misconfigured',
      `${host} answered, but not like ${dialect.title}: ${what}.`,
      { next: 'Check the address of the API.' },
    );

  function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
    const parsed = schema.safeParse(dialect.unwrap(body));
    if (parsed.success) return parsed.data;
    throw notUnderstood(firstIssue(parsed.error));
  }

  function readPage({ body }: HttpAnswer) {
    const page = dialect.page(body);
    if (page === null) throw notUnderstood('its alerts are no list');
    return page;
  }

  const searching = (condition: string): string =>
    [condition, chosen === '' ? '' : `(${chosen})`].filter(Boolean).join(' AND ');

  const list = (condition: string, signal: AbortSignal): Promise<WholeList> =>
    readOverlapping({
      size: pageSize,
      reach,
      idOf,
      async readPage(offset) {
        const query = {
          query: searching(condition),
          [sizeName]: `${pageSize}`,
          offset: `${offset}`,
          // What is new comes last.
          sort: 'createdAt',
          order: 'asc',
        };
        return readPage(await call('GET', withQuery(alertsPath, query), signal));
      },
    });

  /** Null: still queued. */
  async function outcome(
    requestId: string,
    signal: AbortSignal,
  ): Promise<z.infer<typeof WireOutcome> | null> {
    const path = `${alertsPath}/requests/${encodeURIComponent(requestId)}`;
    const answer = await call('GET', path, signal, { acceptStatus: [404] });
    return answer.status === 404 ? null : read(WireOutcome, answer.body);
  }

  return {
    host,
    clockSkewMs: (): number | null => clockSkewMs,

    /** Unchecked items: they are compared with the last answer before they are validated. */
    openAlerts: (signal: AbortSignal): Promise<WholeList> => list('status:open', signal),

    /** Those that began between the two and are over. */
    closedAlerts: (fromMs: number, untilMs: number, signal: AbortSignal): Promise<WholeList> =>
      list(
        `status:closed AND createdAt > ${Math.floor(fromMs) - 1} AND createdAt < ${Math.ceil(untilMs) + 1}`,
        signal,
      ),

    /** Whether the search selects anything at all, closed alerts included. */
    async seesAnything(signal: AbortSignal): Promise<boolean> {
      const query = {
        ...(chosen === '' ? {} : { query: chosen }),
        [sizeName]: '1',
        offset: '0',
        sort: 'createdAt',
        order: 'desc',
      };
      return readPage(await call('GET', withQuery(alertsPath, query), signal)).items.length > 0;
    },

    /** Null: it does not exist (any more). */
    async alert(id: string, signal: AbortSignal): Promise<WireAlert | null> {
      const answer = await call('GET', alertPath(id), signal, { acceptStatus: [404] });
      return answer.status === 404 ? null : read(WireAlert, answer.body);
    },

    async details(id: string, signal: AbortSignal): Promise<z.infer<typeof WireDetails>> {
      return read(WireDetails, (await call('GET', alertPath(id), signal)).body);
    },

    /** The newest ones. */
    async notes(id: string, signal: AbortSignal): Promise<readonly WireNote[]> {
      const query = { [sizeName]: `${pageSize}`, order: 'desc' };
      const answer = await call('GET', withQuery(alertPath(id, 'notes'), query), signal);
      return readPage(answer).items.flatMap((raw) => {
        const note = WireNote.safeParse(raw);
        return note.success ? [note.data] : [];
      });
    },

    /** Asks for it, and waits until it was done. When that takes too long, it is left to whoever reads back. */
    async act(
      id: string,
      action: AlertAction,
      body: Readonly<Record<string, string>>,
      signal: AbortSignal,
    ): Promise<void> {
      const answer = await call('POST', alertPath(id, action), signal, { json: body });
      const receipt = WireReceipt.safeParse(answer.body);
      if (!receipt.success) return;
      for (const delay of looks) {
        await wait(delay, undefined, { signal });
        const found = await outcome(receipt.data.requestId, signal);
        if (found === null) continue;
        if (found.isSuccess !== false) return;
        throw new SourceError(
          'source.rejected',
          `${dialect.title} took it, but could not do it: ${found.status || 'no reason given'}.`,
          { next: 'Look at the alert there.' },
        );
      }
    },

    /** Asks to acknowledge an alert that cannot exist, to learn whether writes get that far. */
    async mayWrite(signal: AbortSignal): Promise<boolean> {
      try {
        await call('POST', alertPath('nightdesk-test', 'acknowledge'), signal, {
          json: {},
          acceptStatus: [400, 404, 422],
        });
        return true;
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        if (error.code === 'source.unauthorized' || error.code === 'source.misconfigured') {
          return false;
        }
        throw error;
      }
    },
  };
}

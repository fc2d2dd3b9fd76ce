/**
 * Calls of the JSON-RPC API, with the login where this version wants it. Every error comes with HTTP 200.
 *
 * Five wrong passwords lock the account for a while, and then the right one fails with the same words: a refused password is not
 * tried again by itself for as long as that lasts.
 */
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { baseOf, type ZabbixSettings } from './settings.ts';
import { dialectOf, parseVersion, type ApiVersion, type Dialect } from './version.ts';

const lockedMs = 30_000;
const logoutMs = 2_000;

const Reply = z.union([
  z.object({
    error: z.object({ code: z.number(), message: z.string(), data: z.string().default('') }),
  }),
  z.object({ jsonrpc: z.literal('2.0'), result: z.unknown() }),
]);

const isOver = (said: string): boolean => /session terminated|re-login/i.test(said);
const isLoginRefused = (said: string): boolean =>
  /not authori[sz]ed|incorrect user name or password|login name or password|api token expired|no permissions to log ?in|gui access disabled|temporarily blocked/i.test(
    said,
  );

export type ZabbixRpc = ReturnType<typeof createRpc>;

export function createRpc(options: {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly settings: ZabbixSettings;
  readonly secrets: Readonly<Record<string, string>>;
}) {
  const { http, clock, settings, secrets } = options;
  const url = joinUrl(baseOf(settings), 'api_jsonrpc.php');
  const { host } = new URL(url);
  let version: ApiVersion | null = null;
  let session: string | null = null;
  let refused: { at: number; error: SourceError } | null = null;
  let clockSkewMs: number | null = null;
  let lastId = 0;

  const notZabbix = (what: string): SourceError =>
    new SourceError('source.misconfigured', `${host} answered, but not like Zabbix: ${what}.`, {
      next: 'Check the address: it is that of the frontend, with its path.',
    });

  function errorOf(
    method: string,
    { code, message, data }: { code: number; message: string; data: string },
  ): SourceError {
    const said = (data === '' ? message : data).replace(/\s+/g, ' ').slice(0, 200);
    if (isOver(said) || isLoginRefused(said)) {
      const isToken = settings.login === 'token';
      const dropped =
        version !== null && dialectOf(version).login === 'header'
          ? ' If the token is right, the web server may drop the Authorization header (Apache with PHP-FPM needs SetEnvIf Authorization).'
          : '';
      return new SourceError('source.unauthorized', `${host} refused the login: ${said}`, {
        next: isToken
          ? `Enter an API token that is valid and enabled.${dropped}`
          : 'Enter user name and password again. After five wrong ones Zabbix blocks the user for 30 s.',
        isRetryable: false,
      });
    }
    if (/no permissions? to call|do not have permission/i.test(said)) {
      return new SourceError('source.rejected', `The role of this user may not call ${method}.`, {
        next: 'Allow the method in the role of the user (Users, User roles, API methods).',
        isRetryable: false,
      });
    }
    // The frontend cannot reach its database, or is in maintenance or not set up.
    if (code === 1) {
      return new SourceError('source.unreachable', `The frontend of ${host} says: ${said}`, {
        next: 'Nightdesk keeps trying. Look at the database of Zabbix, and at its frontend.',
      });
    }
    return new SourceError('source.rejected', `${host} rejected ${method}: ${said}`, {
      next: 'Read its reason above.',
      isRetryable: false,
    });
  }

  async function post(
    method: string,
    params: unknown,
    login: { readonly auth: string; readonly place: Dialect['login'] } | null,
    signal: AbortSignal,
  ): Promise<unknown> {
    // Without an id it would be a notification, which gets no answer at all.
    lastId += 1;
    const answer: HttpAnswer = await http.request({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json-rpc',
        ...(login?.place === 'header' ? { authorization: `Bearer ${login.auth}` } : {}),
      },
      json: {
        jsonrpc: '2.0',
        method,
        params,
        ...(login?.place === 'body' ? { auth: login.auth } : {}),
        id: lastId,
      },
      signal,
    });
    clockSkewMs = answer.clockSkewMs ?? clockSkewMs;
    if (answer.body === undefined) {
      throw new SourceError('source.unreachable', `${host} answered with nothing at all.`, {
        next: 'Nightdesk keeps trying. Look at the frontend: PHP may have run out of memory.',
      });
    }
    const reply = Reply.safeParse(answer.body);
    if (!reply.success) throw notZabbix('it is no answer of JSON-RPC');
    if ('error' in reply.data) throw errorOf(method, reply.data.error);
    return reply.data.result;
  }

  async function knownVersion(signal: AbortSignal): Promise<ApiVersion> {
    if (version !== null) return version;
    // Both a login in the body and one in the header are refused here, each by other versions.
    const parsed = parseVersion(await post('apiinfo.version', {}, null, signal));
    if (parsed === null) throw notZabbix('it names no version');
    if (parsed.major < 6) {
      throw new SourceError('source.misconfigured', `${host} is Zabbix ${parsed.text}.`, {
        next: 'Nightdesk speaks with Zabbix 6.0 and later.',
      });
    }
    version = parsed;
    return parsed;
  }

  async function login(signal: AbortSignal): Promise<string> {
    if (settings.login === 'token') return secrets['token'] ?? '';
    if (session !== null) return session;
    if (refused !== null && clock.monotonic() - refused.at < lockedMs) throw refused.error;
    const credentials = { username: settings.user, password: secrets['password'] ?? '' };
    try {
      const result = await post('user.login', credentials, null, signal);
      if (typeof result !== 'string' || result === '')
        throw notZabbix('its login gives no session');
      session = result;
      refused = null;
      return result;
    } catch (error) {
      if (error instanceof SourceError && error.code === 'source.unauthorized') {
        refused = { at: clock.monotonic(), error };
      }
      throw error;
    }
  }

  async function call<Result>(
    method: string,
    params: Readonly<Record<string, unknown>> | readonly unknown[],
    schema: z.ZodType<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    const place = dialectOf(await knownVersion(signal)).login;
    let result: unknown;
    try {
      result = await post(method, params, { auth: await login(signal), place }, signal);
    } catch (error) {
      const isSessionOver =
        session !== null && error instanceof SourceError && error.code === 'source.unauthorized';
      if (!isSessionOver) throw error;
      // Sessions end by themselves: once more with a new one.
      session = null;
      result = await post(method, params, { auth: await login(signal), place }, signal);
    }
    const parsed = schema.safeParse(result);
    if (!parsed.success) throw notZabbix(`${method}: ${firstIssue(parsed.error)}`);
    return parsed.data;
  }

  return {
    host,
    call,
    version: knownVersion,
    /** As far as it is known: nothing is asked. */
    known: (): ApiVersion | null => version,
    dialect: async (signal: AbortSignal): Promise<Dialect> => dialectOf(await knownVersion(signal)),
    /** Upstream clock minus ours at the last answer; null when it did not tell. */
    clockSkewMs: (): number | null => clockSkewMs,
    /** It may have been updated: ask again with the next call. */
    forgetVersion(): void {
      version = null;
    },

    async close(): Promise<void> {
      if (session !== null && version !== null) {
        const auth = session;
        session = null;
        const place = dialectOf(version).login;
        try {
          await post('user.logout', [], { auth, place }, AbortSignal.timeout(logoutMs));
        } catch {
          // It ends by itself after a while.
        }
      }
      await http.close();
    },
  };
}

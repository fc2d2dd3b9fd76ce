/** The calls of API v2 at one address. Every call carries the same login and tenant, reads and writes alike. */
import { z } from 'zod';
import type { Matcher } from '../../../preload/contract/alarms.ts';
import { loginHeaders } from '../fields.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../http.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { WireSilence, WireStatus } from './parse.ts';
import type { AlertmanagerSettings } from './settings.ts';

export interface SilenceToSend {
  readonly id?: string;
  readonly matchers: readonly Matcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

const notAlertmanager = (host: string, what: string): SourceError =>
  new SourceError(
    'source.misconfigured',
    `${host} answered, but not like an Alertmanager: ${what}.`,
    {
      next: 'Check the address and its path.',
    },
  );

export type AlertmanagerApi = ReturnType<typeof createApi>;

export function createApi(
  base: string,
  http: HttpClient,
  settings: Pick<AlertmanagerSettings, 'login' | 'user' | 'tenant'>,
  secrets: Readonly<Record<string, string>>,
) {
  const { host } = new URL(base);
  const headers = loginHeaders(settings, secrets);
  if (settings.tenant !== '') headers['x-scope-orgid'] = settings.tenant;
  const at = (path: string): string => joinUrl(base, `/api/v2/${path}`);

  const call = (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    signal: AbortSignal,
    more: Pick<HttpRequest, 'json' | 'acceptStatus' | 'isKnown'> = {},
  ): Promise<HttpAnswer> => http.request({ method, url: at(path), headers, signal, ...more });

  return {
    base,
    host,

    /** Unchecked items: they are compared with the last answer before they are validated. */
    async alerts(signal: AbortSignal): Promise<readonly unknown[]> {
      return (await this.alertsUnless(() => false, signal)) ?? [];
    },

    /** Null when `isSame` knows what came: then it was not parsed. */
    async alertsUnless(
      isSame: (bytes: Buffer) => boolean,
      signal: AbortSignal,
    ): Promise<readonly unknown[] | null> {
      const { body, isKnown } = await call('GET', 'alerts', signal, { isKnown: isSame });
      if (isKnown === true) return null;
      if (!Array.isArray(body)) throw notAlertmanager(host, 'its alerts are no list');
      return body as unknown[];
    },

    async status(signal: AbortSignal): Promise<{
      startedAt: string;
      version: string | null;
      clockSkewMs: number | null;
    }> {
      const { body, clockSkewMs } = await call('GET', 'status', signal);
      const status = WireStatus.safeParse(body);
      if (!status.success) throw notAlertmanager(host, firstIssue(status.error));
      return {
        startedAt: status.data.uptime,
        version: status.data.versionInfo?.version ?? null,
        clockSkewMs,
      };
    },

    /** Unreadable silences are left out: they only decide how an alarm is shown. */
    async silences(signal: AbortSignal): Promise<readonly WireSilence[]> {
      // Servers before 0.34 ignore the parameter and send expired ones, too.
      const { body } = await call('GET', 'silences?expired=false', signal);
      if (!Array.isArray(body)) throw notAlertmanager(host, 'its silences are no list');
      return body.flatMap((item) => {
        const silence = WireSilence.safeParse(item);
        return silence.success ? [silence.data] : [];
      });
    },

    /** Null when there is none with this id (any more). */
    async silence(id: string, signal: AbortSignal): Promise<WireSilence | null> {
      const answer = await call('GET', `silence/${encodeURIComponent(id)}`, signal, {
        acceptStatus: [404, 422],
      });
      if (answer.status !== 200) return null;
      const silence = WireSilence.safeParse(answer.body);
      if (!silence.success) throw notAlertmanager(host, firstIssue(silence.error));
      return silence.data;
    },

    /** The id, or null when it was to be changed but is not known (any more). */
    async postSilence(silence: SilenceToSend, signal: AbortSignal): Promise<string | null> {
      const answer = await call('POST', 'silences', signal, {
        json: silence,
        ...(silence.id === undefined ? {} : { acceptStatus: [404] }),
      });
      if (answer.status === 404) return null;
      const posted = z.object({ silenceID: z.string().min(1) }).safeParse(answer.body);
      if (!posted.success) throw notAlertmanager(host, 'it named no silence');
      return posted.data.silenceID;
    },

    /** Also when it is over or unknown: then there is nothing left to end. */
    async expireSilence(id: string, signal: AbortSignal): Promise<void> {
      const answer = await call('DELETE', `silence/${encodeURIComponent(id)}`, signal, {
        acceptStatus: [404, 422, 500],
      });
      // Up to 0.25 an unknown id is a 500 with these words.
      if (answer.status === 500 && !JSON.stringify(answer.body ?? '').includes('not found')) {
        throw new SourceError('source.unreachable', `${host} answered with an error (500).`, {
          next: 'Nightdesk keeps trying. Look at the Alertmanager.',
        });
      }
    },

    /** Sends a silence that every Alertmanager refuses, to learn whether writes get that far. Changes nothing. */
    async mayWrite(signal: AbortSignal): Promise<boolean> {
      const answer = await call('POST', 'silences', signal, {
        json: {},
        acceptStatus: [400, 401, 403, 404, 405, 422],
      });
      return answer.status === 400 || answer.status === 422;
    },
  };
}

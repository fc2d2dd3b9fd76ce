/** The calls to Grafana itself. Its Alertmanager is spoken to as any other. */
import type { HttpAnswer, HttpClient } from '../http.ts';
import { createApi as createAlertmanagerApi } from '../alertmanager/api.ts';
import { loginHeaders } from '../fields.ts';
import { joinUrl } from '../http-address.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { WireRules } from './rules.ts';
import type { GrafanaSettings } from './settings.ts';

export type GrafanaApi = ReturnType<typeof createApi>;

/** The same client, which names the organisation in every request. */
export function withOrganisation(http: HttpClient, settings: GrafanaSettings): HttpClient {
  const { login, organisation } = settings;
  if (login !== 'basic' || organisation === '') return http;
  return {
    request: (input) =>
      http.request({ ...input, headers: { ...input.headers, 'x-grafana-org-id': organisation } }),
    close: () => http.close(),
  };
}

export function createApi(
  http: HttpClient,
  settings: GrafanaSettings,
  secrets: Readonly<Record<string, string>>,
) {
  const { url } = settings;
  const { host } = new URL(url);
  const headers = loginHeaders(settings, secrets);
  const get = (
    path: string,
    signal: AbortSignal,
    acceptStatus: readonly number[] = [],
  ): Promise<HttpAnswer> =>
    http.request({ url: joinUrl(url, path), headers, signal, acceptStatus });

  return {
    url,
    host,

    alertmanager: createAlertmanagerApi(
      joinUrl(url, '/api/alertmanager/grafana'),
      http,
      { ...settings, tenant: '' },
      secrets,
    ),

    /** Unchecked groups, and Grafana's clock. Without their instances, which the Alertmanager lists. */
    async ruleGroups(
      signal: AbortSignal,
    ): Promise<{ groups: readonly unknown[]; clockSkewMs: number | null }> {
      const path = '/api/prometheus/grafana/api/v1/rules?limit_alerts=0';
      const { status, body, clockSkewMs } = await get(path, signal, [403]);
      if (status === 403) {
        throw new SourceError('source.misconfigured', `${host} does not let us read its rules.`, {
          next: 'Give the service account the role Viewer, or the permission alert.rules:read.',
        });
      }
      const rules = WireRules.safeParse(body);
      if (!rules.success || rules.data.status !== 'success') {
        const what = rules.success ? `status ${rules.data.status}` : firstIssue(rules.error);
        throw new SourceError(
          'source.misconfigured',
          `${host} answered, but not like a Grafana with its own alerting: ${what}.`,
          { next: 'Check the address. Alerting of Grafana before version 9 is not understood.' },
        );
      }
      return { groups: rules.data.data.groups, clockSkewMs };
    },

    /** Answers without login, too. Null when it does not say. */
    async version(signal: AbortSignal): Promise<string | null> {
      const { body } = await get('/api/health', signal);
      const said = (body as { version?: unknown } | null)?.version;
      return typeof said === 'string' && said !== '' ? said.slice(0, 60) : null;
    },
  };
}

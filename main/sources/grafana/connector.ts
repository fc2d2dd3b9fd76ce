/**
 * Grafana: the alarms of its own rules through its Alertmanager API, or those of an Alertmanager data source behind it.
 *
 * The rules are read before the alarms, so that one that fires is listed by then.
 */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { alertmanagerKind } from '../alertmanager/connector.ts';
import { createActions } from '../alertmanager/actions.ts';
import { identityOf, WireAlert, type WireSilence } from '../alertmanager/parse.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { loginSecrets } from '../fields.ts';
import { createHeldItems } from '../held-items.ts';
import { joinUrl } from '../http-address.ts';
import { SourceError } from '../source-error.ts';
import { createApi, withOrganisation } from './api.ts';
import { judge, type Proof } from './proof.ts';
import { judgeRules, unlisted } from './rules.ts';
import { GrafanaSettings } from './settings.ts';
import { testGrafana } from './test-report.ts';
import { externalIdOf, fingerprintOf, ruleUidLabel, toAlarm } from './to-alarm.ts';

const versionEveryMs = 3_600_000;

const asSourceError = (error: unknown): SourceError => {
  if (error instanceof SourceError) return error;
  throw error;
};

const silencedBy = (raw: unknown): readonly string[] => {
  const ids = (raw as { status?: { silencedBy?: unknown } | null } | null)?.status?.silencedBy;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
};

const labelOf = (raw: unknown, name: string): string => {
  const labels = (raw as { labels?: Record<string, unknown> | null } | null)?.labels;
  const value = labels?.[name];
  return typeof value === 'string' ? value : '';
};

function nameOf(raw: unknown): string | null {
  return labelOf(raw, 'rulename') || labelOf(raw, 'alertname') || null;
}

/** These move at every evaluation and are no change. */
function comparable(raw: unknown): unknown {
  if (raw === null || typeof raw !== 'object') return raw;
  const { updatedAt: _, endsAt: __, receivers: ___, ...rest } = raw as Record<string, unknown>;
  return rest;
}

function createOwn(context: ConnectorContext, settings: GrafanaSettings): Connector {
  const { clock } = context;
  const api = createApi(context.http, settings, context.secrets);
  let silences: ReadonlyMap<string, WireSilence> = new Map();
  let covering: ReadonlyMap<string, readonly string[]> = new Map();
  let clockSkewMs = 0;
  let version: string | null = null;
  let versionAt = Number.NEGATIVE_INFINITY;
  let unlistedSince: number | null = null;

  const items = createHeldItems<WireAlert>(
    {
      schema: WireAlert,
      identity(raw) {
        const fingerprint = identityOf(raw);
        return fingerprint === null ? null : externalIdOf(fingerprint);
      },
      nameOf,
      toAlarm: (alert) =>
        toAlarm(alert, {
          url: settings.url,
          serviceLabels: settings.serviceLabels,
          severityMap: context.severityMap,
          silence: (id) => silences.get(id),
        }),
      comparable,
    },
    () => clock.now(),
  );

  /** Failing to read them must not cost us the alarms. */
  async function readSilences(
    alerts: readonly unknown[],
    signal: AbortSignal,
    remarks: string[],
  ): Promise<void> {
    if (!alerts.some((raw) => silencedBy(raw).length > 0)) return;
    try {
      const all = await api.alertmanager.silences(signal);
      silences = new Map(all.map((silence) => [silence.id, silence]));
    } catch (error) {
      remarks.push(
        `The silences could not be read, so acknowledged alarms may show as suppressed. ${asSourceError(error).message}`,
      );
    }
  }

  /** What an alarm shows depends on these, too. */
  function silencesText(alerts: readonly unknown[]): string {
    const ids = new Set(alerts.flatMap(silencedBy));
    return JSON.stringify(
      [...ids].sort().map((id) => {
        const silence = silences.get(id);
        return [id, silence?.createdBy, silence?.comment];
      }),
    );
  }

  async function readVersion(signal: AbortSignal): Promise<void> {
    if (clock.monotonic() - versionAt < versionEveryMs) return;
    try {
      version = await api.version(signal);
      versionAt = clock.monotonic();
    } catch (error) {
      // Only a nicety; whatever is wrong shows in the other answers.
      asSourceError(error);
    }
  }

  async function readRules(signal: AbortSignal) {
    try {
      const { groups, clockSkewMs: skew } = await api.ruleGroups(signal);
      return { groups, skew, failure: null };
    } catch (error) {
      const failure = asSourceError(error);
      // No answer, or a login that is refused: the next question would fare no better.
      if (failure.code === 'source.unreachable' || failure.code === 'source.unauthorized') {
        throw failure;
      }
      return { groups: [], skew: null, failure };
    }
  }

  const unproven = (failure: SourceError): Proof => {
    const message = `Its rules could not be read, so its list proves nothing. ${failure.message}`;
    return {
      incompleteReason: message,
      blind: new SourceError('source.misconfigured', message, { next: failure.next }),
      remarks: [],
    };
  };

  function prove(
    rules: Awaited<ReturnType<typeof readRules>>,
    alerts: readonly unknown[],
    alarmCount: number,
  ): Proof {
    if (rules.failure !== null) return unproven(rules.failure);
    const findings = judgeRules(rules.groups, clock.now() + (rules.skew ?? 0));
    const listed = new Set(alerts.map((raw) => labelOf(raw, ruleUidLabel)));
    const missing = unlisted(findings.firing, listed);
    if (missing.length === 0) unlistedSince = null;
    else unlistedSince ??= clock.monotonic();
    return judge({
      host: api.host,
      rules: findings,
      unlisted: missing,
      unlistedForMs: unlistedSince === null ? 0 : clock.monotonic() - unlistedSince,
      alarmCount,
    });
  }

  const actions = createActions({
    clock,
    apis: () => [api.alertmanager],
    clockSkewMs: () => clockSkewMs,
    silencedBy: (externalId) => covering.get(fingerprintOf(externalId)) ?? null,
  });

  return {
    actions: {
      ...actions,
      acknowledgeEffect:
        "Grafana's alarms have no acknowledgement of their own: Nightdesk posts a short silence on the alarm's stable labels, its rule among them. It also quiets what Grafana sends to the team for every alarm with these labels, is prolonged while the alarm lasts, and ends by itself if Nightdesk does not run.",
    },

    async poll(signal): Promise<PollResult> {
      const remarks: string[] = [];
      const rules = await readRules(signal);
      const alerts = await api.alertmanager.alerts(signal);
      await readSilences(alerts, signal, remarks);
      await readVersion(signal);
      clockSkewMs = rules.skew ?? clockSkewMs;
      covering = new Map(
        alerts.flatMap((raw) => {
          const ids = silencedBy(raw);
          return ids.length === 0 ? [] : [[identityOf(raw) ?? '', ids] as const];
        }),
      );
      const { alarms, blind: nameless } = items.take(alerts, silencesText(alerts));
      const proof = prove(rules, alerts, alarms.length);
      const blind = nameless ?? proof.blind;
      const incompleteReason = blind?.message ?? proof.incompleteReason;
      return {
        snapshot: { alarms, isComplete: incompleteReason === null, incompleteReason },
        version,
        clockSkewMs: rules.skew,
        remarks: [...remarks, ...proof.remarks],
        blind,
      };
    },

    test: (signal): Promise<TestReport> =>
      testGrafana({ api, settings, now: () => clock.now(), signal }),

    close: () => context.http.close(),
  };
}

/** What lies behind a data source is an Alertmanager like any other, with Grafana's login in front. */
function createBehind(context: ConnectorContext, settings: GrafanaSettings): Connector {
  const { url, datasource, login, user, heartbeats, isHeartbeatRequired, serviceLabels } = settings;
  const base = joinUrl(url, `/api/alertmanager/${encodeURIComponent(datasource)}`);
  return alertmanagerKind.create({
    ...context,
    settings: alertmanagerKind.settings.parse({
      urls: [base],
      login,
      user,
      heartbeats,
      isHeartbeatRequired,
      serviceLabels,
    }) as ConnectorContext['settings'],
  });
}

export const grafanaKind: ConnectorKind = {
  kind: 'grafana',
  title: 'Grafana',
  description:
    "Grafana 9 and later, also Grafana Cloud: the alarms of Grafana's own rules, or those of an Alertmanager or Mimir data source.",
  settings: GrafanaSettings,
  secrets: loginSecrets,
  create(given) {
    const settings = GrafanaSettings.parse(given.settings);
    const context = { ...given, http: withOrganisation(given.http, settings) };
    return settings.managed === 'grafana'
      ? createOwn(context, settings)
      : createBehind(context, settings);
  },
};

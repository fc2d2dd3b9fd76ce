/** PagerDuty: its open incidents, through REST API v2. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { toInstant, toMs } from '../../clock.ts';
import type {
  Connector,
  ConnectorContext,
  ConnectorKind,
  Passed,
  PassedEpisode,
  PollResult,
} from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { instantOf } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { createActions } from './actions.ts';
import { createApi } from './api.ts';
import { createOnCalls } from './on-calls.ts';
import { idOf, titleOf, WireIncident } from './parse.ts';
import { createScope } from './scope.ts';
import { pagerdutySecrets, PagerdutySettings } from './settings.ts';
import { createSnoozes } from './snoozes.ts';
import { testPagerduty } from './test-report.ts';
import { externalIdOf, KnownIncident, toAlarm } from './to-alarm.ts';

/** A list of open incidents this young is good enough to tell the snoozed ones. */
const freshMs = 10_000;

interface Listed {
  readonly at: number;
  readonly items: readonly unknown[];
  /** Those that can be read. */
  readonly incidents: readonly WireIncident[];
  readonly incompleteReason: string | null;
}

const incidentIn = (raw: unknown): unknown => (raw as { incident?: unknown } | null)?.incident;

/** What moves without meaning anything for an alarm. */
function comparable(raw: unknown): unknown {
  const incident = incidentIn(raw);
  if (incident === null || typeof incident !== 'object') return raw;
  const { updated_at: _, ...rest } = incident as Record<string, unknown>;
  return { ...(raw as Record<string, unknown>), incident: rest };
}

function createPagerduty(context: ConnectorContext): Connector {
  const settings = PagerdutySettings.parse(context.settings);
  const { clock, severityMap } = context;
  const api = createApi(context.http, clock, settings, context.secrets);
  const scope = createScope(api, settings, clock);
  const snoozes = createSnoozes(api);
  const onCalls = createOnCalls(api, clock);
  let listed: Listed | null = null;

  const items = createHeldItems<KnownIncident>(
    {
      schema: KnownIncident,
      identity(raw) {
        const id = idOf(incidentIn(raw));
        return id === null ? null : externalIdOf(id);
      },
      nameOf: (raw) => titleOf(incidentIn(raw)),
      toAlarm: (known) => toAlarm(known, severityMap),
      comparable,
    },
    () => clock.now(),
  );

  async function list(signal: AbortSignal): Promise<Listed> {
    const { items: found, incompleteReason } = await api.openIncidents(signal);
    const incidents = found.flatMap((raw) => {
      const incident = WireIncident.safeParse(raw);
      return incident.success ? [incident.data] : [];
    });
    await snoozes.look(incidents, signal);
    listed = { at: clock.monotonic(), items: found, incidents, incompleteReason };
    return listed;
  }

  async function readOnCalls(
    incidents: readonly WireIncident[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    if (!settings.areOnCallsShown) return [];
    const policies = new Set(
      incidents.flatMap(({ escalation_policy: policy }) => policy?.id ?? []),
    );
    const trouble = await onCalls.read(policies, signal);
    return trouble === null ? [] : [trouble];
  }

  const policyOf = (raw: unknown): string => {
    const policy = (raw as { escalation_policy?: { id?: unknown } | null } | null)
      ?.escalation_policy?.id;
    return typeof policy === 'string' ? policy : '';
  };
  const withContext = (raw: unknown): unknown => ({
    incident: raw,
    isSnoozed: snoozes.isSnoozed(idOf(raw) ?? ''),
    onCall: onCalls.of(policyOf(raw)),
  });

  /** Null: it cannot be read, or did not end within the time. */
  function episodeOf(raw: unknown, from: number, until: number): PassedEpisode | null {
    const parsed = WireIncident.safeParse(raw);
    if (!parsed.success) return null;
    const incident = parsed.data;
    const endedAt = instantOf(incident.resolved_at) ?? instantOf(incident.last_status_change_at);
    const beganAt = toMs(incident.created_at);
    if (endedAt === null || toMs(endedAt) > until || beganAt < from || beganAt > until) return null;
    const fired = { ...incident, status: 'triggered', pending_actions: [] };
    const alarm = toAlarm({ incident: fired, isSnoozed: false, onCall: '' }, severityMap);
    return { alarm, endedAt: toInstant(toMs(endedAt)) };
  }

  const actions = createActions({
    api,
    clock,
    async snoozed(signal) {
      const isFresh = listed !== null && clock.monotonic() - listed.at < freshMs;
      const { incidents } = isFresh && listed !== null ? listed : await list(signal);
      return incidents.filter(({ id }) => snoozes.isSnoozed(id));
    },
  });

  return {
    actions: {
      ...actions,
      async send(action, key, signal) {
        try {
          return await actions.send(action, key, signal);
        } finally {
          // What was listed before may not be true any more.
          listed = null;
        }
      },
    },

    async poll(signal): Promise<PollResult> {
      const { items: found, incidents, incompleteReason } = await list(signal);
      const proof = await scope.prove(found.length === 0, signal);
      const remarks = [...proof.remarks, ...(await readOnCalls(incidents, signal))];
      const { alarms, blind: nameless } = items.take(found.map(withContext));
      const moved =
        incompleteReason === null
          ? null
          : new SourceError('source.unreachable', incompleteReason, {
              next: 'Narrow it down to your teams or services in the settings of this source.',
            });
      const blind = nameless ?? proof.blind ?? moved;
      return {
        snapshot: {
          alarms,
          isComplete: blind === null,
          incompleteReason: blind?.message ?? null,
        },
        version: null,
        clockSkewMs: api.clockSkewMs(),
        remarks,
        blind,
      };
    },

    async passed(from, until, signal): Promise<Passed> {
      const { items: found, incompleteReason } = await api.resolvedIncidents(from, until, signal);
      const episodes = found.flatMap((raw) => episodeOf(raw, toMs(from), toMs(until)) ?? []);
      return { episodes, incompleteReason };
    },

    test: (signal): Promise<TestReport> => testPagerduty({ api, scope, settings, signal }),

    close: () => context.http.close(),
  };
}

export const pagerdutyKind: ConnectorKind = {
  kind: 'pagerduty',
  title: 'PagerDuty',
  description: 'Open incidents of a PagerDuty account, to acknowledge, snooze, resolve and note.',
  settings: PagerdutySettings,
  secrets: pagerdutySecrets,
  create: createPagerduty,
};

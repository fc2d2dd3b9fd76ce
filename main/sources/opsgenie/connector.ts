/** Opsgenie, and the operations part of Jira Service Management: one connector with two dialects. */
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
import { createDetails } from './details.ts';
import { jsmDialect, opsgenieDialect, type Dialect } from './dialect.ts';
import { idOf, messageOf, WireAlert } from './parse.ts';
import { JsmSettings, jsmSecrets, OpsgenieSettings, opsgenieSecrets } from './settings.ts';
import { testOpsgenie } from './test-report.ts';
import { externalIdOf, KnownAlert, toAlarm, type MappingContext } from './to-alarm.ts';

/** A list of open alerts this young is good enough to tell the snoozed ones. */
const freshMs = 10_000;

const alertIn = (raw: unknown): unknown => (raw as { alert?: unknown } | null)?.alert;

/** What moves at every occurrence without meaning anything for an alarm. */
function comparable(raw: unknown): unknown {
  const alert = alertIn(raw);
  if (alert === null || typeof alert !== 'object') return raw;
  const {
    updatedAt: _,
    lastOccurredAt: __,
    count: ___,
    isSeen: ____,
    ...rest
  } = alert as Record<string, unknown>;
  return { ...(raw as Record<string, unknown>), alert: rest };
}

function createOpsgenie(
  context: ConnectorContext,
  dialect: Dialect,
  settings: { readonly query: string; readonly areDetailsRead: boolean },
): Connector {
  const { clock, severityMap } = context;
  const chosen = settings.query;
  const api = createApi(context.http, clock, dialect, chosen);
  const details = createDetails(api);
  const mapping: MappingContext = {
    kind: dialect.kind,
    severityMap,
    urlOf: (alert) => dialect.urlOf(alert),
  };
  let listed: { readonly at: number; readonly items: readonly unknown[] } | null = null;

  const items = createHeldItems<KnownAlert>(
    {
      schema: KnownAlert,
      identity(raw) {
        const id = idOf(alertIn(raw));
        return id === null ? null : externalIdOf(dialect.kind, id);
      },
      nameOf: (raw) => messageOf(alertIn(raw)),
      toAlarm: (known) => toAlarm(known, mapping),
      comparable,
    },
    () => clock.now(),
  );

  async function list(signal: AbortSignal) {
    const found = await api.openAlerts(signal);
    listed = { at: clock.monotonic(), items: found.items };
    return found;
  }

  /** An empty list says the same as a search that is mistyped, or a key that sees nothing. */
  async function proveQuiet(signal: AbortSignal): Promise<SourceError | null> {
    if (await api.seesAnything(signal)) return null;
    return chosen === ''
      ? new SourceError(
          'source.misconfigured',
          'This login sees no alert at all, not even closed ones, so an empty list proves nothing.',
          { next: `${dialect.rights} In a new account, create and close one alert.` },
        )
      : new SourceError(
          'source.misconfigured',
          'The search finds no alert at all, not even closed ones, so an empty list proves nothing.',
          { next: 'Check the search in "Only these alerts".' },
        );
  }

  /** Null: it cannot be read, or did not end within the time. */
  function episodeOf(raw: unknown, from: number, until: number): PassedEpisode | null {
    const parsed = WireAlert.safeParse(raw);
    if (!parsed.success) return null;
    const alert = parsed.data;
    const beganAt = toMs(alert.createdAt);
    const closeTime = alert.report?.closeTime;
    const updatedAt = instantOf(alert.updatedAt);
    const endedAt =
      closeTime !== undefined && closeTime > 0
        ? beganAt + closeTime
        : updatedAt === null
          ? null
          : toMs(updatedAt);
    if (endedAt === null || endedAt > until || beganAt < from || beganAt > until) return null;
    const fired = { ...alert, acknowledged: false, snoozed: false };
    return {
      alarm: toAlarm({ alert: fired, details: null }, mapping),
      endedAt: toInstant(endedAt),
    };
  }

  const actions = createActions({
    api,
    dialect,
    clock,
    async snoozed(signal) {
      const isFresh = listed !== null && clock.monotonic() - listed.at < freshMs;
      const found = isFresh && listed !== null ? listed : await list(signal);
      return found.items.flatMap((raw) => {
        const alert = WireAlert.safeParse(raw);
        return alert.success && alert.data.snoozed ? [alert.data] : [];
      });
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
      const { items: found, incompleteReason } = await list(signal);
      const unproven = found.length === 0 ? await proveQuiet(signal) : null;
      const ids = found.flatMap((raw) => idOf(raw) ?? []);
      const trouble = settings.areDetailsRead ? await details.read(ids, signal) : null;
      const { alarms, blind: nameless } = items.take(
        found.map((raw) => ({ alert: raw, details: details.of(idOf(raw) ?? '') })),
      );
      const moved =
        incompleteReason === null
          ? null
          : new SourceError('source.unreachable', incompleteReason, {
              next: 'Narrow it down with a search in the settings of this source.',
            });
      const blind = nameless ?? unproven ?? moved;
      return {
        snapshot: {
          alarms,
          isComplete: blind === null,
          incompleteReason: blind?.message ?? null,
        },
        version: null,
        clockSkewMs: api.clockSkewMs(),
        remarks: trouble === null ? [] : [trouble],
        blind,
      };
    },

    async passed(from, until, signal): Promise<Passed> {
      const [fromMs, untilMs] = [toMs(from), toMs(until)];
      const { items: found, incompleteReason } = await api.closedAlerts(fromMs, untilMs, signal);
      const episodes = found.flatMap((raw) => episodeOf(raw, fromMs, untilMs) ?? []);
      return { episodes, incompleteReason };
    },

    test: (signal): Promise<TestReport> => testOpsgenie({ api, dialect, signal, chosen }),

    close: () => context.http.close(),
  };
}

export const opsgenieKind: ConnectorKind = {
  kind: 'opsgenie',
  title: 'Opsgenie',
  description:
    'Open alerts of an Opsgenie account (switched off by Atlassian in April 2027). Not more often than every 30 s.',
  settings: OpsgenieSettings,
  secrets: opsgenieSecrets,
  create(context) {
    const settings = OpsgenieSettings.parse(context.settings);
    return createOpsgenie(context, opsgenieDialect(settings, context.secrets), settings);
  },
};

export const jsmKind: ConnectorKind = {
  kind: 'jsm',
  title: 'Jira Service Management',
  description:
    'Open alerts of Jira Service Management Operations, where Opsgenie lives on. Not more often than every 30 s.',
  settings: JsmSettings,
  secrets: jsmSecrets,
  create(context) {
    const settings = JsmSettings.parse(context.settings);
    const dialect = jsmDialect(settings, context.secrets, context.http);
    return createOpsgenie(context, dialect, settings);
  },
};

/**
 * incident.io: the alerts that fire.
 *
 * Asked for the firing ones only, it answers "none" also when it does not understand the filter as we mean it. So an answer
 * without any is checked against one without the filter.
 */
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createKept } from '../kept-actions.ts';
import { createRemembered } from '../remembered.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep, versionStep } from '../test-steps.ts';
import { createActions } from './actions.ts';
import { createApi } from './api.ts';
import { comparable, idOf, statusOf, WireAlert } from './parse.ts';
import { passedAlerts } from './passed.ts';
import { IncidentIoSettings } from './settings.ts';
import { externalIdOf, toAlarm } from './to-alarm.ts';

const mostPages = 40;

interface Reading {
  /** Unchecked; resolved ones among them are no alarms. */
  readonly alerts: readonly unknown[];
  /** Why it proves nothing; null when it does. */
  readonly blind: SourceError | null;
  readonly clockSkewMs: number | null;
}

function createIncidentIo(context: ConnectorContext): Connector {
  const settings = IncidentIoSettings.parse(context.settings);
  const { clock, severityMap } = context;
  const api = createApi(context.http, settings, context.secrets);
  const kept = createKept({ clock, title: 'incident.io', memory: context.memory });
  const mapping = { ...settings, severityMap };
  const remembered = createRemembered<{ kept: unknown }>();

  const items = createHeldItems<WireAlert>(
    {
      schema: WireAlert,
      identity: (raw) => {
        const id = idOf(raw);
        return id === null ? null : externalIdOf(id);
      },
      nameOf: (raw) => {
        const { title } = raw as { title?: unknown };
        return typeof title === 'string' && title !== '' ? title : null;
      },
      toAlarm: (alert, externalId) => toAlarm(alert, externalId, mapping),
      comparable,
    },
    () => clock.now(),
  );

  async function read(signal: AbortSignal): Promise<Reading> {
    const firing = await api.alerts({ 'status[one_of]': 'firing' }, { mostPages, signal });
    const { alerts, clockSkewMs } = firing;
    if (firing.isCut) {
      const blind = new SourceError(
        'source.misconfigured',
        `More than ${alerts.length.toLocaleString('en')} alerts fire, of which only these were read.`,
        { next: 'Resolve what is over, in incident.io.' },
      );
      return { alerts, blind, clockSkewMs };
    }
    if (alerts.some((raw) => statusOf(raw) !== 'resolved')) {
      return { alerts, blind: null, clockSkewMs };
    }
    const any = await api.alerts({}, { mostPages: 1, signal });
    if (any.alerts.length === 0) {
      const blind = new SourceError(
        'source.misconfigured',
        'No alert was ever seen here, so nothing proves that all is quiet.',
        { next: 'Check that the key may view alerts; send a test alert to be sure.' },
      );
      return { alerts: [], blind, clockSkewMs };
    }
    const missed = any.alerts.filter((raw) => statusOf(raw) === 'firing');
    if (missed.length === 0) return { alerts: [], blind: null, clockSkewMs };
    // It may have begun to fire between the two requests; then the next list has it.
    const blind = new SourceError(
      'source.unreachable',
      'It lists no firing alert, but some of its newest alerts fire.',
      { next: 'Nightdesk asks again. If it stays, report it with the version of Nightdesk.' },
    );
    return { alerts: missed, blind, clockSkewMs };
  }

  return {
    actions: createActions({
      api,
      kept: kept.actions,
      httpSource: settings.canResolve ? settings.httpSource : null,
    }),

    async poll(signal): Promise<PollResult> {
      const reading = await read(signal);
      const taken = items.take(reading.alerts);
      const blind = reading.blind ?? taken.blind;
      const { alarms, acts } = kept.apply(taken.alarms, blind === null);
      return {
        snapshot: { alarms, isComplete: blind === null, incompleteReason: blind?.message ?? null },
        version: null,
        clockSkewMs: reading.clockSkewMs,
        remarks: [],
        blind,
        memory: remembered({ kept: acts }),
      };
    },

    passed: (from, until, signal) =>
      passedAlerts({
        api,
        from,
        until,
        signal,
        alarmOf: (alert) => toAlarm(alert, externalIdOf(alert.id), mapping),
      }),

    async test(signal): Promise<TestReport> {
      try {
        const { alerts, blind, clockSkewMs } = await read(signal);
        const steps = [
          step('reach', 'ok', `${api.host} answers.`),
          tlsStep(settings.url, true),
          step('login', 'ok', 'It takes the key.'),
          blind === null
            ? readStep(alerts.filter((raw) => statusOf(raw) !== 'resolved').length)
            : step('read', 'failed', blind.message, blind.next),
          step(
            'write',
            'skipped',
            settings.canResolve
              ? 'Not tried: resolving would end an alert.'
              : 'Its alerts can only be read: acknowledgements and silences stay on this computer.',
          ),
          clockStep(clockSkewMs),
          versionStep('incident.io', null),
        ];
        return { isUsable: blind === null, steps };
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, api.host) };
      }
    },

    close: () => context.http.close(),
  };
}

export const incidentIoKind: ConnectorKind = {
  kind: 'incident-io',
  title: 'incident.io',
  description: 'Alerts that fire in incident.io. Takes up to 1,200 requests a minute.',
  settings: IncidentIoSettings,
  secrets: [
    {
      name: 'key',
      label: 'API key',
      help: 'One that may view alerts. Kept in the keychain of this computer.',
    },
    {
      name: 'sourceToken',
      label: 'Token of the HTTP source',
      help: 'To resolve its alerts. Kept in the keychain of this computer.',
      when: { field: 'canResolve', equals: 'true' },
    },
  ],
  create: createIncidentIo,
};

/** GoAlert: the open alerts of all services, or of some. */
import { toInstant, toMs } from '../../clock.ts';
import type { TestReport } from '../../../preload/contract/sources.ts';
import type {
  Connector,
  ConnectorContext,
  ConnectorKind,
  PassedEpisode,
  PollResult,
} from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createKept } from '../kept-actions.ts';
import { instantOf } from '../observed.ts';
import { createRemembered } from '../remembered.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep } from '../test-steps.ts';
import { createActions } from './actions.ts';
import { createApi, type AlertList } from './api.ts';
import { alertIdOf, nameOf, WireAlert } from './parse.ts';
import { goAlertSecrets, GoAlertSettings } from './settings.ts';
import { externalIdOf, maintenanceEnd, toAlarm } from './to-alarm.ts';

const title = 'GoAlert';
const open = ['StatusUnacknowledged', 'StatusAcknowledged'];

function createGoAlert(context: ConnectorContext): Connector {
  const settings = GoAlertSettings.parse(context.settings);
  const { clock, severityMap } = context;
  const api = createApi(context.http, settings, context.secrets);
  const kept = createKept({ clock, title, memory: context.memory });
  const remembered = createRemembered();
  /** When the next maintenance ends; until then, an unchanged answer means the same. */
  let maintenanceEndsMs = Infinity;
  let epoch = 0;

  const mapping = () => ({
    base: api.base,
    severityKeys: settings.severityKeys,
    defaultSeverity: settings.severity,
    severityMap,
    nowMs: clock.now(),
  });

  const held = createHeldItems<WireAlert>(
    {
      schema: WireAlert,
      identity: (raw) => {
        const id = alertIdOf(raw);
        return id === null ? null : externalIdOf(id);
      },
      nameOf,
      toAlarm(alert) {
        const end = maintenanceEnd(alert);
        if (end !== null && end > clock.now()) {
          maintenanceEndsMs = Math.min(maintenanceEndsMs, end);
        }
        return toAlarm(alert, mapping());
      },
    },
    () => clock.now(),
  );

  /** Why the list may be empty for another reason than that all is well; null when it proves something. */
  function scopeProblem({ services }: AlertList): SourceError | null {
    const seen = new Set(services.map(({ id }) => id));
    const missing = settings.services.filter((id) => !seen.has(id));
    if (missing.length > 0) {
      return new SourceError(
        'source.misconfigured',
        `GoAlert shows no service with the id ${missing.join(', ')} (any more).`,
        { next: 'Correct the services of this source.' },
      );
    }
    if (seen.size > 0) return null;
    return new SourceError(
      'source.misconfigured',
      'GoAlert shows no service at all to this login.',
      {
        next: 'Check what this key or user may see. Without services there are no alerts.',
      },
    );
  }

  function take(list: AlertList) {
    if (clock.now() >= maintenanceEndsMs) {
      maintenanceEndsMs = Infinity;
      epoch += 1;
    }
    const { alarms, blind } = held.take(list.alerts, epoch);
    return { alarms, blind: blind ?? scopeProblem(list) };
  }

  return {
    actions: createActions(api, kept.actions),

    async poll(signal): Promise<PollResult> {
      const list = await api.alerts({ filterByStatus: open }, signal);
      const { alarms, blind } = take(list);
      const isComplete = blind === null;
      const shown = kept.apply(alarms, isComplete);
      return {
        snapshot: { alarms: shown.alarms, isComplete, incompleteReason: blind?.message ?? null },
        version: null,
        clockSkewMs: list.clockSkewMs,
        remarks: [],
        blind,
        memory: remembered({ kept: shown.acts }),
      };
    },

    async passed(from, until, signal) {
      const filter = {
        filterByStatus: ['StatusClosed'],
        notClosedBefore: from,
        closedBefore: until,
      };
      const { alerts } = await api.alerts(filter, signal);
      const episodes: PassedEpisode[] = [];
      let unreadable = 0;
      for (const raw of alerts) {
        const parsed = WireAlert.safeParse(raw);
        if (!parsed.success) {
          unreadable += 1;
          continue;
        }
        const alert = parsed.data;
        if (toMs(alert.createdAt) < toMs(from)) continue;
        const newest = alert.recentEvents?.nodes[0]?.timestamp;
        const endedAt = instantOf(alert.metrics?.closedAt) ?? instantOf(newest) ?? until;
        const alarm = toAlarm(
          { ...alert, status: 'StatusUnacknowledged' },
          { ...mapping(), nowMs: 0 },
        );
        if (alarm !== null) episodes.push({ alarm, endedAt: toInstant(toMs(endedAt)) });
      }
      return {
        episodes,
        incompleteReason:
          unreadable === 0 ? null : `${unreadable} of its closed alerts could not be read.`,
      };
    },

    async test(signal): Promise<TestReport> {
      let list: AlertList;
      try {
        list = await api.alerts({ filterByStatus: open }, signal);
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, api.host) };
      }
      const { alarms, blind } = take(list);
      const as = settings.login === 'password' ? `as ${settings.user}` : 'with the API key';
      return {
        isUsable: blind === null,
        steps: [
          step('reach', 'ok', `${api.host} answers.`),
          tlsStep(api.base, true),
          step('login', 'ok', `Logged in ${as}.`),
          blind === null
            ? readStep(alarms.length)
            : step('read', 'failed', blind.message, blind.next),
          step('write', 'skipped', 'Whether it may acknowledge shows with the first time.'),
          clockStep(list.clockSkewMs),
        ],
      };
    },

    close: () => context.http.close(),
  };
}

export const goAlertKind: ConnectorKind = {
  kind: 'goalert',
  title,
  description: 'GoAlert: its open alerts, acknowledged and closed from here.',
  settings: GoAlertSettings,
  secrets: goAlertSecrets,
  create: createGoAlert,
};

/**
 * Datadog: the groups of its monitors.
 *
 * The monitors themselves are asked for, not the search over groups: its query language drops silently what it does not
 * understand, and only the monitors tell their downtimes and prove that the keys see any.
 */
import { z } from 'zod';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant, toMs } from '../../clock.ts';
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
import { createActions } from './actions.ts';
import { createApi } from './api.ts';
import { allGroupsOf, groupsOf, monitorIdOf, type GroupItem } from './groups.ts';
import { WireGroup } from './parse.ts';
import { apiAddress, appAddress, DatadogSettings, datadogSecrets } from './settings.ts';
import { testDatadog } from './test-report.ts';
import { externalIdOf, toAlarm } from './to-alarm.ts';

const Seen = z.record(z.string(), z.string()).catch({});

const badStates = 'alert,warn,no data';
/** More that vanish at once are looked for in a second list, not one by one. */
const mostAgain = 50;

function createDatadog(context: ConnectorContext): Connector {
  const settings = DatadogSettings.parse(context.settings);
  const { clock, severityMap } = context;
  const api = createApi({
    http: context.http,
    base: apiAddress(settings),
    secrets: context.secrets,
    monitorTags: settings.monitorTags,
    now: () => clock.now(),
  });
  const app = appAddress(settings);
  const kept = createKept({ clock, title: 'Datadog', memory: context.memory });
  const remember = createRemembered();
  /** Monitors with alarms at the last poll. */
  let alarming: ReadonlySet<string> = new Set();

  /** Of alarms that tell no start. The same object until something changes. */
  let seen: Readonly<Record<string, string>> = Seen.parse(context.memory['seen']);
  const startOf = (externalId: string): string => {
    const at = Object.hasOwn(seen, externalId) ? seen[externalId] : undefined;
    if (at !== undefined) return at;
    const now = toInstant(clock.now());
    seen = { ...seen, [externalId]: now };
    return now;
  };
  function forget(alarms: readonly ObservedAlarm[]): void {
    const ids = new Set(alarms.map(({ externalId }) => externalId));
    if (Object.keys(seen).every((id) => ids.has(id))) return;
    seen = Object.fromEntries(Object.entries(seen).filter(([id]) => ids.has(id)));
  }

  const mapped = (wire: WireGroup, externalId: string): ObservedAlarm | null =>
    toAlarm(wire, externalId, { settings, app, severityMap, startOf });
  const held = createHeldItems<WireGroup>(
    {
      schema: WireGroup,
      identity: (raw) => externalIdOf(raw as GroupItem),
      nameOf(raw) {
        const { name } = raw as { name?: unknown };
        return typeof name === 'string' ? name : null;
      },
      toAlarm: mapped,
    },
    () => clock.now(),
  );

  /** A monitor that is deleted while pages are read moves another one out of them: it is asked for by its id. */
  async function vanished(present: ReadonlySet<string>, signal: AbortSignal): Promise<unknown[]> {
    const missing = [...alarming].filter((id) => !present.has(id));
    if (missing.length > mostAgain) {
      const { monitors } = await api.monitors(badStates, signal);
      const wanted = new Set(missing);
      return monitors.filter((raw) => wanted.has(monitorIdOf(raw) ?? ''));
    }
    const found: unknown[] = [];
    for (const id of missing) {
      const monitor = await api.monitor(id, badStates, signal);
      if (monitor !== null) found.push(monitor);
    }
    return found;
  }

  async function readMonitors(signal: AbortSignal) {
    const { monitors, clockSkewMs } = await api.monitors(badStates, signal);
    const present = new Set(monitors.flatMap((raw) => monitorIdOf(raw) ?? []));
    const again = await vanished(present, signal);
    return { monitors: [...monitors, ...again], clockSkewMs, isProven: monitors.length > 0 };
  }

  const nothingSeen = (): SourceError =>
    new SourceError(
      'source.misconfigured',
      settings.monitorTags.length === 0
        ? 'These keys see no monitor at all, so an empty list proves nothing.'
        : `No monitor has the tags ${settings.monitorTags.join(', ')}, so an empty list proves nothing.`,
      {
        next: 'Check the rights of the application key (monitors_read), its organisation, and the tags.',
      },
    );

  return {
    actions: createActions({ api, clock, kept: kept.actions }),

    async poll(signal): Promise<PollResult> {
      const { monitors, clockSkewMs, isProven } = await readMonitors(signal);
      const now = clock.now() + (clockSkewMs ?? 0);
      const items: GroupItem[] = [];
      const alarmingNow = new Set<string>();
      let unknown = 0;
      for (const raw of monitors) {
        const groups = groupsOf(raw, now);
        items.push(...groups.items);
        if (groups.isUnknown) unknown += 1;
        const id = groups.items.length > 0 ? monitorIdOf(raw) : null;
        if (id !== null) alarmingNow.add(id);
      }
      alarming = alarmingNow;
      const taken = held.take(items);
      const blind = isProven ? taken.blind : nothingSeen();
      if (blind === null) forget(taken.alarms);
      const { alarms, acts } = kept.apply(taken.alarms, blind === null);
      return {
        snapshot: { alarms, isComplete: blind === null, incompleteReason: blind?.message ?? null },
        version: null,
        clockSkewMs,
        remarks:
          unknown === 0
            ? []
            : [
                `${unknown} ${unknown === 1 ? 'monitor has' : 'monitors have'} not been evaluated by Datadog yet, so nobody can tell how they are.`,
              ],
        blind,
        memory: remember({ kept: acts, seen }),
      };
    },

    async passed(from, until, signal) {
      const { monitors } = await api.monitors('all', signal);
      const now = clock.now();
      const isWithin = (at: string): boolean => toMs(at) >= toMs(from) && toMs(at) <= toMs(until);
      const episodes = monitors
        .flatMap((raw) => allGroupsOf(raw, now))
        .flatMap((item): PassedEpisode[] => {
          const wire = WireGroup.safeParse(item);
          const externalId = externalIdOf(item);
          if (!wire.success || externalId === null || wire.data.group.status.toLowerCase() !== 'ok')
            return [];
          const { last_triggered_ts, last_nodata_ts, last_resolved_ts } = wire.data.group;
          const began = instantOf(last_triggered_ts) ?? instantOf(last_nodata_ts);
          const ended = instantOf(last_resolved_ts);
          if (began === null || ended === null || began > ended) return [];
          if (!isWithin(began) || !isWithin(ended)) return [];
          // What it was is not kept: the worst that it can have been, unless its priority says more.
          const group = { ...wire.data.group, status: 'Alert' };
          const alarm = mapped({ ...wire.data, group }, externalId);
          return alarm === null ? [] : [{ alarm, endedAt: toInstant(toMs(ended)) }];
        });
      return {
        episodes,
        incompleteReason:
          'Datadog tells only the last time that each group of a monitor fired and cleared, and not whether it was an alert or a warning.',
      };
    },

    test: (signal) => testDatadog({ api, settings, now: () => clock.now(), signal }),

    close: () => context.http.close(),
  };
}

export const datadogKind: ConnectorKind = {
  kind: 'datadog',
  title: 'Datadog',
  description:
    'Monitors of Datadog, each group an alarm. Datadog limits requests: an interval of 60 s is good.',
  settings: DatadogSettings,
  secrets: datadogSecrets,
  create: createDatadog,
};

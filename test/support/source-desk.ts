/** The source service and the alarm service on one real store, with a configuration and a keychain in memory. */
import { createAlarmService, type AlarmService } from '../../main/alarms/alarm-service.ts';
import { Bus, type BusEvents } from '../../main/bus.ts';
import { systemClock, type Clock } from '../../main/clock.ts';
import { Windows } from '../../main/desk/windows.ts';
import { createRunSecrets } from '../../main/shells/run-secrets.ts';
import type { Powers } from '../../main/shells/powers.ts';
import type { ConfiguredSource } from '../../main/sources/configured-source.ts';
import type { ConnectorKind } from '../../main/sources/connector.ts';
import type { HttpLimits } from '../../main/sources/http-client.ts';
import { createSourceService, type SourceService } from '../../main/sources/source-service.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import { openTestStore, type TestStore } from './store.ts';

export interface SourceDesk {
  readonly store: TestStore;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly sources: SourceService;
  readonly alarms: AlarmService;
  readonly secrets: Powers['secrets'];
  readonly changes: BusEvents['alarms.changed'][];
  readonly sights: BusEvents['source.changed'][];
  /** As if the file had been edited outside. */
  configure(sources: readonly ConfiguredSource[]): void;
  configured(): readonly ConfiguredSource[];
  close(): Promise<void>;
}

export const sourceId = (id: string): SourceId => id as SourceId;

export const configured = (
  more: Partial<ConfiguredSource> & Pick<ConfiguredSource, 'settings'>,
): ConfiguredSource => ({
  id: sourceId('prod'),
  kind: 'alertmanager',
  name: 'Alertmanager prod',
  isEnabled: true,
  intervalMs: 200,
  severityMap: {},
  ...more,
});

export function openSourceDesk(
  options: {
    sources?: readonly ConfiguredSource[];
    store?: TestStore;
    clock?: Clock;
    secrets?: Powers['secrets'];
    kinds?: readonly ConnectorKind[];
    httpLimits?: Partial<HttpLimits>;
    pollDeadlineMs?: number;
    fixedSources?: readonly ConfiguredSource[];
    /** In front of the alarm service's own. */
    apply?: (apply: AlarmService['apply']) => AlarmService['apply'];
    isStarted?: boolean;
  } = {},
): SourceDesk {
  const store = options.store ?? openTestStore();
  const clock = options.clock ?? systemClock;
  const { db } = store;
  const bus = new Bus();
  const windows = new Windows();
  const secrets = options.secrets ?? createRunSecrets('This is a test.');
  let file = options.sources ?? [];
  const changes: BusEvents['alarms.changed'][] = [];
  const sights: BusEvents['source.changed'][] = [];
  bus.on('alarms.changed', (event) => changes.push(event));
  bus.on('source.changed', (event) => sights.push(event));

  const alarms: AlarmService = createAlarmService({
    db,
    clock,
    bus,
    windows,
    sources: {
      health: (id) => sources.health(id),
      connector: (id) => sources.connector(id),
      mapSeverity: (id, text, severity) => sources.mapSeverity(id, text, severity),
    },
    outbox: { pendingFor: () => null },
    runbooks: { markFor: () => null, matchAlarm: () => [] },
    incidents: { openIncidentOf: () => null },
  });
  const write = (next: readonly ConfiguredSource[]): void => {
    file = next;
    bus.emit('sources.configured', { at: clock.now() });
  };
  const { apply = (own) => own } = options;
  const sources: SourceService = createSourceService({
    db,
    clock,
    bus,
    windows,
    secrets,
    settings: {
      sources: () => file,
      saveSource: (source) => write([...file.filter(({ id }) => id !== source.id), source]),
      removeSource: (id) => write(file.filter((source) => source.id !== id)),
    },
    alarms: {
      apply: apply((...parts) => alarms.apply(...parts)),
      applyPassed: (...parts) => alarms.applyPassed(...parts),
      forgetSource: (id) => alarms.forgetSource(id),
    },
    fixedSources: options.fixedSources,
    random: () => 0.5,
    ...(options.kinds === undefined ? {} : { kinds: options.kinds }),
    ...(options.httpLimits === undefined ? {} : { httpLimits: options.httpLimits }),
    ...(options.pollDeadlineMs === undefined ? {} : { pollDeadlineMs: options.pollDeadlineMs }),
  });
  if (options.isStarted !== false) sources.start();
  return {
    store,
    bus,
    windows,
    sources,
    alarms,
    secrets,
    changes,
    sights,
    configure: write,
    configured: () => file,
    async close() {
      await sources.stop();
      if (options.store === undefined) store.close();
    },
  };
}

/**
 * Builds the application from its parts. Knows no shell: what only a shell can do comes in as `Powers`.
 *
 * The nouns know each other by narrow interfaces. Where two need one another, the later one is reached through a
 * function, which nobody calls before all of them exist.
 */
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { alarmHandlers } from './alarms/alarm-handlers.ts';
import { createAlarmService } from './alarms/alarm-service.ts';
import { Bus } from './bus.ts';
import { systemClock, type Clock } from './clock.ts';
import { customActionHandlers } from './custom-actions/custom-action-handlers.ts';
import { createCustomActions } from './custom-actions/custom-action-service.ts';
import { deskHandlers } from './desk/desk-handlers.ts';
import { createDesk } from './desk/desk-service.ts';
import { Windows } from './desk/windows.ts';
import { createDrill } from './drill/drill-service.ts';
import { incidentHandlers } from './incidents/incident-handlers.ts';
import { createIncidentService } from './incidents/incident-service.ts';
import { notificationHandlers } from './notifications/notification-handlers.ts';
import { createNotifications } from './notifications/notification-service.ts';
import { alarmActionHandlers, outboxHandlers } from './outbox/outbox-handlers.ts';
import { createOutbox } from './outbox/outbox.ts';
import { postmortemHandlers } from './postmortems/postmortem-handlers.ts';
import { createPostmortemService } from './postmortems/postmortem-service.ts';
import { reviewHandlers } from './reviews/review-handlers.ts';
import { createReviewService } from './reviews/review-service.ts';
import { editingHandlers } from './runbooks/editing/editing-handlers.ts';
import { createEditing } from './runbooks/editing/editing-service.ts';
import { runbookHandlers } from './runbooks/runbook-handlers.ts';
import { createRunbookService } from './runbooks/runbook-service.ts';
import { createQueries } from './runbooks/running/queries.ts';
import { runningHandlers } from './runbooks/running/running-handlers.ts';
import { createRunningService } from './runbooks/running/running-service.ts';
import { loadTerminals } from './runbooks/running/terminal.ts';
import { settingsHandlers } from './settings/settings-handlers.ts';
import { createSettings } from './settings/settings-service.ts';
import type { Powers, ShellSignal } from './shells/powers.ts';
import { silenceHandlers } from './silences/silence-handlers.ts';
import { createSilenceService } from './silences/silence-service.ts';
import { hostsOf } from './sources/source-hosts.ts';
import { sourceHandlers } from './sources/source-handlers.ts';
import { createSourceService } from './sources/source-service.ts';
import { startHousekeeping } from './store/housekeeping.ts';
import { openStore } from './store/open-store.ts';
import { systemHandlers } from './system/system-handlers.ts';
import { createSystemService } from './system/system-service.ts';

export interface CoreOptions {
  readonly version: string;
  readonly dataFolder: string;
  readonly configFile: string;
  readonly powers: Powers;
  /** Folder of the starter runbooks that ship with the program. */
  readonly starterRunbooks: string;
  /** The built worker that reduces web pages; absent: the core does it itself. */
  readonly pageWorker?: string;
  /** Set when this process plays a drill. */
  readonly drill: { readonly factor: number; readonly runbooks: string } | null;
  readonly clock?: Clock;
  /** Called now and then from within long work: taking in 50,000 alarms at once is no hang. */
  readonly alive?: () => void;
}

export interface Core {
  /** Serves the contract on this port until it closes. */
  connect(port: MessagePort): void;
  signal(signal: ShellSignal): void;
  stop(): Promise<void>;
}

export async function createCore(options: CoreOptions): Promise<Core> {
  const { powers } = options;
  const clock = options.clock ?? systemClock;
  const bus = new Bus();
  const windows = new Windows();
  const { shell } = await powers.describe();
  const store = await openStore({ folder: options.dataFolder, clock, shell });
  const { db } = store;
  const housekeeping = startHousekeeping({
    store,
    clock,
    onNotice: () => windows.changed('notices'),
  });
  const drill =
    options.drill === null
      ? null
      : await createDrill({
          ...options.drill,
          clock,
          db,
          onChanged: () => windows.changed('drill'),
        });

  const shared = { db, clock, bus, windows };
  const settings = createSettings({ clock, bus, windows, configFile: options.configFile });
  const alarms = createAlarmService({
    ...shared,
    sources: {
      health: (id) => sources.health(id),
      connector: (id) => sources.connector(id),
      mapSeverity: (id, text, severity) => sources.mapSeverity(id, text, severity),
    },
    outbox: { pendingFor: (id) => outbox.pendingFor(id) },
    runbooks: {
      markFor: (alarm) => runbooks.markFor(alarm),
      matchAlarm: (alarm) => runbooks.matchAlarm(alarm),
    },
    incidents: { openIncidentOf: (id) => incidents.openIncidentOf(id) },
    timeZone: () => settings.current().timeZone,
    alive: options.alive,
  });
  const sources = createSourceService({
    ...shared,
    settings,
    secrets: powers.secrets,
    findProxy: (url) => powers.findProxy(url),
    alarms,
    fixedSources: drill === null ? undefined : [drill.source],
  });
  const outbox = createOutbox({ ...shared, settings, alarms, sources });
  const silences = createSilenceService({ ...shared, settings, alarms, sources, outbox });
  const customActions = createCustomActions({ ...shared, settings, alarms, sources });
  const runbooks = createRunbookService({
    placeholderDefaults: () => settings.current().placeholderDefaults,
    ...shared,
    alarms,
    settings,
    secrets: powers.secrets,
    folder: join(options.dataFolder, 'runbooks'),
    // The alarms of a drill link to nothing.
    ...(drill === null
      ? {
          web: {
            workerFile: options.pageWorker ?? null,
            findProxy: (url: string) => powers.findProxy(url),
            sourceHosts: () => hostsOf(settings.sources()),
          },
        }
      : {}),
    shipped: [
      { name: 'Starter runbooks', path: options.starterRunbooks },
      ...(drill === null ? [] : [{ name: 'Drill runbooks', path: drill.runbookFolder }]),
    ],
  });
  const running = createRunningService({
    ...shared,
    settings,
    runs: runbooks,
    secrets: () => sources.secretsInUse(),
    findProxy: (url) => powers.findProxy(url),
    terminals: await loadTerminals(),
  });
  const queries = createQueries({
    clock,
    runs: runbooks,
    stores: () => sources.metricStores(),
    sourceOf: (id) => alarms.get(id)?.sourceId ?? null,
    onAnswer: (asked) => db.transaction(() => bus.emit('query.asked', asked)),
  });
  const desk = createDesk({ ...shared, powers, settings, sources, alarms, outbox });
  const incidents = createIncidentService({ ...shared, alarms, runs: runbooks });
  const editing = createEditing({
    ...shared,
    runbooks,
    alarms,
    settings,
    incident: (id) => incidents.get(id),
    folder: join(options.dataFolder, 'runbooks'),
  });
  const postmortems = createPostmortemService({ ...shared, settings, incidents });
  const reviews = createReviewService({
    ...shared,
    settings,
    sources,
    alarms,
    runbooks,
    incidents,
    postmortems,
  });
  const notifications = createNotifications({
    ...shared,
    powers,
    settings,
    alarms,
    sources,
    addNotice: (kind, title, text) => desk.addNotice(kind, title, text),
  });
  const system = createSystemService({
    version: options.version,
    dataFolder: options.dataFolder,
    powers,
    timeZone: () => settings.current().timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone,
    drill: drill === null ? null : () => drill.state(),
  });

  const handler = new RPCHandler({
    alarms: { ...alarmHandlers(alarms), ...alarmActionHandlers(outbox, alarms) },
    customActions: customActionHandlers(customActions),
    desk: deskHandlers(desk),
    editing: editingHandlers(editing),
    incidents: incidentHandlers(incidents),
    notifications: notificationHandlers(notifications),
    outbox: outboxHandlers(outbox),
    postmortems: postmortemHandlers(postmortems),
    reviews: reviewHandlers(reviews),
    runbooks: runbookHandlers(runbooks),
    running: runningHandlers(running, queries),
    settings: settingsHandlers(settings, alarms),
    silences: silenceHandlers(silences),
    sources: sourceHandlers(sources),
    system: systemHandlers(system, clock),
  });

  settings.start();
  running.begin();
  notifications.start();
  outbox.start();
  silences.start();
  desk.start();
  sources.start();
  // Nothing waits for the first look at the folders: the copies in the store are there already.
  void runbooks.start();

  return {
    connect(port) {
      handler.upgrade(port);
      port.start();
    },
    signal: (signal) => desk.signal(signal),
    async stop() {
      settings.stop();
      await drill?.stop();
      await sources.stop();
      customActions.close();
      await silences.stop();
      await outbox.stop();
      notifications.stop();
      desk.stop();
      await running.close();
      incidents.stop();
      reviews.stop();
      await runbooks.stop();
      housekeeping.stop();
      await store.close();
    },
  };
}

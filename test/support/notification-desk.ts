/** The notification service beside the alarm service on a real store, with a shell that writes down what it gets. */
import type { Settings } from '../../preload/contract/settings.ts';
import type { DeskEvent } from '../../preload/contract/desk.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import { createNotifications } from '../../main/notifications/notification-service.ts';
import type { OutgoingNotification } from '../../main/shells/powers.ts';
import { openAlarmDesk } from './alarm-desk.ts';
import { source } from './alarms.ts';
import type { TestStore } from './store.ts';

export const testSettings = (change: Partial<Settings> = {}): Settings => ({
  person: 'Ada',
  theme: 'dark',
  timeZone: 'UTC',
  quietHours: null,
  sleepHours: null,
  classBySeverity: { critical: 'page', high: 'page', warning: 'notice', info: 'none' },
  rules: [],
  repeatPageEveryMs: 120_000,
  repeatPageAtMost: 15,
  isSoundOn: true,
  runbookFolders: [],
  runbookSources: [],
  runbookWeb: { isOn: false, refreshEveryMs: 43_200_000, hosts: [], sites: [] },
  placeholderDefaults: {},
  commandTimeoutMs: 600_000,
  isFourAmDefault: false,
  acknowledgeForMs: 3_600_000,
  hasChosenStart: true,
  customActions: [],
  ...change,
});

export function openNotificationDesk(
  options: { store?: TestStore; settings?: Partial<Settings>; ids?: readonly string[] } = {},
) {
  const desk = openAlarmDesk(options.store, options.ids ?? [source]);
  const shown: OutgoingNotification[] = [];
  const withdrawn: string[] = [];
  const sounds: string[] = [];
  const notices: string[] = [];
  /** Set to make the platform refuse, for as long as it is set. */
  const platform: { refusal: string | null } = { refusal: null };
  let settings = testSettings(options.settings);
  desk.windows.open((event: DeskEvent) => {
    if (event.type === 'sound') sounds.push(event.sound);
  });
  const notifications = createNotifications({
    ...desk.deps,
    alarms: desk.alarms,
    powers: {
      async notify(outgoing) {
        if (platform.refusal !== null) throw new Error(platform.refusal);
        shown.push(outgoing);
        return { carrier: 'recording' };
      },
      async withdraw(key) {
        withdrawn.push(key);
      },
    },
    settings: { current: () => settings },
    addNotice: (_kind, title) => notices.push(title),
  });
  notifications.start();
  // Its own timer sleeps at least a tenth of a second: tests move the clock and call `tick` instead.
  desk.clock.move(15_000);
  return {
    ...desk,
    notifications,
    shown,
    withdrawn,
    sounds,
    notices,
    platform,
    change(change: Partial<Settings>) {
      settings = { ...settings, ...change };
      desk.bus.emit('settings.changed', { settings, at: desk.clock.now() });
    },
    /** Lets time pass and does what is due then. */
    pass(ms: number) {
      desk.clock.move(ms);
      notifications.tick();
    },
    /** Until the shell's answers are stored. */
    settled: () => new Promise((resolve) => setImmediate(resolve)),
    sight(
      after: 'live' | 'unreachable' | 'stale' | 'starting',
      of: { id?: string; before?: 'live' | 'unreachable' | 'stale' | 'starting' } = {},
    ) {
      const id = (of.id ?? source) as SourceId;
      const health = desk.healths.get(id);
      if (health !== undefined) desk.healths.set(id, { ...health, freshness: after });
      desk.store.db.transaction(() =>
        desk.bus.emit('source.changed', {
          sourceId: id,
          sourceName: health?.name ?? id,
          before: of.before ?? 'live',
          after,
          reason: after === 'live' ? null : 'connection refused',
          at: desk.clock.now(),
        }),
      );
    },
    titles: () => shown.map(({ title }) => title),
    /** `occasion outcome class: reason`, oldest first. */
    decided: () =>
      notifications
        .list(500)
        .toReversed()
        .map(
          (decision) =>
            `${decision.occasion} ${decision.outcome} ${decision.class}: ${decision.reason}`,
        ),
  };
}

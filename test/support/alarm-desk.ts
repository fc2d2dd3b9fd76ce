/** The alarm service on a real store, with plain neighbours that a test may change. */
import { createAlarmService, type AlarmDeps } from '../../main/alarms/alarm-service.ts';
import type { SourceHealth } from '../../main/alarms/alarm-rows.ts';
import { Bus } from '../../main/bus.ts';
import { Windows } from '../../main/desk/windows.ts';
import type { ActionKind } from '../../main/sources/connector.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import { instant, source, start } from './alarms.ts';
import { openTestStore, standingClock, type TestStore } from './store.ts';

export const liveHealth: SourceHealth = {
  name: 'Alertmanager prod',
  kind: 'alertmanager',
  freshness: 'live',
  lastSuccessAt: instant(start),
  isEnabled: true,
  reason: null,
  next: null,
  since: instant(start),
};

export function openAlarmDesk(
  store: TestStore = openTestStore(),
  ids: readonly string[] = [source],
) {
  for (const id of ids) {
    store.connection
      .prepare(`INSERT OR IGNORE INTO source (id, kind, name) VALUES (?, 'alertmanager', ?)`)
      .run(id, id);
  }
  const clock = standingClock(instant(start));
  const bus = new Bus();
  const windows = new Windows();
  const healths = new Map<string, SourceHealth>(ids.map((id) => [id, liveHealth]));
  const deps: AlarmDeps = {
    db: store.db,
    clock,
    bus,
    windows,
    sources: {
      health: (id: SourceId) => healths.get(id),
      connector: () => ({
        actions: {
          acknowledgeEffect: "also quiets the team's pager",
          kinds: new Set<ActionKind>(['acknowledge', 'unacknowledge', 'silence']),
        },
      }),
      mapSeverity: () => {},
    },
    outbox: { pendingFor: () => null },
    runbooks: { markFor: () => null, matchAlarm: () => [] },
    incidents: { openIncidentOf: () => null },
  };
  return { store, clock, bus, windows, healths, deps, alarms: createAlarmService(deps) };
}

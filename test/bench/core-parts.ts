/** Parts of the core in this process: the real store on a real disk, alarms, and the Alertmanager connector on answers from memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAlarmService, type AlarmService } from '../../main/alarms/alarm-service.ts';
import { Bus } from '../../main/bus.ts';
import { systemClock } from '../../main/clock.ts';
import { Windows } from '../../main/desk/windows.ts';
import type { ConnectorKind } from '../../main/sources/connector.ts';
import { alertmanagerKind } from '../../main/sources/alertmanager/connector.ts';
import type { HttpClient } from '../../main/sources/http.ts';
import { openStore, type Store } from '../../main/store/open-store.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import { liveHealth } from '../support/alarm-desk.ts';
import { statusAnswer } from './answers.ts';

export const sourceId = 'prod' as SourceId;

/** All stores of one run lie in the same place, so that they meet the same disk. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The Alertmanager connector over a client that takes each body from `alerts`. */
export function alertmanagerOn(alerts: () => unknown): ConnectorKind {
  const http: HttpClient = {
    async request({ url }) {
      const body = url.endsWith('/alerts') ? alerts() : statusAnswer;
      return { status: 200, headers: {}, body, clockSkewMs: 0 };
    },
    async close() {},
  };
  return {
    ...alertmanagerKind,
    create: (context) => alertmanagerKind.create({ ...context, http }),
  };
}

export interface CoreParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly alarms: AlarmService;
  close(): Promise<void>;
}

export async function openCoreParts(folder: string): Promise<CoreParts> {
  const store = await openStore({ folder, clock: systemClock });
  const bus = new Bus();
  const windows = new Windows();
  const alarms = createAlarmService({
    db: store.db,
    clock: systemClock,
    bus,
    windows,
    sources: {
      health: () => liveHealth,
      connector: () => null,
      mapSeverity: () => {},
    },
    outbox: { pendingFor: () => null },
    runbooks: { markFor: () => null, matchAlarm: () => [] },
    incidents: { openIncidentOf: () => null },
  });
  return { store, bus, windows, alarms, close: () => store.close() };
}

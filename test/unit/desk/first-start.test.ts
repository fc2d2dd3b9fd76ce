/** Settings, sources, alarms and desk joined, as on a computer where nobody has configured anything. */
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAlarmService, type AlarmService } from '../../../main/alarms/alarm-service.ts';
import { Bus } from '../../../main/bus.ts';
import { systemClock as clock } from '../../../main/clock.ts';
import { createDesk } from '../../../main/desk/desk-service.ts';
import { Windows } from '../../../main/desk/windows.ts';
import { createSettings } from '../../../main/settings/settings-service.ts';
import { createSourceService, type SourceService } from '../../../main/sources/source-service.ts';
import type { DeskState } from '../../../preload/contract/desk.ts';
import { openTestStore, temporaryFolder } from '../../support/store.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function open() {
  const folder = temporaryFolder();
  const store = openTestStore();
  const { db } = store;
  const [bus, windows] = [new Bus(), new Windows()];
  const configFile = join(folder.path, 'nightdesk.json');
  const settings = createSettings({ clock, bus, windows, configFile });
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
  const secrets = {
    describe: async () => ({ keychain: 'none' as const, text: '' }),
    get: async () => null,
    set: async () => ({ isKept: false }),
    delete: async () => undefined,
  };
  const sources: SourceService = createSourceService({
    db,
    clock,
    bus,
    windows,
    settings,
    secrets,
    alarms,
  });
  const shown: DeskState[] = [];
  const desk = createDesk({
    db,
    clock,
    bus,
    windows,
    powers: {
      showDeskState: async (state) => {
        shown.push(state);
      },
    },
    settings,
    sources,
    alarms,
    outbox: { counts: () => ({ open: 0, failed: 0 }) },
  });
  closers.push(folder.remove, store.close, () => sources.stop(), settings.stop, desk.stop);
  return { settings, sources, desk, shown };
}

describe('the first start', () => {
  it('is blind until this computer was looked at, and sees it then', async () => {
    const { settings, sources, desk, shown } = open();
    settings.start();
    desk.start();
    sources.start();
    expect(desk.state().blind.map(({ freshness }) => freshness)).toEqual(['starting']);
    await vi.waitFor(() => expect(desk.state().blind).toEqual([]), 20_000);
    expect(desk.state().enabledSources).toBe(1);
    await vi.waitFor(() => expect(shown.at(-1)?.blind).toEqual([]), 20_000);
    expect(await sources.list()).toMatchObject([
      { id: 'this-computer', kindTitle: 'This computer' },
    ]);
  });

  it('is blind again as soon as a source is added that does not answer', async () => {
    const { sources, desk, settings } = open();
    desk.start();
    sources.start();
    const urls = ['http://127.0.0.1:1'];
    const draft = { kind: 'alertmanager', name: 'Prod', intervalMs: 15_000, secrets: {} };
    await sources.save({ ...draft, settings: { urls } });
    await vi.waitFor(
      () => expect(desk.state().blind).toMatchObject([{ name: 'Prod', freshness: 'unreachable' }]),
      20_000,
    );
    expect(settings.sources().map(({ id }) => id)).toEqual(['this-computer', 'prod']);
  });
});

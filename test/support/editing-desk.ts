/** A library and its editor on a real store and real folders; a second one is the program after a restart. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KnownAlarm } from '../../main/alarms/alarm.ts';
import { Bus } from '../../main/bus.ts';
import type { Clock } from '../../main/clock.ts';
import { Windows } from '../../main/desk/windows.ts';
import { createEditing } from '../../main/runbooks/editing/editing-service.ts';
import type { GitProgram } from '../../main/runbooks/git/program.ts';
import { createRunbookService } from '../../main/runbooks/runbook-service.ts';
import type { RunbookSettings } from '../../main/runbooks/runbook-sources.ts';
import { createRunSecrets } from '../../main/shells/run-secrets.ts';
import type { RunbookId } from '../../preload/contract/common.ts';
import type { Incident } from '../../preload/contract/incidents.ts';
import { runbookSettings } from './runbook-settings.ts';
import type { TestStore } from './store.ts';

export interface EditingDeskOptions {
  readonly store: TestStore;
  readonly clock: Clock;
  /** The data folder's folder of runbooks. */
  readonly data: string;
  readonly settings: Partial<RunbookSettings>;
  readonly shipped?: string;
  readonly git?: GitProgram;
  readonly incident?: Incident;
  readonly alarms?: ReadonlyMap<number, KnownAlarm>;
}

export async function openEditingDesk(options: EditingDeskOptions) {
  const { store, clock, data } = options;
  const bus = new Bus();
  const windows = new Windows();
  let settings = { ...runbookSettings(options.settings), person: 'Ada', timeZone: 'UTC' };
  const settingsService = {
    current: () => settings,
    update(change: Partial<RunbookSettings>) {
      settings = { ...settings, ...change };
      bus.emit('settings.changed', { settings: settings as never, at: clock.now() });
    },
  };
  const alarms = { get: (id: number) => options.alarms?.get(id) };
  const runbooks = createRunbookService({
    db: store.db,
    clock,
    bus,
    windows,
    alarms,
    settings: settingsService,
    secrets: createRunSecrets('This is a test.'),
    folder: data,
    shipped:
      options.shipped === undefined ? [] : [{ name: 'Starter runbooks', path: options.shipped }],
    ...(options.git === undefined ? {} : { git: options.git }),
  });
  const editing = createEditing({
    db: store.db,
    clock,
    windows,
    runbooks,
    alarms,
    settings: settingsService,
    incident: () => {
      if (options.incident === undefined) throw new Error('there is no incident');
      return options.incident;
    },
    folder: data,
  });
  await runbooks.start();
  return {
    runbooks,
    editing,
    settings: () => settings,
    idOf(path: string): RunbookId {
      const found = runbooks.list().runbooks.find((runbook) => runbook.path === path);
      if (found === undefined) throw new Error(`${path} is not in the library`);
      return found.id;
    },
    stop: () => runbooks.stop(),
  };
}

/** Writes a file, as somebody else would. @returns its place */
export function putFile(folder: string, path: string, content: string | Buffer): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

export const textIn = (folder: string, path: string): string =>
  readFileSync(join(folder, path), 'utf8');

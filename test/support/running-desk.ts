/** Runbooks in a folder of their own, and commands of them that really run, on a real store. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRunbookService } from '../../main/runbooks/runbook-service.ts';
import {
  createRunningService,
  type RunningDeps,
} from '../../main/runbooks/running/running-service.ts';
import type { ExecutionEvent, ExecutionId } from '../../preload/contract/running.ts';
import { openIncidentDesk } from './incident-desk.ts';
import { openTestStore, temporaryFolder, type TestStore } from './store.ts';
import { testSettings } from './notification-desk.ts';

export type RunningDesk = Awaited<ReturnType<typeof openRunningDesk>>;

export async function openRunningDesk(
  runbook: string,
  options: {
    store?: TestStore;
    labels?: Record<string, string>;
    running?: Partial<RunningDeps>;
    isOn?: boolean;
  } = {},
) {
  const folder = temporaryFolder();
  const write = (text: string): void => {
    const path = join(folder.path, 'Runbook.md');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  write(runbook);
  const store = options.store ?? openTestStore();
  const desk = openIncidentDesk(store);
  const settings = { ...testSettings(), runbookFolders: [folder.path] };
  const copies = temporaryFolder();
  const runbooks = createRunbookService({
    db: desk.db,
    clock: desk.clock,
    bus: desk.bus,
    windows: desk.windows,
    alarms: desk.alarms,
    settings: { current: () => settings, update: () => settings },
    secrets: {
      describe: () => Promise.resolve({ keychain: 'none', text: '' }),
      get: () => Promise.resolve(null),
      set: () => Promise.resolve({ isKept: false }),
      delete: () => Promise.resolve(),
    },
    folder: copies.path,
    shipped: [],
  });
  await runbooks.start();
  const open = (change: Partial<RunningDeps> = {}) =>
    createRunningService({
      db: desk.db,
      clock: desk.clock,
      bus: desk.bus,
      windows: desk.windows,
      runs: runbooks,
      settings: { current: () => settings },
      ...options.running,
      ...change,
    });
  const running = open();
  if (options.isOn !== false) running.setSource(folder.path, true);
  const alarmId = desk.poll(desk.fresh('CheckoutDown', { labels: options.labels ?? {} }));
  const [summary] = runbooks.list().runbooks;
  if (summary === undefined) throw new Error('the runbook was not read');
  const run = runbooks.startRun({
    runbookId: summary.id,
    anchor: null,
    alarmId,
    incidentId: null,
  });
  const which = (step = 0, command = 0) => ({
    runId: run.id,
    stepId: runbooks.getRun(run.id).steps[step]?.id ?? '',
    command,
  });
  return {
    ...desk,
    folder: folder.path,
    settings,
    runbooks,
    running,
    /** The program after a restart, on the same store. */
    again: open,
    alarmId,
    run,
    which,
    write,
    async start(step = 0, typed = '') {
      const { digest, problem } = running.preview(which(step));
      if (digest === null) throw new Error(problem?.text);
      return running.start(digest, typed);
    },
    /** Everything that a window is told, until it ended. */
    async watch(id: ExecutionId): Promise<{ text: string; events: ExecutionEvent[] }> {
      let text = '';
      const events: ExecutionEvent[] = [];
      for await (const event of running.watch(id)) {
        events.push(event);
        if (event.type === 'output') text = text.slice(0, event.keep) + event.text;
      }
      return { text, events };
    },
    async close() {
      await running.close();
      await runbooks.stop();
      store.close();
      folder.remove();
      copies.remove();
    },
  };
}

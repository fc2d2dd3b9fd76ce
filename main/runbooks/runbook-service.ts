/** Runbooks as the rest of the program uses them: the library, search, matching and runs joined. */
import type { AlarmId, IncidentId, RunbookId } from '../../preload/contract/common.ts';
import type { Runbook, RunbookHit, RunbookSummary } from '../../preload/contract/runbooks.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { Bus } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { notFound } from '../errors.ts';
import type { WritableDb } from '../store/database.ts';
import { createLibrary, type LibraryFolder } from './library.ts';
import { createMatcher } from './match.ts';
import { noValues } from './parameters.ts';
import { createRunService, headingOf, type AlarmLookup } from './run-service.ts';
import { createSearch } from './search.ts';
import { stepsUnder, viewSteps } from './step-view.ts';

export interface FolderState {
  readonly path: string;
  readonly count: number;
  readonly copiedAt: string | null;
  readonly problem: string | null;
}

export function createRunbookService(deps: {
  db: WritableDb;
  clock: Clock;
  bus: Bus;
  windows: Windows;
  alarms: AlarmLookup;
  settings: { current(): Pick<Settings, 'runbookFolders'> };
  /** Runbooks that come with the program, by the name people see. */
  shipped: readonly LibraryFolder[];
}) {
  const { db, clock, bus, windows, alarms, settings, shipped } = deps;
  const library = createLibrary({
    db,
    clock,
    onChanged: () => {
      windows.changed('runbooks');
      windows.changed('runs');
      // Rows carry a mark that says whether a runbook is known.
      windows.changed('alarms');
    },
  });
  const search = createSearch({ db, revision: library.revision });
  const matcher = createMatcher({ db, revision: library.revision });
  const runs = createRunService({ db, clock, bus, windows, library: library.store, alarms });

  const heading = headingOf(db);

  const foldersOf = (own: readonly string[]): LibraryFolder[] => [
    ...own
      .map((path) => path.trim())
      .filter((path) => path !== '')
      .map((path) => ({ name: path, path })),
    ...shipped,
  ];
  const stopListening = bus.on('settings.changed', ({ settings: next }) => {
    db.afterCommit(() => {
      const wanted = foldersOf(next.runbookFolders);
      const names = library.folders().map((folder) => folder.name);
      const isSame =
        wanted.length === names.length && wanted.every((folder) => names.includes(folder.name));
      if (!isSame) void library.setFolders(wanted);
    });
  });

  return {
    ...runs,
    /** Settles when every folder was read once; nothing waits for it but tests. */
    start: (): Promise<void> => library.setFolders(foldersOf(settings.current().runbookFolders)),
    async stop(): Promise<void> {
      stopListening();
      await library.stop();
    },
    rescan: (): Promise<void> => library.rescan(),
    matchAlarm: matcher.matchAlarm,
    markFor: matcher.markFor,
    list(): { runbooks: RunbookSummary[]; folders: FolderState[] } {
      const counts = library.store.counts();
      const known = new Map(library.store.folders().map((row) => [row.folder, row]));
      return {
        runbooks: library.store.list(),
        folders: library.folders().map(({ name }) => ({
          path: name,
          count: counts.get(name) ?? 0,
          copiedAt: known.get(name)?.copiedAt ?? null,
          problem: known.get(name)?.problem ?? null,
        })),
      };
    },
    search: (input: { text: string; limit: number }): RunbookHit[] =>
      search.search(input.text, input.limit),
    get(input: {
      id: RunbookId;
      alarmId?: AlarmId | undefined;
      incidentId?: IncidentId | undefined;
      anchor?: string | null | undefined;
    }): Runbook {
      const { id, alarmId = null, incidentId = null, anchor = null } = input;
      const found = library.store.get(id);
      if (found === undefined) throw notFound('This runbook');
      const alarm = alarmId === null ? undefined : alarms.get(alarmId);
      const { steps, missing } = viewSteps({
        document: found.steps,
        steps: stepsUnder(found.steps, anchor, heading(id, anchor)),
        values: alarm === undefined ? noValues : { ...alarm, answers: {} },
        ticked: [],
      });
      const run = runs.findRun({ runbookId: id, anchor, alarmId, incidentId });
      return { summary: found.summary, markdown: found.markdown, steps, missing, run };
    },
  };
}

export type RunbookService = ReturnType<typeof createRunbookService>;

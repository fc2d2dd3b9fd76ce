/** Runbooks as the rest of the program uses them: the library, search, matching and runs joined. */
import { join } from 'node:path';
import type { AlarmId, IncidentId, RunbookId } from '../../preload/contract/common.ts';
import type { DeadLink } from '../../preload/contract/runbook-links.ts';
import type {
  Runbook,
  RunbookSearch,
  RunbookSource,
  RunbookSummary,
} from '../../preload/contract/runbooks.ts';
import type { Bus } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { notFound } from '../errors.ts';
import type { Powers } from '../shells/powers.ts';
import type { WritableDb } from '../store/database.ts';
import { readAsset, type Asset } from './assets.ts';
import type { CloneTimes } from './git/clone-git.ts';
import { createGitRunbooks } from './git/git-runbooks.ts';
import type { GitProgram } from './git/program.ts';
import { createDocumentLinks } from './document-links.ts';
import { createHygiene } from './hygiene/hygiene-service.ts';
import { frontMatterNext } from './broken-front-matter.ts';
import { createKeptImages } from './kept-images.ts';
import { createLibrary, type LibraryFolder } from './library.ts';
import { createDeadLinks } from './matching/dead-links.ts';
import { createMatching } from './matching/matching-service.ts';
import { noValues } from './parameters.ts';
import { alarmSectionsOf, createRunService, headingOf, type AlarmLookup } from './run-service.ts';
import { createRunbookSources, type RunbookSourceDeps } from './runbook-sources.ts';
import { createHelped } from './search/helped.ts';
import { createSearch } from './search/search.ts';
import { stepsUnder, viewSteps } from './step-view.ts';
import { webFolderName } from '../../preload/running-switch.ts';
import { createWebPages, type WebPagesDeps } from './web/web-pages.ts';

export type RunbookWebOptions = Pick<
  WebPagesDeps,
  'workerFile' | 'findProxy' | 'environment' | 'restMs' | 'sourceHosts'
>;

export function createRunbookService(deps: {
  db: WritableDb;
  clock: Clock;
  bus: Bus;
  windows: Windows;
  alarms: AlarmLookup;
  settings: RunbookSourceDeps['settings'];
  /** What placeholders are where nothing else says it. */
  placeholderDefaults?: () => Readonly<Record<string, string>>;
  secrets: Powers['secrets'];
  /** Where copies of what is elsewhere are kept. */
  folder: string;
  /** Runbooks that come with the program, by the name people see. */
  shipped: readonly LibraryFolder[];
  /** Default: the git of this computer. */
  git?: GitProgram;
  gitTimes?: Partial<CloneTimes>;
  /** How pages that alarms link to are copied; absent: they are not. */
  web?: RunbookWebOptions;
}) {
  const { db, clock, bus, windows, alarms, settings, shipped } = deps;
  const onSourcesChanged = (): void => windows.changed('runbooks');
  const images = createKeptImages(join(deps.folder, 'images'));
  const library = createLibrary({
    db,
    clock,
    onRead: images.keep,
    onForgotten: (name) => void images.forget(name),
    onChanged: () => {
      windows.changed('runbooks');
      windows.changed('runs');
      // Rows carry a mark that says whether a runbook is known.
      windows.changed('alarms');
    },
  });
  const links = createDocumentLinks({ db, revision: library.revision });
  const search = createSearch({
    db,
    revision: library.revision,
    now: () => clock.now(),
    sourceNames: () =>
      new Map(sources.list().map(({ folder, title, kind }) => [folder, [title, kind]])),
    helped: createHelped({ db, monotonic: () => clock.monotonic() }),
  });
  const matching = createMatching({ db, clock, bus, windows, alarms, library });
  const deadLinks = createDeadLinks(db);
  const runs = createRunService({
    db,
    clock,
    bus,
    windows,
    library: library.store,
    alarms,
    defaults: deps.placeholderDefaults,
  });

  const heading = headingOf(db);
  const alarmSections = alarmSectionsOf(db);

  const git = createGitRunbooks({
    db,
    clock,
    secrets: deps.secrets,
    folder: deps.folder,
    git: deps.git,
    times: deps.gitTimes,
    onChanged: onSourcesChanged,
    onUpdated: (name) => library.rescan(library.folders().filter((one) => one.name === name)),
  });
  const web =
    deps.web === undefined
      ? null
      : createWebPages({
          ...deps.web,
          db,
          clock,
          secrets: deps.secrets,
          folder: deps.folder,
          settings: () => settings.current().runbookWeb,
          onChanged: onSourcesChanged,
          onUpdated: () =>
            library.rescan(library.folders().filter((one) => one.name === webFolderName)),
        });
  const sources = createRunbookSources({
    library,
    git,
    web,
    settings,
    shipped,
    onChanged: onSourcesChanged,
  });

  const stopListening = [
    bus.on('settings.changed', ({ settings: next }) => {
      db.afterCommit(() => {
        const wanted = sources.configure(next);
        const names = library.folders().map((folder) => folder.name);
        const isSame =
          wanted.length === names.length && wanted.every((folder) => names.includes(folder.name));
        if (!isSame) void library.setFolders(wanted);
        web?.reconfigure();
        onSourcesChanged();
      });
    }),
    bus.on('gap.ended', () =>
      db.afterCommit(() => {
        git.retry();
        web?.retry();
      }),
    ),
    bus.on('sources.configured', () => db.afterCommit(() => web?.reconfigure())),
    bus.on('alarms.changed', ({ changes }) =>
      web?.note(changes.flatMap((change) => (change.kind === 'resolved' ? [] : change.alarm))),
    ),
  ];

  return {
    ...runs,
    /** Settles when every folder was read once; nothing waits for it but tests. */
    start(): Promise<void> {
      const read = library.setFolders(sources.configure(settings.current()));
      git.start();
      web?.start();
      return read.then(search.prepare);
    },
    async stop(): Promise<void> {
      for (const stop of stopListening) stop();
      matching.stop();
      await git.stop();
      await web?.stop();
      await library.stop();
    },
    rescan: (): Promise<void> => library.rescan(),
    sources,
    /** For whoever writes runbooks: where they are, and how their repositories are reached. */
    library,
    git,
    matchAlarm: matching.matchAlarm,
    markFor: matching.markFor,
    verdicts: matching.verdicts,
    hygiene: createHygiene({
      db,
      clock,
      matching,
      sources,
      library,
      resolveLinks: links.resolve,
    }),
    list: (): { runbooks: RunbookSummary[]; sources: RunbookSource[] } => ({
      runbooks: library.store.list(),
      sources: sources.list(),
    }),
    /** An image beside a runbook, or one that was fetched with its page. */
    async asset(id: RunbookId, path: string): Promise<Asset> {
      const summary = library.store.get(id)?.summary;
      const folder = library.folders().find(({ name }) => name === summary?.folder);
      if (summary === undefined || folder === undefined) throw notFound('This runbook');
      return readAsset(folder, summary.path, path, (one) => images.read(folder, one));
    },
    resolveLinks: links.resolve,
    deadLinks(alarmId: AlarmId): DeadLink[] {
      const alarm = alarms.get(alarmId);
      return alarm === undefined ? [] : deadLinks(matching.linkStates(alarm));
    },
    search: (input: { text: string; limit: number }): RunbookSearch =>
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
        values: {
          ...(alarm === undefined ? noValues : { ...alarm, answers: {} }),
          defaults: deps.placeholderDefaults?.() ?? {},
        },
        ticked: [],
      });
      const run = runs.findRun({ runbookId: id, anchor, alarmId, incidentId });
      return {
        summary: found.summary,
        copyOf:
          found.summary.folder === webFolderName ? (web?.copyOf(found.summary.path) ?? null) : null,
        problem: found.problem === null ? null : { text: found.problem, next: frontMatterNext },
        markdown: found.markdown,
        steps,
        alarmSections: alarmSections(id),
        missing,
        run,
      };
    },
  };
}

export type RunbookService = ReturnType<typeof createRunbookService>;

/** Where runbooks come from, joined: folders of this computer, repositories, web pages, and what came with the program. */
import type { RunbookSource, WebSite } from '../../preload/contract/runbooks.ts';
import type { GitRunbooks, RunbookSite, Settings } from '../../preload/contract/settings.ts';
import type { TestReport } from '../../preload/contract/sources.ts';
import { notFound } from '../errors.ts';
import type { GitRunbookService, GitState } from './git/git-runbooks.ts';
import type { Library, LibraryFolder } from './library.ts';
import { webSites, webSource } from './web/web-sites.ts';
import type { WebPages } from './web/web-pages.ts';

export type RunbookSettings = Pick<Settings, 'runbookFolders' | 'runbookSources' | 'runbookWeb'>;

export interface RunbookSourceDeps {
  readonly library: Library;
  readonly git: GitRunbookService;
  /** Null: there are none, as in a drill. */
  readonly web: WebPages | null;
  readonly settings: {
    current(): RunbookSettings;
    update(change: Partial<RunbookSettings>): unknown;
  };
  readonly shipped: readonly LibraryFolder[];
  readonly onChanged: () => void;
}

/** What the library knows of one of its folders. */
type FolderFacts = Pick<RunbookSource, 'count' | 'copiedAt' | 'problem' | 'isAway'>;

const plainFolder = (
  kind: 'folder' | 'shipped',
  name: string,
  facts: FolderFacts,
  isBusy: boolean,
): RunbookSource => {
  const { count, copiedAt, problem, isAway } = facts;
  const isUnread = copiedAt === null && problem === null;
  const kept = kind === 'shipped' ? 'Comes with Nightdesk.' : 'Read again whenever a file changes.';
  return {
    kind,
    folder: name,
    title: name,
    place: name,
    count,
    copiedAt,
    freshness: isUnread ? 'It is being read for the first time.' : kept,
    problem,
    isAway,
    next: problem === null ? null : nextForFolder(facts),
    isBusy: isBusy || isUnread,
    git: null,
  };
};

const nextForFiles =
  'Mend these files or take them away; Hygiene (h) tells what is wrong with each. All others are here.';

function nextForFolder({ count, isAway }: FolderFacts): string {
  if (!isAway) return nextForFiles;
  return count > 0
    ? 'Look whether the disk or share is there.'
    : 'Nothing of it was ever copied. Look whether the path in Settings is right.';
}

const everyText = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return minutes === 1 ? 'every minute' : `every ${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? 'every hour' : `every ${hours} hours`;
};

/** `facts`: null while it is no folder of the library. */
function repository(name: string, state: GitState, facts: FolderFacts | null): RunbookSource {
  const { source, place, known, isBusy, hasToken } = state;
  // Before the first copy there is no folder to read, which is no trouble of its own.
  const folderProblem = known === null ? null : (facts?.problem ?? null);
  const problem = state.problem?.problem ?? folderProblem;
  const next =
    state.problem?.next ??
    (folderProblem === null
      ? null
      : facts?.isAway === true
        ? `Look whether the subfolder is right.${facts.count > 0 ? ' The last copy opens as before.' : ''}`
        : nextForFiles);
  const at =
    known === null
      ? isBusy
        ? 'It is being copied for the first time.'
        : 'Not copied yet.'
      : `${known.branch || 'Branch'} at ${known.commit.slice(0, 7)}, “${known.subject}”.`;
  return {
    kind: 'git',
    folder: name,
    title: place?.title ?? name,
    place: name,
    count: facts?.count ?? 0,
    copiedAt: known?.fetchedAt ?? null,
    freshness: `${at} Pulled ${everyText(source.intervalMs)}.`,
    problem,
    isAway: state.problem !== null || (folderProblem !== null && facts?.isAway === true),
    next,
    isBusy,
    git: { ...source, url: place === null ? '' : source.url, hasToken },
  };
}

export function createRunbookSources(deps: RunbookSourceDeps) {
  const { library, git, web, settings, shipped, onChanged } = deps;
  const reading = new Set<string>();

  const own = (folders: readonly string[]): LibraryFolder[] =>
    folders
      .map((path) => path.trim())
      .filter((path) => path !== '')
      .map((path) => ({ name: path, path }));

  const read = async (folders: readonly LibraryFolder[]): Promise<void> => {
    for (const { name } of folders) reading.add(name);
    onChanged();
    await library.rescan(folders);
    for (const { name } of folders) reading.delete(name);
    onChanged();
  };

  const withoutPlace = (list: readonly GitRunbooks[], name: string): GitRunbooks[] => {
    const found = git.states().get(name);
    return list.filter((source) => source !== found?.source && !isSame(source, found?.source));
  };

  return {
    /** All folders of the library as the settings have them; begins to keep them fetched. */
    configure(next: RunbookSettings): LibraryFolder[] {
      const copies = web === null ? [] : [web.folder];
      return [
        ...own(next.runbookFolders),
        ...git.configure(next.runbookSources),
        ...copies,
        ...shipped,
      ];
    },

    list(): RunbookSource[] {
      const counts = library.store.counts();
      const rows = new Map(library.store.folders().map((row) => [row.folder, row]));
      const factsOf = (name: string): FolderFacts => ({
        count: counts.get(name) ?? 0,
        copiedAt: rows.get(name)?.copiedAt ?? null,
        problem: rows.get(name)?.problem ?? null,
        isAway: library.isAway(name),
      });
      const states = git.states();
      const isShipped = new Set(shipped.map(({ name }) => name));
      const names = library.folders().map(({ name }) => name);
      const folders = names.flatMap((name) =>
        states.has(name) || name === web?.folder.name
          ? []
          : plainFolder(
              isShipped.has(name) ? 'shipped' : 'folder',
              name,
              factsOf(name),
              reading.has(name),
            ),
      );
      const repositories = [...states].map(([name, state]) =>
        repository(name, state, state.place === null ? null : factsOf(name)),
      );
      return [
        ...folders.filter(({ kind }) => kind === 'folder'),
        ...repositories,
        ...(web === null
          ? []
          : [webSource(web, settings.current().runbookWeb, factsOf(web.folder.name))]),
        ...folders.filter(({ kind }) => kind === 'shipped'),
      ];
    },

    /** "Update now". Settles when it is done; nobody waits for it but tests. */
    async update(name?: string): Promise<void> {
      const states = git.states();
      if (name !== undefined && states.has(name)) return git.update(name);
      if (name === undefined || name === web?.folder.name) web?.update();
      const folders = library
        .folders()
        .filter((folder) => !states.has(folder.name) && (name ?? folder.name) === folder.name);
      if (name !== undefined && folders.length === 0) throw notFound('This source of runbooks');
      await Promise.all([read(folders), ...(name === undefined ? [git.update()] : [])]);
    },

    testGit: (input: { source: GitRunbooks; token?: string | undefined }): Promise<TestReport> =>
      git.test(input.source, input.token),

    /** @throws AppError when the address cannot be used, or the token not be kept; then nothing has changed */
    async saveGit(input: {
      source: GitRunbooks;
      replaces?: string | undefined;
      token?: string | undefined;
    }): Promise<{ folder: string; isTokenKept: boolean | null }> {
      const { source, replaces, token } = input;
      const place = git.checked(source);
      const isTokenKept =
        token === undefined ? null : await git.setToken(place, source.user, token);
      const before = replaces === undefined ? undefined : git.states().get(replaces);
      const others = settings.current().runbookSources;
      const rest = withoutPlace(
        replaces === undefined ? [...others] : withoutPlace(others, replaces),
        place.name,
      );
      settings.update({ runbookSources: [...rest, source] });
      if (before?.place != null && before.place.name !== place.name) {
        void git.forget(before.place.name, before.place);
      }
      void git.update(place.name);
      return { folder: place.name, isTokenKept };
    },

    webSites: (): Promise<WebSite[]> =>
      web === null ? Promise.resolve([]) : webSites(web, settings.current().runbookWeb),

    /** @throws AppError when the secret cannot be kept; then nothing has changed */
    async saveSite(input: {
      site: RunbookSite;
      secret?: string | undefined;
    }): Promise<{ isSecretKept: boolean | null }> {
      const site = { ...input.site, host: input.site.host.toLowerCase() };
      const isSecretKept =
        input.secret === undefined || web === null
          ? null
          : await web.setSecret(site.host, input.secret);
      const { runbookWeb } = settings.current();
      const others = runbookWeb.sites.filter(({ host }) => host.toLowerCase() !== site.host);
      settings.update({ runbookWeb: { ...runbookWeb, sites: [...others, site] } });
      web?.reconfigure();
      return { isSecretKept };
    },

    async removeSite(written: string): Promise<void> {
      const { runbookWeb } = settings.current();
      const sites = runbookWeb.sites.filter(
        ({ host }) => host.toLowerCase() !== written.toLowerCase(),
      );
      settings.update({ runbookWeb: { ...runbookWeb, sites } });
      await web?.setSecret(written, '');
    },

    async remove(name: string): Promise<void> {
      const { runbookFolders, runbookSources } = settings.current();
      const state = git.states().get(name);
      if (state !== undefined) {
        settings.update({ runbookSources: withoutPlace(runbookSources, name) });
        if (state.place !== null) void git.forget(name, state.place);
        return;
      }
      const rest = runbookFolders.filter((path) => path.trim() !== name);
      if (rest.length === runbookFolders.length) throw notFound('This source of runbooks');
      settings.update({ runbookFolders: rest });
    },
  };
}

function isSame(a: GitRunbooks, b: GitRunbooks | undefined): boolean {
  return b !== undefined && a.url === b.url && a.branch === b.branch && a.subfolder === b.subfolder;
}

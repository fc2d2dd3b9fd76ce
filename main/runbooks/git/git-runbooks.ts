/**
 * Git repositories as sources of runbooks: each has a clone in the data folder, which is brought up to date at its interval and
 * when the network comes back. While the remote is away, the last good state goes on being the library.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GitRunbooks } from '../../../preload/contract/settings.ts';
import type { TestReport } from '../../../preload/contract/sources.ts';
import { toInstant, type Clock } from '../../clock.ts';
import { AppError, errorText, notFound } from '../../errors.ts';
import { createLogger } from '../../logging.ts';
import type { Powers } from '../../shells/powers.ts';
import type { WritableDb } from '../../store/database.ts';
import type { LibraryFolder } from '../library.ts';
import { isRefusal, readGitPlace, type GitPlace } from './address.ts';
import type { CloneDeps, CloneTimes } from './clone-git.ts';
import { discardClone, removeLeftovers, updateClone } from './clone.ts';
import { GitFailure, gitMissing, type GitProblem } from './failures.ts';
import { createGitLogins } from './logins.ts';
import { createGitProgram, GitMissing, type GitProgram } from './program.ts';
import { createRepositoryStore, type StoredRepository } from './repository-store.ts';
import { testRepository } from './test-repository.ts';
import { distinctTitles } from './titles.ts';

const log = createLogger('git runbooks');

export interface GitState {
  readonly source: GitRunbooks;
  /** With a title that no other has. */
  readonly place: GitPlace | null;
  readonly known: StoredRepository | null;
  readonly problem: Pick<GitProblem, 'problem' | 'next'> | null;
  readonly isBusy: boolean;
  readonly hasToken: boolean;
}

export interface GitRunbooksDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly secrets: Powers['secrets'];
  /** The data folder's folder of runbooks. */
  readonly folder: string;
  /** States have changed. */
  readonly onChanged: () => void;
  /** The files of this folder of the library may have changed. */
  readonly onUpdated: (name: string) => Promise<void>;
  readonly git?: GitProgram | undefined;
  readonly times?: Partial<CloneTimes> | undefined;
}

interface Entry {
  source: GitRunbooks;
  readonly name: string;
  readonly place: GitPlace | null;
  problem: Pick<GitProblem, 'problem' | 'next'> | null;
  isBusy: boolean;
  hasToken: boolean;
  failures: number;
  /** Ends what is going on for it when it is taken out. */
  readonly stop: AbortController;
  /** By the monotonic clock. */
  dueAt: number;
  /** Settles when nobody works in its clone. */
  line: Promise<void>;
  /** Ends the update that is going on, for somebody who waits to save. */
  turn: AbortController | null;
}

type PlacedEntry = Entry & { readonly place: GitPlace };
const isPlaced = (entry: Entry): entry is PlacedEntry => entry.place !== null;

/** Something done in a clone by those who write in it. */
type InClone<Result> = (clone: CloneDeps, target: string) => Promise<Result>;

const lookEveryMs = 5_000;
/** Who saves waits this long for an update, then it gives way. */
const updateMayTakeMs = 3_000;
/** The start of the program is busy enough. */
const firstAfterMs = 3_000;
const longestWaitMs = 3_600_000;

const held: Pick<GitProblem, 'problem' | 'next'> = {
  problem:
    'It shows changes of yours. The repository has newer ones that do not fit with them, so they are not shown here.',
  next: 'Push yours and have them merged there, or go back to what the repository has.',
};

export function createGitRunbooks(deps: GitRunbooksDeps) {
  const { db, clock, onChanged } = deps;
  const store = createRepositoryStore(db);
  const clones = join(deps.folder, 'git');
  const emptyFolder = join(clones, 'nothing');
  mkdirSync(emptyFolder, { recursive: true, mode: 0o700 });
  const git = deps.git ?? createGitProgram({ emptyFolder });
  const logins = createGitLogins(deps.secrets);
  const known = new Map(store.all().map((row) => [row.place, row]));
  const stopping = new AbortController();
  let entries = new Map<string, Entry>();
  let timer: NodeJS.Timeout | null = null;
  /** One at a time: nobody waits for it, and the line is shared with the alarms. */
  let work: Promise<void> = Promise.resolve();

  const targetOf = (place: GitPlace): string => join(clones, place.id);

  const nameOf = (
    source: GitRunbooks,
  ): { name: string; place: GitPlace | null; problem: Entry['problem'] } => {
    const place = readGitPlace(source);
    if (!isRefusal(place)) return { name: place.name, place, problem: null };
    // Refused addresses may hold a login: what is shown of them is not the address.
    return { name: `Git repository (${hashOf(source.url)})`, place: null, problem: place };
  };

  /** Two at once in one clone would undo each other. */
  const alone = async <Result>(entry: Entry, inside: () => Promise<Result>): Promise<Result> => {
    const before = entry.line;
    const { promise, resolve } = Promise.withResolvers<void>();
    entry.line = promise;
    await before;
    try {
      return await inside();
    } finally {
      resolve();
    }
  };

  const update = (entry: Entry): Promise<void> => alone(entry, () => updateAlone(entry));

  const updateAlone = async (entry: Entry): Promise<void> => {
    const { place } = entry;
    if (place === null || stopping.signal.aborted || entries.get(entry.name) !== entry) return;
    const turn = new AbortController();
    entry.turn = turn;
    const signal = AbortSignal.any([stopping.signal, entry.stop.signal, turn.signal]);
    entry.isBusy = true;
    onChanged();
    let hasChanged = false;
    try {
      const login = await logins.find(place, entry.source.user);
      entry.hasToken = login !== null;
      const result = await updateClone(
        { git, place, login, signal, times: deps.times },
        targetOf(place),
      );
      const row = { place: place.name, ...result.head, fetchedAt: toInstant(clock.now()) };
      if (!result.isHeld) {
        store.save(row);
        known.set(place.name, row);
      }
      entry.problem = result.isHeld ? held : null;
      entry.failures = 0;
      hasChanged = result.hasChanged;
      if (hasChanged) log.info('repository copied', { place: place.name, commit: row.commit });
    } catch (error) {
      if (signal.aborted) return;
      const before = entry.problem?.problem;
      entry.problem = problemOf(error);
      entry.failures += 1;
      if (before !== entry.problem.problem) {
        log.warn('repository could not be copied', {
          place: place.name,
          reason: entry.problem.problem,
        });
      }
    } finally {
      entry.isBusy = false;
      entry.turn = null;
      const waitMs =
        entry.failures === 0
          ? entry.source.intervalMs
          : Math.max(
              Math.min(entry.source.intervalMs, longestWaitMs),
              Math.min(60_000 * 2 ** (entry.failures - 1), longestWaitMs),
            );
      entry.dueAt = clock.monotonic() + waitMs;
    }
    if (stopping.signal.aborted || entries.get(entry.name) !== entry) return;
    await deps.onUpdated(entry.name);
    onChanged();
  };

  const enqueue = (which: readonly Entry[]): Promise<void> => {
    const before = work;
    const all = async (): Promise<void> => {
      await before;
      for (const entry of which)
        await update(entry).catch((error: unknown) => log.error('update failed', { error }));
    };
    for (const entry of which) entry.dueAt = Infinity;
    work = all();
    return work;
  };

  const entryOf = (name: string): PlacedEntry => {
    const entry = entries.get(name);
    if (entry === undefined || !isPlaced(entry)) throw notFound('This repository');
    return entry;
  };

  const inClone = async <Result>(entry: PlacedEntry, work: InClone<Result>): Promise<Result> => {
    const { place } = entry;
    const login = await logins.find(place, entry.source.user);
    const signal = AbortSignal.any([stopping.signal, entry.stop.signal]);
    try {
      return await work({ git, place, login, signal, times: deps.times }, targetOf(place));
    } catch (error) {
      if (!(error instanceof GitFailure) && !(error instanceof GitMissing)) throw error;
      const { problem, next } = problemOf(error);
      throw new AppError('runbook.unwritable', problem, { next, isRetryable: true, cause: error });
    }
  };

  const tick = (): void => {
    const now = clock.monotonic();
    const due = [...entries.values()].filter((entry) => entry.place !== null && entry.dueAt <= now);
    if (due.length > 0) void enqueue(due);
  };

  return {
    /** The sources as they are configured now; answers with their folders of the library. */
    configure(sources: readonly GitRunbooks[]): LibraryFolder[] {
      const next = new Map<string, Entry>();
      for (const source of sources) {
        const { name, place, problem } = nameOf(source);
        const old = entries.get(name);
        if (old !== undefined) old.source = source;
        next.set(
          name,
          old ?? {
            source,
            name,
            place,
            problem,
            isBusy: false,
            hasToken: false,
            failures: 0,
            stop: new AbortController(),
            dueAt: clock.monotonic() + firstAfterMs,
            line: Promise.resolve(),
            turn: null,
          },
        );
      }
      for (const [name, entry] of entries) if (!next.has(name)) entry.stop.abort();
      entries = next;
      return [...next.values()].flatMap(({ name, place }) =>
        place === null
          ? []
          : {
              name,
              path: join(targetOf(place), place.subfolder),
              within: targetOf(place),
              takenAt: () => {
                const at = known.get(name)?.fetchedAt;
                return at === undefined ? null : Date.parse(at);
              },
            },
      );
    },

    start(): void {
      void removeLeftovers(clones);
      timer ??= setInterval(tick, lookEveryMs);
      timer.unref();
    },

    states(): ReadonlyMap<string, GitState> {
      const titles = distinctTitles([...entries.values()].flatMap(({ place }) => place ?? []));
      return new Map(
        [...entries].map(([name, { source, place, problem, isBusy, hasToken }]) => {
          const title = titles.get(name) ?? name;
          const own = { source, place: place === null ? null : { ...place, title } };
          return [name, { ...own, problem, isBusy, hasToken, known: known.get(name) ?? null }];
        }),
      );
    },

    /** At once. Settles when it is done. */
    update: (name?: string): Promise<void> =>
      enqueue([...entries.values()].filter((entry) => name === undefined || entry.name === name)),

    /**
     * Lets a person's change into a clone, when nobody else works there. What takes long gives way to it.
     *
     * @throws AppError, and whatever `change` throws
     */
    edit<Result>(name: string, change: InClone<Result>): Promise<Result> {
      const entry = entryOf(name);
      const patience = setTimeout(() => entry.turn?.abort(), updateMayTakeMs);
      return alone(entry, () => {
        clearTimeout(patience);
        return inClone(entry, change);
      });
    },

    /** Looks into a clone, also while it is brought up to date. @throws AppError */
    look: <Result>(name: string, question: InClone<Result>): Promise<Result> =>
      inClone(entryOf(name), question),

    /** Where the clone of a source is. */
    cloneOf(name: string): string | null {
      const place = entries.get(name)?.place;
      return place == null ? null : targetOf(place);
    },

    /** The network is back, or somebody woke the machine: whoever failed tries again now. */
    retry(): void {
      for (const entry of entries.values()) {
        if (entry.failures > 0 && entry.dueAt !== Infinity) entry.dueAt = clock.monotonic();
      }
    },

    /** @throws AppError when it cannot be a source like this */
    checked(source: GitRunbooks): GitPlace {
      const place = readGitPlace(source);
      if (isRefusal(place))
        throw new AppError('input.invalid', place.problem, { next: place.next });
      return place;
    },

    setToken: logins.set,

    async test(source: GitRunbooks, token: string | undefined): Promise<TestReport> {
      return testRepository({
        git,
        folder: clones,
        logins,
        source,
        token,
        signal: stopping.signal,
      });
    },

    /** Taken out on purpose: its clone and what is known of it go. */
    async forget(name: string, place: GitPlace): Promise<void> {
      await work;
      store.remove(name);
      known.delete(name);
      await discardClone(targetOf(place)).catch((error: unknown) =>
        log.warn('clone could not be removed', { reason: errorText(error) }),
      );
    },

    async stop(): Promise<void> {
      stopping.abort();
      if (timer !== null) clearInterval(timer);
      await work;
    },
  };
}

export type GitRunbookService = ReturnType<typeof createGitRunbooks>;

function problemOf(error: unknown): Pick<GitProblem, 'problem' | 'next'> {
  if (error instanceof GitFailure) return error.found;
  if (error instanceof GitMissing) return gitMissing;
  if (error instanceof AppError) return { problem: error.message, next: error.next };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      problem: 'The disk is full.',
      next: 'Make room, then press "Update now". The last copy opens as before.',
    };
  }
  log.error('repository could not be copied', { error });
  return {
    problem: `The copy could not be written: ${errorText(error)}`.slice(0, 300),
    next: 'Look whether the data folder may be written. The last copy opens as before.',
  };
}

const hashOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 6);

/** Runbooks that are no file yet: what they begin with, where they can go, and writing them without taking anybody's place. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AlarmId, IncidentId, RunbookId } from '../../../preload/contract/common.ts';
import type { NewDraft, NewRunbook, RunbookPlace } from '../../../preload/contract/editing.ts';
import type { Incident } from '../../../preload/contract/incidents.ts';
import type { RunbookSource } from '../../../preload/contract/runbooks.ts';
import { toInstant, type Clock } from '../../clock.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LibraryStore } from '../library-store.ts';
import { fileName } from '../parse.ts';
import { withReviewDate } from './review-date.ts';
import type { DraftStore } from './draft-store.ts';
import { pathProblem, suggestPath } from './file-name.ts';
import { runbookFromIncident } from './from-incident.ts';
import { kindRefusal, type Where } from './originals.ts';
import type { RepositoryEdits } from './repository-edits.ts';
import { templateText, type Template } from './templates.ts';
import { newTextFile, plainLines, writeTextFile } from './text-file.ts';
import { createFile, makeFolders, writeFailure } from './write-file.ts';

export type Beginning =
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'incident'; readonly incidentId: IncidentId }
  | { readonly kind: 'copy'; readonly id: RunbookId };

export interface NewRunbooksDeps {
  readonly clock: Clock;
  readonly drafts: DraftStore;
  readonly library: {
    readonly store: LibraryStore;
    takeIn(folder: string, path: string): Promise<void>;
  };
  readonly repositories: RepositoryEdits;
  readonly sources: () => readonly RunbookSource[];
  readonly place: (folder: string) => Omit<Where, 'path'> | undefined;
  /** Adds a folder of runbooks to the settings, and waits until it was read. */
  readonly addFolder: (path: string) => Promise<void>;
  /** Where runbooks go of somebody who has no folder of their own. */
  readonly ownFolder: string;
  readonly incident: (id: IncidentId) => Incident;
  readonly labelsOf: (id: AlarmId) => Readonly<Record<string, string>> | undefined;
  readonly textOf: (id: RunbookId) => Promise<string>;
  readonly today: () => string;
  readonly onDrafts: () => void;
}

/** Names of alarms as a front matter lists them. */
const mostAlerts = 20;

const isGone = ({ kind, isAway }: RunbookSource): boolean => kind === 'folder' && isAway;

export function createNewRunbooks(deps: NewRunbooksDeps) {
  const { clock, drafts, library } = deps;

  const fromIncident = (id: IncidentId): NewRunbook => {
    const incident = deps.incident(id);
    const labels: Record<string, string> = {};
    const alerts = new Set<string>();
    for (const alarm of incident.alarms) {
      const own = deps.labelsOf(alarm.id) ?? {};
      const { alertname, ...rest } = own;
      if (alertname !== undefined) alerts.add(alertname);
      for (const [name, value] of Object.entries(rest)) labels[name] ??= value;
    }
    const { title, text } = runbookFromIncident(incident, {
      labels,
      alerts: [...alerts].slice(0, mostAlerts),
      day: deps.today(),
    });
    return { title, text, path: suggestPath(title) };
  };

  const copyOf = async (id: RunbookId): Promise<NewRunbook> => {
    const summary = library.store.get(id)?.summary;
    if (summary === undefined) throw notFound('This runbook');
    const text = await deps.textOf(id);
    const name = pathProblem(summary.path.split('/').at(-1) ?? '') === null;
    const path = name
      ? (summary.path.split('/').at(-1) ?? '')
      : suggestPath(fileName(summary.path));
    return { title: summary.title, text, path };
  };

  const checked = (path: string): void => {
    const problem = pathProblem(path);
    if (problem !== null) {
      const next =
        path.trim() === ''
          ? 'Write a title, or name the file.'
          : 'Choose another name for the file.';
      throw new AppError('input.invalid', problem, { next });
    }
  };

  const placeFor = async (folder: string): Promise<Omit<Where, 'path'>> => {
    if (folder === '') {
      await mkdir(deps.ownFolder, { recursive: true, mode: 0o700 });
      await deps.addFolder(deps.ownFolder);
    }
    const found = deps.place(folder === '' ? deps.ownFolder : folder);
    if (found === undefined) {
      throw new AppError('not_found', 'This folder is no source of runbooks (any more).', {
        next: 'Choose another folder. Your text is kept in Nightdesk.',
      });
    }
    const refusal = kindRefusal(found.kind);
    if (refusal !== null) {
      throw new AppError('runbook.unwritable', refusal.why, { next: 'Choose another folder.' });
    }
    return found;
  };

  return {
    places(): RunbookPlace[] {
      const places = deps
        .sources()
        // The first is offered: nothing can be written into a folder that is away, but into a clone whose origin is.
        .toSorted((a, b) => Number(isGone(a)) - Number(isGone(b)))
        .flatMap(({ kind, folder, title, place }): RunbookPlace[] =>
          kind === 'folder' || (kind === 'git' && deps.place(folder) !== undefined)
            ? [{ folder, title, kind, place }]
            : [],
        );
      return places.some(({ kind }) => kind === 'folder')
        ? places
        : [
            ...places,
            { folder: '', title: 'A folder of your own', kind: 'own', place: deps.ownFolder },
          ];
    },

    async compose(from: Beginning): Promise<NewRunbook> {
      if (from.kind === 'incident') return fromIncident(from.incidentId);
      if (from.kind === 'copy') return copyOf(from.id);
      return { title: '', path: '', text: templateText(from.template, deps.today()) };
    },

    markReviewed: (text: string): { text: string } => ({
      text: withReviewDate(plainLines(text), deps.today()),
    }),

    /** @throws AppError when it cannot be written; a draft that was kept stays */
    async create({
      key,
      folder,
      path,
      text,
    }: NewDraft): Promise<{ id: RunbookId; note: string | null }> {
      checked(path);
      let where: Where;
      let note: string | null;
      try {
        where = { ...(await placeFor(folder)), path };
        const { bytes } = writeTextFile(newTextFile, text);
        const written = await deps.repositories.around(where, { path, verb: 'Add' }, async () => {
          const { path: root, within } = where.folder;
          const parent = await makeFolders(root, path, within ?? null);
          return createFile(join(parent, path.split('/').at(-1) ?? ''), bytes);
        });
        if (!written.result) {
          throw new AppError('conflict', 'There is a file of this name already.', {
            next: 'Choose another name. The file there was not touched.',
          });
        }
        ({ note } = written);
      } catch (error) {
        throw writeFailure(error);
      }
      drafts.remove(key);
      deps.onDrafts();
      await library.takeIn(where.folder.name, path);
      const found = library.store.files(where.folder.name).find((file) => file.path === path);
      if (found === undefined) {
        throw new AppError('runbook.unreadable', 'It was written, and cannot be read back.', {
          next: `Look at ${join(where.folder.path, path)}.`,
        });
      }
      return { id: found.id, note };
    },

    keepNew({ key, folder, path, text }: NewDraft): { keptAt: string } {
      const keptAt = toInstant(clock.now());
      const isNew = drafts.get(key) === undefined;
      drafts.put({
        key,
        runbookId: null,
        folder,
        path,
        baseVersion: '',
        baseText: '',
        text: plainLines(text),
        keptAt,
      });
      if (isNew) deps.onDrafts();
      return { keptAt };
    },

    getNew(key: string): (NewDraft & { keptAt: string }) | null {
      const draft = drafts.get(key);
      if (draft === undefined || draft.runbookId !== null) return null;
      const { folder, path, text, keptAt } = draft;
      return { key, folder, path, text, keptAt };
    },

    discardNew(key: string): void {
      if (drafts.get(key)?.runbookId !== null) return;
      drafts.remove(key);
      deps.onDrafts();
    },
  };
}

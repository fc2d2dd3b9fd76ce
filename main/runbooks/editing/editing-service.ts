/** Writing runbooks, as the rest of the program uses it: edits, new ones, hints, and what waits to be pushed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AlarmId, IncidentId, RunbookId } from '../../../preload/contract/common.ts';
import type { DraftSummary, TextCheck } from '../../../preload/contract/editing.ts';
import type { Incident } from '../../../preload/contract/incidents.ts';
import type { Settings } from '../../../preload/contract/settings.ts';
import type { Clock } from '../../clock.ts';
import type { Windows } from '../../desk/windows.ts';
import { localDay } from '../../local-time.ts';
import type { WritableDb } from '../../store/database.ts';
import { decodeText } from '../files.ts';
import { readFrontMatter } from '../front-matter.ts';
import { parseInPieces } from '../parse.ts';
import type { RunbookService } from '../runbook-service.ts';
import type { AlarmLookup } from '../run-service.ts';
import { createDraftStore } from './draft-store.ts';
import { createEdits } from './edits.ts';
import { checkText } from './hints.ts';
import { createNewRunbooks } from './new-runbooks.ts';
import type { Where } from './originals.ts';
import { createRepositoryEdits } from './repository-edits.ts';
import { plainLines } from './text-file.ts';

/** Longer turns would delay polls. */
const turnMs = 8;

export interface EditingDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly windows: Windows;
  readonly runbooks: Pick<RunbookService, 'library' | 'git' | 'sources'>;
  readonly alarms: AlarmLookup;
  readonly settings: {
    current(): Pick<Settings, 'person' | 'timeZone' | 'runbookFolders'>;
    update(change: Pick<Settings, 'runbookFolders'>): unknown;
  };
  readonly incident: (id: IncidentId) => Incident;
  /** The data folder's folder of runbooks. */
  readonly folder: string;
}

export function createEditing(deps: EditingDeps) {
  const { db, clock, windows, settings } = deps;
  const { library, git, sources } = deps.runbooks;
  const drafts = createDraftStore(db);
  const onDrafts = (): void => db.afterCommit(() => windows.changed('edits'));

  const place = (name: string): Omit<Where, 'path'> | undefined => {
    const folder = library.folders().find((candidate) => candidate.name === name);
    const source = sources.list().find((candidate) => candidate.folder === name);
    return folder === undefined || source === undefined ? undefined : { folder, kind: source.kind };
  };

  const repositories = createRepositoryEdits({
    clock,
    git,
    person: () => settings.current().person,
    onChanged: () => windows.changed('edits'),
  });
  const edits = createEdits({ clock, drafts, library, repositories, place, onDrafts });

  /** The file where it can be read, its last copy otherwise: both can be copied. */
  const textOf = async (id: RunbookId): Promise<string> => {
    const found = library.store.get(id);
    const where = found === undefined ? undefined : place(found.summary.folder);
    if (found === undefined) return '';
    if (where === undefined) return found.markdown;
    const bytes = await readFile(join(where.folder.path, found.summary.path)).catch(() => null);
    return plainLines((bytes === null ? null : decodeText(bytes)) ?? found.markdown);
  };

  const created = createNewRunbooks({
    clock,
    drafts,
    library,
    repositories,
    place,
    onDrafts,
    textOf,
    sources: sources.list,
    ownFolder: join(deps.folder, 'own'),
    async addFolder(path) {
      const { runbookFolders } = settings.current();
      if (!runbookFolders.includes(path)) {
        settings.update({ runbookFolders: [...runbookFolders, path] });
      }
      await library.settled();
    },
    incident: deps.incident,
    labelsOf: (id: AlarmId) => deps.alarms.get(id)?.labels,
    today: () => localDay(clock.now(), settings.current().timeZone),
  });

  return {
    ...edits,
    ...created,
    unpushed: repositories.unpushed,
    async push(name: string): Promise<{ branch: string; message: string }> {
      return repositories.push(name);
    },
    async giveUp(name: string): Promise<{ keptAs: string }> {
      const answer = await repositories.giveUp(name);
      await library.rescan(library.folders().filter((folder) => folder.name === name));
      return answer;
    },

    /** In turns, so that a document of megabytes holds up nothing else. */
    async check(path: string, text: string): Promise<TextCheck> {
      const reading = parseInPieces(path === '' ? 'runbook.md' : path, text);
      let startedAt = clock.monotonic();
      let result = reading.next();
      while (result.done !== true) {
        if (clock.monotonic() - startedAt > turnMs) {
          await nextTurn();
          startedAt = clock.monotonic();
        }
        result = reading.next();
      }
      return checkText(path, text, result.value);
    },

    drafts: (): DraftSummary[] =>
      drafts.all().map(({ key, runbookId, path, text, keptAt }) => ({
        key: runbookId === null ? key : null,
        runbookId,
        title: titleOf(text, path),
        path,
        keptAt,
      })),
  };
}

export type EditingService = ReturnType<typeof createEditing>;

/** What a draft is called: good enough to know it again. */
function titleOf(text: string, path: string): string {
  const { meta, markdown } = readFrontMatter(text);
  const heading = /^ {0,3}#[ \t]+(.+)$/m.exec(markdown.slice(0, 20_000))?.[1];
  return (meta.title ?? heading ?? (path === '' ? 'A new runbook' : path)).trim().slice(0, 200);
}

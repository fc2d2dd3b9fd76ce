/**
 * Edits of runbooks that exist. What is typed is kept before anything else is tried, and a file that changed meanwhile is
 * never written over: then both texts come back.
 */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { RunbookText, SaveAnswer, TextConflict } from '../../../preload/contract/editing.ts';
import { toInstant, type Clock } from '../../clock.ts';
import { AppError, errorText, notFound } from '../../errors.ts';
import { createLogger } from '../../logging.ts';
import type { LibraryStore } from '../library-store.ts';
import type { DraftStore, StoredDraft } from './draft-store.ts';
import type { RepositoryEdits } from './repository-edits.ts';
import {
  goneVersion,
  kindRefusal,
  readOriginal,
  saveRefusal,
  versionOf,
  type Original,
  type Where,
} from './originals.ts';
import { newTextFile, plainLines, writeTextFile } from './text-file.ts';
import { mergeTexts } from './three-way.ts';
import { createFile, makeFolders, replaceFile, writeFailure } from './write-file.ts';

const log = createLogger('runbook editing');

interface Edit {
  readonly id: RunbookId;
  readonly version: string;
  readonly text: string;
}

export interface EditsDeps {
  readonly clock: Clock;
  readonly drafts: DraftStore;
  readonly library: {
    readonly store: LibraryStore;
    takeIn(folder: string, path: string): Promise<void>;
  };
  readonly repositories: RepositoryEdits;
  /** Where a folder of the library is, and what kind it is; undefined: taken out of the settings. */
  readonly place: (folder: string) => Omit<Where, 'path'> | undefined;
  readonly onDrafts: () => void;
}

const mostBases = 40;

export function createEdits(deps: EditsDeps) {
  const { clock, drafts, library, repositories } = deps;
  /** What was read lately, by version: the first letter typed needs what the text began from. */
  const bases = new Map<string, string>();

  const remember = ({ version, text }: Pick<Original, 'version' | 'text'>): void => {
    bases.delete(version);
    bases.set(version, text);
    const [oldest] = bases.keys();
    if (bases.size > mostBases && oldest !== undefined) bases.delete(oldest);
  };

  const keyOf = ({ folder, path }: Where): string => `${folder.name}\n${path}`;

  /** Also of a runbook whose file went away while it was being edited. */
  const whereIs = (id: RunbookId): Where => {
    const known = library.store.get(id)?.summary ?? drafts.ofRunbook(id);
    const place = known === undefined ? undefined : deps.place(known.folder);
    if (known === undefined || place === undefined) throw notFound('This runbook');
    return { ...place, path: known.path };
  };

  const baseOf = (where: Where, version: string, now: Original | null): string => {
    if (version === goneVersion) return '';
    if (now?.version === version) return now.text;
    const draft = drafts.get(keyOf(where));
    return (draft?.baseVersion === version ? draft.baseText : bases.get(version)) ?? '';
  };

  const conflictOf = (base: string, mine: string, theirs: Original | null): TextConflict => {
    if (theirs !== null) remember(theirs);
    const text = theirs?.text ?? '';
    const merge = mergeTexts(base, mine, text);
    return {
      mine,
      theirs: text,
      version: theirs?.version ?? goneVersion,
      parts: theirs === null ? [] : merge.parts,
      // Nothing and something do not go together by themselves.
      merged: theirs === null || base === '' ? null : merge.merged,
    };
  };

  const put = (where: Where, edit: Edit, baseText: string): string => {
    const keptAt = toInstant(clock.now());
    const key = keyOf(where);
    const isNew = drafts.get(key) === undefined;
    drafts.put({
      key,
      runbookId: edit.id,
      folder: where.folder.name,
      path: where.path,
      baseVersion: edit.version,
      baseText,
      text: plainLines(edit.text),
      keptAt,
    });
    if (isNew) deps.onDrafts();
    return keptAt;
  };

  const forget = (where: Where): void => {
    if (drafts.get(keyOf(where)) === undefined) return;
    drafts.remove(keyOf(where));
    deps.onDrafts();
  };

  /** What was typed while the file was written, here or in another window, stays a draft of what it began from. */
  const forgetWritten = (where: Where, { text }: Edit): void => {
    if (drafts.get(keyOf(where))?.text === plainLines(text)) forget(where);
  };

  const conflicts = async (where: Where, edit: Edit, now: Original | null): Promise<SaveAnswer> => {
    const base = baseOf(where, edit.version, now);
    return { kind: 'conflict', conflict: conflictOf(base, plainLines(edit.text), now) };
  };

  /** Writes over `now`, unless it changes in this very moment. */
  const write = async (where: Where, edit: Edit, now: Original): Promise<SaveAnswer> => {
    if (now.file === null)
      throw new AppError('runbook.unwritable', 'The file is no plain text.', {
        next: 'Copy what can be read to a new runbook.',
      });
    const { bytes, note } = writeTextFile(now.file, edit.text);
    const answer: SaveAnswer = { kind: 'saved', id: edit.id, version: versionOf(bytes), note };
    if (answer.version === now.version) return answer;
    const change = { path: where.path, verb: 'Edit' } as const;
    const written = await repositories.around(where, change, () =>
      replaceFile(now.full, bytes, (current) => versionOf(current) === now.version),
    );
    if (written.result === 'changed') return conflicts(where, edit, await readOriginal(where));
    remember({ version: answer.version, text: plainLines(edit.text) });
    return {
      ...answer,
      note: [note, written.note].filter((part) => part !== null).join(' ') || null,
    };
  };

  /** Its file was deleted, and the person wants it back. */
  const writeAgain = async (where: Where, edit: Edit): Promise<SaveAnswer> => {
    const { bytes } = writeTextFile(newTextFile, edit.text);
    const { folder, path } = where;
    const { result, note } = await repositories.around(where, { path, verb: 'Add' }, async () => {
      const parent = await makeFolders(folder.path, path, folder.within ?? null);
      return createFile(`${parent}/${path.split('/').at(-1) ?? path}`, bytes);
    });
    if (!result) return conflicts(where, edit, await readOriginal(where));
    await library.takeIn(folder.name, path);
    const found = library.store.files(folder.name).find((file) => file.path === path);
    return { kind: 'saved', id: found?.id ?? edit.id, version: versionOf(bytes), note };
  };

  return {
    async source(id: RunbookId): Promise<RunbookText> {
      const where = whereIs(id);
      const title = library.store.get(id)?.summary.title ?? where.path;
      const now = await readOriginal(where);
      const draft: StoredDraft | undefined = drafts.get(keyOf(where));
      if (now === null && draft === undefined) throw notFound('The file of this runbook');
      if (now !== null) remember(now);
      const isBehind = draft !== undefined && draft.baseVersion !== (now?.version ?? goneVersion);
      return {
        id,
        folder: where.folder.name,
        path: where.path,
        title,
        text: now?.text ?? '',
        version: now?.version ?? goneVersion,
        format: now?.format ?? '',
        linksTo: now?.linksTo ?? null,
        cannotSave: now === null ? kindRefusal(where.kind) : await saveRefusal(where, now),
        branch: await repositories.branchFor(where),
        draft:
          draft === undefined
            ? null
            : { text: draft.text, version: draft.baseVersion, keptAt: draft.keptAt },
        conflict: isBehind ? conflictOf(draft.baseText, draft.text, now) : null,
      };
    },

    async keep(edit: Edit): Promise<{ keptAt: string }> {
      const where = whereIs(edit.id);
      const known = drafts.get(keyOf(where));
      const isKnown = known?.baseVersion === edit.version || bases.has(edit.version);
      const now = isKnown ? null : await readOriginal(where).catch(() => null);
      return { keptAt: put(where, edit, baseOf(where, edit.version, now)) };
    },

    discard(id: RunbookId): void {
      forget(whereIs(id));
    },

    /** @throws AppError when it cannot be written; then the text is kept as a draft */
    async save(edit: Edit): Promise<SaveAnswer> {
      const where = whereIs(edit.id);
      const refusal = kindRefusal(where.kind);
      if (refusal !== null) {
        throw new AppError('runbook.unwritable', refusal.why, { next: refusal.next });
      }
      const before = drafts.get(keyOf(where))?.text;
      const now = await readOriginal(where);
      // What was kept meanwhile is newer than what is saved here.
      const isNewest = drafts.get(keyOf(where))?.text === before;
      try {
        if (isNewest) put(where, edit, baseOf(where, edit.version, now));
      } catch (error) {
        // The store may be full where the folder is not.
        log.warn('draft could not be kept', { reason: errorText(error) });
      }
      let answer: SaveAnswer;
      try {
        if (now === null) {
          answer =
            edit.version === goneVersion
              ? await writeAgain(where, edit)
              : await conflicts(where, edit, null);
        } else if (now.version === edit.version || now.text === plainLines(edit.text)) {
          answer = await write(where, edit, now);
        } else answer = await conflicts(where, edit, now);
      } catch (error) {
        throw writeFailure(error);
      }
      if (answer.kind === 'saved') {
        forgetWritten(where, edit);
        void library.takeIn(where.folder.name, where.path);
      }
      return answer;
    },
  };
}

/**
 * Writing runbooks: their text as it is on disk, saving it without losing anybody's words, new ones, and what is not
 * pushed to a repository yet.
 */
import { z } from 'zod';
import { method } from './base.ts';
import { IncidentId, Instant, RunbookId } from './common.ts';

/** Longer files are edited elsewhere: every letter of them would travel with each save. */
export const longestText = 2_000_000;

const Text = z.string().max(longestText);
const FolderName = z.string().max(4_000);
const Path = z.string().max(1_000);
/** Changes whenever the file does. Empty: there is no file. */
const Version = z.string().max(100);
const DraftKey = z.string().regex(/^[a-z0-9-]{8,64}$/, 'lower case letters, digits and dashes');

/** Part of two texts that grew from one. */
export const MergePart = z.discriminatedUnion('kind', [
  /** What both have, or only one of them changed. */
  z.object({ kind: z.literal('agreed'), text: z.string() }),
  /** Both changed it, each in their way. */
  z.object({ kind: z.literal('contested'), mine: z.string(), theirs: z.string() }),
]);
export type MergePart = z.infer<typeof MergePart>;

/** The file changed since the edit began. Nothing was written; both texts are here. */
export const TextConflict = z.object({
  mine: z.string(),
  theirs: z.string(),
  /** What to save over: the version of theirs. Empty: the file is gone. */
  version: Version,
  parts: z.array(MergePart),
  /** Both changes together, where they do not touch the same lines. */
  merged: z.string().nullable(),
});
export type TextConflict = z.infer<typeof TextConflict>;

export const RunbookText = z.object({
  id: RunbookId,
  folder: z.string(),
  path: z.string(),
  title: z.string(),
  /** With its front matter; lines end in a plain newline here, whatever they end in on disk. */
  text: z.string(),
  version: Version,
  /** `UTF-8`, `Windows-1252, Windows line endings`: kept as it is. */
  format: z.string(),
  /** Where it is really written, when the file is a link. */
  linksTo: z.string().nullable(),
  /** Null: it may be saved. */
  cannotSave: z.object({ why: z.string(), next: z.string() }).nullable(),
  /** For a repository: where a save goes. */
  branch: z.string().nullable(),
  /** Written and not saved. */
  draft: z.object({ text: z.string(), version: Version, keptAt: Instant }).nullable(),
  /** The file changed after the draft was begun. */
  conflict: TextConflict.nullable(),
});
export type RunbookText = z.infer<typeof RunbookText>;

export const SaveAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('saved'),
    id: RunbookId,
    version: Version,
    /** What else happened: another encoding, a commit. */
    note: z.string().nullable(),
  }),
  z.object({ kind: z.literal('conflict'), conflict: TextConflict }),
]);
export type SaveAnswer = z.infer<typeof SaveAnswer>;

/** Where a new runbook can go. */
export const RunbookPlace = z.object({
  /** Empty: a folder that is made for it, and added to the settings. */
  folder: z.string(),
  title: z.string(),
  kind: z.enum(['folder', 'git', 'own']),
  place: z.string(),
});
export type RunbookPlace = z.infer<typeof RunbookPlace>;

/** A new runbook as the editor begins with it; nothing is written yet. */
export const NewRunbook = z.object({ title: z.string(), path: z.string(), text: z.string() });
export type NewRunbook = z.infer<typeof NewRunbook>;

export const NewDraft = z.object({
  key: DraftKey,
  folder: FolderName,
  path: Path,
  text: Text,
});
export type NewDraft = z.infer<typeof NewDraft>;

export const DraftSummary = z.object({
  /** Null for an edit of a runbook that exists. */
  key: z.string().nullable(),
  runbookId: RunbookId.nullable(),
  title: z.string(),
  path: z.string(),
  keptAt: Instant,
});
export type DraftSummary = z.infer<typeof DraftSummary>;

export const Hint = z.object({
  /** From 1; null: about the whole. */
  line: z.int().positive().nullable(),
  kind: z.enum(['problem', 'advice']),
  text: z.string(),
});
export type Hint = z.infer<typeof Hint>;

export const TextCheck = z.object({
  title: z.string(),
  stepCount: z.int().nonnegative(),
  commandCount: z.int().nonnegative(),
  /** What a run asks for or fills in. */
  placeholders: z.array(z.string()),
  hints: z.array(Hint),
});
export type TextCheck = z.infer<typeof TextCheck>;

/** Commits in our clone of a repository that the repository does not have. */
export const UnpushedChanges = z.object({
  folder: z.string(),
  branch: z.string(),
  /** 0: all of it is pushed, and the repository's own branch does not have it yet. */
  count: z.int().nonnegative(),
  /** Newest first, at most a few. */
  subjects: z.array(z.string()),
  isPushing: z.boolean(),
});
export type UnpushedChanges = z.infer<typeof UnpushedChanges>;

const ById = z.object({ id: RunbookId });
const Edit = ById.extend({ version: Version, text: Text });

export const editing = {
  source: method.input(ById).output(RunbookText),
  /** Keeps what is typed, until it is saved or given up. `version`: of the file it began from. */
  keep: method.input(Edit).output(z.object({ keptAt: Instant })),
  discard: method.input(ById).output(z.object({})),
  /** Writes it, if the file is still at `version`; otherwise nothing is written and both texts come back. */
  save: method.input(Edit).output(SaveAnswer),
  /** Puts the front matter's review date to today, in the text. */
  markReviewed: method.input(z.object({ text: Text })).output(z.object({ text: z.string() })),
  check: method.input(z.object({ path: Path, text: Text })).output(TextCheck),

  places: method.input(z.object({})).output(z.array(RunbookPlace)),
  compose: method
    .input(
      z.object({
        from: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('template'), template: z.enum(['alarm', 'task', 'empty']) }),
          z.object({ kind: z.literal('incident'), incidentId: IncidentId }),
          z.object({ kind: z.literal('copy'), id: RunbookId }),
        ]),
      }),
    )
    .output(NewRunbook),
  /** A name for the file of a runbook with this title. */
  suggestPath: method
    .input(z.object({ title: z.string().max(1_000) }))
    .output(z.object({ path: z.string() })),
  /** Writes a new file and takes it into the library; an existing one is never overwritten. */
  create: method.input(NewDraft).output(ById.extend({ note: z.string().nullable() })),
  keepNew: method.input(NewDraft).output(z.object({ keptAt: Instant })),
  getNew: method
    .input(z.object({ key: DraftKey }))
    .output(NewDraft.extend({ keptAt: Instant }).nullable()),
  discardNew: method.input(z.object({ key: DraftKey })).output(z.object({})),
  drafts: method.input(z.object({})).output(z.array(DraftSummary)),

  unpushed: method.input(z.object({})).output(z.array(UnpushedChanges)),
  /** With the person's own git. */
  push: method
    .input(z.object({ folder: FolderName }))
    .output(z.object({ branch: z.string(), message: z.string() })),
  /** Back to what the repository has. What was written stays in the clone, under a name of its own. */
  giveUp: method.input(z.object({ folder: FolderName })).output(z.object({ keptAs: z.string() })),
};

/**
 * What stands in the editor against what is stored. Pure: events in, state out.
 *
 * A text that was not stored yet is never replaced by one that was. When both changed, the person gets both.
 */
import type { Postmortem, PostmortemText } from '../../../preload/contract/postmortems.ts';

export interface Stored {
  readonly revision: number;
  readonly text: PostmortemText;
  readonly savedAt: string;
}

export interface Editing {
  readonly text: PostmortemText;
  /** What the text began from. */
  readonly base: Stored;
  readonly isSaving: boolean;
  /** Why the latest try failed. */
  readonly failure: string | null;
  /** Stored from somewhere else meanwhile; nothing is saved until the person chose. */
  readonly theirs: Stored | null;
}

export const storedOf = ({ revision, text, savedAt }: Postmortem): Stored => ({
  revision,
  text,
  savedAt,
});

export const isSameText = (a: PostmortemText, b: PostmortemText): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);

export const isDirty = ({ text, base }: Editing): boolean => !isSameText(text, base.text);

const opened = (stored: Stored): Editing => ({
  text: stored.text,
  base: stored,
  isSaving: false,
  failure: null,
  theirs: null,
});

/** `kept`: a text from before a reload, with the text it began from. */
export function openEditing(stored: Stored, kept: Pick<Editing, 'text' | 'base'> | null): Editing {
  if (kept === null || isSameText(kept.text, stored.text)) return opened(stored);
  const isCurrent = kept.base.revision === stored.revision;
  return {
    ...opened(stored),
    text: kept.text,
    base: isCurrent ? stored : kept.base,
    theirs: isCurrent ? null : stored,
  };
}

export const edit = (editing: Editing, change: Partial<PostmortemText>): Editing => ({
  ...editing,
  text: { ...editing.text, ...change },
});

/** Something was read from the store. */
export function read(editing: Editing, stored: Stored): Editing {
  // The answer to our own save says it better.
  if (editing.isSaving) return editing;
  if (!isDirty(editing)) {
    return stored.revision >= editing.base.revision ? opened(stored) : editing;
  }
  if (stored.revision <= editing.base.revision) return editing;
  if (isSameText(stored.text, editing.text)) return opened(stored);
  return { ...editing, theirs: stored };
}

export const canSave = (editing: Editing): boolean =>
  !editing.isSaving && editing.theirs === null && isDirty(editing);

export const saving = (editing: Editing): Editing => ({ ...editing, isSaving: true });

/** What was typed while it was under way stays, and is saved next. */
export const saved = (editing: Editing, stored: Stored): Editing => ({
  ...editing,
  base: stored,
  isSaving: false,
  failure: null,
});

export const failed = (editing: Editing, failure: string): Editing => ({
  ...editing,
  isSaving: false,
  failure,
});

export function refused(editing: Editing, theirs: Stored): Editing {
  const after = { ...editing, isSaving: false, failure: null };
  return isSameText(theirs.text, after.text) ? opened(theirs) : { ...after, theirs };
}

/** The person chose a text, made from both or one of them; it is saved over the newer one. */
export const chosen = (editing: Editing, text: PostmortemText): Editing =>
  editing.theirs === null ? editing : { ...opened(editing.theirs), text };

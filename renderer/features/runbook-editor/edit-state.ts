/**
 * What stands in the editor against what is on disk. Pure: events in, state out.
 *
 * A text that is not on disk yet is never replaced by one that is. When both changed, the person gets both.
 */
import type { RunbookText, TextConflict } from '../../../preload/contract/editing.ts';

export interface Base {
  readonly version: string;
  readonly text: string;
}

export interface EditState {
  readonly text: string;
  /** The file that the text began from. */
  readonly base: Base;
  readonly isSaving: boolean;
  readonly failure: { readonly message: string; readonly next: string } | null;
  /** The file changed meanwhile; nothing is written until the person chose. */
  readonly conflict: TextConflict | null;
  /** When it was last put where a crash does not reach it. */
  readonly keptAt: string | null;
  /** Rises when the text comes from elsewhere than the keyboard: the editor must show it. */
  readonly revision: number;
}

type Stored = Pick<RunbookText, 'text' | 'version' | 'draft' | 'conflict'>;

/** What a window held back when the core could not be reached. */
export interface HeldBack {
  readonly text: string;
  readonly version: string;
}

export function openEdit(stored: Stored, held: HeldBack | null): EditState {
  const { draft, conflict } = stored;
  return {
    text: held?.text ?? draft?.text ?? stored.text,
    // With the version it began from, so that a newer file is noticed when it is saved.
    base: { version: held?.version ?? stored.version, text: stored.text },
    isSaving: false,
    failure: null,
    conflict,
    keptAt: draft?.keptAt ?? null,
    revision: 0,
  };
}

export const isDirty = ({ text, base }: EditState): boolean => text !== base.text;

export const typed = (state: EditState, text: string): EditState =>
  text === state.text ? state : { ...state, text };

/** From a button, not from the keyboard. */
export const put = (state: EditState, text: string): EditState =>
  text === state.text ? state : { ...state, text, revision: state.revision + 1 };

/** The file was read again. */
export function read(state: EditState, stored: Stored): EditState {
  // The answer to our own save says it better.
  if (state.isSaving || stored.version === state.base.version) return state;
  if (!isDirty(state) || stored.text === state.text) {
    return {
      ...put(state, stored.text),
      base: { version: stored.version, text: stored.text },
      conflict: null,
      failure: null,
    };
  }
  return stored.conflict === null ? state : { ...state, conflict: stored.conflict };
}

export const kept = (state: EditState, keptAt: string): EditState => ({ ...state, keptAt });

export const canSave = (state: EditState): boolean =>
  !state.isSaving && state.conflict === null && isDirty(state);

export const saving = (state: EditState): EditState => ({
  ...state,
  isSaving: true,
  failure: null,
});

/** What was typed while it was under way stays, and is not saved yet. */
export const saved = (state: EditState, base: Base): EditState => ({
  ...state,
  base,
  isSaving: false,
  failure: null,
  keptAt: null,
});

export const failed = (state: EditState, failure: EditState['failure']): EditState => ({
  ...state,
  isSaving: false,
  failure,
});

export const refused = (state: EditState, conflict: TextConflict): EditState => ({
  ...state,
  isSaving: false,
  conflict,
});

/** The person chose a text, made from both or one of them; it goes over the newer file. */
export function chosen(state: EditState, text: string): EditState {
  const { conflict } = state;
  if (conflict === null) return state;
  return {
    ...put(state, text),
    base: { version: conflict.version, text: conflict.theirs },
    conflict: null,
    failure: null,
  };
}

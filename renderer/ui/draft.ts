/**
 * What a person types and has not saved yet. Kept in this browser under a key until it is saved, so that a reload, a
 * crash of the window or a wrong click loses nothing.
 */
import { useCallback, useState } from 'react';

const prefix = 'nightdesk.draft.';

export function readDraft(key: string): string | null {
  try {
    return window.localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}

/** An empty text is kept, too: somebody emptied it. Null: forget it. */
export function writeDraft(key: string, text: string | null): void {
  try {
    if (text === null) window.localStorage.removeItem(prefix + key);
    else window.localStorage.setItem(prefix + key, text);
  } catch {
    // The storage is full or forbidden: the text still stands on the screen.
  }
}

export interface Draft {
  readonly text: string;
  /** True when a text from before a reload was found. */
  readonly wasKept: boolean;
  readonly write: (text: string) => void;
  /** Saved or thrown away: the field holds `text` again. */
  readonly clear: (text?: string) => void;
}

/** The key is read when the component is first shown: give the component a `key` where it may change. */
export function useDraft(key: string, initial = ''): Draft {
  const [kept] = useState(() => readDraft(key));
  const [text, setText] = useState(kept ?? initial);
  const write = useCallback(
    (next: string) => {
      setText(next);
      writeDraft(key, next);
    },
    [key],
  );
  const clear = useCallback(
    (next = '') => {
      setText(next);
      writeDraft(key, null);
    },
    [key],
  );
  return { text, wasKept: kept !== null, write, clear };
}

/** A runbook that is no file yet: what it is called, where it goes, and its text, kept in the store while one types. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RunbookPlace } from '../../../preload/contract/editing.ts';
import { client } from '../../api/client.ts';
import { writeDraft } from '../../ui/draft.ts';

const keepAfterMs = 400;

export interface NewText {
  readonly folder: string;
  readonly path: string;
  readonly text: string;
}

export interface NewRunbookControls {
  readonly draft: NewText;
  /** Rises when the text comes from elsewhere than the keyboard. */
  readonly revision: number;
  /** Nobody has typed yet. */
  readonly isUntouched: boolean;
  readonly change: (to: Partial<NewText>) => void;
  /** Another beginning, while nothing was typed. */
  readonly begin: (text: string, path: string) => void;
  readonly keepNow: () => Promise<void>;
  readonly discard: () => Promise<void>;
  /** It is a file now, or given up: nothing is kept any more. */
  readonly end: () => void;
}

export function useNewRunbook(options: {
  readonly draftKey: string;
  readonly initial: NewText;
  readonly wasKept: boolean;
  readonly places: readonly RunbookPlace[];
}): NewRunbookControls {
  const { draftKey: key, initial, wasKept } = options;
  const [draft, setDraft] = useState(initial);
  const [began, setBegan] = useState(wasKept ? null : initial.text);
  const [revision, setRevision] = useState(0);
  const latest = useRef(draft);
  const keptDraft = useRef(draft);
  const isOver = useRef(false);
  const isUntouched = draft.text === began;
  useLayoutEffect(() => {
    latest.current = draft;
  }, [draft]);

  const keepNow = useCallback(async (): Promise<void> => {
    const now = latest.current;
    if (isOver.current || now === keptDraft.current) return;
    try {
      await client.editing.keepNew({ key, ...now });
      keptDraft.current = now;
      writeDraft(`runbook.new.${key}`, null);
    } catch {
      writeDraft(`runbook.new.${key}`, now.text);
    }
  }, [key]);

  useEffect(() => {
    if (draft === keptDraft.current || isUntouched) return;
    const timer = window.setTimeout(() => void keepNow(), keepAfterMs);
    return () => window.clearTimeout(timer);
  }, [draft, isUntouched, keepNow]);

  return {
    draft,
    revision,
    isUntouched,
    change: useCallback((to) => setDraft((now) => ({ ...now, ...to })), []),
    begin: useCallback((text, path) => {
      setBegan(text);
      setDraft((now) => ({ ...now, text, path }));
      setRevision((now) => now + 1);
    }, []),
    keepNow: useCallback(async () => {
      if (!isUntouched) await keepNow();
    }, [isUntouched, keepNow]),
    discard: useCallback(async () => {
      isOver.current = true;
      writeDraft(`runbook.new.${key}`, null);
      await client.editing.discardNew({ key });
    }, [key]),
    end: useCallback(() => {
      isOver.current = true;
      writeDraft(`runbook.new.${key}`, null);
    }, [key]),
  };
}

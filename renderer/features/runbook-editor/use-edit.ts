/** The text of a runbook in the editor: kept in the store a moment after each letter, written to its file when one says so. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { RunbookText } from '../../../preload/contract/editing.ts';
import { client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { readDraft, writeDraft } from '../../ui/draft.ts';
import {
  canSave,
  chosen,
  failed,
  isDirty,
  kept,
  openEdit,
  put,
  read,
  refused,
  saved,
  saving,
  typed,
  type EditState,
  type HeldBack,
} from './edit-state.ts';

const keepAfterMs = 400;

function readHeld(key: string): HeldBack | null {
  try {
    const held: unknown = JSON.parse(readDraft(key) ?? 'null');
    const isHeld = typeof held === 'object' && held !== null && 'text' in held && 'version' in held;
    return isHeld ? { text: String(held.text), version: String(held.version) } : null;
  } catch {
    return null;
  }
}

export interface EditControls {
  readonly state: EditState;
  readonly type: (text: string) => void;
  readonly put: (text: string) => void;
  readonly save: () => Promise<void>;
  /** Ends a conflict with this text, and writes it. */
  readonly choose: (text: string) => Promise<void>;
  /** Keeps at once what is not kept, before the screen goes. */
  readonly keepNow: () => Promise<void>;
  /** Forgets what was written. Nothing is kept any more from here on. */
  readonly discard: () => Promise<void>;
}

/** `onSaved`: its id, which is another one when the file was gone, and what else happened. */
export function useEdit(
  runbook: RunbookText,
  onSaved: (id: RunbookId, note: string | null) => void,
): EditControls {
  const { id } = runbook;
  const key = `runbook.${id}`;
  const [state, setState] = useState(() => openEdit(runbook, readHeld(key)));
  const [known, setKnown] = useState(runbook);
  if (known !== runbook) {
    setKnown(runbook);
    setState((now) => read(now, runbook));
  }
  const latest = useRef(state);
  const keptText = useRef(runbook.draft?.text ?? runbook.text);
  const isOver = useRef(false);
  useLayoutEffect(() => {
    latest.current = state;
  }, [state]);

  const keepNow = useCallback(async (): Promise<void> => {
    const { text, base } = latest.current;
    if (isOver.current || text === keptText.current) return;
    try {
      const isBack = text === base.text;
      const answer = isBack
        ? await client.editing.discard({ id }).then(() => null)
        : await client.editing.keep({ id, version: base.version, text });
      keptText.current = text;
      writeDraft(key, null);
      if (answer !== null) setState((now) => kept(now, answer.keptAt));
    } catch {
      // The core is away or its disk is full: this window holds it until then.
      writeDraft(key, JSON.stringify({ text, version: base.version }));
    }
  }, [id, key]);

  useEffect(() => {
    if (state.text === keptText.current) return;
    const timer = window.setTimeout(() => void keepNow(), keepAfterMs);
    return () => window.clearTimeout(timer);
  }, [state.text, keepNow]);

  useEffect(() => {
    const flush = (): void => void keepNow();
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [keepNow]);

  const tell = useRef(onSaved);
  useLayoutEffect(() => {
    tell.current = onSaved;
  });

  const write = useCallback(
    async (from: EditState): Promise<void> => {
      const { text, base } = from;
      setState(saving);
      try {
        const answer = await client.editing.save({ id, version: base.version, text });
        keptText.current = text;
        writeDraft(key, null);
        if (answer.kind === 'conflict') setState((now) => refused(now, answer.conflict));
        else {
          setState((now) => saved(now, { version: answer.version, text }));
          tell.current(answer.id, answer.note);
        }
      } catch (error) {
        const { message, next } = describeError(error);
        setState((now) => failed(now, { message, next }));
      }
    },
    [id, key],
  );

  return {
    state,
    type: useCallback((text) => setState((now) => typed(now, text)), []),
    put: useCallback((text) => setState((now) => put(now, text)), []),
    save: useCallback(async () => {
      if (canSave(latest.current)) await write(latest.current);
    }, [write]),
    choose: useCallback(
      async (text) => {
        const next = chosen(latest.current, text);
        setState(next);
        if (isDirty(next)) await write(next);
        else {
          keptText.current = text;
          await client.editing.discard({ id });
        }
      },
      [id, write],
    ),
    keepNow,
    discard: useCallback(async () => {
      isOver.current = true;
      writeDraft(key, null);
      await client.editing.discard({ id });
    }, [id, key]),
  };
}

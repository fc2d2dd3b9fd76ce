/** The text in the editor: kept in this browser at every keystroke, saved to the store a moment later. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { IncidentId } from '../../../preload/contract/common.ts';
import type { Postmortem, PostmortemText } from '../../../preload/contract/postmortems.ts';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { queryClient } from '../../api/query.ts';
import { readDraft, writeDraft } from '../../ui/draft.ts';
import {
  canSave,
  chosen,
  edit,
  failed,
  isDirty,
  isSameText,
  openEditing,
  read,
  refused,
  saved,
  saving,
  storedOf,
  type Editing,
} from './autosave.ts';

const pauseMs = 800;
const retryMs = 5_000;

const draftKey = (id: IncidentId): string => `postmortem.${id}`;

function readKept(id: IncidentId): Pick<Editing, 'text' | 'base'> | null {
  try {
    const kept: unknown = JSON.parse(readDraft(draftKey(id)) ?? 'null');
    const isKept = typeof kept === 'object' && kept !== null && 'text' in kept && 'base' in kept;
    return isKept ? (kept as Pick<Editing, 'text' | 'base'>) : null;
  } catch {
    return null;
  }
}

export interface EditingControls {
  readonly editing: Editing;
  readonly change: (to: (text: PostmortemText) => Partial<PostmortemText>) => void;
  /** Saves at once what is not saved. @throws what the core answered. */
  readonly flush: () => Promise<void>;
  /** Ends a conflict with this text. */
  readonly choose: (text: PostmortemText) => void;
}

function put(postmortem: Postmortem): void {
  const input = { incidentId: postmortem.incident.id };
  queryClient.setQueryData(api.postmortems.get.queryKey({ input }), postmortem);
}

export function useEditing(postmortem: Postmortem): EditingControls {
  const { id } = postmortem.incident;
  const [editing, setEditing] = useState(() => openEditing(storedOf(postmortem), readKept(id)));
  const [known, setKnown] = useState(postmortem);
  if (known !== postmortem) {
    setKnown(postmortem);
    setEditing((now) => read(now, storedOf(postmortem)));
  }

  const latest = useRef(editing);
  useLayoutEffect(() => {
    latest.current = editing;
    const { text, base } = editing;
    writeDraft(draftKey(id), isDirty(editing) ? JSON.stringify({ text, base }) : null);
  }, [editing, id]);

  const underWay = useRef<Promise<void> | null>(null);
  const saveOnce = useCallback(async (): Promise<void> => {
    const { text, base } = latest.current;
    setEditing(saving);
    try {
      const after = await client.postmortems.save({
        incidentId: id,
        revision: base.revision,
        text,
      });
      // The screen may be gone by now, and with it what would forget the draft.
      if (isSameText(latest.current.text, after.text)) writeDraft(draftKey(id), null);
      setEditing((now) => saved(now, storedOf(after)));
      put(after);
    } catch (error) {
      const words = describeError(error);
      if (words.code === 'conflict') {
        const theirs = await client.postmortems.get({ incidentId: id });
        setEditing((now) => refused(now, storedOf(theirs)));
        put(theirs);
      } else {
        setEditing((now) => failed(now, `${words.message} ${words.next}`));
      }
      throw error;
    }
  }, [id]);

  const flush = useCallback(async (): Promise<void> => {
    await underWay.current?.catch(() => {});
    if (!canSave({ ...latest.current, isSaving: false })) return;
    const work = saveOnce().finally(() => {
      underWay.current = null;
    });
    underWay.current = work;
    await work;
  }, [saveOnce]);

  /** What failed stands in the state, and is tried again. */
  const flushQuietly = useCallback(() => void flush().catch(() => {}), [flush]);

  useEffect(() => {
    if (!canSave(editing)) return;
    const timer = window.setTimeout(flushQuietly, editing.failure === null ? pauseMs : retryMs);
    return () => window.clearTimeout(timer);
  }, [editing, flushQuietly]);

  useEffect(() => {
    window.addEventListener('pagehide', flushQuietly);
    return () => {
      window.removeEventListener('pagehide', flushQuietly);
      flushQuietly();
    };
  }, [flushQuietly]);

  return {
    editing,
    change: useCallback((to) => setEditing((now) => edit(now, to(now.text))), []),
    flush,
    choose: useCallback((text) => setEditing((now) => chosen(now, text)), []),
  };
}

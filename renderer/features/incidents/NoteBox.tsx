/** Where people write on the timeline. What stands in it survives a reload. */
import { useImperativeHandle, useRef, useState, type Ref } from 'react';
import type { IncidentId } from '../../../preload/contract/common.ts';
import { client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { Button } from '../../ui/Button.tsx';
import { useDraft } from '../../ui/draft.ts';
import { putIncident } from './use-incident.ts';
import classes from './incident.module.css';

type NoteKind = 'note' | 'decision' | 'status_update';

const kinds: readonly { kind: NoteKind; label: string; hint: string }[] = [
  { kind: 'note', label: 'Note', hint: 'Write what you see or decide…' },
  { kind: 'decision', label: 'Decision', hint: 'Write what was decided, and why…' },
  {
    kind: 'status_update',
    label: 'Status update',
    hint: 'Who is affected, what is being done, when you will say more…',
  },
];

export interface NoteBoxHandle {
  /** Begins to write one of this kind. */
  write(kind: NoteKind): void;
}

export interface NoteBoxProps {
  readonly id: IncidentId;
  readonly ref: Ref<NoteBoxHandle>;
}

export function NoteBox({ id, ref }: NoteBoxProps) {
  const [kind, setKind] = useState<NoteKind>('note');
  const [isBusy, setIsBusy] = useState(false);
  const draft = useDraft(`incident.${id}.note`);
  const field = useRef<HTMLTextAreaElement>(null);
  /** Begun with a key: when it is written, the keys work again. Whoever clicked here may write on. */
  const isByKey = useRef(false);
  useImperativeHandle(ref, () => ({
    write(next) {
      isByKey.current = true;
      setKind(next);
      field.current?.focus();
    },
  }));
  const add = async (): Promise<void> => {
    if (isBusy || draft.text.trim() === '') return;
    setIsBusy(true);
    const isAdded = await attempt('Writing on the timeline', async () => {
      putIncident(await client.incidents.note({ id, kind, text: draft.text.trim() }));
    });
    setIsBusy(false);
    if (!isAdded) return;
    draft.clear();
    setKind('note');
    if (isByKey.current) field.current?.blur();
  };
  return (
    <form
      className={classes.note}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <textarea
        ref={field}
        className={classes.noteField}
        aria-label={kinds.find((one) => one.kind === kind)?.label ?? 'Note'}
        placeholder={kinds.find((one) => one.kind === kind)?.hint}
        rows={1}
        maxLength={20_000}
        value={draft.text}
        readOnly={isBusy}
        onPointerDown={() => {
          isByKey.current = false;
        }}
        onChange={(event) => draft.write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key !== 'Enter' || event.shiftKey) return;
          event.preventDefault();
          void add();
        }}
      />
      <div className={classes.noteFoot}>
        <fieldset className={classes.kinds}>
          <legend className="visually-hidden">Kind of entry</legend>
          {kinds.map((one) => (
            <label key={one.kind} data-on={one.kind === kind || undefined}>
              <input
                type="radio"
                name="note-kind"
                className="visually-hidden"
                checked={one.kind === kind}
                onChange={() => setKind(one.kind)}
              />
              {one.label}
            </label>
          ))}
        </fieldset>
        <span className={classes.noteHint}>Shift Enter for a new line</span>
        <Button isSmall isSubmit keyHint="Enter" disabled={isBusy || draft.text.trim() === ''}>
          Add
        </Button>
      </div>
    </form>
  );
}

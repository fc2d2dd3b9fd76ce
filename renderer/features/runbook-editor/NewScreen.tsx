/** Writing a new runbook: from a template, from an incident, or as a copy. */
import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { RunbookPlace } from '../../../preload/contract/editing.ts';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate, useHashSearch } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { Note } from '../../ui/Dialog.tsx';
import { readDraft } from '../../ui/draft.ts';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { beginningWords, readBeginning, templates, type Beginning } from './beginning.ts';
import { useCheck } from './Hints.tsx';
import { useNewRunbook, type NewText } from './use-new-runbook.ts';
import { Writer } from './Writer.tsx';
import classes from './editor.module.css';

export function NewScreen({ draftKey }: { readonly draftKey: string }) {
  const beginning = readBeginning(useHashSearch());
  const places = useQuery(api.editing.places.queryOptions({ input: {} }));
  const kept = useQuery(api.editing.getNew.queryOptions({ input: { key: draftKey }, gcTime: 0 }));
  const composed = useQuery(
    api.editing.compose.queryOptions({ input: { from: beginning }, gcTime: 0 }),
  );
  const error = places.error ?? kept.error ?? composed.error;
  if (error !== null) {
    return <Failure title="The runbook cannot be begun" {...describeError(error)} />;
  }
  if (places.data === undefined || kept.data === undefined || composed.data === undefined) {
    return <Loading what="the text" />;
  }
  const [first] = places.data;
  const heldBack = readDraft(`runbook.new.${draftKey}`);
  const begun = { folder: first?.folder ?? '', path: composed.data.path, text: composed.data.text };
  const initial = kept.data ?? begun;
  return (
    <New
      draftKey={draftKey}
      beginning={beginning}
      places={places.data}
      initial={{
        folder: initial.folder,
        path: initial.path,
        text: heldBack ?? initial.text,
      }}
      wasKept={kept.data !== null || heldBack !== null}
    />
  );
}

interface NewProps {
  readonly draftKey: string;
  readonly beginning: Beginning;
  readonly places: readonly RunbookPlace[];
  readonly initial: NewText;
  readonly wasKept: boolean;
}

function New({ draftKey, beginning, places, initial, wasKept }: NewProps) {
  const edit = useNewRunbook({ draftKey, initial, wasKept, places });
  const { draft, change } = edit;
  const [template, setTemplate] = useState(
    beginning.kind === 'template' ? beginning.template : null,
  );
  const [failure, setFailure] = useState<{ message: string; next: string } | null>(null);
  const [isCreating, setIsCreating] = useState(false);
  const [isNamed, setIsNamed] = useState(initial.path !== '');
  const check = useCheck(draft.path, draft.text);
  const path = useSuggestedPath(check?.title ?? '', isNamed || edit.isUntouched, draft.path);

  const create = async (): Promise<void> => {
    setIsCreating(true);
    setFailure(null);
    try {
      const { id, note } = await client.editing.create({ key: draftKey, ...draft, path });
      edit.end();
      toast({ title: 'Created', text: note ?? path });
      navigate(`/runbooks/${id}`, { replace: true });
    } catch (error) {
      const { message, next } = describeError(error);
      setFailure({ message, next });
      setIsCreating(false);
    }
  };
  const leave = (): void => {
    void edit.keepNow();
    navigate('/runbooks');
    if (!edit.isUntouched)
      toast({ title: 'Not created yet', text: 'What you wrote is kept, and listed here.' });
  };
  const actions: readonly Action[] = [
    {
      id: 'new.create',
      label: isCreating ? 'Creating…' : 'Create',
      group: 'New runbook',
      keys: ['$mod+s'],
      isEverywhere: true,
      when: () => !isCreating,
      run: create,
    },
    {
      id: 'new.discard',
      label: 'Give it up',
      group: 'New runbook',
      when: () => !edit.isUntouched,
      async run() {
        const text = draft;
        await edit.discard();
        navigate('/runbooks');
        toast({
          title: 'Draft given up',
          async undo() {
            await client.editing.keepNew({ key: draftKey, ...text });
            navigate(`/runbooks/new/${draftKey}`);
          },
        });
      },
    },
    {
      id: 'new.leave',
      label: 'Back to the runbooks',
      group: 'New runbook',
      keys: ['Escape'],
      run: leave,
    },
  ];
  useActions(actions);
  const [createAction, discardAction] = actions;

  return (
    <Writer
      head={
        <header className={classes.head}>
          <div className={classes.where}>
            <p className={classes.crumbs}>
              <Link href="/runbooks">Runbooks</Link> › New
            </p>
            <h1>New runbook</h1>
            <p className={classes.facts}>{beginningWords(beginning)}</p>
          </div>
          <div className={classes.buttons}>
            {discardAction !== undefined && !edit.isUntouched && (
              <ActionButton action={discardAction} kind="quiet" />
            )}
            {createAction !== undefined && <ActionButton action={createAction} kind="primary" />}
          </div>
          <div className={classes.fields}>
            {template !== null && (
              <Select
                label="Begin with"
                data={templates.map((one) => ({ ...one }))}
                value={template}
                allowDeselect={false}
                disabled={!edit.isUntouched}
                onChange={(next) => {
                  const found = templates.find(({ value }) => value === next)?.value;
                  if (found === undefined) return;
                  setTemplate(found);
                  void client.editing
                    .compose({ from: { kind: 'template', template: found } })
                    .then((begun) => edit.begin(begun.text, begun.path));
                }}
              />
            )}
            <Select
              label="Folder"
              data={places.map(({ folder, title }) => ({ value: folder, label: title }))}
              value={draft.folder}
              allowDeselect={false}
              onChange={(folder) => change({ folder: folder ?? draft.folder })}
            />
            <TextInput
              label="File name"
              placeholder="follows the title"
              value={path}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => {
                setIsNamed(event.currentTarget.value !== '');
                change({ path: event.currentTarget.value });
              }}
            />
          </div>
        </header>
      }
      notes={
        failure !== null && (
          <div role="alert">
            <Note tone="critical">
              Not created. {failure.message} {failure.next}
            </Note>
          </div>
        )
      }
      text={draft.text}
      revision={edit.revision}
      check={check}
      onChange={(text) => change({ text })}
      onLeave={leave}
    />
  );
}

/** Until the person names the file themselves, its name follows the title. */
function useSuggestedPath(title: string, isFixed: boolean, path: string): string {
  const isAsked = !isFixed && title !== '';
  const { data } = useQuery({
    ...api.editing.suggestPath.queryOptions({ input: { title: title.slice(0, 500) } }),
    enabled: isAsked,
  });
  return isAsked ? (data?.path ?? path) : path;
}

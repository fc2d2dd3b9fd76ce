/** Editing a runbook that exists. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { RunbookText } from '../../../preload/contract/editing.ts';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { attempt } from '../../app/attempt.ts';
import { navigate } from '../../app/hash-location.ts';
import { newDraftPlace } from '../../app/new-runbook.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { Note } from '../../ui/Dialog.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Conflict } from './Conflict.tsx';
import { useCheck } from './Hints.tsx';

import { SaveState } from './SaveState.tsx';
import { canSave, isDirty } from './edit-state.ts';
import { useEdit } from './use-edit.ts';
import { Writer } from './Writer.tsx';
import classes from './editor.module.css';

const placeOf = (id: RunbookId): string => `/runbooks/${id}`;

export function EditScreen({ id }: { readonly id: RunbookId }) {
  const { data, error, refetch } = useQuery(
    api.editing.source.queryOptions({ input: { id }, gcTime: 0 }),
  );
  if (data === undefined) {
    return error === null ? (
      <Loading what="the text" />
    ) : (
      <Failure
        title="The runbook cannot be edited"
        {...describeError(error)}
        onRetry={() => void refetch()}
      />
    );
  }
  return data.cannotSave === null ? <Edit runbook={data} /> : <ReadOnly runbook={data} />;
}

function Where({ runbook }: { readonly runbook: RunbookText }) {
  const { id, title, folder, path, linksTo, format, branch } = runbook;
  return (
    <div className={classes.where}>
      <p className={classes.crumbs}>
        <Link href="/runbooks">Runbooks</Link> ›{' '}
        <Link href={placeOf(id)}>
          <ForeignText text={title} isOneLine max={80} />
        </Link>
      </p>
      <h1>
        Edit <ForeignText text={path} isOneLine max={120} />
      </h1>
      <p className={classes.facts}>
        <ForeignText text={folder} isOneLine max={120} />
        {format !== '' && format !== 'UTF-8' && <> · {format}, kept so</>}
        {linksTo !== null && (
          <>
            {' '}
            · a link, writes to <ForeignText text={linksTo} isOneLine max={120} />
          </>
        )}
        {branch !== null && (
          <>
            {' '}
            · a save is a commit on <ForeignText text={branch} isOneLine max={80} />
          </>
        )}
      </p>
    </div>
  );
}

function ReadOnly({ runbook }: { readonly runbook: RunbookText }) {
  const { id, cannotSave } = runbook;
  const leave = (): void => navigate(placeOf(id));
  const copy: Action = {
    id: 'edit.copy',
    label: 'Copy to a folder of mine',
    group: 'Runbook',
    keys: ['c'],
    run: () => navigate(newDraftPlace({ copy: id })),
  };
  useActions([
    copy,
    {
      id: 'edit.leave',
      label: 'Back to the runbook',
      group: 'Runbook',
      keys: ['Escape'],
      run: leave,
    },
  ]);
  return (
    <Writer
      head={
        <header className={classes.head}>
          <Where runbook={runbook} />
          <div className={classes.buttons}>
            <ActionButton action={copy} kind="primary" />
          </div>
        </header>
      }
      notes={
        cannotSave !== null && (
          <Note tone="info">
            {cannotSave.why} {cannotSave.next}
          </Note>
        )
      }
      text={runbook.text}
      revision={0}
      isReadOnly
      check={undefined}
      onChange={() => {}}
      onLeave={leave}
    />
  );
}

function Edit({ runbook }: { readonly runbook: RunbookText }) {
  const { id, path } = runbook;
  const { state, type, put, save, choose, keepNow, discard } = useEdit(runbook, (savedId, note) => {
    toast({ title: 'Saved', ...(note === null ? {} : { text: note }) });
    if (savedId !== id) navigate(`${placeOf(savedId)}/edit`, { replace: true });
  });
  const check = useCheck(path, state.text);
  const leave = (): void => {
    const isKept = isDirty(state);
    void keepNow();
    navigate(placeOf(id));
    if (isKept)
      toast({ title: 'Not saved yet', text: 'What you wrote is kept; edit again to go on.' });
  };
  const actions: readonly Action[] = [
    {
      id: 'edit.save',
      label: 'Save',
      group: 'Edit',
      keys: ['$mod+s'],
      isEverywhere: true,
      when: () => canSave(state),
      run: save,
    },
    {
      id: 'edit.review',
      label: 'Mark as reviewed today',
      group: 'Edit',
      keys: ['Alt+r'],
      isEverywhere: true,
      async run() {
        put((await client.editing.markReviewed({ text: state.text })).text);
      },
    },
    {
      id: 'edit.discard',
      label: 'Give up the changes',
      group: 'Edit',
      when: () => isDirty(state),
      async run() {
        const { text, base } = state;
        await discard();
        navigate(placeOf(id));
        toast({
          title: 'Changes given up',
          async undo() {
            await client.editing.keep({ id, version: base.version, text });
            navigate(`${placeOf(id)}/edit`);
          },
        });
      },
    },
    { id: 'edit.leave', label: 'Back to the runbook', group: 'Edit', keys: ['Escape'], run: leave },
  ];
  useActions(actions);
  const [saveAction, reviewAction, discardAction] = actions;
  return (
    <Writer
      head={
        <header className={classes.head}>
          <Where runbook={runbook} />
          <div className={classes.buttons}>
            <SaveState state={state} />
            {discardAction !== undefined && isDirty(state) && (
              <ActionButton action={discardAction} kind="quiet" />
            )}
            {reviewAction !== undefined && <ActionButton action={reviewAction} />}
            {saveAction !== undefined && <ActionButton action={saveAction} kind="primary" />}
          </div>
        </header>
      }
      notes={
        <>
          {state.conflict !== null && (
            <Conflict
              conflict={state.conflict}
              mine={state.text}
              onChoose={(text) => void attempt('Saving', () => choose(text))}
            />
          )}
          {state.failure !== null && (
            <div role="alert">
              <Note tone="critical">
                Not saved. {state.failure.message} {state.failure.next}{' '}
                <Button isSmall onClick={() => void save()}>
                  Save again
                </Button>{' '}
                <Button
                  isSmall
                  kind="quiet"
                  onClick={() =>
                    void keepNow().then(() => navigate(newDraftPlace({ text: state.text })))
                  }
                >
                  Save a copy elsewhere
                </Button>
              </Note>
            </div>
          )}
        </>
      }
      text={state.text}
      revision={state.revision}
      check={check}
      onChange={type}
      onLeave={leave}
    />
  );
}

/** All actions of all postmortems, overdue first. */
import { useQuery } from '@tanstack/react-query';
import { ListTodo } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import type { Action as DeskAction } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { useListKeys } from '../../app/actions/use-list-keys.ts';
import { navigate } from '../../app/hash-location.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { ActionList } from './ActionList.tsx';
import { countActions, type ActionCounts } from './action-words.ts';
import classes from './actions.module.css';

const focusNew: DeskAction = {
  id: 'actions.new',
  label: 'New action',
  group: 'Actions',
  keys: ['n'],
  run: () => document.querySelector<HTMLElement>('[data-new-action]')?.focus(),
};

const shownDone = 20;

export function ActionsScreen() {
  useActions([focusNew]);
  const list = useListKeys<HTMLDivElement>('Actions');
  const { data, error, refetch } = useQuery(api.postmortems.actions.queryOptions({ input: {} }));
  const [isAll, setIsAll] = useState(false);
  if (data === undefined && error !== null) {
    const { message, next } = describeError(error);
    return (
      <Failure
        title="The actions could not be read"
        message={message}
        next={next}
        onRetry={() => void refetch()}
      />
    );
  }
  if (data === undefined) return <Loading what="the actions" />;
  const counts = countActions(data);
  const toDo = data.filter(({ doneAt }) => doneAt === null);
  const done = data.filter(({ doneAt }) => doneAt !== null);
  const shown = [...toDo, ...(isAll ? done : done.slice(0, shownDone))];
  return (
    <Page
      title="Actions"
      intro={countsText(counts)}
      actions={
        <>
          <Button onClick={() => navigate('/postmortems')}>Postmortems</Button>
          <ActionButton action={focusNew} />
        </>
      }
    >
      <div ref={list} className={classes.sections}>
        {data.length === 0 && <NoActions />}
        <ActionList actions={shown} incidentId={null} hasIncidents />
        {shown.length < data.length && (
          <Button kind="quiet" onClick={() => setIsAll(true)}>
            Show {data.length - shown.length} more that are done
          </Button>
        )}
      </div>
    </Page>
  );
}

function countsText({ overdue, open, done }: ActionCounts): string {
  return `${overdue} overdue, ${open} open, ${done} done`;
}

function NoActions() {
  return (
    <EmptyState icon={<ListTodo />} title="No action was written down yet">
      <p>
        An action is one thing that will be done so that an incident is shorter next time, or does
        not happen: with an owner and a due date. Write it in a postmortem, or below.
      </p>
    </EmptyState>
  );
}

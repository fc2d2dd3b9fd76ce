/** Actions to tick, edit and remove, and a line to add one. */
import { Checkbox } from '@mantine/core';
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { IncidentId } from '../../../preload/contract/common.ts';
import type { Action } from '../../../preload/contract/postmortems.ts';
import { client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { toast } from '../../app/toasts.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import { wallDay } from '../../ui/zoned-time.ts';
import { ActionForm } from './ActionForm.tsx';
import { dueText } from './action-words.ts';
import classes from './actions.module.css';

export interface ActionListProps {
  readonly actions: readonly Action[];
  /** New ones belong to this incident; null: to none. */
  readonly incidentId: IncidentId | null;
  /** Whether each says which incident it is from. */
  readonly hasIncidents?: boolean;
}

const inputOf = ({ id, incidentId, title, owner, dueOn, doneAt }: Action) => ({
  id,
  incidentId,
  title,
  owner,
  dueOn,
  isDone: doneAt !== null,
});

async function setDone(action: Action, isDone: boolean): Promise<void> {
  const set = (to: boolean) => client.postmortems.saveAction({ ...inputOf(action), isDone: to });
  if (!(await attempt('Saving the action', () => set(isDone)))) return;
  toast({
    title: isDone ? 'Done' : 'Open again',
    text: action.title.slice(0, 120),
    undo: async () => {
      await set(!isDone);
    },
  });
}

async function removeAction(action: Action): Promise<void> {
  const { id, ...fields } = inputOf(action);
  if (!(await attempt('Removing the action', () => client.postmortems.removeAction({ id }))))
    return;
  toast({
    title: 'Action removed',
    text: action.title.slice(0, 120),
    undo: async () => {
      await client.postmortems.saveAction(fields);
    },
  });
}

export function ActionList({ actions, incidentId, hasIncidents = false }: ActionListProps) {
  const [editedId, setEditedId] = useState<number | null>(null);
  return (
    <div className={classes.frame}>
      <ul className={classes.list}>
        {actions.map((action) => (
          <li
            key={action.id}
            className={classes.action}
            data-done={action.doneAt !== null || undefined}
          >
            {action.id === editedId ? (
              <ActionForm
                action={action}
                incidentId={action.incidentId}
                onClose={() => setEditedId(null)}
              />
            ) : (
              <ActionLine
                action={action}
                hasIncident={hasIncidents}
                onEdit={() => setEditedId(action.id)}
              />
            )}
          </li>
        ))}
      </ul>
      <ActionForm action={null} incidentId={incidentId} />
    </div>
  );
}

function ActionLine(props: {
  readonly action: Action;
  readonly hasIncident: boolean;
  readonly onEdit: () => void;
}) {
  const { action } = props;
  const today = wallDay(useNow(60_000), useTimeZone());
  return (
    <div className={classes.line}>
      <Checkbox
        checked={action.doneAt !== null}
        aria-label={`Done: ${action.title.slice(0, 200)}`}
        onChange={(event) => void setDone(action, event.currentTarget.checked)}
      />
      <div className={classes.words}>
        <span className={classes.title}>
          <ForeignText text={action.title} max={500} />
        </span>
        <span className={classes.more}>
          {action.owner === '' ? (
            <span className={classes.lacks}>no owner</span>
          ) : (
            <ForeignText text={action.owner} isOneLine max={80} />
          )}
          {' · '}
          {action.doneAt !== null ? (
            <>
              done <Moment at={action.doneAt} />
            </>
          ) : (
            <span className={action.dueOn === null ? classes.lacks : undefined}>
              {dueText(action, today)}
            </span>
          )}
          {props.hasIncident && action.incidentId !== null && (
            <>
              {' · '}
              <Link href={`/postmortems/${action.incidentId}`}>
                Incident {action.incidentId}
                {action.incidentTitle !== null && (
                  <>
                    : <ForeignText text={action.incidentTitle} isOneLine max={80} />
                  </>
                )}
              </Link>
            </>
          )}
        </span>
      </div>
      {action.isOverdue && <Badge tone="critical">overdue</Badge>}
      <div className={classes.buttons}>
        <Button
          kind="quiet"
          isSmall
          aria-label={`Edit: ${action.title.slice(0, 200)}`}
          title="Edit"
          data-list-line=""
          onClick={props.onEdit}
        >
          <Pencil aria-hidden="true" />
        </Button>
        <Button
          kind="quiet"
          isSmall
          aria-label={`Remove: ${action.title.slice(0, 200)}`}
          title="Remove"
          onClick={() => void removeAction(action)}
        >
          <Trash2 aria-hidden="true" />
        </Button>
      </div>
    </div>
  );
}

/** An action in fields: what, who, until when. What was typed survives a reload. */
import { Autocomplete, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type KeyboardEvent } from 'react';
import type { IncidentId } from '../../../preload/contract/common.ts';
import type { Action } from '../../../preload/contract/postmortems.ts';
import { api, client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { Button } from '../../ui/Button.tsx';
import { useDraft } from '../../ui/draft.ts';
import { knownOwners } from './action-words.ts';
import classes from './actions.module.css';

export interface ActionFormProps {
  /** Null: a new one. */
  readonly action: Action | null;
  readonly incidentId: IncidentId | null;
  readonly onClose?: () => void;
}

interface Fields {
  readonly title: string;
  readonly owner: string;
  readonly dueOn: string;
}

const empty: Fields = { title: '', owner: '', dueOn: '' };

function readFields(text: string): Fields {
  try {
    return { ...empty, ...(JSON.parse(text) as Partial<Fields>) };
  } catch {
    return empty;
  }
}

export function ActionForm({ action, incidentId, onClose }: ActionFormProps) {
  const draft = useDraft(
    `action.${action?.id ?? `new.${incidentId ?? 'general'}`}`,
    JSON.stringify(
      action === null
        ? empty
        : { title: action.title, owner: action.owner, dueOn: action.dueOn ?? '' },
    ),
  );
  const [isBusy, setIsBusy] = useState(false);
  const { data } = useQuery(api.postmortems.actions.queryOptions({ input: {} }));
  const fields = readFields(draft.text);
  const change = (to: Partial<Fields>): void => draft.write(JSON.stringify({ ...fields, ...to }));
  const close = (): void => {
    draft.clear(JSON.stringify(empty));
    onClose?.();
  };
  const save = async (): Promise<void> => {
    const title = fields.title.trim();
    if (title === '') return;
    setIsBusy(true);
    const isSaved = await attempt('Saving the action', () =>
      client.postmortems.saveAction({
        ...(action === null ? {} : { id: action.id, isDone: action.doneAt !== null }),
        incidentId,
        title,
        owner: fields.owner.trim(),
        dueOn: fields.dueOn === '' ? null : fields.dueOn,
      }),
    );
    setIsBusy(false);
    if (isSaved) close();
  };
  const leave = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || onClose === undefined) return;
    event.stopPropagation();
    close();
  };
  const name = action === null ? 'New action' : 'Action';
  return (
    <form
      className={classes.form}
      aria-label={name}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextInput
        className={classes.what}
        aria-label={`${name}: what will be done`}
        placeholder={action === null ? 'New action: what will be done?' : 'What will be done?'}
        maxLength={1_000}
        value={fields.title}
        data-new-action={action === null || undefined}
        // The person pressed Edit.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={action !== null}
        onKeyDown={leave}
        onChange={(event) => change({ title: event.currentTarget.value })}
      />
      <Autocomplete
        aria-label={`${name}: owner`}
        placeholder="Owner"
        maxLength={200}
        data={knownOwners(data ?? [])}
        limit={20}
        value={fields.owner}
        onKeyDown={leave}
        onChange={(owner) => change({ owner })}
      />
      <TextInput
        type="date"
        aria-label={`${name}: due date`}
        value={fields.dueOn}
        onKeyDown={leave}
        onChange={(event) => change({ dueOn: event.currentTarget.value })}
      />
      <Button isSubmit disabled={isBusy || fields.title.trim() === ''}>
        {action === null ? 'Add' : 'Save'}
      </Button>
      {onClose !== undefined && (
        <Button kind="quiet" onClick={close}>
          Cancel
        </Button>
      )}
    </form>
  );
}

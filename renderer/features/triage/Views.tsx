/** Saved views: each a name for a filter, with how many alarms it shows now. */
import { Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { View } from '../../../preload/contract/settings.ts';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { toast, toastError } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { DialogButtons } from '../../ui/Dialog.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import classes from './views.module.css';
import { countText } from '../../ui/count-text.ts';

export interface ViewsProps {
  readonly query: string;
  readonly onQuery: (query: string) => void;
}

export const useViews = () => useQuery(api.settings.views.queryOptions({ input: {} })).data ?? [];

export const viewOf = <T extends View>(views: readonly T[], query: string): T | undefined =>
  views.find((view) => view.query.trim() === query.trim());

export function Views({ query, onQuery }: ViewsProps) {
  const views = useViews();
  const [isSaving, setIsSaving] = useState(false);
  const current = viewOf(views, query);
  return (
    <div className={classes.views} role="group" aria-label="Views">
      {views.map((view) => (
        <span key={view.id} className={classes.view} data-on={view.id === current?.id || undefined}>
          <button
            type="button"
            aria-pressed={view.id === current?.id}
            title={view.query === '' ? 'Every alarm' : visibleText(view.query, true)}
            onClick={() => onQuery(view.query)}
          >
            <bdi>{visibleText(view.name, true)}</bdi>
            <i>{countText(view.count)}</i>
          </button>
          {view.id === current?.id && !view.isBuiltIn && (
            <button
              type="button"
              className={classes.remove}
              aria-label={`Remove view ${view.name}`}
              onClick={() => void removeView(view)}
            >
              <X aria-hidden="true" />
            </button>
          )}
        </span>
      ))}
      {current === undefined && query.trim() !== '' && (
        <Button kind="quiet" isSmall onClick={() => setIsSaving(true)}>
          <Plus aria-hidden="true" />
          Save this view
        </Button>
      )}
      <Link href="/silences" className={classes.place}>
        Silences
      </Link>
      <SaveView query={query} isOpen={isSaving} onClose={() => setIsSaving(false)} />
    </div>
  );
}

async function removeView(view: View): Promise<void> {
  try {
    await client.settings.removeView({ id: view.id });
    toast({
      title: `View ${view.name} removed`,
      undo: async () => {
        await client.settings.saveView({ id: view.id, name: view.name, query: view.query });
      },
    });
  } catch (error) {
    toastError('Removing the view failed', describeError(error));
  }
}

function SaveView({
  query,
  isOpen,
  onClose,
}: {
  readonly query: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState('');
  const save = async (): Promise<void> => {
    try {
      await client.settings.saveView({ name: name.trim(), query });
      setName('');
      onClose();
    } catch (error) {
      toastError('Saving the view failed', describeError(error));
    }
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title="Save this view">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') void save();
        }}
      >
        <TextInput
          label="Name"
          description={`Shows: ${visibleText(query, true).slice(0, 200)}`}
          value={name}
          maxLength={100}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isSubmit disabled={name.trim() === ''}>
            Save view
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}

/** From a runbook to its editor, also when what is there may only be copied. */
import { Pencil } from 'lucide-react';
import type { RunbookId } from '../../../preload/contract/common.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { Button } from '../../ui/Button.tsx';
import classes from './writing.module.css';

export function EditButton({ id }: { readonly id: RunbookId }) {
  const edit = (): void => navigate(`/runbooks/${id}/edit`);
  useActions([
    { id: 'runbook.edit', label: 'Edit this runbook', group: 'Runbook', keys: ['e'], run: edit },
  ]);
  return (
    <span className={classes.edit}>
      <Button isSmall keyHint="e" onClick={edit}>
        <Pencil aria-hidden="true" />
        Edit
      </Button>
    </span>
  );
}

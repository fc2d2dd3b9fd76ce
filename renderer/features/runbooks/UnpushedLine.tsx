/** What was changed in a repository here and is not in it yet, with the button that pushes it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { UnpushedChanges } from '../../../preload/contract/editing.ts';
import { api, client } from '../../api/client.ts';
import type { Action } from '../../app/actions/action.ts';
import { runAction } from '../../app/actions/registry.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { attempt } from '../../app/attempt.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { countOf } from '../../ui/count-text.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { clipText, visibleText } from '../../ui/visible-text.ts';
import classes from './writing.module.css';

const nameOf = (branch: string): string => clipText(visibleText(branch, true), 80).text;

export function UnpushedLine({ folder }: { readonly folder: string }) {
  const { data } = useQuery(api.editing.unpushed.queryOptions({ input: {} }));
  const changes = data?.find((one) => one.folder === folder);
  return changes === undefined ? null : <Changes changes={changes} />;
}

function Changes({ changes }: { readonly changes: UnpushedChanges }) {
  const { folder, branch, count, subjects, isPushing } = changes;
  const [isAsking, setIsAsking] = useState(false);
  const push: Action = {
    id: `runbooks.push.${folder}`,
    label: `Push ${nameOf(branch)}`,
    group: 'Runbooks',
    when: () => count > 0 && !isPushing,
    run: () =>
      void attempt('Pushing', async () => {
        const { message } = await client.editing.push({ folder });
        toast({ title: 'Pushed', text: message });
      }),
  };
  const giveUp: Action = {
    id: `runbooks.giveUp.${folder}`,
    label: `Give up ${nameOf(branch)}`,
    group: 'Runbooks',
    when: () => !isPushing,
    run: () => setIsAsking(true),
  };
  useActions([push, giveUp]);
  return (
    <div className={classes.unpushed}>
      <p>
        <strong>
          {count === 0 ? 'Pushed, not merged yet' : `${countOf(count, 'change')} not pushed`}
        </strong>
        : <ForeignText text={branch} isOneLine max={100} />
        {subjects.length > 0 && (
          <>
            {' '}
            · <ForeignText text={subjects.slice(0, 3).join(', ')} isOneLine max={160} />
          </>
        )}
      </p>
      <span className={classes.unpushedButtons}>
        <Button isSmall kind="quiet" disabled={isPushing} onClick={() => runAction(giveUp)}>
          Give up
        </Button>
        {count > 0 && (
          <Button isSmall disabled={isPushing} onClick={() => runAction(push)}>
            {isPushing ? 'Pushing…' : 'Push'}
          </Button>
        )}
      </span>
      <ConfirmDialog
        isOpen={isAsking}
        title="Give up these changes?"
        confirmLabel="Give up"
        isDangerous
        onClose={() => setIsAsking(false)}
        onConfirm={async () => {
          await attempt('Giving up', async () => {
            const { keptAs } = await client.editing.giveUp({ folder });
            setIsAsking(false);
            toast({ title: 'Given up', text: `Git still has them in this copy, as ${keptAs}.` });
          });
        }}
      >
        <p>
          The library shows again what the repository has.{' '}
          {count > 0 && <>{countOf(count, 'commit')} that you did not push will not be shown.</>}
        </p>
      </ConfirmDialog>
    </div>
  );
}

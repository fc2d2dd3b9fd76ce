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
  // With everything pushed there is nothing to give up, and the same way back is no danger.
  const isPushed = count === 0;
  const giveUp: Action = {
    id: `runbooks.giveUp.${folder}`,
    label: `${isPushed ? 'Follow the repository again, leave' : 'Give up'} ${nameOf(branch)}`,
    group: 'Runbooks',
    when: () => !isPushing,
    run: () => setIsAsking(true),
  };
  useActions([push, giveUp]);
  return (
    <div className={classes.unpushed}>
      <p>
        <strong>
          {isPushed ? 'Pushed, not merged yet' : `${countOf(count, 'change')} not pushed`}
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
          {isPushed ? 'Follow the repository again' : 'Give up'}
        </Button>
        {count > 0 && (
          <Button isSmall disabled={isPushing} onClick={() => runAction(push)}>
            {isPushing ? 'Pushing…' : 'Push'}
          </Button>
        )}
      </span>
      <ConfirmDialog
        isOpen={isAsking}
        title={isPushed ? 'Follow the repository again?' : 'Give up these changes?'}
        confirmLabel={isPushed ? 'Follow the repository' : 'Give up'}
        isDangerous={!isPushed}
        onClose={() => setIsAsking(false)}
        onConfirm={async () => {
          await attempt(isPushed ? 'Going back' : 'Giving up', async () => {
            const { keptAs } = await client.editing.giveUp({ folder });
            setIsAsking(false);
            toast(
              isPushed
                ? {
                    title: 'Followed again',
                    text: `It was pushed as ${nameOf(branch)}. Git also has it in this copy, as ${keptAs}.`,
                  }
                : { title: 'Given up', text: `Git still has them in this copy, as ${keptAs}.` },
            );
          });
        }}
      >
        {isPushed ? (
          <p>
            Nothing is lost: all of it was pushed, as{' '}
            <ForeignText text={branch} isOneLine max={80} />. The library shows what the
            repository’s own branch has, without yours until they are merged there.
          </p>
        ) : (
          <p>
            The library shows again what the repository has. {countOf(count, 'commit')} that you did
            not push will not be shown.
          </p>
        )}
      </ConfirmDialog>
    </div>
  );
}

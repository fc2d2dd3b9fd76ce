/** The Git repositories that hold runbooks: added, tried, changed and removed here. */
import { useQuery } from '@tanstack/react-query';
import { Pencil, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { RunbookSource } from '../../../preload/contract/runbooks.ts';
import { api, client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import { clipText, visibleText } from '../../ui/visible-text.ts';
import { RepositoryDialog } from './RepositoryDialog.tsx';
import classes from './settings.module.css';

const shortName = ({ title }: RunbookSource): string => clipText(visibleText(title, true), 60).text;

type Editing = { readonly source: RunbookSource | null } | null;

export function RepositoriesCard() {
  const { data } = useQuery(api.runbooks.list.queryOptions({ input: {} }));
  const [editing, setEditing] = useState<Editing>(null);
  const [removing, setRemoving] = useState<RunbookSource | null>(null);
  const repositories = (data?.sources ?? []).filter(({ kind }) => kind === 'git');
  const remove = async ({ folder, title }: RunbookSource): Promise<void> => {
    const isDone = await attempt('Removing the repository', () =>
      client.runbooks.removeSource({ folder }),
    );
    if (!isDone) return;
    setRemoving(null);
    toast({ title: 'Repository removed', text: clipText(visibleText(title, true), 80).text });
  };
  return (
    <Card
      title="Runbooks in Git"
      aside={repositories.length === 0 ? undefined : repositories.length}
    >
      <div className={classes.stack}>
        <p className={classes.remark}>
          Nightdesk keeps a clone of its own and pulls it. Your own git does it, with your keys and
          helpers; nothing in a repository is run.
        </p>
        {repositories.length > 0 && (
          <ul className={classes.own} aria-label="Repositories of runbooks">
            {repositories.map((source) => (
              <li key={source.folder} className={classes.repository}>
                <div>
                  <strong>
                    <ForeignText text={source.place} isOneLine max={160} />
                  </strong>{' '}
                  <span className={classes.remark}>
                    {source.count === 1 ? '1 runbook' : `${source.count} runbooks`}
                    {source.copiedAt !== null && (
                      <>
                        , copied <Moment at={source.copiedAt} />
                      </>
                    )}
                    . <ForeignText text={source.freshness} max={300} />
                  </span>
                  {source.problem !== null && (
                    <p className={classes.problem}>
                      <ForeignText text={source.problem} max={300} />{' '}
                      {source.next !== null && <ForeignText text={source.next} max={300} />}
                    </p>
                  )}
                </div>
                <Button
                  isSmall
                  aria-label={`Update ${shortName(source)} now`}
                  disabled={source.isBusy}
                  onClick={() =>
                    void attempt('Updating', () =>
                      client.runbooks.updateSource({ folder: source.folder }),
                    )
                  }
                >
                  <RefreshCw aria-hidden="true" />
                </Button>
                <Button
                  isSmall
                  aria-label={`Change ${shortName(source)}`}
                  onClick={() => setEditing({ source })}
                >
                  <Pencil aria-hidden="true" />
                </Button>
                <Button
                  isSmall
                  aria-label={`Remove ${shortName(source)}`}
                  onClick={() => setRemoving(source)}
                >
                  <Trash2 aria-hidden="true" />
                </Button>
              </li>
            ))}
          </ul>
        )}
        <div className={classes.buttons}>
          <Button disabled={repositories.length >= 50} onClick={() => setEditing({ source: null })}>
            Add repository
          </Button>
        </div>
      </div>
      {editing !== null && (
        <RepositoryDialog source={editing.source} onClose={() => setEditing(null)} />
      )}
      {removing !== null && (
        <ConfirmDialog
          isOpen
          isDangerous
          title="Remove repository"
          confirmLabel="Remove repository"
          onConfirm={() => remove(removing)}
          onClose={() => setRemoving(null)}
        >
          <p>
            <ForeignText text={removing.place} isOneLine max={160} />
          </p>
          <p>
            Its {removing.count} runbooks leave this computer. The repository itself, and what was
            run from it, stay.
          </p>
        </ConfirmDialog>
      )}
    </Card>
  );
}

/** One folder of the library: when its copy was taken, what is wrong with it, and its runbooks. */
import { useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Note } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import type { FolderView } from './library.ts';
import { RunbookLine } from './lines.tsx';
import classes from './runbooks.module.css';

/** More lines than anyone reads; the search finds the rest. */
const shownAtFirst = 100;

export function FolderCard({
  folder,
  alarmId,
}: {
  readonly folder: FolderView;
  readonly alarmId: string | null;
}) {
  const [isAll, setIsAll] = useState(false);
  const { runbooks } = folder;
  const shown = isAll ? runbooks : runbooks.slice(0, shownAtFirst);
  return (
    <Card
      title={<ForeignText text={folder.path} isOneLine max={160} />}
      aside={
        <>
          {runbooks.length} {runbooks.length === 1 ? 'runbook' : 'runbooks'}
          {folder.copiedAt !== null && (
            <>
              , copied <Moment at={folder.copiedAt} />
            </>
          )}
        </>
      }
      isFlush
    >
      {folder.problem !== null && (
        <div className={classes.problem}>
          <Note tone="warning">
            <ForeignText text={folder.problem} max={300} />{' '}
            {folder.isKeptCopy
              ? 'Below is the last copy; it opens as before.'
              : 'Nothing of it was ever copied. Look whether the path in Settings is right.'}
          </Note>
        </div>
      )}
      {runbooks.length === 0 && folder.problem === null && (
        <p className={classes.none}>
          {folder.copiedAt === null
            ? 'It is being read for the first time.'
            : 'There is no Markdown file in it. Files that end in .md are runbooks.'}
        </p>
      )}
      {shown.map((runbook) => (
        <RunbookLine key={runbook.id} runbook={runbook} alarmId={alarmId} />
      ))}
      {runbooks.length > shown.length && (
        <div className={classes.none}>
          <Button kind="quiet" isSmall onClick={() => setIsAll(true)}>
            Show all {runbooks.length}
          </Button>
        </div>
      )}
    </Card>
  );
}

/** One source of runbooks: how old its copy is and how it is kept, what is wrong with it, and its runbooks. */
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import type { Action } from '../../app/actions/action.ts';
import { runAction } from '../../app/actions/registry.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { attempt } from '../../app/attempt.ts';
import { RunSwitch, SiteSwitches } from '../../runs/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Note } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import { clipText, visibleText } from '../../ui/visible-text.ts';
import type { SourceView } from './library.ts';
import { RunbookLine } from './lines.tsx';
import { UnpushedLine } from './UnpushedLine.tsx';
import classes from './runbooks.module.css';

/** More lines than anyone reads; the search finds the rest. */
const shownAtFirst = 100;

export function SourceCard({
  source,
  alarmId,
}: {
  readonly source: SourceView;
  readonly alarmId: string | null;
}) {
  const [isAll, setIsAll] = useState(false);
  const { folder, runbooks, kind, problem, next, copiedAt, isBusy } = source;
  const title = clipText(visibleText(source.title, true), 80).text;
  const update: Action = {
    id: `runbooks.update.${folder}`,
    label: `Update now: ${title}`,
    group: 'Runbooks',
    when: () => kind !== 'shipped' && !isBusy,
    run: () => void attempt('Updating', () => client.runbooks.updateSource({ folder })),
  };
  useActions([update]);
  const shown = isAll ? runbooks : runbooks.slice(0, shownAtFirst);
  return (
    <Card
      title={<ForeignText text={source.title} isOneLine max={160} />}
      aside={
        <>
          {runbooks.length} {runbooks.length === 1 ? 'runbook' : 'runbooks'}
          {copiedAt !== null && (
            <>
              , copied <Moment at={copiedAt} />
            </>
          )}
        </>
      }
      isFlush
    >
      <div className={classes.kept}>
        <p>
          {source.place !== source.title && (
            <>
              <ForeignText text={source.place} isOneLine max={200} />.{' '}
            </>
          )}
          <ForeignText text={source.freshness} max={400} />
        </p>
        {kind !== 'shipped' && (
          <Button
            kind="quiet"
            isSmall
            disabled={isBusy}
            aria-label={`${isBusy ? 'Updating…' : 'Update now'}: ${title}`}
            onClick={() => runAction(update)}
          >
            <RefreshCw aria-hidden="true" />
            {isBusy ? 'Updating…' : 'Update now'}
          </Button>
        )}
      </div>
      {kind === 'git' && <UnpushedLine folder={source.folder} />}
      <div className={classes.runs}>
        {kind === 'web' ? <SiteSwitches /> : <RunSwitch folder={source.folder} />}
      </div>
      {problem !== null && (
        <div className={classes.problem}>
          <Note tone="warning">
            <ForeignText text={problem} max={300} />{' '}
            {next !== null && <ForeignText text={next} max={300} />}
          </Note>
        </div>
      )}
      {runbooks.length === 0 && problem === null && copiedAt !== null && (
        <p className={classes.none}>
          {kind === 'web'
            ? 'No alarm has linked to a page yet.'
            : 'There is no Markdown or AsciiDoc file in it. Files that end in .md, .mdx or .adoc are runbooks.'}
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

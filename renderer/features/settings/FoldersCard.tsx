/** The folders that hold the team's runbooks, and how their copies are. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { useHashSearch } from '../../app/hash-location.ts';
import { Card } from '../../ui/Card.tsx';
import { Note } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import { LinesSetting } from './fields.tsx';
import { parseFolders } from './parse.ts';
import { saveSettings } from './use-save.ts';
import classes from './settings.module.css';

export function FoldersCard({ folders }: { readonly folders: readonly string[] }) {
  const place = useRef<HTMLDivElement>(null);
  const isAskedFor = new URLSearchParams(useHashSearch()).get('at') === 'runbooks';
  useEffect(() => {
    if (!isAskedFor) return;
    place.current?.scrollIntoView({ block: 'center' });
    place.current?.querySelector('textarea')?.focus({ preventScroll: true });
  }, [isAskedFor]);
  return (
    <Card title="Runbooks" aside={<Link href="/runbooks">The library</Link>}>
      <div className={classes.stack} ref={place}>
        <LinesSetting
          label="Runbook folders"
          description="One a line, with its whole path. Folders of Markdown or AsciiDoc files, for example a Git checkout of your wiki; Nightdesk keeps a copy for the night in which they are away."
          name="runbook-folders"
          saved={folders.join('\n')}
          parse={parseFolders}
          save={(next) =>
            saveSettings(
              'Runbook folders',
              () => ({ runbookFolders: [...next] }),
              next.length === 0 ? 'None any more.' : `Now ${next.length}; they are being read.`,
            )
          }
        />
        <FolderStates folders={folders} />
      </div>
    </Card>
  );
}

function FolderStates({ folders }: { readonly folders: readonly string[] }) {
  const { data, error } = useQuery(api.runbooks.list.queryOptions({ input: {} }));
  if (folders.length === 0) {
    return (
      <p className={classes.remark}>
        None yet: only the runbooks that came with Nightdesk are there.
      </p>
    );
  }
  if (data === undefined) {
    return error === null ? null : (
      <Note tone="warning">
        Their state could not be read. {describeError(error).message} {describeError(error).next}
      </Note>
    );
  }
  const states = new Map(data.sources.map((source) => [source.folder, source]));
  return (
    <ul className={classes.folders} aria-label="State of the runbook folders">
      {folders.map((path) => (
        <li key={path}>
          <code>
            <ForeignText text={path} isOneLine max={200} />
          </code>
          <FolderState state={states.get(path)} />
        </li>
      ))}
    </ul>
  );
}

interface FolderStateProps {
  readonly state:
    | {
        readonly count: number;
        readonly copiedAt: string | null;
        readonly problem: string | null;
        readonly isAway: boolean;
      }
    | undefined;
}

function FolderState({ state }: FolderStateProps) {
  if (state === undefined) return <span className={classes.remark}>being read</span>;
  const { count, copiedAt, problem, isAway } = state;
  return (
    <>
      <span className={classes.remark}>
        {count === 1 ? '1 runbook' : `${count} runbooks`}
        {copiedAt === null ? (
          ', never copied'
        ) : (
          <>
            , copied <Moment at={copiedAt} />
          </>
        )}
      </span>
      {problem !== null && (
        <span className={classes.problem}>
          <ForeignText text={problem} isOneLine max={200} />
          {isAway &&
            (count > 0 ? ' The last copy opens as before.' : ' Look whether the path is right.')}
        </span>
      )}
    </>
  );
}

/** A drill while it runs, and its debrief: how long it took, what was done, and what a friendly colleague would remark. */
import { Siren } from 'lucide-react';
import { Link } from 'wouter';
import type { DrillState } from '../../../preload/contract/system.ts';
import { copyText } from '../../api/clipboard.ts';
import { describeError } from '../../api/errors.ts';
import { saveFile } from '../../api/files.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { toast } from '../../app/toasts.tsx';
import { Card } from '../../ui/Card.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { Moment } from '../../ui/Time.tsx';
import {
  debriefFileName,
  debriefMarkdown,
  debriefTimes,
  drillCommand,
  paceText,
  stepsText,
} from './drill-words.ts';
import { useDrill } from './use-drill.ts';
import classes from './drill.module.css';

const copyCommand: Action = {
  id: 'drill.copy-command',
  label: 'Copy the command of a drill',
  group: 'Drill',
  run: async () => {
    await copyText(drillCommand);
    toast({ title: 'Copied', text: 'Paste it into a terminal, in the folder of Nightdesk.' });
  },
};

export function DrillScreen() {
  const { data: drill, error, refetch } = useDrill();
  if (drill === undefined) {
    if (error === null) return <Loading what="the drill" />;
    const { message, next } = describeError(error);
    return (
      <Failure
        title="The drill could not be read"
        message={message}
        next={next}
        onRetry={() => void refetch()}
      />
    );
  }
  if (drill === null) return <NoDrill />;
  const { debrief } = drill;
  return debrief === null ? <Running drill={drill} /> : <Over drill={{ ...drill, debrief }} />;
}

function NoDrill() {
  useActions([copyCommand]);
  return (
    <Page title="Drill">
      <EmptyState
        icon={<Siren />}
        title="No drill is running"
        actions={<ActionButton action={copyCommand} kind="primary" label="Copy the command" />}
      >
        <p>
          A drill plays “checkout is down at 04:00” with made-up alarms, and tells afterwards how it
          went. It keeps its own data, so nothing here is touched. In a terminal, in the folder of
          Nightdesk:
        </p>
        <code className={classes.command}>{drillCommand}</code>
      </EmptyState>
    </Page>
  );
}

function Running({ drill }: { readonly drill: DrillState }) {
  return (
    <Page title={`Drill: ${drill.title}`} intro={<Progress drill={drill} />}>
      <Card title="What this is">
        <p>
          The alarms are made up and come from a simulated Alertmanager on this computer. They are
          kept in a data folder of their own: nothing real is watched, acknowledged or silenced.
        </p>
      </Card>
      <Card title="What to do">
        <ol className={classes.steps}>
          <li>
            Acknowledge the page in <Link href="/">triage</Link>: <Kbd>a</Kbd>
          </li>
          <li>
            Run its runbook, tick the steps: <Kbd>r</Kbd>
          </li>
          <li>
            Open an incident, say who is affected: <Kbd>i</Kbd>
          </li>
          <li>Press Mitigated as soon as it is stopped, and Resolved when it is over</li>
          <li>Write the postmortem from the draft that waits then</li>
        </ol>
      </Card>
      <p className={classes.remark}>
        The debrief comes when you resolve the incident. If nobody stops the outage, a colleague
        does after a while.
      </p>
    </Page>
  );
}

function Progress({ drill }: { readonly drill: DrillState }) {
  const pace = paceText(drill.factor);
  return (
    <>
      Minute {Math.floor(drill.minute)}
      {drill.startedAt !== null && (
        <>
          , began <Moment at={drill.startedAt} />
        </>
      )}
      {pace !== null && `, ${pace}`}
    </>
  );
}

type Finished = DrillState & { readonly debrief: NonNullable<DrillState['debrief']> };

function Over({ drill }: { readonly drill: Finished }) {
  const { debrief, startedAt } = drill;
  const save: Action = {
    id: 'drill.save',
    label: 'Save the debrief as Markdown',
    group: 'Drill',
    keys: ['e'],
    run: async () => {
      const where = await saveFile({
        fileName: debriefFileName(startedAt),
        mediaType: 'text/markdown',
        text: debriefMarkdown(drill),
      });
      if (where !== null) toast({ title: 'Debrief saved', text: where });
    },
  };
  useActions([save, copyCommand]);
  return (
    <Page
      title="Debrief"
      intro={
        <>
          {drill.title}
          {startedAt !== null && (
            <>
              , began <Moment at={startedAt} />
            </>
          )}
        </>
      }
      actions={
        <>
          <ActionButton action={copyCommand} label="Copy the command to play again" />
          <ActionButton action={save} label="Save as Markdown" />
        </>
      }
    >
      <dl className={classes.times} aria-label="Times of the drill, from the page">
        {debriefTimes(debrief).map(({ label, text, isReached }) => (
          <div key={label} data-reached={isReached || undefined}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        <div data-reached={debrief.stepsDone > 0 || undefined}>
          <dt>Runbook steps done</dt>
          <dd>{stepsText(debrief.stepsDone)}</dd>
        </div>
      </dl>
      <Card title="How it went">
        {debrief.remarks.length === 0 ? (
          <p>Nothing to remark.</p>
        ) : (
          <ul className={classes.remarks}>
            {debrief.remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        )}
      </Card>
      <p className={classes.remark}>
        Times count from the page. The remarks follow what you still do:{' '}
        <Link href="/incidents">the incident</Link>, <Link href="/postmortems">its postmortem</Link>
        , <Link href="/reviews">the review of the week</Link>. Everything stays in the drill&#39;s
        own data folder; the next drill begins anew.
      </p>
    </Page>
  );
}

import { Link } from 'wouter';
import type { IncidentSummary } from '../../../preload/contract/incidents.ts';
import { applies, type Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { Button } from '../../ui/Button.tsx';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { IncidentMark } from '../../ui/IncidentMark.tsx';
import { incidentStateText } from '../../ui/incident-words.ts';
import { momentText } from '../../ui/time-text.ts';
import { isDirty, type Editing } from './autosave.ts';
import { conflictId } from './Conflict.tsx';
import classes from './postmortem.module.css';

export interface EditorHeadProps {
  readonly incident: IncidentSummary;
  readonly title: string;
  readonly editing: Editing;
  readonly actions: readonly Action[];
  readonly onTitle: (title: string) => void;
  readonly onRetry: () => void;
}

export function EditorHead(props: EditorHeadProps) {
  const { incident, title, editing, actions } = props;
  const now = useNow(10_000);
  return (
    <header className={classes.head}>
      <div className={classes.facts}>
        <IncidentMark severity={incident.severity} />
        <Link href={`/incidents/${incident.id}`}>Incident {incident.id}</Link>
        <span aria-hidden="true">·</span>
        <span className={classes.state}>{incidentStateText(incident.times, now)}</span>
      </div>
      <div className={classes.buttons}>
        <SaveState editing={editing} onRetry={props.onRetry} />
        {actions
          .filter((action) => applies(action))
          .map((action) => (
            <ActionButton
              key={action.id}
              action={action}
              kind={action.id === 'postmortem.export' ? 'primary' : 'plain'}
            />
          ))}
      </div>
      <h1 className={classes.title} id="part-title">
        <input
          aria-label="Title"
          placeholder="Title"
          maxLength={500}
          value={title}
          onChange={(event) => props.onTitle(event.currentTarget.value)}
        />
      </h1>
    </header>
  );
}

function SaveState({
  editing,
  onRetry,
}: {
  readonly editing: Editing;
  readonly onRetry: () => void;
}) {
  const zone = useTimeZone();
  const now = useNow(10_000);
  if (editing.failure !== null) {
    return (
      <span className={classes.failure} role="alert" title={editing.failure}>
        Not saved; kept in this window.{' '}
        <Button kind="quiet" isSmall onClick={onRetry}>
          Try again
        </Button>
      </span>
    );
  }
  const { savedAt, revision } = editing.base;
  if (editing.theirs !== null) {
    return (
      <span className={classes.failure} role="alert">
        Not saved: it was saved from another window meanwhile.{' '}
        <Button isSmall onClick={() => document.querySelector(`#${conflictId}`)?.scrollIntoView()}>
          Choose
        </Button>
      </span>
    );
  }
  const words = isDirty(editing)
    ? 'Saving…'
    : revision === 1
      ? 'Drafted from the timeline'
      : `Saved ${momentText(savedAt, now, zone)}`;
  return (
    <span className={classes.saved} role="status">
      {words}
    </span>
  );
}

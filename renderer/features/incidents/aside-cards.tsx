/** The right column: alarms, runbook runs, what was there before, and why it happened. */
import { useQuery } from '@tanstack/react-query';
import { FilePlus } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { AlarmRow, Episode } from '../../../preload/contract/alarms.ts';
import type { IncidentId } from '../../../preload/contract/common.ts';
import type { Incident } from '../../../preload/contract/incidents.ts';
import type { Run, Step } from '../../../preload/contract/runbooks.ts';
import { api } from '../../api/client.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { runAction } from '../../app/actions/registry.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { newDraftPlace } from '../../app/new-runbook.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { incidentState } from '../../ui/incident-words.ts';
import { SeverityShape, severityWords } from '../../ui/SeverityMark.tsx';
import { Moment } from '../../ui/Time.tsx';
import { durationText } from '../../ui/time-text.ts';
import { alarmAside, alarmsAside, runHref, stepsInSight } from './aside-words.ts';
import classes from './aside.module.css';

const shownAlarms = 8;

export function AlarmsCard({
  incident,
  add,
}: {
  readonly incident: Incident;
  readonly add: Action;
}) {
  const { alarms } = incident;
  const [isAll, setIsAll] = useState(false);
  const shown = isAll ? alarms : alarms.slice(0, shownAlarms);
  return (
    <Card title="Alarms" aside={alarmsAside(alarms)} isFlush>
      {alarms.length === 0 && (
        <p className={classes.text}>
          Opened without an alarm. Alarms of the same service join by themselves once one is added.
        </p>
      )}
      <ul className={classes.lines}>
        {shown.map((alarm) => (
          <AlarmLine key={alarm.id} alarm={alarm} />
        ))}
      </ul>
      <div className={classes.foot}>
        {alarms.length > shown.length && (
          <Button kind="quiet" isSmall onClick={() => setIsAll(true)}>
            Show {alarms.length - shown.length} more
          </Button>
        )}
        <ActionButton kind="quiet" isSmall action={add} />
      </div>
    </Card>
  );
}

function AlarmLine({ alarm }: { readonly alarm: AlarmRow }) {
  const words = alarmAside(alarm, useNow(5_000), useTimeZone());
  return (
    <li>
      <Link
        href={`/alarm/${alarm.id}`}
        className={classes.line}
        data-blind={words.isBlind || undefined}
        data-over={words.isOver || undefined}
      >
        <SeverityShape severity={alarm.severity} />
        <span className="visually-hidden">{severityWords[alarm.severity]}</span>
        <span className={classes.name}>
          <ForeignText text={alarm.title} isOneLine />
        </span>
        <span className={classes.end}>{words.text}</span>
      </Link>
    </li>
  );
}

export function RunsCard({ incident }: { readonly incident: Incident }) {
  if (incident.runs.length === 0) {
    return (
      <Card title="Runbook">
        <p className={classes.muted}>
          No runbook was run yet. <Link href="/runbooks">Find one</Link>, or open an alarm to run
          the one that matches it.
        </p>
      </Card>
    );
  }
  return (
    <>
      {incident.runs.map((run) => (
        <RunCard key={run.id} run={run} />
      ))}
      <WriteRunbook incident={incident} />
    </>
  );
}

/** What was done tonight, for whoever is woken next. */
function WriteRunbook({ incident }: { readonly incident: Incident }) {
  const done = incident.runs.flatMap(({ steps }) => steps).filter(({ state }) => state === 'done');
  if (done.length === 0) return null;
  return <WriteButton id={incident.summary.id} steps={done.length} />;
}

function WriteButton({ id, steps }: { readonly id: IncidentId; readonly steps: number }) {
  const write: Action = {
    id: 'incident.writeRunbook',
    label: `Write a runbook from ${steps === 1 ? 'the ticked step' : `the ${steps} ticked steps`}`,
    group: 'Incident',
    run: () => navigate(newDraftPlace({ incident: id })),
  };
  useActions([write]);
  return (
    <p className={classes.write}>
      <Button isSmall kind="quiet" onClick={() => runAction(write)}>
        <FilePlus aria-hidden="true" />
        {write.label}
      </Button>
    </p>
  );
}

function RunCard({ run }: { readonly run: Run }) {
  const { before, steps, after } = stepsInSight(run.steps);
  const current = run.steps.find(({ state }) => state === 'open')?.id;
  return (
    <Card
      title={
        <Link href={runHref(run)} className={classes.runbook}>
          Runbook · <ForeignText text={run.runbook.title} isOneLine max={100} />
        </Link>
      }
      aside={`${run.doneCount} of ${run.steps.length} done`}
      isFlush
    >
      <ol className={classes.lines}>
        {before > 0 && <li className={classes.fold}>{before} before</li>}
        {steps.map((step) => (
          <StepLine key={step.id} step={step} isCurrent={step.id === current} />
        ))}
        {after > 0 && <li className={classes.fold}>{after} after</li>}
      </ol>
    </Card>
  );
}

const marks: Readonly<Record<Step['state'], string>> = {
  open: '',
  done: '✓',
  skipped: '–',
  did_not_help: '✗',
};
const stateWords: Readonly<Record<Step['state'], string>> = {
  open: 'to do',
  done: 'done',
  skipped: 'skipped',
  did_not_help: 'did not help',
};

function StepLine({ step, isCurrent }: { readonly step: Step; readonly isCurrent: boolean }) {
  return (
    <li className={classes.step} data-state={step.state} data-current={isCurrent || undefined}>
      <span className={classes.number} aria-hidden="true">
        {marks[step.state] || step.number}
      </span>
      <span className={classes.name}>
        <ForeignText text={step.plainText} isOneLine max={200} />
        <span className="visually-hidden">, {stateWords[step.state]}</span>
      </span>
      <span className={classes.end}>{step.at !== null && <Moment at={step.at} />}</span>
    </li>
  );
}

/** Past episodes of the worst alarm, and what ended them. */
export function SeenBeforeCard({ incident }: { readonly incident: Incident }) {
  const id = incident.alarms[0]?.id;
  const { data } = useQuery(
    api.alarms.get.queryOptions({
      // Without an alarm nothing is asked; the id is a stand-in.
      input: { id: id ?? (1 as NonNullable<typeof id>) },
      enabled: id !== undefined,
    }),
  );
  const past = (data?.episodes ?? []).filter(
    (episode) => episode.endedAt !== null && episode.incidentId !== incident.summary.id,
  );
  if (id === undefined || past.length === 0) return null;
  return (
    <Card title="Seen before" aside={past.length === 1 ? 'once' : `${past.length} times`} isFlush>
      <ul className={classes.lines}>
        {past.slice(0, 4).map((episode) => (
          <EpisodeLine key={episode.id} episode={episode} />
        ))}
      </ul>
    </Card>
  );
}

function EpisodeLine({ episode }: { readonly episode: Episode }) {
  const words = (
    <>
      <span className={classes.name}>
        <Moment at={episode.startedAt} />
        {episode.fixedBy !== null && episode.fixedBy !== '' && (
          <>
            {', '}
            <ForeignText text={episode.fixedBy} isOneLine max={120} />
          </>
        )}
      </span>
      <span className={classes.end}>{durationText(episode.durationMs)}</span>
    </>
  );
  if (episode.incidentId === null) return <li className={classes.line}>{words}</li>;
  return (
    <li>
      <Link href={`/incidents/${episode.incidentId}`} className={classes.line}>
        {words}
      </Link>
    </li>
  );
}

/** Folded until it is mitigated: at night the question is what makes it stop. */
export function WhyCard({
  incident,
  open,
}: {
  readonly incident: Incident;
  readonly open: Action;
}) {
  const { times, hasPostmortem } = incident.summary;
  if (incidentState(times) === 'open') {
    return (
      <Card title="Why did it happen" aside="folded">
        <p className={classes.muted}>
          First make it stop. This opens when the impact is mitigated.
        </p>
      </Card>
    );
  }
  return (
    <Card title="Why did it happen" aside={hasPostmortem ? 'begun' : 'not begun'}>
      {incident.mitigation !== '' && (
        <p className={classes.mitigation}>
          <span className={classes.muted}>What stopped it: </span>
          <ForeignText text={incident.mitigation} max={500} />
        </p>
      )}
      <p className={classes.muted}>
        {hasPostmortem
          ? 'The postmortem holds the draft, the whys and the actions.'
          : 'The postmortem is drafted from this timeline when you open it.'}
      </p>
      <div className={classes.open}>
        <ActionButton action={open} />
      </div>
    </Card>
  );
}

/** One incident: its times on top, the timeline in the middle, what it touches at the right. */
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import type { IncidentId } from '../../../preload/contract/common.ts';
import type { Incident } from '../../../preload/contract/incidents.ts';
import { describeError } from '../../api/errors.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { AddAlarmsDialog } from './AddAlarmsDialog.tsx';
import { AlarmsCard, RunsCard, SeenBeforeCard, WhyCard } from './aside-cards.tsx';
import { ImpactBeganDialog } from './ImpactBeganDialog.tsx';
import { IncidentHeader } from './IncidentHeader.tsx';
import { MitigatedDialog } from './MitigatedDialog.tsx';
import { NoteBox, type NoteBoxHandle } from './NoteBox.tsx';
import { Timeline } from './Timeline.tsx';
import { TimeStrip } from './TimeStrip.tsx';
import { useIncident } from './use-incident.ts';
import { useIncidentActions } from './use-incident-actions.ts';
import classes from './incident.module.css';

export function IncidentScreen({ id }: { readonly id: IncidentId }) {
  const { data, error, refetch } = useIncident(id);
  if (data !== undefined) return <Shown incident={data} />;
  if (error === null) return <Loading what="the incident" />;
  const { code, message, next } = describeError(error);
  if (code === 'not_found') {
    return (
      <EmptyState
        title={`There is no incident ${id}`}
        actions={<Link href="/incidents">All incidents</Link>}
      >
        <p>It may belong to another data folder, a drill for example.</p>
      </EmptyState>
    );
  }
  return (
    <Failure
      title="The incident could not be read"
      message={message}
      next={next}
      onRetry={() => void refetch()}
    />
  );
}

type Dialog = 'mitigated' | 'impact' | 'alarms' | null;

function Shown({ incident }: { readonly incident: Incident }) {
  const [dialog, setDialog] = useState<Dialog>(null);
  const note = useRef<NoteBoxHandle>(null);
  const close = (): void => setDialog(null);
  const actions = useIncidentActions(incident, {
    write: (kind) => note.current?.write(kind),
    askMitigation: () => setDialog('mitigated'),
    chooseAlarms: () => setDialog('alarms'),
  });
  return (
    <div className={classes.screen}>
      <IncidentHeader incident={incident} actions={actions} />
      <TimeStrip times={incident.summary.times} onChangeImpact={() => setDialog('impact')} />
      <div className={classes.middle}>
        <Timeline incident={incident} />
        <NoteBox ref={note} id={incident.summary.id} />
      </div>
      <aside className={classes.aside} aria-label="About this incident">
        <AlarmsCard incident={incident} add={actions.addAlarms} />
        <RunsCard incident={incident} />
        <SeenBeforeCard incident={incident} />
        <WhyCard incident={incident} open={actions.postmortem} />
      </aside>
      <MitigatedDialog incident={incident} isOpen={dialog === 'mitigated'} onClose={close} />
      <ImpactBeganDialog incident={incident} isOpen={dialog === 'impact'} onClose={close} />
      <AddAlarmsDialog incident={incident} isOpen={dialog === 'alarms'} onClose={close} />
    </div>
  );
}

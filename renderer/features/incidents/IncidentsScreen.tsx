/** All incidents, open ones first. */
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { IncidentSummary } from '../../../preload/contract/incidents.ts';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { listLine, useListKeys } from '../../app/actions/use-list-keys.ts';
import { navigate, useHashSearch } from '../../app/hash-location.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { useNow } from '../../ui/clock.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { IncidentMark } from '../../ui/IncidentMark.tsx';
import { incidentBegan, incidentState, incidentStateText } from '../../ui/incident-words.ts';
import { Kbd } from '../../ui/Kbd.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { Moment } from '../../ui/Time.tsx';
import { alarmsText, incidentGroups, type IncidentGroup } from './incident-groups.ts';
import { NewIncidentDialog } from './NewIncidentDialog.tsx';
import classes from './incidents.module.css';

export function IncidentsScreen() {
  const isNewOpen = useHashSearch().split('&').includes('new');
  // The palette has the same for every screen.
  const create: Action = {
    id: 'incidents.new',
    label: 'New incident',
    group: 'Incidents',
    keys: ['n'],
    isKeyOnly: true,
    run: () => navigate('/incidents?new'),
  };
  useActions([create]);
  const list = useListKeys<HTMLDivElement>('Incidents');
  return (
    <Page title="Incidents" actions={<ActionButton action={create} />}>
      <div ref={list} className={classes.list}>
        <Incidents create={create} />
      </div>
      <NewIncidentDialog
        isOpen={isNewOpen}
        onClose={() => navigate('/incidents', { replace: true })}
      />
    </Page>
  );
}

function Incidents({ create }: { readonly create: Action }) {
  const { data, error, refetch } = useQuery(api.incidents.list.queryOptions({ input: {} }));
  if (data === undefined && error !== null) {
    const { message, next } = describeError(error);
    return (
      <Failure
        title="The incidents could not be read"
        message={message}
        next={next}
        onRetry={() => void refetch()}
      />
    );
  }
  if (data === undefined) return <Loading what="the incidents" />;
  if (data.length === 0) return <NoIncidents create={create} />;
  return incidentGroups(data).map((group) => <Group key={group.title} group={group} />);
}

function NoIncidents({ create }: { readonly create: Action }) {
  return (
    <EmptyState
      icon={<TriangleAlert />}
      title="No incident was opened yet"
      actions={
        <>
          <Button kind="primary" onClick={() => navigate('/')}>
            Go to triage
          </Button>
          <ActionButton action={create} />
        </>
      }
    >
      <p>
        When an alarm means that somebody is affected, press <Kbd>i</Kbd> on it in triage. The
        incident then keeps a timeline by itself: alarms, acknowledgements, pages, runbook steps and
        what you write. The postmortem is drafted from it.
      </p>
    </EmptyState>
  );
}

const shownAtFirst = 100;

function Group({ group }: { readonly group: IncidentGroup }) {
  const [isAll, setIsAll] = useState(false);
  const shown = isAll ? group.incidents : group.incidents.slice(0, shownAtFirst);
  const rest = group.incidents.length - shown.length;
  return (
    <Card title={group.title} aside={group.incidents.length} isFlush>
      <ul className={classes.lines}>
        {shown.map((incident) => (
          <li key={incident.id}>
            <Line incident={incident} />
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <Button kind="quiet" isSmall onClick={() => setIsAll(true)}>
          Show {rest} more
        </Button>
      )}
    </Card>
  );
}

function Line({ incident }: { readonly incident: IncidentSummary }) {
  const now = useNow(5_000);
  const began = incidentBegan(incident.times);
  return (
    <Link
      href={`/incidents/${incident.id}`}
      className={classes.line}
      data-state={incidentState(incident.times)}
      {...listLine}
    >
      <span className={classes.mark}>
        <IncidentMark severity={incident.severity} />
      </span>
      <span className={classes.words}>
        <span className={classes.title}>
          <ForeignText text={incident.title} isOneLine />
        </span>
        <span className={classes.more}>
          Incident {incident.id} · {alarmsText(incident)}
          {incident.impact !== '' && (
            <>
              {' · '}
              <ForeignText text={incident.impact} isOneLine max={200} />
            </>
          )}
        </span>
      </span>
      <span className={classes.meta}>
        <b>{incidentStateText(incident.times, now)}</b>
        <span className={classes.more}>
          {began === null ? 'beginning not known' : <Moment at={began} />}{' '}
          {incident.hasPostmortem && <Badge>postmortem</Badge>}
        </span>
      </span>
    </Link>
  );
}

/** The postmortems that were begun, and the incidents that wait for one. */
import { useQuery } from '@tanstack/react-query';
import { FileSearch } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { IncidentSummary } from '../../../preload/contract/incidents.ts';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { listLine, useListKeys } from '../../app/actions/use-list-keys.ts';
import { navigate } from '../../app/hash-location.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { useNow } from '../../ui/clock.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { IncidentMark } from '../../ui/IncidentMark.tsx';
import { incidentState, incidentStateText } from '../../ui/incident-words.ts';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { Moment } from '../../ui/Time.tsx';
import { countActions } from './action-words.ts';
import classes from './postmortems.module.css';

export function PostmortemsScreen() {
  const list = useListKeys<HTMLDivElement>('Postmortems');
  return (
    <Page title="Postmortems" actions={<ActionsButton />}>
      <div ref={list} className={classes.list}>
        <Lists />
      </div>
    </Page>
  );
}

function ActionsButton() {
  const { data = [] } = useQuery(api.postmortems.actions.queryOptions({ input: {} }));
  const { overdue, open } = countActions(data);
  return (
    <Button keyHint="g then a" onClick={() => navigate('/actions')}>
      All actions
      {overdue > 0 ? <Badge tone="critical">{overdue} overdue</Badge> : <Badge>{open} open</Badge>}
    </Button>
  );
}

function Lists() {
  const postmortems = useQuery(api.postmortems.list.queryOptions({ input: {} }));
  const incidents = useQuery(api.incidents.list.queryOptions({ input: {} }));
  const error = postmortems.error ?? incidents.error;
  if (postmortems.data === undefined || incidents.data === undefined) {
    if (error === null) return <Loading what="the postmortems" />;
    const { message, next } = describeError(error);
    return (
      <Failure
        title="The postmortems could not be read"
        message={message}
        next={next}
        onRetry={() => void Promise.all([postmortems.refetch(), incidents.refetch()])}
      />
    );
  }
  const waiting = incidents.data.filter(
    ({ hasPostmortem, times }) => !hasPostmortem && incidentState(times) !== 'open',
  );
  if (postmortems.data.length === 0 && waiting.length === 0) return <NoPostmortems />;
  return (
    <>
      {waiting.length > 0 && (
        <Card title="Waiting for a postmortem" aside={waiting.length} isFlush>
          <ul className={classes.lines}>
            {waiting.map((incident) => (
              <li key={incident.id}>
                <Line incident={incident}>
                  <b>not begun</b>
                  <span className={classes.more}>drafted when you open it</span>
                </Line>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {postmortems.data.length > 0 && (
        <Card title="Begun" aside={postmortems.data.length} isFlush>
          <ul className={classes.lines}>
            {postmortems.data.map(({ incident, savedAt, findings }) => (
              <li key={incident.id}>
                <Line incident={incident}>
                  <b>{findingsText(findings)}</b>
                  <span className={classes.more}>
                    saved <Moment at={savedAt} />
                  </span>
                </Line>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

const findingsText = (count: number): string =>
  count === 0 ? 'no findings' : count === 1 ? 'one finding' : `${count} findings`;

function Line({
  incident,
  children,
}: {
  readonly incident: IncidentSummary;
  readonly children: ReactNode;
}) {
  const now = useNow(10_000);
  return (
    <Link href={`/postmortems/${incident.id}`} className={classes.line} {...listLine}>
      <span>
        <IncidentMark severity={incident.severity} />
      </span>
      <span className={classes.words}>
        <span className={classes.title}>
          <ForeignText text={incident.title} isOneLine />
        </span>
        <span className={classes.more}>
          Incident {incident.id} · {incidentStateText(incident.times, now)}
        </span>
      </span>
      <span className={classes.meta}>{children}</span>
    </Link>
  );
}

function NoPostmortems() {
  return (
    <EmptyState
      icon={<FileSearch />}
      title="No postmortem yet"
      actions={<Button onClick={() => navigate('/incidents')}>Go to incidents</Button>}
    >
      <p>
        When the impact of an incident is mitigated, its postmortem is drafted from the timeline:
        durations, what stopped it, and the first whys. You complete it, and it is exported as
        Markdown.
      </p>
    </EmptyState>
  );
}

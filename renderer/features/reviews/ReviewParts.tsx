/** The parts of a review, heaviest first. */
import { CalendarCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Action } from '../../../preload/contract/postmortems.ts';
import type { Review } from '../../../preload/contract/reviews.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Card } from '../../ui/Card.tsx';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { IncidentMark } from '../../ui/IncidentMark.tsx';
import { incidentStateText } from '../../ui/incident-words.ts';
import {
  blindText,
  comparedText,
  isEmptyReview,
  otherPagesText,
  pagesText,
  shiftChart,
} from './review-view.ts';
import { ShiftBars } from './ShiftBars.tsx';
import classes from './reviews.module.css';

export function ReviewParts({ review }: { readonly review: Review }) {
  const now = useNow(60_000);
  const chart = shiftChart(review, { now, zone: useTimeZone() });
  return (
    <>
      {isEmptyReview(review) && <NothingRecorded />}
      <dl className={classes.figures}>
        <Figure
          label="Pages"
          value={review.pages}
          more={comparedText(review.pages, review.previous.pages)}
        />
        <Figure
          label="Pages in sleep hours"
          value={review.pagesInSleepHours}
          more={comparedText(review.pagesInSleepHours, review.previous.pagesInSleepHours)}
        />
        <Figure
          label="Shifts over the bar"
          value={chart.overCount}
          more={`of ${review.shifts.length}; the bar is ${review.bar} in 12 hours`}
        />
        <Figure label="Notices" value={review.notices} more="they may not wake anyone" />
        <Figure
          label="Overdue actions"
          value={review.overdueActions.length}
          more={`${review.openActions.length} more open`}
        />
      </dl>
      <Card title="Pages in each shift of 12 hours" aside={`against the bar of ${review.bar}`}>
        <ShiftBars chart={chart} bar={review.bar} />
      </Card>
      <div className={classes.columns}>
        <FrequentCard review={review} />
        <WithoutRunbookCard review={review} />
        <IncidentsCard review={review} />
        <ActionsCard title="Overdue actions" actions={review.overdueActions} isOverdue />
        <ActionsCard title="Open actions" actions={review.openActions} />
        <BlindCard review={review} now={now} />
      </div>
    </>
  );
}

function NothingRecorded() {
  return (
    <EmptyState icon={<CalendarCheck />} title="Nothing was recorded in this week">
      <p>
        No page was sent, no alarm fired and no source was out of sight. Nightdesk counts only while
        it runs: a week in which it was closed looks the same.
      </p>
    </EmptyState>
  );
}

function Figure(props: { readonly label: string; readonly value: number; readonly more: string }) {
  return (
    <div className={classes.figure}>
      <dt>{props.label}</dt>
      <dd>{props.value}</dd>
      <dd className={classes.more}>{props.more}</dd>
    </div>
  );
}

/** A card of lines, or the sentence that says why there are none. */
function Lines(props: {
  readonly title: string;
  readonly count: number;
  readonly none: string;
  readonly note?: string | null;
  readonly children: ReactNode;
}) {
  return (
    <Card title={props.title} aside={props.count} isFlush>
      {props.count === 0 ? (
        <p className={classes.none}>{props.none}</p>
      ) : (
        <ul className={classes.lines}>{props.children}</ul>
      )}
      {props.note != null && <p className={classes.none}>{props.note}</p>}
    </Card>
  );
}

function FrequentCard({ review }: { readonly review: Review }) {
  const { frequent } = review;
  return (
    <Lines
      title="Most frequent alarms"
      count={frequent.length}
      none="No alarm fired."
      note={otherPagesText(review)}
    >
      {frequent.map(({ title, episodes, pages, hasRunbook }) => (
        <li key={title} className={classes.line}>
          <span className={classes.name}>
            <ForeignText text={title} isOneLine max={120} />
          </span>
          {!hasRunbook && <Badge tone="warning">no runbook</Badge>}
          <span className={classes.end}>
            {episodes === 1 ? 'once' : `${episodes} times`}, {pagesText(pages)}
          </span>
        </li>
      ))}
    </Lines>
  );
}

function WithoutRunbookCard({ review: { withoutRunbook } }: { readonly review: Review }) {
  return (
    <Lines
      title="Alarms without a runbook"
      count={withoutRunbook.length}
      none="Every alarm that fired has a runbook."
    >
      {withoutRunbook.map(({ title, pages }) => (
        <li key={title} className={classes.line}>
          <span className={classes.name}>
            <ForeignText text={title} isOneLine max={120} />
          </span>
          <span className={classes.end}>{pagesText(pages)}</span>
        </li>
      ))}
      <li className={classes.line}>
        <Link href="/runbooks/hygiene">What to do about these and other runbooks</Link>
      </li>
    </Lines>
  );
}

function IncidentsCard({ review: { incidents } }: { readonly review: Review }) {
  const now = useNow(60_000);
  return (
    <Lines title="Incidents" count={incidents.length} none="No incident was open in this week.">
      {incidents.map((incident) => (
        <li key={incident.id}>
          <Link href={`/incidents/${incident.id}`} className={classes.line}>
            <IncidentMark severity={incident.severity} />
            <span className={classes.name}>
              <ForeignText text={incident.title} isOneLine max={160} />
            </span>
            <span className={classes.end}>{incidentStateText(incident.times, now)}</span>
          </Link>
        </li>
      ))}
    </Lines>
  );
}

function ActionsCard({
  title,
  actions,
  isOverdue = false,
}: {
  readonly title: string;
  readonly actions: readonly Action[];
  readonly isOverdue?: boolean;
}) {
  return (
    <Lines
      title={title}
      count={actions.length}
      none={isOverdue ? 'Nothing is overdue.' : 'Nothing else is open.'}
    >
      {actions.map((action) => (
        <li key={action.id}>
          <Link href="/actions" className={classes.line}>
            <span className={classes.name}>
              <ForeignText text={action.title} isOneLine max={160} />
            </span>
            {action.owner === '' ? (
              <Badge tone="warning">no owner</Badge>
            ) : (
              <span>
                <ForeignText text={action.owner} isOneLine max={40} />
              </span>
            )}
            <span className={classes.end}>
              {action.dueOn === null ? 'no due date' : `due ${action.dueOn}`}
            </span>
          </Link>
        </li>
      ))}
    </Lines>
  );
}

function BlindCard({ review, now }: { readonly review: Review; readonly now: number }) {
  return (
    <Lines
      title="Time in which a source could not be seen"
      count={review.blind.length}
      none="Every source was in sight whenever Nightdesk ran."
    >
      {review.blind.map(({ source, durationMs }) => (
        <li key={source} className={classes.line}>
          <span className={classes.name}>
            <ForeignText text={source} isOneLine max={80} />
          </span>
          <span className={classes.end}>{blindText(durationMs, review, now)}</span>
        </li>
      ))}
    </Lines>
  );
}

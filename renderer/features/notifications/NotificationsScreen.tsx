/** Why one was woken, or not: every decision of the rule engine with its reason, the newest first. */
import { useQuery } from '@tanstack/react-query';
import { BellRing } from 'lucide-react';
import { Link } from 'wouter';
import type { Decision } from '../../../preload/contract/notifications.ts';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { navigate, useHashSearch } from '../../app/hash-location.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { OutcomeMark } from '../../ui/OutcomeMark.tsx';
import { Page } from '../../ui/Page.tsx';
import { Moment } from '../../ui/Time.tsx';
import {
  decisionLines,
  filterWords,
  outcomeFilters,
  readFilter,
  titleOf,
  type DecisionLine,
  type OutcomeFilter,
  type Titles,
} from './decision-words.ts';
import { useTitles } from './use-titles.ts';
import classes from './notifications.module.css';

const shown = 500;
const none: readonly Decision[] = [];

export function NotificationsScreen() {
  const filter = readFilter(useHashSearch());
  const { data, error, refetch } = useQuery(
    api.notifications.list.queryOptions({ input: { limit: shown } }),
  );
  const titles = useTitles(data ?? none);
  if (data === undefined && error !== null) {
    const { message, next } = describeError(error);
    return (
      <Failure
        title="The decisions could not be read"
        message={message}
        next={next}
        onRetry={() => void refetch()}
      />
    );
  }
  if (data === undefined) return <Loading what="the decisions" />;
  const lines = decisionLines(data, filter);
  return (
    <Page
      title="Why was I woken, or not?"
      intro={`The newest decisions, at most ${shown}. Each alarm has its own in its history.`}
      actions={<Button onClick={() => navigate('/settings')}>Settings</Button>}
    >
      <Filters current={filter} />
      {lines.length === 0 ? (
        <Nothing filter={filter} />
      ) : (
        <Decisions lines={lines} titles={titles} />
      )}
    </Page>
  );
}

function Filters({ current }: { readonly current: OutcomeFilter }) {
  return (
    <nav aria-label="Outcome" className={classes.filters}>
      {outcomeFilters.map((filter) => (
        <Link
          key={filter}
          href={filter === 'all' ? '/notifications' : `/notifications?outcome=${filter}`}
          aria-current={filter === current ? 'page' : undefined}
        >
          {filterWords[filter]}
        </Link>
      ))}
    </nav>
  );
}

function Decisions({
  lines,
  titles,
}: {
  readonly lines: readonly DecisionLine[];
  readonly titles: Titles;
}) {
  return (
    <table className={classes.decisions}>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Outcome</th>
          <th scope="col">What</th>
          <th scope="col">Alarm</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.key}>
            <td className={classes.when}>
              <Moment at={line.at} hasSeconds />
            </td>
            <td>
              <OutcomeMark outcome={line.outcome}>{line.outcomeText}</OutcomeMark>
            </td>
            <td>
              <b>{line.kind}</b> {line.occasion}
            </td>
            <td>
              {line.alarmId !== null && (
                <Link href={`/alarm/${line.alarmId}`}>
                  <ForeignText text={titleOf(line.alarmId, titles)} isOneLine max={120} />
                </Link>
              )}
            </td>
            <td>
              <ForeignText text={line.reason} />
              {line.carrier !== null && (
                <span className={classes.carrier}>
                  {' '}
                  by <ForeignText text={line.carrier} isOneLine max={60} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Nothing({ filter }: { readonly filter: OutcomeFilter }) {
  if (filter !== 'all') {
    return (
      <EmptyState title={`None of the newest decisions is "${filterWords[filter].toLowerCase()}"`}>
        <p>Show all of them to see what was decided.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<BellRing />} title="Nothing was decided yet">
      <p>
        Whenever an alarm fires, worsens or recovers, and when a source goes blind, one rule engine
        decides whether you are told. Each decision stands here with its reason, also the silent
        ones.
      </p>
    </EmptyState>
  );
}

/** What one silence hides, by name: alarms of now, and what fired in the last week. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Silence } from '../../../preload/contract/silences.ts';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { countText } from '../../ui/count-text.ts';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { SeverityMark } from '../../ui/SeverityMark.tsx';
import classes from './silences.module.css';

export function Hidden({ silence }: { readonly silence: Silence }) {
  const { sourceId, id } = silence;
  const { data, error, refetch } = useQuery(
    api.silences.get.queryOptions({ input: { sourceId, id }, staleTime: 0 }),
  );
  if (data === undefined) {
    return error === null ? (
      <Loading what="what it hides" />
    ) : (
      <Failure
        title="What it hides could not be read"
        {...describeError(error)}
        onRetry={() => void refetch()}
      />
    );
  }
  const rest = data.hidesCount - data.hides.length;
  return (
    <dl className={classes.hidden}>
      <dt>Now</dt>
      <dd>
        {data.hidesCount === 0 ? (
          'nothing'
        ) : (
          <ul>
            {data.hides.map((row) => (
              <li key={row.id}>
                <SeverityMark severity={row.severity} />{' '}
                <Link href={`/alarm/${row.id}`}>
                  <ForeignText text={row.title} isOneLine max={120} />
                </Link>{' '}
                <span className={classes.faint}>
                  <ForeignText text={row.service} isOneLine max={60} />
                </span>
              </li>
            ))}
            {rest > 0 && <li>and {countText(rest)} more</li>}
          </ul>
        )}
      </dd>
      <dt>In the last 7 days</dt>
      <dd>
        {data.last7DaysCount === 0 ? (
          'it would have hidden nothing'
        ) : (
          <ul>
            {data.last7Days.map(({ title, severity, count }) => (
              <li key={`${severity} ${title}`}>
                <SeverityMark severity={severity} />{' '}
                <ForeignText text={title} isOneLine max={120} />{' '}
                <span className={classes.faint}>× {countText(count)}</span>
              </li>
            ))}
          </ul>
        )}
      </dd>
      {silence.comment.includes('\n') && (
        <>
          <dt>Comment</dt>
          <dd>
            <ForeignText text={silence.comment} />
          </dd>
        </>
      )}
    </dl>
  );
}

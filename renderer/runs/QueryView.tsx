/** What a Prometheus answers to a PromQL fence: a small graph, and the same as a table. */
import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { SourceId } from '../../preload/contract/common.ts';
import type { Step } from '../../preload/contract/runbooks.ts';
import type { QueryAnswer } from '../../preload/contract/running.ts';
import { describeError } from '../api/errors.ts';
import { Button } from '../ui/Button.tsx';
import { useTimeZone } from '../ui/clock.ts';
import { Note } from '../ui/Dialog.tsx';
import { Failure } from '../ui/Failure.tsx';
import { ForeignText } from '../ui/ForeignText.tsx';
import { Loading } from '../ui/Loading.tsx';
import { clockText } from '../ui/time-text.ts';
import { factsOf, graphOf, graphWords, shortNumber } from './graph.ts';
import classes from './query.module.css';

export interface QueryViewProps {
  readonly step: Step;
  readonly command: number;
  readonly onQuery: (asked: {
    readonly rangeMs: number;
    readonly sourceId?: SourceId;
  }) => Promise<QueryAnswer>;
}

const hourMs = 3_600_000;
const ranges = [
  { ms: hourMs, label: '1 h' },
  { ms: 6 * hourMs, label: '6 h' },
  { ms: 24 * hourMs, label: '1 day' },
] as const;

export function QueryView({ step, command, onQuery }: QueryViewProps) {
  const [rangeMs, setRangeMs] = useState<number>(hourMs);
  const [sourceId, setSourceId] = useState<SourceId | null>(null);
  const text = step.commands[command]?.copyText ?? '';
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['promql', step.id, command, text, rangeMs, sourceId],
    queryFn: () => onQuery({ rangeMs, ...(sourceId === null ? {} : { sourceId }) }),
    retry: false,
    gcTime: 60_000,
  });
  return (
    <section className={classes.query} aria-label={`What the query of step ${step.number} answers`}>
      <div className={classes.head}>
        {ranges.map(({ ms, label }) => (
          <Button
            key={ms}
            kind="quiet"
            isSmall
            aria-pressed={ms === rangeMs}
            onClick={() => setRangeMs(ms)}
          >
            {label}
          </Button>
        ))}
        {data !== undefined && data.stores.length > 1 && (
          <select
            aria-label="Asked of"
            value={data.sourceId ?? ''}
            onChange={(event) => setSourceId(event.currentTarget.value as SourceId)}
          >
            {data.stores.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        <Button kind="quiet" isSmall disabled={isFetching} onClick={() => void refetch()}>
          <RefreshCw aria-hidden="true" />
          Ask again
        </Button>
      </div>
      {data === undefined ? (
        error === null ? (
          <Loading what="the numbers" />
        ) : (
          <Failure
            title="The query could not be asked"
            {...describeError(error)}
            onRetry={() => void refetch()}
          />
        )
      ) : (
        <Answer answer={data} />
      )}
    </section>
  );
}

const size = { width: 600, height: 120 } as const;

function Answer({ answer }: { readonly answer: QueryAnswer }) {
  const zone = useTimeZone();
  const { series, seriesCount, problem, partialReason } = answer;
  if (problem !== null) {
    return (
      <Note tone="warning">
        <ForeignText text={problem.text} max={400} /> <ForeignText text={problem.next} max={200} />
      </Note>
    );
  }
  const from = answer.stores.find(({ id }) => id === answer.sourceId)?.name ?? '';
  const { paths, low, high } = graphOf(series, {
    ...size,
    fromMs: Date.parse(answer.from),
    untilMs: Date.parse(answer.until),
  });
  return (
    <>
      {series.length > 0 && (
        <figure className={classes.figure}>
          <svg
            viewBox={`0 0 ${size.width} ${size.height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={graphWords(series)}
          >
            {paths.map((path, index) => (
              <path key={index} d={path} className={classes.line} data-line={index % 6} />
            ))}
          </svg>
          <span className={classes.high}>{shortNumber(high)}</span>
          <span className={classes.low}>{shortNumber(low)}</span>
          <figcaption className={classes.times}>
            <span>{clockText(answer.from, zone)}</span>
            <span>{clockText(answer.until, zone)}</span>
          </figcaption>
        </figure>
      )}
      <p className={classes.from}>
        {seriesCount === 0
          ? 'It answered with nothing: no series fits. '
          : seriesCount > series.length
            ? `The first ${series.length} of ${seriesCount} series. `
            : ''}
        From <ForeignText text={from} isOneLine max={80} />.
        {partialReason !== null && (
          <>
            {' '}
            It lacks something: <ForeignText text={partialReason} isOneLine max={200} />
          </>
        )}
      </p>
      {series.length > 0 && <Table answer={answer} />}
    </>
  );
}

function Table({ answer: { series } }: { readonly answer: QueryAnswer }) {
  return (
    <div className={classes.scroller}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Series</th>
            <th scope="col">Now</th>
            <th scope="col">Lowest</th>
            <th scope="col">Highest</th>
          </tr>
        </thead>
        <tbody>
          {series.map(factsOf).map(({ name, last, low, high }, index) => (
            <tr key={name}>
              <th scope="row">
                <span className={classes.key} data-line={index % 6} aria-hidden="true" />
                <ForeignText text={name} isOneLine max={200} />
              </th>
              <td>{shortNumber(last)}</td>
              <td>{shortNumber(low)}</td>
              <td>{shortNumber(high)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A command that runs or ran: how it stands, what it printed, and the way to stop it. */
import { Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Execution } from '../../preload/contract/running.ts';
import { client } from '../api/client.ts';
import { attempt } from '../app/attempt.ts';
import { Button } from '../ui/Button.tsx';
import { ForeignText } from '../ui/ForeignText.tsx';
import { Age, Moment } from '../ui/Time.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { askingOf } from './asking.ts';
import { TypeLine } from './TypeLine.tsx';
import { useOutput } from './use-running.ts';
import classes from './execution.module.css';

export const stopExecution = (execution: Pick<Execution, 'id'>): Promise<boolean> =>
  attempt('Stopping', () => client.running.stop({ id: execution.id }));

/** What went as it should, what did not, and what nobody knows. */
const toneOf = ({ state, exitCode }: Execution): 'running' | 'ok' | 'failed' | 'unknown' => {
  if (state === 'running') return 'running';
  if (state === 'unknown') return 'unknown';
  return state === 'ended' && exitCode === 0 ? 'ok' : 'failed';
};

export interface ExecutionViewProps {
  readonly execution: Execution;
  /** Beside what came, what should have come. */
  readonly expected: string | null;
  readonly size?: 'plain' | 'large';
  /** The key that stops it, where there is one. */
  readonly stopKey?: string;
}

export function ExecutionView(props: ExecutionViewProps) {
  const { execution, expected, size = 'plain', stopKey } = props;
  const isRunning = execution.state === 'running';
  const text = useOutput(execution.id);
  return (
    <section
      className={classes.execution}
      data-size={size}
      data-tone={toneOf(execution)}
      aria-label={`What the command of step ${execution.stepNumber} printed`}
    >
      <p className={classes.state}>
        <span role="status">
          {isRunning ? (
            <>
              <b>Running</b> for <Age since={execution.startedAt} />
            </>
          ) : (
            <>
              <b>
                <ForeignText text={execution.summary} isOneLine max={300} />
              </b>{' '}
              · started <Moment at={execution.startedAt} />
            </>
          )}
        </span>
        {isRunning && (
          <Button
            isSmall
            onClick={() => void stopExecution(execution)}
            {...(stopKey === undefined ? {} : { keyHint: stopKey })}
          >
            <Square aria-hidden="true" />
            Stop
          </Button>
        )}
      </p>
      <Output isRunning={isRunning} text={text} />
      {isRunning && execution.takesInput && (
        <TypeLine execution={execution} asking={askingOf(text ?? '')} />
      )}
      {expected !== null && !isRunning && (
        <p className={classes.expected}>
          <b>Expected:</b> <ForeignText text={expected} max={600} />
        </p>
      )}
    </section>
  );
}

/** The end is what one looks at; the beginning of something long is one press away. */
const shownAtFirst = 20_000;

function Output({
  isRunning,
  text,
}: {
  readonly isRunning: boolean;
  readonly text: string | null;
}) {
  const [isAll, setIsAll] = useState(false);
  const place = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    if (place.current !== null && isAtEnd.current) {
      place.current.scrollTop = place.current.scrollHeight;
    }
  });
  if (text === null) return null;
  if (text === '') {
    return isRunning ? null : <p className={classes.nothing}>It printed nothing.</p>;
  }
  const hidden = isAll ? 0 : Math.max(0, text.length - shownAtFirst);
  return (
    <>
      {hidden > 0 && (
        <Button kind="quiet" isSmall onClick={() => setIsAll(true)}>
          Show all, {text.length.toLocaleString('en-GB')} characters
        </Button>
      )}
      <pre
        ref={place}
        className={classes.output}
        // It scrolls, so the keyboard must reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="group"
        aria-label="Output"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
        }}
      >
        <bdi>{visibleText(text.slice(hidden))}</bdi>
      </pre>
    </>
  );
}

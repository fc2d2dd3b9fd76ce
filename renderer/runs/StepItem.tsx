/** One step of a run: to tick, to copy from, and how it went. */
import { Check, Minus, X } from 'lucide-react';
import { useEffect, useRef, type RefObject } from 'react';
import type { Execution } from '../../preload/contract/running.ts';
import type { Step, StepState } from '../../preload/contract/runbooks.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { ForeignText } from '../ui/ForeignText.tsx';
import { Moment } from '../ui/Time.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { StepMarks, StepParts } from './StepParts.tsx';
import { StepCommands, type CommandActions } from './StepCommands.tsx';
import { RunbookText } from './RunbookText.tsx';
import { stateWords } from './steps.ts';
import classes from './runs.module.css';

export interface StepItemProps {
  readonly step: Step;
  /** The heading of the document that begins with it; null: there is nothing new to say. */
  readonly place: string | null;
  readonly isCurrent: boolean;
  /** Little space: plain text, and commands only of the current step. */
  readonly isCompact: boolean;
  /** Which command `y` copies. */
  readonly keyed: number | null;
  readonly onState: (state: StepState) => void;
  readonly onCopy: (command: number) => Promise<boolean>;
  readonly onChoose: () => void;
  readonly actions: CommandActions;
  readonly onGoTo: (stepId: string) => void;
}

export function StepItem(props: StepItemProps) {
  const { step, isCurrent, isCompact, onState } = props;
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isCurrent && !isCompact) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent, isCompact]);
  useOutputInSight(
    item,
    isCurrent && props.actions.executions.findLast(({ stepId }) => stepId === step.id),
  );
  const isHandled = step.state !== 'open';
  // Then it stands beside what came.
  const hasEnded = props.actions.executions.some(
    ({ stepId, state }) => stepId === step.id && state !== 'running',
  );
  const isUnfolded = isCurrent || (!isCompact && !isHandled);
  return (
    <li
      ref={item}
      className={classes.step}
      data-state={step.state}
      data-now={isCurrent || undefined}
      aria-current={isCurrent ? 'step' : undefined}
    >
      <button
        type="button"
        className={classes.tick}
        role="checkbox"
        aria-checked={step.state === 'done'}
        aria-label={`Step ${step.number}, done: ${visibleText(step.plainText, true).slice(0, 120)}`}
        title={isHandled ? 'Open it again' : 'Done'}
        onClick={() => onState(isHandled ? 'open' : 'done')}
      >
        <TickMark step={step} />
      </button>
      <div className={classes.stepBody}>
        {props.place !== null && (
          <p className={classes.place}>
            <ForeignText text={props.place} isOneLine max={120} />
          </p>
        )}
        <StepText step={step} isCompact={isCompact} />
        {(step.isBroad || isHandled || step.isChanged || step.minutes !== null) && (
          <p className={classes.marks}>
            {step.isBroad && (
              <Badge
                tone="warning"
                title="A command here deletes, drains or forces. Read it twice before you run it."
              >
                broad
              </Badge>
            )}
            <StepMarks step={step} />
            {step.state !== 'open' && (
              <>
                <span>
                  {stateWords[step.state]}
                  {step.at !== null && (
                    <>
                      {' '}
                      <Moment at={step.at} />
                    </>
                  )}
                </span>
                <button type="button" className={classes.link} onClick={() => onState('open')}>
                  undo
                </button>
              </>
            )}
          </p>
        )}
        {isUnfolded && (
          <StepCommands
            step={step}
            onCopy={props.onCopy}
            keyed={isCurrent ? props.keyed : null}
            isExplained={isCurrent}
            actions={props.actions}
          />
        )}
        {isUnfolded && step.expected !== null && !hasEnded && (
          <p className={classes.expected}>
            <b>Expect:</b> <ForeignText text={step.expected} max={600} />
          </p>
        )}
        {isUnfolded && !isCompact && (
          <StepParts step={step} onGoTo={props.onGoTo} {...(isCurrent ? { goToKey: 't' } : {})} />
        )}
        {isCurrent && !isHandled && !isCompact && <Outcomes {...props} />}
      </div>
      {!isCurrent && !isCompact && (
        <span className={classes.goTo}>
          <Button kind="quiet" isSmall onClick={props.onChoose}>
            {isHandled ? 'Show' : 'Go here'}
            <span className="visually-hidden">, step {step.number}</span>
          </Button>
        </span>
      )}
    </li>
  );
}

/** What a command prints, and the keys below it, would else appear under the edge of the window. */
function useOutputInSight(
  item: RefObject<HTMLLIElement | null>,
  last: Pick<Execution, 'id' | 'state'> | false | undefined,
): void {
  const isRunning = last !== false && last?.state === 'running';
  useEffect(() => {
    const { current } = item;
    if (!isRunning || current === null) return;
    // Its output grows to a certain height; from then on nothing moves.
    const observer = new ResizeObserver(() => current.scrollIntoView({ block: 'nearest' }));
    observer.observe(current);
    return () => observer.disconnect();
  }, [isRunning, item]);
}

function TickMark({ step }: { readonly step: Step }) {
  switch (step.state) {
    case 'open':
      return step.number;
    case 'done':
      return <Check aria-hidden="true" />;
    case 'skipped':
      return <Minus aria-hidden="true" />;
    case 'did_not_help':
      return <X aria-hidden="true" />;
  }
}

function StepText({ step, isCompact }: { readonly step: Step; readonly isCompact: boolean }) {
  if (isCompact) return <ForeignText text={step.plainText} max={400} />;
  return <RunbookText text={step.text} />;
}

function Outcomes({ onState }: StepItemProps) {
  return (
    <div className={classes.outcomes}>
      <Button kind="primary" isSmall keyHint="Enter" onClick={() => onState('done')}>
        Done
      </Button>
      <Button isSmall keyHint="n" onClick={() => onState('did_not_help')}>
        Did not help
      </Button>
      <Button isSmall kind="quiet" keyHint="s" onClick={() => onState('skipped')}>
        Skip
      </Button>
    </div>
  );
}

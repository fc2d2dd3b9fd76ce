/**
 * The steps of a runbook, ready to run for an alarm or an incident: the whole list on the runbook's own screen, or the few
 * steps around the current one beside an alarm.
 */
import { useRef, useState } from 'react';
import type { Step } from '../../preload/contract/runbooks.ts';
import { describeError } from '../api/errors.ts';
import { Failure } from '../ui/Failure.tsx';
import { Loading } from '../ui/Loading.tsx';
import { AnswersForm } from './AnswersForm.tsx';
import { StepItem } from './StepItem.tsx';
import { missingOf, nextStep, progressOf, stepGroups, stepWindow } from './steps.ts';
import { targetKey, type RunTarget } from './run-target.ts';
import { useCursor, useRunActions } from './use-cursor.ts';
import { useRun, type RunState } from './use-run.ts';
import classes from './runs.module.css';

export interface RunPanelProps {
  readonly target: RunTarget;
  /** Little space: the steps around the current one, and only the keys that collide with no list. */
  readonly isCompact?: boolean;
}

export function RunPanel({ target, isCompact = false }: RunPanelProps) {
  const state = useRun(target);
  if (state.runbook === undefined) {
    return state.error === null ? (
      <Loading what="the runbook" />
    ) : (
      <Failure
        title="The runbook could not be read"
        {...describeError(state.error)}
        onRetry={state.retry}
      />
    );
  }
  if (state.steps.length === 0) {
    return (
      <p className={classes.none}>
        There is nothing to tick. A numbered list or a task list in the runbook becomes its steps.
      </p>
    );
  }
  return <Steps key={targetKey(target)} target={target} state={state} isCompact={isCompact} />;
}

interface StepsProps {
  readonly target: RunTarget;
  readonly state: RunState;
  readonly isCompact: boolean;
}

function Steps({ target, state, isCompact }: StepsProps) {
  const { steps, answers } = state;
  const form = useRef<HTMLFormElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const run = useCursor(state);
  const { current } = run;
  const missing = missingOf(steps);
  const [isAsking, setIsAsking] = useState(false);
  useRunActions({ state, run, isCompact, form });
  const { shown, before, after } = isCompact
    ? stepWindow(steps, current?.id ?? null)
    : { shown: steps, before: 0, after: 0 };
  const groups = stepGroups(shown);
  const isAnswered = Object.keys(answers).length > 0;
  return (
    <div ref={panel}>
      {!isCompact && <Progress steps={steps} />}
      {missing.length > 0 || isAsking ? (
        <div className={classes.ask}>
          <p>
            {missing.length > 0
              ? 'No label gives these. Fill them in once, for every command:'
              : 'Given by you, for every command:'}
          </p>
          <AnswersForm
            draftKey={targetKey(target)}
            formRef={form}
            missing={missing}
            answers={isAsking ? answers : {}}
            onAnswer={async (given) => {
              const isSaved = await state.answer(given);
              if (isSaved) {
                setIsAsking(false);
                // Back from the form to where the work is.
                panel.current
                  ?.querySelector('[aria-current="step"]')
                  ?.scrollIntoView({ block: 'nearest' });
              }
              return isSaved;
            }}
          />
        </div>
      ) : null}
      {isAnswered && !isAsking && (
        <p className={classes.none}>
          Values filled in by you: {Object.keys(answers).length}.{' '}
          <button type="button" className={classes.link} onClick={() => setIsAsking(true)}>
            Change them
          </button>
        </p>
      )}
      {before > 0 && <p className={classes.none}>{before} before</p>}
      {groups.map((group) => (
        <section key={group.key} aria-label={group.label}>
          {!isCompact && <h3 className={classes.phase}>{group.label}</h3>}
          <ol className={classes.steps}>
            {group.steps.map((step) => (
              <StepItem
                key={step.id}
                step={step}
                isCurrent={step.id === current?.id}
                isCompact={isCompact}
                keyed={run.keyed}
                onState={(next) => void run.setState(step, next)}
                onCopy={(command) => run.copy(step, command)}
                onChoose={() => run.choose(step)}
              />
            ))}
          </ol>
        </section>
      ))}
      {after > 0 && (
        <p className={classes.none}>
          {after} more {after === 1 ? 'step' : 'steps'}
        </p>
      )}
    </div>
  );
}

function Progress({ steps }: { readonly steps: readonly Step[] }) {
  const { handled, total } = progressOf(steps);
  return (
    <div className={classes.progress}>
      <progress value={handled} max={total} aria-label="Steps dealt with" />
      <span>
        {handled} of {total} dealt with
        {nextStep(steps) === null && ', none is left'}
      </span>
    </div>
  );
}

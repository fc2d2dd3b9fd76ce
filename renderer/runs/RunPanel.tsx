/**
 * The steps of a runbook, ready to run for an alarm or an incident: the whole list on the runbook's own screen, or the few
 * steps around the current one beside an alarm.
 */
import { useRef, useState, type RefObject } from 'react';
import type { Step } from '../../preload/contract/runbooks.ts';
import { describeError } from '../api/errors.ts';
import { Failure } from '../ui/Failure.tsx';
import { Loading } from '../ui/Loading.tsx';
import { AnswersForm } from './AnswersForm.tsx';
import { BroadDialog } from './BroadDialog.tsx';
import { RunbookPlace } from './RunbookText.tsx';
import { StepItem } from './StepItem.tsx';
import {
  missingOf,
  nextStep,
  placesOf,
  progressOf,
  stepGroups,
  stepWindow,
  type Missing,
} from './steps.ts';
import { targetKey, type RunTarget } from './run-target.ts';
import { useCommandActions } from './use-command-actions.tsx';
import { useCursor, useRunActions } from './use-cursor.ts';
import { useRun, type RunState } from './use-run.ts';
import { useFriction } from './use-friction.ts';
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
  return (
    <RunbookPlace value={target}>
      <Steps key={targetKey(target)} target={target} state={state} isCompact={isCompact} />
    </RunbookPlace>
  );
}

interface StepsProps {
  readonly target: RunTarget;
  readonly state: RunState;
  readonly isCompact: boolean;
}

function Steps({ target, state, isCompact }: StepsProps) {
  const { steps } = state;
  const panel = useRef<HTMLDivElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const run = useCursor(state);
  const { current } = run;
  const isAskedTwice = useFriction();
  const [broad, setBroad] = useState<{ step: Step; command: number } | null>(null);
  const copyOrAsk = async (step: Step, command: number): Promise<boolean> => {
    if (!isAskedTwice(step)) return run.copy(step, command);
    setBroad({ step, command });
    return false;
  };
  const running = useCommandActions(state, {
    runKey: isCompact ? null : 'x',
    onCopy: copyOrAsk,
  });
  useRunActions({
    state,
    run,
    isCompact,
    form,
    onCopy: copyOrAsk,
    onRun: running.begin,
  });
  const { shown, before, after } = isCompact
    ? stepWindow(steps, current?.id ?? null)
    : { shown: steps, before: 0, after: 0 };
  const answers = (
    <Answers
      target={target}
      state={state}
      // Beside an alarm only what the next command needs; on the runbook's screen everything, once.
      missing={missingOf(isCompact ? (current === null ? [] : [current]) : steps)}
      form={form}
      // Back from the form to where the work is.
      onSaved={() =>
        panel.current?.querySelector('[aria-current="step"]')?.scrollIntoView({ block: 'nearest' })
      }
    />
  );
  return (
    <div ref={panel}>
      {!isCompact && <Progress steps={steps} />}
      {!isCompact && answers}
      {before > 0 && <p className={classes.none}>{before} before</p>}
      {stepGroups(shown).map((group) => {
        const places = isCompact ? [] : placesOf(group.steps);
        return (
          <section key={group.key} aria-label={group.label}>
            {!isCompact && <h3 className={classes.phase}>{group.label}</h3>}
            <ol className={classes.steps}>
              {group.steps.map((step, index) => (
                <StepItem
                  key={step.id}
                  step={step}
                  place={places[index] ?? null}
                  isCurrent={step.id === current?.id}
                  isCompact={isCompact}
                  keyed={run.keyed}
                  onState={(next) => void run.setState(step, next)}
                  onCopy={(command) => copyOrAsk(step, command)}
                  onChoose={() => run.choose(step)}
                  actions={running.actionsOf(step)}
                  onGoTo={(id) => {
                    const target = steps.find((one) => one.id === id);
                    if (target !== undefined) run.choose(target);
                  }}
                />
              ))}
            </ol>
          </section>
        );
      })}
      {isCompact && answers}
      {after > 0 && (
        <p className={classes.none}>
          {after} more {after === 1 ? 'step' : 'steps'}
        </p>
      )}
      {isCompact && current === null && <p className={classes.none}>Every step is dealt with.</p>}
      {broad !== null && (
        <BroadDialog
          {...broad}
          onSure={(command) => run.copy(broad.step, command)}
          onClose={() => setBroad(null)}
        />
      )}
      {running.dialog}
    </div>
  );
}

interface AnswersProps {
  readonly target: RunTarget;
  readonly state: RunState;
  readonly missing: readonly Missing[];
  readonly form: RefObject<HTMLFormElement | null>;
  readonly onSaved: () => void;
}

/** Asks for what is missing, and lets change what was given. */
function Answers({ target, state, missing, form, onSaved }: AnswersProps) {
  const [isChanging, setIsChanging] = useState(false);
  const { answers } = state;
  const given = Object.keys(answers).length;
  return (
    <>
      {(missing.length > 0 || isChanging) && (
        <div className={classes.ask}>
          <p>
            {missing.length > 0
              ? 'This is missing. Fill it in once, for every command:'
              : 'Given by you, for every command:'}
          </p>
          <AnswersForm
            draftKey={targetKey(target)}
            formRef={form}
            missing={missing}
            answers={isChanging ? answers : {}}
            onAnswer={async (values) => {
              const isSaved = await state.answer(values);
              if (isSaved) {
                setIsChanging(false);
                onSaved();
              }
              return isSaved;
            }}
          />
        </div>
      )}
      {given > 0 && !isChanging && (
        <p className={classes.none}>
          {given === 1 ? '1 value' : `${given} values`} filled in by you.{' '}
          <button type="button" className={classes.link} onClick={() => setIsChanging(true)}>
            Change
          </button>
        </p>
      )}
    </>
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

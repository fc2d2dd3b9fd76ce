/** What the runbook says to do now: a step, or a question once its steps are dealt with. */
import { useState } from 'react';
import type { RunbookMatch } from '../../../preload/contract/alarms.ts';
import { describeError } from '../../api/errors.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { lastHandled, stateWords } from '../../runs/index.ts';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Moment } from '../../ui/Time.tsx';
import { isRead, type Card } from './next-act.ts';
import { StepCard } from './StepCard.tsx';
import type { Night } from './use-four-am.ts';
import type { NightActions } from './use-night-actions.ts';
import classes from './four-am.module.css';

export interface RunCardProps {
  readonly night: Night;
  readonly match: RunbookMatch;
  readonly actions: NightActions;
  readonly openedAt: number;
  readonly card: Card;
  /** The person said "not yet". */
  readonly onGoOn: () => void;
  /** To another step than the next, because the runbook says so. */
  readonly onGoTo: (stepId: string) => void;
}

export function RunCard(props: RunCardProps) {
  const { night, actions, card } = props;
  const { run } = night;
  if (run.runbook === undefined) {
    return run.error === null ? (
      <Loading what="the runbook" />
    ) : (
      <Failure
        title="The runbook could not be read"
        {...describeError(run.error)}
        onRetry={run.retry}
      />
    );
  }
  if (run.steps.length === 0) return <Question kind="no_steps" actions={actions} />;
  return (
    <>
      {card.kind === 'step' ? (
        <StepCard key={card.step.id} {...props} step={card.step} />
      ) : (
        <Question kind={card.kind} actions={actions} onGoOn={props.onGoOn} />
      )}
      <Before {...props} />
    </>
  );
}

/** What was done just now, with the way back. */
function Before({ night }: RunCardProps) {
  const { run } = night;
  const last = lastHandled(run.steps);
  const undo: Action = {
    id: 'night.undo',
    label: 'Open the last step again',
    group: '4 AM',
    keys: ['u'],
    when: () => last !== null,
    run: async () => {
      if (last !== null) await run.setStep(last, 'open');
    },
  };
  useActions([undo]);
  if (last === null || last.state === 'open') return null;
  return (
    <div className={classes.before}>
      <span>
        {stateWords[last.state]}
        {last.at !== null && (
          <>
            {' '}
            <Moment at={last.at} />
          </>
        )}
        : <ForeignText text={last.plainText} isOneLine max={120} />
      </span>
      <ActionButton action={undo} kind="quiet" isSmall label="Back to it" />
    </div>
  );
}

interface QuestionWords {
  readonly small: string;
  readonly title: string;
  readonly text: string;
  /** What Enter does. */
  readonly main: 'mitigated' | 'help' | 'openRunbook' | 'incident';
  /** What `n` says; null: nothing. */
  readonly goOn: string | null;
}

const questions: Readonly<
  Record<'has_it_stopped' | 'nothing_helped' | 'all_done' | 'no_steps', QuestionWords>
> = {
  has_it_stopped: {
    small: 'Every step that should make it stop is dealt with.',
    title: 'Has it stopped?',
    text: 'Try what a customer would do. If the impact is over, say so: the time is what everybody will ask for. The cause can wait until morning.',
    main: 'mitigated',
    goOn: 'Not yet, go on',
  },
  nothing_helped: {
    small: 'Every step that should make it stop was tried.',
    title: 'The runbook did not stop it.',
    text: 'You did what was written down. Now a second pair of eyes is worth more than another idea of your own.',
    main: 'help',
    goOn: 'Go on alone',
  },
  all_done: {
    small: 'Every step of the runbook is dealt with.',
    title: 'There is nothing left to tick.',
    text: 'The incident keeps what was done. What caused it can wait until you have slept.',
    main: 'incident',
    goOn: null,
  },
  no_steps: {
    small: 'This runbook has no steps to tick.',
    title: 'Read it.',
    text: 'A numbered list in it would be shown here one by one.',
    main: 'openRunbook',
    goOn: null,
  },
};

interface QuestionProps {
  readonly kind: keyof typeof questions;
  readonly actions: NightActions;
  readonly onGoOn?: () => void;
}

function Question({ kind, actions, onGoOn }: QuestionProps) {
  const { small, title, text, main, goOn } = questions[kind];
  const [shownAt] = useState(() => Date.now());
  const act = actions[main];
  const go: Action = {
    ...act,
    id: 'night.go',
    keys: ['Enter'],
    run: () => (isRead(shownAt, Date.now()) ? act.run() : undefined),
  };
  const on: Action = {
    id: 'night.goOn',
    label: goOn ?? '',
    group: '4 AM',
    keys: ['n'],
    isKeyOnly: goOn === null,
    when: () => goOn !== null && isRead(shownAt, Date.now()),
    run: () => onGoOn?.(),
  };
  useActions(goOn === null ? [go] : [go, on]);
  const isHelp = main === 'help';
  return (
    <>
      <section className={classes.card} aria-label={title}>
        <p className={classes.small}>{small}</p>
        <h2 className={classes.ask}>{title}</h2>
        <p className={classes.expected}>{text}</p>
      </section>
      <div className={classes.go}>
        <ActionButton action={go} kind="primary" label={act.label} />
        {goOn !== null && <ActionButton action={{ ...on, when: () => true }} label={goOn} />}
        {kind === 'no_steps' && <ActionButton action={actions.notThisOne} label="Not this one" />}
        {isHelp ? (
          <ActionButton action={actions.mitigated} />
        ) : (
          <ActionButton action={actions.help} />
        )}
      </div>
    </>
  );
}

/** The step to do now, and the one big button. */
import { useRef, useState } from 'react';
import type { RunbookMatch } from '../../../preload/contract/alarms.ts';
import type { Step } from '../../../preload/contract/runbooks.ts';
import { describeError } from '../../api/errors.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import {
  AnswersForm,
  lastHandled,
  missingOf,
  stateWords,
  StepCommands,
  targetKey,
  targetOfMatch,
  tellCopied,
} from '../../runs/index.ts';
import { Badge } from '../../ui/Badge.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { CommandBlock } from '../../ui/CommandBlock.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Moment } from '../../ui/Time.tsx';
import { asksTwice, isRead, stepAct, type Card, type StepAct } from './next-act.ts';
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

/** To the first field that is empty; when none is, what was typed is taken. */
function fillIn(form: HTMLFormElement | null): void {
  const fields = [...(form?.querySelectorAll('input') ?? [])];
  const empty = fields.find(({ value }) => value === '');
  if (empty === undefined) form?.requestSubmit();
  else empty.focus();
}

interface StepCardProps extends RunCardProps {
  readonly step: Step;
}

function StepCard({ night, match, actions, openedAt, step }: StepCardProps) {
  const { run } = night;
  const [copied, setCopied] = useState(0);
  const [shownAt] = useState(() => Date.now());
  const [asking, setAsking] = useState<number | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const act = stepAct(step, copied);
  const target = targetOfMatch(match, night.detail.row.id);
  const canAct = (): boolean => isRead(shownAt, Date.now());

  const copy = async (command: number): Promise<boolean> => {
    const isCopied = await run.copy(step, command);
    if (isCopied) {
      // The card itself says that it is copied; only what it lacks is worth a message.
      if (step.commands[command]?.hasMissing === true) tellCopied(step, command);
      setCopied((count) => Math.max(count, command + 1));
    }
    return isCopied;
  };
  /** Asks twice before a broad command, and goes on when nothing has to be looked at. */
  const copyAndGo = async (command: number, isSure: boolean): Promise<boolean> => {
    if (!isSure && asksTwice(step, openedAt, Date.now())) {
      setAsking(command);
      return false;
    }
    const isCopied = await copy(command);
    if (isCopied && act.kind === 'copy' && act.command === command && act.isLast) {
      await run.setStep(step, 'done');
    }
    return isCopied;
  };
  const go: Action = {
    id: 'night.go',
    label: act.label,
    group: '4 AM',
    keys: ['Enter'],
    run: async () => {
      if (!canAct()) return;
      if (act.kind === 'fill') fillIn(form.current);
      else if (act.kind === 'copy') await copyAndGo(act.command, false);
      else await run.setStep(step, 'done');
    },
  };
  const didNotHelp: Action = {
    id: 'night.didNotHelp',
    label: 'Did not help',
    group: '4 AM',
    keys: ['n'],
    run: async () => {
      if (canAct()) await run.setStep(step, 'did_not_help');
    },
  };
  const skip: Action = {
    id: 'night.skip',
    label: 'Skip this step',
    group: '4 AM',
    keys: ['s'],
    run: async () => {
      if (canAct()) await run.setStep(step, 'skipped');
    },
  };
  const copyOnly: Action = {
    id: 'night.copy',
    label: 'Copy the command',
    group: '4 AM',
    keys: ['y'],
    when: () => step.commands.length > 0,
    run: async () => {
      const command = Math.min(copied, step.commands.length - 1);
      if (asksTwice(step, openedAt, Date.now())) setAsking(command);
      else await copy(command);
    },
  };
  useActions([go, didNotHelp, skip, copyOnly]);
  return (
    <>
      <section className={classes.card} aria-label="The step to do now">
        <p className={classes.small}>
          <span>
            Step {step.number} of {run.steps.length} ·{' '}
            <ForeignText text={match.title} isOneLine max={80} />
            {run.runbook !== undefined && (
              <>
                , offline copy from <Moment at={run.runbook.summary.copiedAt} />
              </>
            )}
          </span>
          <StepMarks step={step} match={match} actions={actions} />
        </p>
        <h2 className={classes.ask} data-long={step.plainText.length > 130 || undefined}>
          <ForeignText text={step.plainText} max={700} />
        </h2>
        <StepCommands
          step={step}
          size="large"
          onCopy={(command) => copyAndGo(command, false)}
          keyed={Math.min(copied, step.commands.length - 1)}
          isExplained
        />
        {missingOf([step]).length > 0 && (
          <AnswersForm
            key={targetKey(target)}
            draftKey={targetKey(target)}
            size="large"
            formRef={form}
            missing={missingOf([step])}
            answers={{}}
            onAnswer={async (answers) => {
              const isSaved = await run.answer(answers);
              // Enter means the big button again.
              if (isSaved && document.activeElement instanceof HTMLElement) {
                document.activeElement.blur();
              }
              return isSaved;
            }}
          />
        )}
        <Expected step={step} act={act} copied={copied} />
      </section>
      <div className={classes.go}>
        <ActionButton action={go} kind="primary" />
        <ActionButton action={didNotHelp} />
        <ActionButton action={actions.help} />
        {step.phase === 'stop_it' ? (
          <ActionButton action={actions.mitigated} kind="quiet" />
        ) : (
          <ActionButton action={skip} kind="quiet" label="Skip" />
        )}
      </div>
      <ConfirmDialog
        isOpen={asking !== null}
        title="This one is broad. Read it once more."
        confirmLabel="I have read it, copy it"
        isDangerous
        onClose={() => setAsking(null)}
        onConfirm={async () => {
          if (asking !== null) await copyAndGo(asking, true);
          setAsking(null);
        }}
      >
        <p>
          It deletes, drains or forces something, and you have just been woken. Say to yourself what
          it will touch: which cluster, which namespace, how many.
        </p>
        <CommandBlock parts={step.commands[asking ?? 0]?.parts ?? []} />
      </ConfirmDialog>
    </>
  );
}

interface StepMarksProps {
  readonly step: Step;
  readonly match: RunbookMatch;
  readonly actions: NightActions;
}

function StepMarks({ step, match, actions }: StepMarksProps) {
  return (
    <span className={classes.marks}>
      {!match.isCertain && (
        <>
          <Badge tone="warning" title={match.reason}>
            suggested, not certain: <bdi>{match.reason.slice(0, 60)}</bdi>
          </Badge>
          <ActionButton action={actions.notThisOne} kind="quiet" isSmall label="Not this one" />
        </>
      )}
      {step.isBroad && <Badge tone="warning">broad</Badge>}
    </span>
  );
}

interface ExpectedProps {
  readonly step: Step;
  readonly act: StepAct;
  readonly copied: number;
}

function Expected({ step, act, copied }: ExpectedProps) {
  const isLooking = act.kind === 'done' && copied > 0;
  if (step.expected === null && !isLooking) return null;
  return (
    <p className={classes.expected} data-looking={isLooking || undefined} role="status">
      {isLooking && <b>Copied. Run it, then look. </b>}
      {step.expected !== null && (
        <>
          Expect: <ForeignText text={step.expected} max={500} />
        </>
      )}
    </p>
  );
}

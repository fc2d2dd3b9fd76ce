/** The step to do now, and the one big button. */
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { RunbookMatch } from '../../../preload/contract/alarms.ts';
import type { RunbookSummary, Step } from '../../../preload/contract/runbooks.ts';
import { switchNameOf } from '../../../preload/running-switch.ts';
import { api } from '../../api/client.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import {
  AnswersForm,
  BroadDialog,
  StepCommands,
  StepMarks,
  StepParts,
  goToLine,
  missingOf,
  queryKey,
  stopExecution,
  targetKey,
  targetOfMatch,
  tellCopied,
  useCommandActions,
  useFriction,
} from '../../runs/index.ts';
import { Badge } from '../../ui/Badge.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import { dealtWith, isRead, stepAct, triedBefore, type StepAct } from './next-act.ts';
import type { Night } from './use-four-am.ts';
import type { NightActions } from './use-night-actions.ts';
import classes from './four-am.module.css';

/** To the first field that is empty; when none is, what was typed is taken. */
function fillIn(form: HTMLFormElement | null): void {
  const fields = [...(form?.querySelectorAll('input') ?? [])];
  const empty = fields.find(({ value }) => value === '');
  if (empty === undefined) form?.requestSubmit();
  else empty.focus();
}

export interface StepCardProps {
  readonly night: Night;
  readonly match: RunbookMatch;
  readonly actions: NightActions;
  readonly openedAt: number;
  readonly step: Step;
  readonly onGoTo: (stepId: string) => void;
}

/** Whether the card has been there for long enough to be read, at the moment of a press. */
function useRead(): () => boolean {
  const [shownAt] = useState(() => Date.now());
  return () => isRead(shownAt, Date.now());
}

export function StepCard({ night, match, actions, openedAt, step, onGoTo }: StepCardProps) {
  const { run } = night;
  const [copied, setCopied] = useState(0);
  const [asking, setAsking] = useState<number | null>(null);
  const running = useCommandActions(run, { onCopy: (_step, command) => copyAndGo(command, false) });
  // Without a page that is known, whoever comes here may have been woken by something else.
  const isAskedTwice = useFriction(openedAt);
  const own = run.executions.filter(({ stepId }) => stepId === step.id);
  const live = own.findLast(({ state }) => state === 'running');
  const { asked } = running.actionsOf(step);
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const dealt = dealtWith(step, copied, own, (command) => asked.has(queryKey(step, command)));
  const keyed = Math.min(dealt, step.commands.length - 1);
  const form = useRef<HTMLFormElement>(null);
  const act = stepAct(step, dealt, {
    canRun: useCanRun(run.runbook?.summary),
    isRunning: live !== undefined,
    canAsk: useCanAsk(),
    left,
  });
  const tried = night.mitigatedAt === null ? triedBefore(run.steps, step) : null;
  const target = targetOfMatch(match, night.detail.row.id);
  const canAct = useRead();

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
    if (!isSure && isAskedTwice(step)) {
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
      switch (act.kind) {
        case 'fill':
          fillIn(form.current);
          break;
        case 'ask':
          running.begin(step, act.command);
          break;
        case 'run':
          running.begin(step, act.command);
          setLeft((known) => new Set([...known, act.command]));
          break;
        case 'copy':
          await copyAndGo(act.command, false);
          break;
        case 'done':
          await run.setStep(step, 'done');
          break;
        case 'wait':
          if (live?.takesInput === true) goToLine(live);
          break;
      }
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
      if (isAskedTwice(step)) setAsking(keyed);
      else await copy(keyed);
    },
  };
  const runIt: Action = {
    id: 'night.run',
    label: 'Run the command on this computer',
    group: '4 AM',
    keys: ['x'],
    when: () => step.commands[keyed]?.runs != null && (live === undefined || live.takesInput),
    // It only shows; what it shows takes no early press either.
    run: () => running.begin(step, keyed),
  };
  const stop: Action = {
    id: 'night.stop',
    label: 'Stop the command that runs',
    group: '4 AM',
    keys: ['Shift+X'],
    when: () => live !== undefined,
    run: async () => {
      if (live !== undefined) await stopExecution(live);
    },
  };
  const goTo: Action = {
    id: 'night.goTo',
    label: 'Go to the step to which this one leads',
    group: '4 AM',
    keys: ['t'],
    when: () => step.goTo.length > 0,
    run: () => {
      const [first] = step.goTo;
      if (first !== undefined && canAct()) onGoTo(first.stepId);
    },
  };
  useActions([go, didNotHelp, skip, copyOnly, runIt, stop, goTo]);
  return (
    <>
      {tried !== null && (
        <div className={classes.stopped} role="status">
          <span>
            <b>Has it stopped?</b> You did:{' '}
            <ForeignText text={tried.plainText} isOneLine max={90} />
          </span>
          <ActionButton action={actions.mitigated} />
        </div>
      )}
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
          <Marks step={step} match={match} actions={actions} />
        </p>
        <h2 className={classes.ask} data-long={step.plainText.length > 130 || undefined}>
          <ForeignText text={step.plainText} max={700} />
        </h2>
        <StepCommands
          step={step}
          size="large"
          onCopy={(command) => copyAndGo(command, false)}
          actions={running.actionsOf(step)}
          keyed={keyed}
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
        <Expected
          step={step}
          act={act}
          copied={copied}
          hasEnded={own.some(({ state }) => state !== 'running')}
        />
        <StepParts step={step} onGoTo={onGoTo} goToKey="t" />
      </section>
      <div className={classes.go}>
        <ActionButton action={go} kind="primary" />
        <ActionButton action={didNotHelp} />
        <ActionButton action={actions.help} />
        {step.phase === 'stop_it' && tried === null ? (
          <ActionButton action={actions.mitigated} kind="quiet" />
        ) : (
          <ActionButton action={skip} kind="quiet" label="Skip" />
        )}
      </div>
      <BroadDialog
        step={step}
        command={asking}
        onSure={(command) => copyAndGo(command, true)}
        onClose={() => setAsking(null)}
      />
      {running.dialog}
    </>
  );
}

interface MarksProps {
  readonly step: Step;
  readonly match: RunbookMatch;
  readonly actions: NightActions;
}

/** Whether its commands may be run here, so that running is the next thing to do. */
function useCanRun(runbook: RunbookSummary | undefined): boolean {
  const { data } = useQuery(api.running.sources.queryOptions({ input: {} }));
  return runbook !== undefined && data?.on.includes(switchNameOf(runbook)) === true;
}

/** Whether there is somebody to ask. */
function useCanAsk(): boolean {
  const { data = [] } = useQuery(api.sources.list.queryOptions({ input: {} }));
  return data.some(({ kind, isEnabled }) => kind === 'prometheus' && isEnabled);
}

function Marks({ step, match, actions }: MarksProps) {
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
      <StepMarks step={step} />
      {step.isBroad && <Badge tone="warning">broad</Badge>}
    </span>
  );
}

interface ExpectedProps {
  readonly step: Step;
  readonly act: StepAct;
  readonly copied: number;
  /** It ran here: what was expected stands beside what came. */
  readonly hasEnded: boolean;
}

function Expected({ step, act, copied, hasEnded }: ExpectedProps) {
  const isLooking = act.kind === 'done' && copied > 0;
  const isTold = step.expected !== null && !hasEnded;
  if (!isTold && !isLooking) return null;
  return (
    <p className={classes.expected} data-looking={isLooking || undefined} role="status">
      {isLooking && <b>Copied. Run it, then look. </b>}
      {isTold && (
        <>
          Expect: <ForeignText text={step.expected ?? ''} max={500} />
        </>
      )}
    </p>
  );
}

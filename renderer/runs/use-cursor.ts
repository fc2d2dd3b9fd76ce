/** Which step a person is at, what they copied of it, and the keys that act on it. */
import { useState, type RefObject } from 'react';
import type { Step, StepState } from '../../preload/contract/runbooks.ts';
import { useActions } from '../app/actions/use-actions.ts';
import type { Action } from '../app/actions/action.ts';
import { stopExecution } from './ExecutionView.tsx';
import { lastHandled, missingOf, moveStep, nextStep, stepAfter } from './steps.ts';
import { tellCopied } from './tell-copied.ts';
import type { RunState } from './use-run.ts';

export interface Cursor {
  readonly current: Step | null;
  /** The command of the current step that is copied next; null without commands. */
  readonly keyed: number | null;
  readonly choose: (step: Step) => void;
  readonly setState: (step: Step, state: StepState) => Promise<void>;
  readonly copy: (step: Step, command: number) => Promise<boolean>;
}

export function useCursor({ steps, setStep, copy }: RunState): Cursor {
  const [chosen, setChosen] = useState<string | null>(null);
  const [copied, setCopied] = useState<{ id: string; command: number } | null>(null);
  const current = steps.find(({ id }) => id === chosen) ?? nextStep(steps);
  const last = copied !== null && copied.id === current?.id ? copied.command : -1;
  return {
    current,
    keyed:
      current === null || current.commands.length === 0
        ? null
        : (last + 1) % current.commands.length,
    choose: (step) => setChosen(step.id),
    async setState(step, state) {
      if (!(await setStep(step, state))) return;
      // Going on is the point of ticking; opening one again means to look at it.
      if (state === 'open') setChosen(step.id);
      else if (step.id === current?.id) setChosen(stepAfter(steps, step.id)?.id ?? null);
    },
    async copy(step, command) {
      const isCopied = await copy(step, command);
      if (isCopied) {
        tellCopied(step, command);
        setCopied({ id: step.id, command });
      }
      return isCopied;
    },
  };
}

const group = 'Runbook';

export function useRunActions(input: {
  readonly state: RunState;
  readonly run: Cursor;
  readonly isCompact: boolean;
  readonly form: RefObject<HTMLFormElement | null>;
  readonly onCopy: (step: Step, command: number) => Promise<boolean>;
  readonly onRun: (step: Step, command: number) => void;
}): void {
  const { state, run, isCompact, form, onCopy, onRun } = input;
  const { current } = run;
  const { steps } = state;
  const isOpen = (): boolean => current?.state === 'open';
  const act = (to: StepState) => async (): Promise<void> => {
    if (current !== null) await run.setState(current, to);
  };
  const move = (by: number) => (): void => {
    const step = moveStep(steps, current?.id ?? null, by);
    if (step !== null) run.choose(step);
  };
  const copy: Action = {
    id: 'run.copy',
    label: 'Copy the current command',
    group,
    keys: ['y'],
    when: () => run.keyed !== null,
    run: async () => {
      if (current !== null && run.keyed !== null) await onCopy(current, run.keyed);
    },
  };
  const done: Action = {
    id: 'run.done',
    label: 'The current step is done',
    group,
    keys: isCompact ? ['t'] : ['Enter', 'Space'],
    when: isOpen,
    run: act('done'),
  };
  const running = state.executions.findLast((one) => one.state === 'running');
  const runIt: Action = {
    id: 'run.run',
    label: 'Run the current command here, or ask it of Prometheus',
    group,
    // Beside an alarm `x` selects it.
    keys: isCompact ? [] : ['x'],
    when: () => run.keyed !== null && current?.commands[run.keyed]?.runs != null,
    run: () => {
      if (current !== null && run.keyed !== null) onRun(current, run.keyed);
    },
  };
  const stop: Action = {
    id: 'run.stop',
    label: 'Stop the command that runs',
    group,
    keys: ['Shift+X'],
    when: () => running !== undefined,
    run: async () => {
      if (running !== undefined) await stopExecution(running);
    },
  };
  const whole: Action[] = [
    {
      id: 'run.next',
      label: 'Next step',
      group,
      keys: ['j'],
      isKeyOnly: true,
      run: move(1),
    },
    {
      id: 'run.previous',
      label: 'Previous step',
      group,
      keys: ['k'],
      isKeyOnly: true,
      run: move(-1),
    },
    {
      id: 'run.didNotHelp',
      label: 'The current step did not help',
      group,
      keys: ['n'],
      when: isOpen,
      run: act('did_not_help'),
    },
    {
      id: 'run.skip',
      label: 'Skip the current step',
      group,
      keys: ['s'],
      when: isOpen,
      run: act('skipped'),
    },
    {
      id: 'run.undo',
      label: 'Open the last step again',
      group,
      keys: ['u'],
      when: () => lastHandled(steps) !== null,
      run: async () => {
        const last = lastHandled(steps);
        if (last !== null) await run.setState(last, 'open');
      },
    },
    {
      id: 'run.goTo',
      label: 'Go to the step to which this one leads',
      group,
      keys: ['t'],
      when: () => (current?.goTo.length ?? 0) > 0,
      run: () => {
        const target = steps.find(({ id }) => id === current?.goTo[0]?.stepId);
        if (target !== undefined) run.choose(target);
      },
    },
    {
      id: 'run.fill',
      label: 'Fill in what is missing',
      group,
      keys: ['f'],
      when: () => missingOf(steps).length > 0,
      run: () => form.current?.querySelector<HTMLElement>('input')?.focus(),
    },
  ];
  useActions(isCompact ? [done, copy, runIt, stop] : [done, copy, runIt, stop, ...whole]);
}

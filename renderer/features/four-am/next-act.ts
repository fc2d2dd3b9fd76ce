/** What the one big button does now. Pure. */
import type { Phase, Step } from '../../../preload/contract/runbooks.ts';
import type { Execution } from '../../../preload/contract/running.ts';
import { lastHandled, missingOf, nextStep, stopOutcome } from '../../runs/index.ts';

/** What the screen asks the person at this moment. */
export type Card =
  | { readonly kind: 'step'; readonly step: Step }
  /** Everything that should make it stop was dealt with. */
  | { readonly kind: 'has_it_stopped' }
  | { readonly kind: 'nothing_helped' }
  | { readonly kind: 'all_done' };

export interface CardInput {
  readonly steps: readonly Step[];
  readonly isMitigated: boolean;
  /** The person said "not yet" to the question, or goes on although nothing helped. */
  readonly isGoingOn: boolean;
  /** The step to which the runbook sent the person; until it is dealt with. */
  readonly chosen?: string | null;
}

export function cardOf({ steps, isMitigated, isGoingOn, chosen = null }: CardInput): Card {
  const sent = steps.find(({ id, state }) => id === chosen && state === 'open');
  if (sent !== undefined) return { kind: 'step', step: sent };
  const step = nextStep(steps, isMitigated);
  const isBefore = step?.phase === 'real' || step?.phase === 'how_bad';
  if (!isMitigated && !isGoingOn && !isBefore) {
    const outcome = stopOutcome(steps);
    if (outcome === 'helped') return { kind: 'has_it_stopped' };
    if (outcome === 'did_not_help') return { kind: 'nothing_helped' };
  }
  return step === null ? { kind: 'all_done' } : { kind: 'step', step };
}

/** Where in the night this question belongs. */
export function phaseOf(card: Card): Phase | null {
  switch (card.kind) {
    case 'step':
      return card.step.phase;
    case 'has_it_stopped':
    case 'nothing_helped':
      return 'stop_it';
    case 'all_done':
      return null;
  }
}

/**
 * What was done to make it stop before this further step of it: it may have been enough, and nobody should go on to the next
 * remedy unasked. Null: nothing was, or it did not help.
 */
export function triedBefore(steps: readonly Step[], step: Pick<Step, 'phase'>): Step | null {
  if (step.phase !== 'stop_it') return null;
  const last = lastHandled(
    steps.filter(({ phase, state }) => phase === 'stop_it' && state !== 'skipped'),
  );
  return last?.state === 'done' ? last : null;
}

export type StepAct =
  /** Values are asked before anything is copied: a placeholder in a shell is a redirection. */
  | { readonly kind: 'fill'; readonly names: readonly string[]; readonly label: string }
  | {
      readonly kind: 'copy';
      readonly command: number;
      readonly label: string;
      /** Nothing has to be looked at afterwards: the next step comes at once. */
      readonly isLast: boolean;
    }
  /** Asks a Prometheus: it only reads, so there is nothing to be read before. */
  | { readonly kind: 'ask'; readonly command: number; readonly label: string }
  /** Shows what would run here, to be read before it does. */
  | { readonly kind: 'run'; readonly command: number; readonly label: string }
  /** It runs; the button waits with the person. */
  | { readonly kind: 'wait'; readonly label: string }
  | { readonly kind: 'done'; readonly label: string };

/** Whether this step stays until the person has seen how it went. */
export const needsLook = (step: Pick<Step, 'expected' | 'phase' | 'isBroad'>): boolean =>
  step.expected !== null || step.phase === 'stop_it' || step.isBroad;

/** How many of a step's commands are dealt with, in their order: copied, asked, or run here to their end. */
export function dealtWith(
  step: Pick<Step, 'id' | 'commands'>,
  copied: number,
  executions: readonly Pick<Execution, 'stepId' | 'command' | 'state'>[],
  isAsked: (command: number) => boolean = () => false,
): number {
  const isOver = (index: number): boolean => {
    const last = executions.findLast(
      ({ stepId, command }) => stepId === step.id && command === index,
    );
    return last !== undefined && last.state !== 'running' && last.state !== 'not_started';
  };
  let count = 0;
  while (count < step.commands.length && (count < copied || isAsked(count) || isOver(count))) {
    count += 1;
  }
  return count;
}

export interface Here {
  /** Running commands of this runbook is switched on at this computer. */
  readonly canRun: boolean;
  /** A command of this step runs now. */
  readonly isRunning: boolean;
  /** There is a source that answers PromQL. */
  readonly canAsk?: boolean;
  /**
   * Commands that were looked at and not started: some cannot be run from here. Then the button copies; else it would show
   * the same dialog for ever.
   */
  readonly left?: ReadonlySet<number>;
}

/** `dealt`: how many of its commands were copied or run already, in their order. */
export function stepAct(
  step: Step,
  dealt: number,
  here: Here = { canRun: false, isRunning: false },
): StepAct {
  if (here.isRunning) return { kind: 'wait', label: 'Running…' };
  const command = step.commands[dealt];
  if (command === undefined) return { kind: 'done', label: 'Done, next' };
  const names = missingOf([{ commands: [command] }]).map(({ name }) => name);
  if (names.length > 0) {
    return {
      kind: 'fill',
      names,
      label: names.length === 1 ? 'Fill in what is missing' : `Fill in ${names.length} values`,
    };
  }
  const isLastCommand = dealt + 1 === step.commands.length;
  const which =
    step.commands.length === 1 ? 'it' : `command ${dealt + 1} of ${step.commands.length}`;
  if (here.canAsk === true && command.runs === 'query') {
    return { kind: 'ask', command: dealt, label: `Ask ${which} of Prometheus` };
  }
  const isRunHere = command.runs === 'shell' || command.runs === 'get';
  if (here.canRun && isRunHere && here.left?.has(dealt) !== true) {
    return { kind: 'run', command: dealt, label: `Run ${which} here…` };
  }
  return {
    kind: 'copy',
    command: dealt,
    label: isLastCommand
      ? 'Copy and go on'
      : `Copy command ${dealt + 1} of ${step.commands.length}`,
    isLast: isLastCommand && !needsLook(step),
  };
}

/** Nobody has read what appeared this short a time ago: a second press of the key was meant for the step before. */
const unreadMs = 600;

export const isRead = (shownAt: number, now: number): boolean =>
  now < shownAt || now - shownAt >= unreadMs;

/** Steps as a window shows them: commands filled in, states from a run, numbers in the order of the night. */
import type { Step, StepState } from '../../preload/contract/runbooks.ts';
import type { ParsedStep } from './model.ts';
import { isAlarmLike } from './names.ts';
import { isSameStep, movedSteps } from './step-history.ts';
import { jumpsIn, withNumbersHere } from './step-parts.ts';
import { isDestructive } from './destructive.ts';
import { assignedNames, fillCommand, missingNames, type Values } from './parameters.ts';

export interface TickedStep {
  readonly stepId: string;
  readonly state: StepState;
  readonly text: string;
  readonly number: number;
  readonly at: string;
}

/**
 * The steps a run is about. A document that answers for many alarms has a heading for each: then only that section's
 * steps count. A section without steps of its own (a table that only names the alarm) means the whole document.
 */
export function stepsUnder(
  steps: readonly ParsedStep[],
  anchor: string | null,
  heading: string | null,
): readonly ParsedStep[] {
  if (anchor === null) return steps;
  const own = steps.filter((step) => step.anchors.includes(anchor));
  if (own.length > 0) return own;
  // Steps of other alarms' sections would be wrong ones; none is better.
  return heading !== null && heading.split(/[\s`]+/).some(isAlarmLike) ? [] : steps;
}

const codeOf = (steps: readonly ParsedStep[]): string =>
  steps
    .flatMap((step) => [
      ...step.commands.map((command) => command.text),
      ...(step.text.match(/`[^`\n]+`/g) ?? []).map((code) => code.slice(1, -1)),
    ])
    .join('\n');

/** A number means the step of the same section; without one there, the only step of that number. */
function jumpsOf(
  step: ParsedStep,
  steps: readonly ParsedStep[],
): (Step['goTo'][number] & { readonly from: number })[] {
  return jumpsIn(step.plainText).flatMap(({ text, number }) => {
    const all = steps.filter(({ sourceNumber }) => sourceNumber === number);
    const here = all.filter(({ section }) => section === step.section);
    const [target] = here.length > 0 ? here : all;
    const isOne = here.length === 1 || all.length === 1;
    if (target === undefined || !isOne || target.id === step.id) return [];
    return [{ text, from: number, stepId: target.id, number: steps.indexOf(target) + 1 }];
  });
}

export function viewSteps(input: {
  /** All steps of the document: a variable may be assigned outside the section that uses it. */
  document: readonly ParsedStep[];
  steps: readonly ParsedStep[];
  values: Values;
  ticked: readonly TickedStep[];
  /** The steps as the run remembers them; absent: there is no run. */
  known?: readonly ParsedStep[];
}): { steps: Step[]; missing: string[] } {
  const assigned = assignedNames(codeOf(input.document));
  const known = new Map((input.known ?? []).map((step) => [step.id, step]));
  const moved = new Map(
    [...movedSteps(input.known ?? [], input.document)].map(([from, to]) => [to, from]),
  );
  const ticked = new Map(input.ticked.map((step) => [step.stepId, step]));
  const steps = input.steps.map((step, index): Step => {
    const before = known.has(step.id) ? step.id : (moved.get(step.id) ?? step.id);
    const tick = ticked.get(step.id) ?? ticked.get(before);
    ticked.delete(step.id);
    ticked.delete(before);
    const old = known.get(before);
    const isSet = tick !== undefined && tick.state !== 'open';
    const jumps = jumpsOf(step, input.steps);
    const numbers = jumps.map(({ from, number }) => ({ from, here: number }));
    return {
      id: step.id,
      number: index + 1,
      text: withNumbersHere(step.text, numbers),
      plainText: withNumbersHere(step.plainText, numbers),
      section: step.section,
      phase: step.phase,
      commands: step.commands.map((command) => fillCommand(command, assigned, input.values)),
      expected: step.expected,
      verify: step.verify ?? null,
      rollback: step.rollback ?? null,
      minutes: step.minutes ?? null,
      goTo: jumps.map(({ text, stepId, number }) => ({
        text: withNumbersHere(text, numbers),
        stepId,
        number,
      })),
      isChanged: old !== undefined && !isSameStep(old, step),
      // Asked of the few that are shown, not of every command of the library when it is read.
      isBroad: step.commands.some((command) => isDestructive(command.text)),
      state: tick?.state ?? 'open',
      at: isSet ? tick.at : null,
    };
  });
  // What was done and is no longer in the document stays in the history of the run.
  for (const tick of ticked.values()) {
    if (tick.state === 'open') continue;
    steps.push({
      id: tick.stepId,
      number: steps.length + 1,
      text: `${tick.text} *(no longer in the runbook)*`,
      plainText: `${tick.text} (no longer in the runbook)`,
      section: null,
      phase: 'investigate',
      commands: [],
      expected: null,
      verify: null,
      rollback: null,
      minutes: null,
      goTo: [],
      isChanged: false,
      isBroad: false,
      state: tick.state,
      at: tick.at,
    });
  }
  return { steps, missing: missingNames(steps.flatMap((step) => step.commands)) };
}

/** The steps of a run as people work through them: which is next, which phase this is, what is still asked. Pure. */
import type { CommandPart, Phase, Step, StepState } from '../../preload/contract/runbooks.ts';

/** In the order of the night, in which the core already sorts the steps. */
export const phases: readonly Phase[] = ['real', 'how_bad', 'stop_it', 'tell', 'investigate'];

export const phaseWords: Readonly<Record<Phase, string>> = {
  real: 'Is it real',
  how_bad: 'How bad',
  stop_it: 'Make it stop',
  tell: 'Tell people',
  investigate: 'Investigate later',
};

export const stateWords: Readonly<Record<Exclude<StepState, 'open'>, string>> = {
  done: 'done',
  skipped: 'skipped',
  did_not_help: 'did not help',
};

const isOpen = ({ state }: Pick<Step, 'state'>): boolean => state === 'open';

/** What nobody has to ask any more once the impact is over. */
const beforeMitigated: ReadonlySet<Phase> = new Set(['real', 'how_bad', 'stop_it']);

/** The first that nobody has dealt with. Once it has stopped, only telling people and investigating are left. */
export function nextStep(steps: readonly Step[], isMitigated = false): Step | null {
  return (
    steps.find((step) => isOpen(step) && !(isMitigated && beforeMitigated.has(step.phase))) ?? null
  );
}

/** After this one was dealt with: the next open one below it, or else the first open one. */
export function stepAfter(steps: readonly Step[], id: string): Step | null {
  const at = steps.findIndex((step) => step.id === id);
  const others = steps.filter((step) => step.id !== id && isOpen(step));
  return others.find((step) => steps.indexOf(step) > at) ?? others[0] ?? null;
}

/** One up or down, open or not, and never out of the list. */
export function moveStep(steps: readonly Step[], id: string | null, by: number): Step | null {
  const at = steps.findIndex((step) => step.id === id);
  const to = at === -1 ? 0 : Math.max(0, Math.min(steps.length - 1, at + by));
  return steps[to] ?? null;
}

/** What was dealt with last, by the clock; what an undo takes back. */
export function lastHandled(steps: readonly Step[]): Step | null {
  let last: Step | null = null;
  for (const step of steps) {
    if (isOpen(step) || step.at === null) continue;
    if (last?.at == null || step.at >= last.at) last = step;
  }
  return last;
}

export interface Progress {
  /** Dealt with in any way. */
  readonly handled: number;
  readonly total: number;
}

export const progressOf = (steps: readonly Step[]): Progress => ({
  handled: steps.filter((step) => !isOpen(step)).length,
  total: steps.length,
});

export interface PhaseView {
  readonly phase: Phase;
  readonly label: string;
  /** `empty`: the runbook says nothing about it. */
  readonly state: 'done' | 'now' | 'later' | 'empty';
}

/** `now`: the phase that is asked about, which need not be that of an open step. */
export function phaseViews(
  steps: readonly Step[],
  now: Phase | null,
  isMitigated = false,
): PhaseView[] {
  return phases.map((phase) => {
    const own = steps.filter((step) => step.phase === phase);
    const isDone =
      (own.length > 0 && own.every((step) => !isOpen(step))) ||
      (isMitigated && beforeMitigated.has(phase));
    const state = phase === now ? 'now' : isDone ? 'done' : own.length === 0 ? 'empty' : 'later';
    return { phase, label: phaseWords[phase], state };
  });
}

/**
 * How the steps that should make it stop went. `helped`: all are dealt with and the last one was done, so it is time to
 * ask whether the impact is over. `did_not_help`: the runbook has no more to offer.
 */
export type StopOutcome = 'none' | 'open' | 'helped' | 'did_not_help';

export function stopOutcome(steps: readonly Step[]): StopOutcome {
  const own = steps.filter(({ phase }) => phase === 'stop_it');
  if (own.length === 0) return 'none';
  if (own.some(isOpen)) return 'open';
  const tried = own.filter(({ state }) => state !== 'skipped');
  const last = lastHandled(tried);
  return last?.state === 'done' ? 'helped' : 'did_not_help';
}

export interface Missing {
  readonly name: string;
  /** Why a value that is known must not go into the command as it is; null when there is none. */
  readonly why: string | null;
  /** That value, and where it is from. */
  readonly refused?: { readonly value: string; readonly from: string };
}

/** What the commands of these steps still ask for, each once, in the order in which it is needed. */
export function missingOf(steps: readonly Pick<Step, 'commands'>[]): Missing[] {
  const found = new Map<string, Missing>();
  for (const { commands } of steps) {
    for (const part of commands.flatMap(({ parts }) => parts)) {
      if (part.kind !== 'missing') continue;
      const why = part.why ?? null;
      if (found.get(part.name)?.why != null) continue;
      const refused = part.refused === undefined ? {} : { refused: part.refused };
      found.set(part.name, { name: part.name, why, ...refused });
    }
  }
  return [...found.values()];
}

export interface Filled {
  readonly value: string;
  readonly name: string;
  readonly from: string;
}

/** What was filled into a command and where it came from, each once. */
export function filledOf(parts: readonly CommandPart[]): Filled[] {
  const found = new Map<string, Filled>();
  for (const part of parts) {
    if (part.kind !== 'filled') continue;
    const { value, name, from } = part;
    found.set(JSON.stringify([value, name, from]), { value, name, from });
  }
  return [...found.values()];
}

/** The answers that a form would change: typed, and not what is known already. An emptied one is taken back. */
export function changedAnswers(
  typed: Readonly<Record<string, string>>,
  known: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(typed).filter(([name, value]) =>
      Object.hasOwn(known, name) ? known[name] !== value : value !== '',
    ),
  );
}

/** The steps around the one to do now, where there is little space. */
export interface StepWindow {
  readonly shown: readonly Step[];
  readonly before: number;
  readonly after: number;
}

export function stepWindow(steps: readonly Step[], id: string | null, around = 2): StepWindow {
  const at = steps.findIndex((step) => step.id === id);
  if (at === -1) {
    const shown = steps.slice(-around - 1);
    return { shown, before: steps.length - shown.length, after: 0 };
  }
  const from = Math.max(0, at - 1);
  const to = Math.min(steps.length, at + 1 + around);
  return { shown: steps.slice(from, to), before: from, after: steps.length - to };
}

export interface StepGroup {
  readonly key: string;
  readonly label: string;
  readonly steps: readonly Step[];
}

/** Neighbours of one phase under one heading. */
export function stepGroups(steps: readonly Step[]): StepGroup[] {
  const groups: { key: string; label: string; steps: Step[] }[] = [];
  let phase: Phase | null = null;
  for (const step of steps) {
    if (step.phase !== phase) {
      phase = step.phase;
      groups.push({ key: step.id, label: phaseWords[phase], steps: [] });
    }
    groups.at(-1)?.steps.push(step);
  }
  return groups;
}

/**
 * The heading of the document that each of these steps begins, or null: where they all stand under one, or the step before
 * stands under the same, it says nothing new.
 */
export function placesOf(steps: readonly Pick<Step, 'section'>[]): (string | null)[] {
  const hasSeveral = new Set(steps.map(({ section }) => section)).size > 1;
  return steps.map(({ section }, index) =>
    hasSeveral && section !== steps[index - 1]?.section ? section : null,
  );
}

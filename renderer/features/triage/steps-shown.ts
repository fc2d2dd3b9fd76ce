/** Which steps of a runbook the triage screen shows: the last done, the one to do now, and what comes next. Pure. */
import type { Step } from '../../../preload/contract/runbooks.ts';

export interface StepsShown {
  readonly current: Step | null;
  readonly shown: readonly Step[];
  /** Done or skipped ones that are not shown. */
  readonly before: number;
  readonly after: number;
}

const shownAfter = 2;

export function stepsShown(steps: readonly Step[]): StepsShown {
  const at = steps.findIndex(({ state }) => state === 'open');
  if (at === -1) {
    const shown = steps.slice(-3);
    return { current: null, shown, before: steps.length - shown.length, after: 0 };
  }
  const from = Math.max(0, at - 1);
  const to = Math.min(steps.length, at + 1 + shownAfter);
  return {
    current: steps[at] ?? null,
    shown: steps.slice(from, to),
    before: from,
    after: steps.length - to,
  };
}

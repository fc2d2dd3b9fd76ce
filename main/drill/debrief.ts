/** What to say after a drill: the times, and what a friendly colleague would remark. Pure. */
import { since } from '../clock.ts';
import type { DrillState } from '../../preload/contract/system.ts';

/** What happened, in milliseconds since the epoch; null: did not happen. */
export interface DrillFacts {
  /** When the paging alarm fired at the source. */
  readonly firedAt: number | null;
  readonly acknowledgedAt: number | null;
  readonly mitigatedAt: number | null;
  readonly resolvedAt: number | null;
  readonly hasIncident: boolean;
  /** Chosen by a person; false while it is `unknown`. */
  readonly hasSeverity: boolean;
  readonly hasImpact: boolean;
  readonly hasMitigationText: boolean;
  readonly notes: number;
  readonly stepsDone: number;
  /** Of them, before the mitigation. */
  readonly stepsBeforeMitigation: number;
  readonly hasPostmortem: boolean;
  readonly actions: number;
  readonly actionsWithoutOwner: number;
  /** Alarms of the outage that still fired when the incident was resolved. */
  readonly firingAtResolve: number;
  /** The script ended it because nobody did. */
  readonly isRescued: boolean;
  readonly factor: number;
}

export type Debrief = NonNullable<DrillState['debrief']>;

const minuteMs = 60_000;

/** Most teams escalate a page to the next person after five minutes. */
const acknowledgeGoalMs = 5 * minuteMs;
const mitigateGoalMs = 30 * minuteMs;

/** Rounded down, as the window writes the times beside it: `59 s`, `4 min`, `2 h 5 min`. */
export function inWords(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60 === 0 ? '' : ` ${minutes % 60} min`;
  return `${Math.floor(minutes / 60)} h${rest}`;
}

const between = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : since(from, to);

export function debrief(facts: DrillFacts): Debrief {
  const toAcknowledgeMs = between(facts.firedAt, facts.acknowledgedAt);
  // Who came after the rescue mitigated nothing.
  const toMitigateMs = facts.isRescued ? null : between(facts.firedAt, facts.mitigatedAt);
  const toResolveMs = between(facts.firedAt, facts.resolvedAt);
  return {
    toAcknowledgeMs,
    toMitigateMs,
    toResolveMs,
    stepsDone: facts.stepsDone,
    remarks: [
      ...aboutAcknowledging(facts, toAcknowledgeMs),
      ...aboutMitigating(facts, toMitigateMs),
      ...aboutTelling(facts),
      ...aboutAfterwards(facts),
      ...(facts.factor === 1
        ? []
        : [`The script played ${facts.factor} times faster; the times are real ones.`]),
    ],
  };
}

function aboutAcknowledging(facts: DrillFacts, took: number | null): string[] {
  if (took === null) {
    return [
      'Nobody acknowledged the page. On a real night it would have gone on to the next person, who would not know that you are already working.',
    ];
  }
  if (took > acknowledgeGoalMs) {
    return [
      `Acknowledged after ${inWords(took)}. Most pagers call the next person after 5 min: acknowledge first, then look.`,
    ];
  }
  return [`Acknowledged after ${inWords(took)}: nobody else had to be woken.`];
}

function aboutMitigating(facts: DrillFacts, took: number | null): string[] {
  if (facts.isRescued) {
    return [
      'Nobody here stopped the outage, so a colleague rolled the release back. The runbook of the first page has that step.',
    ];
  }
  if (took === null) {
    return [
      'The outage was never marked as mitigated, so nobody can tell when customers were well again.',
    ];
  }
  const remarks = [
    took > mitigateGoalMs
      ? `Customers were failing for ${inWords(took)}. Stop it first; the cause can wait for daylight.`
      : `Customers were failing for ${inWords(took)}.`,
  ];
  if (facts.stepsBeforeMitigation === 0) {
    remarks.push(
      'No step of a runbook was ticked before it was mitigated: the timeline does not say what helped.',
    );
  }
  if (!facts.hasMitigationText) {
    remarks.push('The incident does not say what mitigated it. One sentence is enough.');
  }
  return remarks;
}

function aboutTelling(facts: DrillFacts): string[] {
  if (!facts.hasIncident) {
    return [
      'There was no incident: with two pages in three minutes, open one early. It costs nothing.',
    ];
  }
  const remarks: string[] = [];
  if (!facts.hasSeverity) remarks.push('The severity of the incident stayed unknown.');
  if (!facts.hasImpact) {
    remarks.push(
      'The impact stayed empty. It is the first thing that others ask: who cannot do what?',
    );
  }
  if (facts.notes === 0) {
    remarks.push(
      'There is no note on the timeline: what you saw and decided is gone by the morning.',
    );
  }
  return remarks;
}

function aboutAfterwards(facts: DrillFacts): string[] {
  const remarks: string[] = [];
  if (facts.resolvedAt !== null && facts.firingAtResolve > 0) {
    const count = facts.firingAtResolve;
    remarks.push(
      `Resolved while ${count === 1 ? 'one alarm' : `${count} alarms`} of the outage still fired.`,
    );
  }
  if (facts.hasIncident && facts.resolvedAt === null) {
    remarks.push('The incident is still open.');
  }
  if (facts.resolvedAt !== null && !facts.hasPostmortem) {
    remarks.push(
      'The draft of the postmortem waits: most of it is already written from the timeline.',
    );
  }
  if (facts.hasPostmortem && facts.actions === 0) {
    remarks.push('The postmortem has no action yet: what would have made this night shorter?');
  }
  if (facts.actionsWithoutOwner > 0) {
    const count = facts.actionsWithoutOwner;
    remarks.push(
      count === 1 ? 'One action has no owner.' : `Of the actions, ${count} have no owner.`,
    );
  }
  return remarks;
}

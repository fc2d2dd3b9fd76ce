/** What a step says beside what to do: how to see that it worked, how to take it back, how long it takes, where to go on. */
import type { Step } from '../../preload/contract/runbooks.ts';
import { openLink } from '../api/links.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { ForeignText } from '../ui/ForeignText.tsx';
import { Markdown } from '../ui/Markdown.tsx';
import { durationText } from '../ui/time-text.ts';
import classes from './runs.module.css';

export function StepMarks({ step }: { readonly step: Step }) {
  return (
    <>
      {step.minutes !== null && <span>takes {durationText(step.minutes * 60_000)}</span>}
      {step.isChanged && (
        <Badge
          tone="info"
          title="The runbook was edited since this run last did something about this step. Read it again."
        >
          changed
        </Badge>
      )}
    </>
  );
}

export interface StepPartsProps {
  readonly step: Step;
  readonly onGoTo: (stepId: string) => void;
  /** The key that goes to the first; left out: there is none. */
  readonly goToKey?: string;
}

export function StepParts({ step, onGoTo, goToKey }: StepPartsProps) {
  return (
    <>
      {step.verify !== null && (
        <p className={classes.expected}>
          <b>Verify:</b> <ForeignText text={step.verify} max={600} />
        </p>
      )}
      {step.rollback !== null && (
        <details className={classes.expected}>
          <summary>How to take it back</summary>
          <Markdown text={step.rollback} onLink={(url) => void openLink(url)} />
        </details>
      )}
      {step.goTo.map(({ text, stepId, number }, index) => (
        <p key={`${stepId} ${text}`} className={classes.expected}>
          {/* One is plain from the step's own words. */}
          {step.goTo.length > 1 && (
            <>
              <ForeignText text={text} isOneLine max={200} />{' '}
            </>
          )}
          <Button
            kind="quiet"
            isSmall
            onClick={() => onGoTo(stepId)}
            {...(index === 0 && goToKey !== undefined ? { keyHint: goToKey } : {})}
          >
            Go to step {number}
          </Button>
        </p>
      ))}
    </>
  );
}

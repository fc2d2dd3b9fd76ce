/** What a test of the form found, step by step, and what to do about it. */
import { Card } from '../../ui/Card.tsx';
import { useNow } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { OutcomeMark } from '../../ui/OutcomeMark.tsx';
import { durationText } from '../../ui/time-text.ts';
import { outcomeShape, outcomeWords, stepName, verdict } from './test-words.ts';
import type { SourceFormState, Tested } from './use-source-form.ts';
import classes from './source-form.module.css';

export function TestPanel({ state }: { readonly state: SourceFormState }) {
  const { tested, busy, isTestOld } = state;
  return (
    <Card title="Test" aside={isTestOld ? 'from before your last change' : undefined}>
      <div role="status" aria-live="polite">
        {busy === 'testing' ? (
          <Running since={state.startedAt} />
        ) : tested === null ? (
          <p className={classes.muted}>
            A test tries all this without keeping it: whether it is reached, as whom, how many
            alarms may be read, whether you may acknowledge from here, and what to do about the
            rest. You can save without it.
          </p>
        ) : (
          <Report tested={tested} isOld={isTestOld} />
        )}
      </div>
    </Card>
  );
}

function Running({ since }: { readonly since: number }) {
  const now = useNow();
  return (
    <OutcomeMark outcome="waiting">
      Testing… {durationText(Math.max(0, now - since))}, at most a minute
    </OutcomeMark>
  );
}

function Report({ tested, isOld }: { readonly tested: Tested; readonly isOld: boolean }) {
  const { outcome, text } = verdict(tested.report);
  return (
    <div data-old={isOld || undefined} className={classes.report}>
      <p className={classes.verdict}>
        <OutcomeMark outcome={outcome}>{text}</OutcomeMark>
      </p>
      <ol className={classes.steps}>
        {tested.report.steps.map((step, index) => (
          <li key={index}>
            <OutcomeMark outcome={outcomeShape[step.outcome]}>
              {outcomeWords[step.outcome]}
            </OutcomeMark>
            <div>
              <b>{stepName(step.name)}</b>{' '}
              <span>
                <ForeignText text={step.text} max={600} />
              </span>
              {step.next !== null && (
                <div className={classes.next}>
                  <ForeignText text={step.next} max={600} />
                </div>
              )}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The runbook that the alarm leads to: its open step with the command filled in, ready to copy and tick. */
import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { BookOpenText, Check } from 'lucide-react';
import { useState } from 'react';
import type { AlarmDetail, RunbookMatch } from '../../../preload/contract/alarms.ts';
import type { Run, Runbook, Step, StepCommand } from '../../../preload/contract/runbooks.ts';
import { api, client } from '../../api/client.ts';
import { copyText } from '../../api/clipboard.ts';
import { describeError } from '../../api/errors.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import type { Action } from '../../app/actions/action.ts';
import { runAction } from '../../app/actions/registry.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandBlock, missingText } from '../../ui/CommandBlock.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { useNow } from '../../ui/clock.ts';
import { daysAgoText } from '../../ui/time-text.ts';
import { Moment } from '../../ui/Time.tsx';
import { stepsShown } from './steps-shown.ts';
import classes from './runbook-card.module.css';

const place = (match: RunbookMatch, alarmId: number): string => {
  const parameters = new URLSearchParams({ alarm: String(alarmId) });
  if (match.anchor !== null) parameters.set('anchor', match.anchor);
  return `/runbooks/${match.runbookId}?${parameters.toString()}`;
};

export function RunbookCard({ detail }: { readonly detail: AlarmDetail }) {
  const [match, ...others] = detail.runbooks;
  if (match === undefined) return <NoRunbook />;
  return (
    <Matched
      key={`${match.runbookId}#${match.anchor}`}
      match={match}
      others={others}
      detail={detail}
    />
  );
}

function NoRunbook() {
  return (
    <Card title="Runbook" aside="none found">
      <p className={classes.quiet}>
        No runbook names this alarm and none resembles it. One that says{' '}
        <code>alerts: [its name]</code> in its front matter is found the next time.
      </p>
      <div className={classes.buttons}>
        <Button isSmall onClick={() => navigate('/runbooks')}>
          <BookOpenText aria-hidden="true" />
          Search the runbooks
        </Button>
      </div>
    </Card>
  );
}

function Matched({
  match,
  others,
  detail,
}: {
  readonly match: RunbookMatch;
  readonly others: readonly RunbookMatch[];
  readonly detail: AlarmDetail;
}) {
  const alarmId = detail.row.id;
  const now = useNow(60_000);
  const { data, error, refetch } = useQuery(
    api.runbooks.get.queryOptions({
      input: { id: match.runbookId, alarmId, anchor: match.anchor },
    }),
  );
  const open: Action = {
    id: 'runbook.open',
    label: 'Open the runbook',
    group: 'Alarm',
    keys: ['r'],
    run: () => navigate(place(match, alarmId)),
  };
  useActions([open]);
  const title = (
    <>
      <span>
        Runbook · <ForeignText text={match.title} isOneLine max={80} />
      </span>
      <Badge tone={match.isCertain ? 'plain' : 'warning'}>
        {match.isCertain ? match.reason : `suggestion, ${match.reason}`}
      </Badge>
    </>
  );
  return (
    <Card
      title={title}
      aside={
        data !== undefined && (
          <>
            offline copy from <Moment at={data.summary.copiedAt} />
            {data.summary.reviewedOn !== null &&
              `, reviewed ${daysAgoText(data.summary.reviewedOn, now) ?? data.summary.reviewedOn}`}
          </>
        )
      }
      isFlush
    >
      {data !== undefined ? (
        <Steps runbook={data} match={match} alarmId={alarmId} open={open} />
      ) : error === null ? (
        <Loading what="the runbook" />
      ) : (
        <Failure
          title="The runbook could not be read"
          {...describeError(error)}
          onRetry={() => void refetch()}
        />
      )}
      {others.length > 0 && (
        <p className={classes.others}>
          Also:{' '}
          {others.slice(0, 3).map((other, index) => (
            <span key={`${other.runbookId}#${other.anchor}`}>
              {index > 0 && ', '}
              <button type="button" onClick={() => navigate(place(other, alarmId))}>
                <ForeignText text={other.title} isOneLine max={60} />
              </button>
              {!other.isCertain && ' (suggestion)'}
            </span>
          ))}
        </p>
      )}
    </Card>
  );
}

interface StepsProps {
  readonly runbook: Runbook;
  readonly match: RunbookMatch;
  readonly alarmId: AlarmDetail['row']['id'];
  readonly open: Action;
}

function Steps({ runbook, match, alarmId, open }: StepsProps) {
  const steps = runbook.run?.steps ?? runbook.steps;
  const { current, shown, before, after } = stepsShown(steps);
  const startRun = (): Promise<Run> =>
    client.runbooks.startRun({
      runbookId: match.runbookId,
      anchor: match.anchor,
      alarmId,
      incidentId: null,
    });
  const setState = async (step: Step, state: Step['state']): Promise<void> => {
    const run = runbook.run ?? (await startRun());
    await client.runbooks.setStep({ runId: run.id, stepId: step.id, state });
  };
  const copy = async (step: Step, index: number): Promise<void> => {
    const command = step.commands[index];
    if (command === undefined) return;
    await copyText(command.copyText);
    toast({
      title: 'Command copied',
      ...(command.hasMissing
        ? {
            text: `${missingText(command.parts) ?? 'A value is missing'}: fill it in before you run it.`,
          }
        : {}),
    });
    const run = runbook.run ?? (await startRun());
    await client.runbooks.noteCopied({ runId: run.id, stepId: step.id, command: index });
  };
  const answer = async (answers: Record<string, string>): Promise<void> => {
    const run = runbook.run ?? (await startRun());
    await client.runbooks.answer({ runId: run.id, answers });
  };

  const copyAction: Action = {
    id: 'runbook.copy',
    label: 'Copy the current command',
    group: 'Alarm',
    keys: ['y'],
    when: () => (current?.commands.length ?? 0) > 0,
    run: () => (current === null ? undefined : copy(current, 0)),
  };
  const tickAction: Action = {
    id: 'runbook.tick',
    label: 'Tick the current step',
    group: 'Alarm',
    keys: ['t'],
    when: () => current !== null,
    run: () => (current === null ? undefined : setState(current, 'done')),
  };
  useActions([copyAction, tickAction]);

  if (steps.length === 0) {
    return (
      <div className={classes.footer}>
        <span>It has no steps to tick.</span>
        <ActionButton action={open} isSmall label="Read it" />
      </div>
    );
  }
  return (
    <>
      {before > 0 && <p className={classes.others}>{before} steps before</p>}
      {shown.map((step) => (
        <StepLine
          key={step.id}
          step={step}
          isCurrent={step === current}
          onState={(state) =>
            runAction({
              ...tickAction,
              when: () => true,
              run: () => setState(step, state),
            })
          }
          onCopy={(index) => copy(step, index)}
          onAnswer={(answers) =>
            runAction({
              id: 'runbook.answer',
              label: 'Fill in the command',
              group: 'Alarm',
              run: () => answer(answers),
            })
          }
        />
      ))}
      <div className={classes.footer}>
        <span>
          {current === null ? 'Every step is ticked. ' : ''}
          {after > 0 && `${after} more ${after === 1 ? 'step' : 'steps'}`}
        </span>
        <ActionButton
          action={open}
          isSmall
          label={current === null ? 'Open runbook' : 'Run runbook'}
        />
      </div>
    </>
  );
}

interface StepLineProps {
  readonly step: Step;
  readonly isCurrent: boolean;
  readonly onState: (state: Step['state']) => void;
  readonly onCopy: (command: number) => Promise<void>;
  readonly onAnswer: (answers: Record<string, string>) => void;
}

function StepLine({ step, isCurrent, onState, onCopy, onAnswer }: StepLineProps) {
  const isDone = step.state !== 'open';
  return (
    <div className={classes.step} data-state={step.state} data-now={isCurrent || undefined}>
      <button
        type="button"
        className={classes.tick}
        role="checkbox"
        aria-checked={step.state === 'done'}
        aria-label={`Step ${step.number}: ${step.plainText.slice(0, 120)}`}
        onClick={() => onState(isDone ? 'open' : 'done')}
      >
        {step.state === 'done' ? <Check aria-hidden="true" /> : step.number}
      </button>
      <div className={classes.stepBody}>
        <ForeignText text={step.plainText} max={400} />
        {isDone && (
          <span className={classes.when}>
            {step.state === 'skipped' && ' skipped'}
            {step.state === 'did_not_help' && ' did not help'}
            {step.at !== null && (
              <>
                {' '}
                <Moment at={step.at} /> you
              </>
            )}
          </span>
        )}
        {isCurrent &&
          step.commands.map((command, index) => (
            <Command
              key={index}
              command={command}
              isFirst={index === 0}
              onCopy={() => onCopy(index)}
              onAnswer={onAnswer}
            />
          ))}
        {isCurrent && step.expected !== null && (
          <p className={classes.expected}>
            Expect: <ForeignText text={step.expected} max={300} />
          </p>
        )}
      </div>
    </div>
  );
}

interface CommandProps {
  readonly command: StepCommand;
  readonly isFirst: boolean;
  readonly onCopy: () => Promise<void>;
  readonly onAnswer: (answers: Record<string, string>) => void;
}

function Command({ command, isFirst, onCopy, onAnswer }: CommandProps) {
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({});
  const missing = [
    ...new Set(command.parts.flatMap((part) => (part.kind === 'missing' ? [part.name] : []))),
  ];
  const isFilled = command.parts.some(({ kind }) => kind === 'filled');
  const given = Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== ''));
  return (
    <>
      <CommandBlock
        parts={command.parts}
        onCopy={() => runAction({ id: 'runbook.copy', label: 'Copy', group: 'Alarm', run: onCopy })}
        {...(isFirst ? { copyKey: 'y' } : {})}
      />
      {(isFilled || missing.length > 0) && (
        <p className={classes.filled}>
          {isFilled && 'filled from labels'}
          {isFilled && missing.length > 0 && '; '}
          {missing.length > 0 && (
            <span className={classes.missing}>{missingText(command.parts)}</span>
          )}
        </p>
      )}
      {missing.length > 0 && (
        <form
          className={classes.ask}
          onSubmit={(event) => {
            event.preventDefault();
            if (Object.keys(given).length > 0) onAnswer(given);
          }}
        >
          {missing.map((name) => (
            <TextInput
              key={name}
              label={name}
              value={answers[name] ?? ''}
              maxLength={20_000}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setAnswers((now) => ({ ...now, [name]: value }));
              }}
            />
          ))}
          <Button isSmall isSubmit disabled={Object.keys(given).length === 0}>
            Fill in
          </Button>
        </form>
      )}
    </>
  );
}

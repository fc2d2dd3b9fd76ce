/** Actions of one's own on the alarm: addresses to open, commands to copy, and commands to run once they were read. */
import { ClipboardCopy, ExternalLink, Play } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { AlarmId } from '../../../preload/contract/common.ts';
import type { CommandResult, FilledAction } from '../../../preload/contract/custom-actions.ts';
import { describeError } from '../../api/errors.ts';
import { toastError } from '../../app/toasts.tsx';
import { AnswersForm } from '../../runs/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandBlock } from '../../ui/CommandBlock.tsx';
import { Note } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { resultText } from './custom-action-words.ts';
import { nameOf, useCustomActions, verbOf, type CustomActions } from './use-custom-actions.ts';
import classes from './custom-actions.module.css';

const icons = { open_url: ExternalLink, copy_command: ClipboardCopy, run_command: Play } as const;

export function CustomActionsCard({ alarmId }: { readonly alarmId: AlarmId }) {
  const own = useCustomActions(alarmId);
  if (own.actions.length === 0) return null;
  const tell = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      toastError('The action failed', describeError(error));
    }
  };
  return (
    <Card title="Own actions" aside={<Link href="/settings">Settings</Link>}>
      <div className={classes.buttons}>
        {own.actions.map((action) => {
          const Icon = icons[action.kind];
          return (
            <Button
              key={action.key}
              isSmall
              aria-expanded={
                action.kind === 'run_command' ? action.key === own.current?.key : undefined
              }
              title={`${verbOf(action)}: ${action.text}`.slice(0, 500)}
              onClick={() => void tell(own.press(action))}
            >
              <Icon aria-hidden="true" />
              {nameOf(action)}
              {action.hasMissing && ' …'}
            </Button>
          );
        })}
      </div>
      {own.current !== null && (
        <Shown key={own.current.key} action={own.current} own={own} tell={tell} />
      )}
    </Card>
  );
}

interface ShownProps {
  readonly action: FilledAction;
  readonly own: CustomActions;
  readonly tell: (work: Promise<void>) => Promise<void>;
}

function Shown({ action, own, tell }: ShownProps) {
  const place = useRef<HTMLElement>(null);
  // Opened by a key or from the palette: the person goes on from here.
  useEffect(() => {
    place.current?.focus();
    place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const isRun = action.kind === 'run_command';
  const missing = action.parts.flatMap((part) =>
    part.kind === 'missing' ? [{ name: part.name, why: part.why ?? null }] : [],
  );
  return (
    <section ref={place} className={classes.shown} tabIndex={-1} aria-label={nameOf(action)}>
      <CommandBlock parts={action.parts} />
      {action.problem !== null && <Note tone="warning">{action.problem}</Note>}
      {missing.length > 0 && (
        <AnswersForm
          draftKey={`own.${action.key}`}
          missing={missing}
          answers={own.answers}
          onAnswer={own.answer}
        />
      )}
      {isRun && action.problem === null && (
        <p className={classes.remark}>
          It runs on this computer, in your home folder, exactly as it stands above, for at most 2
          minutes.
        </p>
      )}
      <div className={classes.buttons}>
        {own.isRunning ? (
          <Button onClick={own.stop}>Stop</Button>
        ) : (
          <Button
            kind="primary"
            disabled={action.hasMissing || action.problem !== null}
            onClick={() => void tell(own.act(action))}
          >
            {isRun ? 'Run this command' : verbOf(action)}
          </Button>
        )}
        <Button kind="quiet" disabled={own.isRunning} onClick={own.close}>
          Close
        </Button>
        {own.isRunning && <span role="status">Running…</span>}
      </div>
      {own.result !== null && <Result result={own.result} />}
    </section>
  );
}

function Result({ result }: { readonly result: CommandResult }) {
  return (
    <div role="status">
      <p className={classes.how} data-failed={result.exitCode !== 0 || undefined}>
        {resultText(result)}
      </p>
      {result.output === '' ? (
        <p className={classes.remark}>It printed nothing.</p>
      ) : (
        // Scrolls, so the keyboard must reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={classes.output} tabIndex={0} role="group" aria-label="Output">
          <ForeignText text={result.output} max={20_000} />
        </div>
      )}
    </div>
  );
}

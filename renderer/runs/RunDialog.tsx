/** Exactly what would run on this computer, before it does: read it, type what must be typed, press run. */
import { Modal, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { Execution, ExecutionPreview } from '../../preload/contract/running.ts';
import { client } from '../api/client.ts';
import { describeError } from '../api/errors.ts';
import { attempt } from '../app/attempt.ts';
import { Button } from '../ui/Button.tsx';
import { DialogButtons, FormStack, Note } from '../ui/Dialog.tsx';
import { Failure } from '../ui/Failure.tsx';
import { ForeignText } from '../ui/ForeignText.tsx';
import { Loading } from '../ui/Loading.tsx';
import { durationText } from '../ui/time-text.ts';
import { visibleText } from '../ui/visible-text.ts';
import { switchOnText } from './running-words.ts';
import classes from './execution.module.css';

export interface RunDialogProps {
  /** Asks the core what would run; again after something was switched on. */
  readonly preview: () => Promise<ExecutionPreview>;
  readonly onStarted: (execution: Execution) => void;
  /** What cannot be run from here is copied; left out: it lacks something, so it cannot be copied either. */
  readonly onCopy?: () => void;
  readonly onClose: () => void;
}

/** Nobody has read what appeared this short a time ago: the press was meant for what was there before. */
const unreadMs = 500;

export function RunDialog(props: RunDialogProps) {
  const [asked, setAsked] = useState(0);
  return (
    <Modal opened onClose={props.onClose} title="Run this on this computer?" size="xl">
      <Asked key={asked} {...props} onAgain={() => setAsked((count) => count + 1)} />
    </Modal>
  );
}

/** A digest counts once, so each asking is a new one. */
function Asked({ preview, ...rest }: RunDialogProps & Pick<ShownProps, 'onAgain'>) {
  const [shown, setShown] = useState<ExecutionPreview | null>(null);
  const [error, setError] = useState<unknown>(null);
  const ask = useRef(preview);
  useEffect(() => {
    let isGone = false;
    const load = async (): Promise<void> => {
      try {
        const next = await ask.current();
        if (!isGone) setShown(next);
      } catch (failure) {
        if (!isGone) setError(failure);
      }
    };
    void load();
    return () => {
      isGone = true;
    };
  }, []);
  if (error !== null) {
    return <Failure title="It cannot be run" {...describeError(error)} onRetry={rest.onAgain} />;
  }
  return shown === null ? <Loading what="the command" /> : <Shown {...rest} shown={shown} />;
}

interface ShownProps extends Omit<RunDialogProps, 'preview'> {
  readonly shown: ExecutionPreview;
  readonly onAgain: () => void;
}

function Shown({ shown, onAgain, onStarted, onCopy, onClose }: ShownProps) {
  const { digest, problem, confirm } = shown;
  const switchOn = problem?.switchOn ?? null;
  // Nothing that is pressed here would make it run.
  const isOnlyCopied = problem !== null && switchOn === null && onCopy !== undefined;
  const [typed, setTyped] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [shownAt] = useState(() => Date.now());
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLFormElement>(null);
  const isTyped = confirm === null || typed.trim() === confirm.typed;
  useEffect(() => {
    const form = button.current;
    // What must be typed comes first; else the one press that is left, or the way out. Two presses of a sleepy hand must
    // not switch running on and run: then the command itself comes first, to be read.
    const target =
      field.current ??
      form?.querySelector<HTMLElement>('[type="submit"]:not(:disabled)') ??
      form?.querySelector<HTMLElement>(switchOn === null ? 'button' : 'pre');
    target?.focus();
  }, [switchOn]);
  const start = async (): Promise<void> => {
    if (digest === null || isBusy || !isTyped || Date.now() - shownAt < unreadMs) return;
    setIsBusy(true);
    const isStarted = await attempt('Running it', async () => {
      onStarted(await client.running.start({ digest, typed }));
    });
    setIsBusy(false);
    if (isStarted) onClose();
    else onAgain();
  };
  return (
    <form
      ref={button}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isOnlyCopied) void start();
        else if (Date.now() - shownAt >= unreadMs) onCopy();
      }}
    >
      {/* It scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes.command} tabIndex={0} role="group" aria-label="The exact command">
        <bdi>{visibleText(shown.text)}</bdi>
      </pre>
      <Facts shown={shown} />
      <FormStack>
        {problem !== null && <Problem problem={problem} onSwitched={onAgain} />}
        {confirm !== null && digest !== null && (
          <Confirm confirm={confirm} typed={typed} onTyped={setTyped} field={field} />
        )}
      </FormStack>
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        {problem !== null && onCopy !== undefined && (
          <Button
            kind={isOnlyCopied ? 'primary' : 'plain'}
            isSubmit={isOnlyCopied}
            {...(isOnlyCopied ? {} : { onClick: onCopy })}
          >
            Copy it
          </Button>
        )}
        {!isOnlyCopied && (
          <Button
            kind={confirm === null ? 'primary' : 'plain'}
            isDangerous={confirm !== null}
            isSubmit
            disabled={digest === null || isBusy || !isTyped}
          >
            {shown.kind === 'get' ? 'Fetch it' : 'Run it'}
          </Button>
        )}
      </DialogButtons>
    </form>
  );
}

function Facts({ shown }: { readonly shown: ExecutionPreview }) {
  const { environmentNames, timeoutMs, expected } = shown;
  const isGet = shown.kind === 'get';
  return (
    <dl className={classes.facts}>
      {shown.shell !== '' && (
        <>
          <dt>{isGet ? 'By' : 'Read by'}</dt>
          <dd>
            <ForeignText text={shown.shell} isOneLine max={200} />
          </dd>
        </>
      )}
      {!isGet && (
        <>
          <dt>In the folder</dt>
          <dd>
            <ForeignText text={shown.folder} isOneLine max={300} />
          </dd>
          <dt>With</dt>
          <dd>
            <details>
              <summary>{environmentNames.length} variables of your environment</summary>
              <p className={classes.names}>
                <bdi>{visibleText(environmentNames.join(' '), true)}</bdi>
              </p>
            </details>
            {shown.hasTerminal
              ? 'In a terminal: what it asks for is answered below its output.'
              : 'No terminal and no input: a program that asks for something does not get an answer.'}
          </dd>
        </>
      )}
      <dt>Ended after</dt>
      <dd>{durationText(timeoutMs)} at the latest</dd>
      {expected !== null && (
        <>
          <dt>Expected</dt>
          <dd>
            <ForeignText text={expected} max={400} />
          </dd>
        </>
      )}
    </dl>
  );
}

interface ProblemProps {
  readonly problem: NonNullable<ExecutionPreview['problem']>;
  readonly onSwitched: () => void;
}

function Problem({ problem: { text, next, switchOn }, onSwitched }: ProblemProps) {
  return (
    <Note tone="warning">
      <ForeignText text={text} max={500} /> <ForeignText text={next} max={300} />
      {switchOn !== null && (
        <>
          <p>{switchOnText}</p>
          <Button
            isSmall
            onClick={() =>
              void attempt('Switching it on', async () => {
                await client.running.setSource({ folder: switchOn, isOn: true });
                onSwitched();
              })
            }
          >
            Switch on for <ForeignText text={switchOn} isOneLine max={60} />
          </Button>
        </>
      )}
    </Note>
  );
}

interface ConfirmProps {
  readonly confirm: NonNullable<ExecutionPreview['confirm']>;
  readonly typed: string;
  readonly onTyped: (typed: string) => void;
  readonly field: RefObject<HTMLInputElement | null>;
}

function Confirm({ confirm, typed, onTyped, field }: ConfirmProps) {
  return (
    <TextInput
      ref={field}
      label={
        <>
          Type{' '}
          <b>
            <ForeignText text={confirm.typed} isOneLine max={200} />
          </b>{' '}
          to run it
        </>
      }
      description={visibleText(confirm.why, true)}
      value={typed}
      maxLength={1_000}
      autoComplete="off"
      spellCheck={false}
      // Typing is what makes one look at it.
      onPaste={(event) => event.preventDefault()}
      onChange={(event) => onTyped(event.currentTarget.value)}
    />
  );
}

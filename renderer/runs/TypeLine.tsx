/** A line for a command that runs in a terminal: what it asks for is typed here, and nothing of a secret is kept. */
import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Execution, ExecutionId } from '../../preload/contract/running.ts';
import { client } from '../api/client.ts';
import { attempt } from '../app/attempt.ts';
import { Button } from '../ui/Button.tsx';
import type { Asking } from './asking.ts';
import classes from './execution.module.css';

const fieldId = (id: ExecutionId): string => `type-into-${id}`;

/** For the key that would run it, had it not been running already. */
export function goToLine({ id }: Pick<Execution, 'id'>): void {
  document.getElementById(fieldId(id))?.focus();
}

const labels: Record<Asking, string> = {
  nothing: 'Type a line into it',
  something: 'It asks for something',
  secret: 'It asks for a secret',
};

export interface TypeLineProps {
  readonly execution: Execution;
  readonly asking: Asking;
}

export function TypeLine({ execution: { id }, asking }: TypeLineProps) {
  const [line, setLine] = useState('');
  const isSecret = asking === 'secret';
  const form = useRef<HTMLFormElement>(null);
  const isAsking = asking !== 'nothing';
  useEffect(() => {
    if (isAsking) form.current?.scrollIntoView({ block: 'nearest' });
  }, [isAsking]);
  const send = async (typed: string | null): Promise<void> => {
    const isSent = await attempt('Typing into it', () =>
      client.running.typeLine({ id, line: typed, isSecret }),
    );
    if (isSent) setLine('');
  };
  return (
    <form
      ref={form}
      className={classes.typing}
      data-asking={asking}
      onSubmit={(event) => {
        event.preventDefault();
        void send(line);
      }}
    >
      <TextInput
        id={fieldId(id)}
        type={isSecret ? 'password' : 'text'}
        label={labels[asking]}
        description={isSecret ? 'Not shown, and not kept.' : undefined}
        value={line}
        maxLength={2_000}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setLine(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'd' || !event.ctrlKey) return;
          event.preventDefault();
          void send(null);
        }}
      />
      <Button isSmall isSubmit keyHint="Enter">
        Send
      </Button>
      <Button isSmall kind="quiet" keyHint="Ctrl D" onClick={() => void send(null)}>
        End of input
      </Button>
    </form>
  );
}

/** Running and asking, for every screen that shows the commands of a run: what was asked, and the dialog that is open. */
import { useState, type ReactNode } from 'react';
import type { Step } from '../../preload/contract/runbooks.ts';
import { RunDialog } from './RunDialog.tsx';
import { goToLine } from './TypeLine.tsx';
import { lastOf } from './use-running.ts';
import { queryKey, type CommandActions } from './StepCommands.tsx';
import type { RunState } from './use-run.ts';

export interface CommandRunning {
  /** Opens what has to be read before, or asks at once what only reads. */
  readonly begin: (step: Step, command: number) => void;
  readonly actionsOf: (step: Step) => CommandActions;
  readonly dialog: ReactNode;
}

export interface CommandOptions {
  /** The key that runs the command at hand; null: there is none. */
  readonly runKey?: string | null;
  /** For what cannot be run from here. */
  readonly onCopy: (step: Step, command: number) => Promise<unknown>;
}

export function useCommandActions(
  state: RunState,
  { runKey = 'x', onCopy }: CommandOptions,
): CommandRunning {
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<{ step: Step; command: number } | null>(null);
  const close = (): void => setOpen(null);
  const begin = (step: Step, command: number): void => {
    if (step.commands[command]?.runs === 'query') {
      setAsked((known) => new Set([...known, queryKey(step, command)]));
      return;
    }
    const last = lastOf(state.executions, step.id, command);
    if (last?.takesInput === true) goToLine(last);
    else setOpen({ step, command });
  };
  return {
    begin,
    actionsOf: (step) => ({
      onRun: (command) => begin(step, command),
      runKey,
      onQuery: state.query,
      asked,
      executions: state.executions,
    }),
    dialog: open !== null && (
      <RunDialog
        preview={() => state.preview(open.step, open.command)}
        onStarted={close}
        onClose={close}
        {...(open.step.commands[open.command]?.hasMissing === true
          ? {}
          : {
              onCopy: () => {
                close();
                void onCopy(open.step, open.command);
              },
            })}
      />
    ),
  };
}

/** The commands of one step, with what was filled in and from where. */
import type { Step } from '../../preload/contract/runbooks.ts';
import type { Execution } from '../../preload/contract/running.ts';
import { CommandBlock, missingText } from '../ui/CommandBlock.tsx';
import { ForeignText } from '../ui/ForeignText.tsx';
import { ExecutionView } from './ExecutionView.tsx';
import { filledOf } from './steps.ts';
import { QueryView } from './QueryView.tsx';
import type { RunState } from './use-run.ts';
import { lastOf } from './use-running.ts';
import classes from './runs.module.css';

/** What can be done with commands here, beyond copying them. */
export interface CommandActions {
  /** Opens what has to be read before a command runs here, or asks a Prometheus. */
  readonly onRun: (command: number) => void;
  /** The key that does it for the command at hand; null: there is none. */
  readonly runKey: string | null;
  readonly onQuery: RunState['query'];
  /** Queries that were asked, by `queryKey`. */
  readonly asked: ReadonlySet<string>;
  /** What was run here of this run; the last one of each command is shown below it. */
  readonly executions: readonly Execution[];
}

export const queryKey = ({ id }: Pick<Step, 'id'>, command: number): string => `${id} ${command}`;

export interface StepCommandsProps {
  readonly step: Step;
  readonly size?: 'plain' | 'large';
  readonly onCopy: (command: number) => Promise<boolean>;
  /** The command that the key copies; null: none. */
  readonly keyed?: number | null;
  /** Left out: commands are only copied here. */
  readonly actions?: CommandActions;
  /** Says under each command where its values came from. */
  readonly isExplained: boolean;
}

export function StepCommands(props: StepCommandsProps) {
  const { step, size = 'plain', onCopy, keyed = null, isExplained, actions } = props;
  return step.commands.map((command, index) => {
    const last = lastOf(actions?.executions ?? [], step.id, index);
    return (
      <div key={index}>
        <CommandBlock
          parts={command.parts}
          size={size}
          onCopy={() => onCopy(index)}
          {...(keyed === index ? { copyKey: 'y' } : {})}
          {...(actions === undefined || command.runs === null
            ? {}
            : {
                onRun: () => actions.onRun(index),
                runLabel: last?.takesInput === true ? 'Type…' : runLabels[command.runs],
                ...(keyed === index && actions.runKey !== null ? { runKey: actions.runKey } : {}),
              })}
        />
        {isExplained && <Explained command={command} />}
        {actions?.asked.has(queryKey(step, index)) === true && (
          <QueryView
            step={step}
            command={index}
            onQuery={(asked) => actions.onQuery(step, index, asked)}
          />
        )}
        {last !== undefined && (
          <ExecutionView
            key={last.id}
            execution={last}
            expected={step.expected}
            size={size}
            stopKey="Shift+X"
          />
        )}
      </div>
    );
  });
}

const runLabels = { shell: 'Run…', query: 'Ask', get: 'Fetch…' } as const;

const shownFilled = 6;

function Explained({ command }: { readonly command: Step['commands'][number] }) {
  const filled = filledOf(command.parts);
  const missing = missingText(command.parts);
  if (filled.length === 0 && missing === null) return null;
  return (
    <p className={classes.explained}>
      {filled.length > 0 && 'filled in: '}
      {filled.slice(0, shownFilled).map(({ value, name, from }, index) => (
        <span key={`${name} ${value} ${from}`}>
          {index > 0 && ', '}
          <ForeignText text={value} isOneLine max={60} /> from{' '}
          <ForeignText text={from} isOneLine max={60} />
        </span>
      ))}
      {filled.length > shownFilled && `, and ${filled.length - shownFilled} more`}
      {filled.length > 0 && missing !== null && '; '}
      {missing !== null && (
        <span className={classes.missing}>
          <bdi>{missing}</bdi>
        </span>
      )}
    </p>
  );
}

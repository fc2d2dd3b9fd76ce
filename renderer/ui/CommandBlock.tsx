/** A command with its labels filled in: what was filled and what is missing are marked, and it can be copied. */
import { Check, Copy, Play } from 'lucide-react';
import type { CommandPart } from '../../preload/contract/runbooks.ts';
import { Button } from './Button.tsx';
import { useThanks } from './use-thanks.ts';
import { visibleText } from './visible-text.ts';
import classes from './command-block.module.css';

/** False: it was not copied, and the button does not say so. */
type OnCopyResult = void | boolean | Promise<void | boolean>;

export interface CommandBlockProps {
  readonly parts: readonly CommandPart[];
  /** `primary`: larger, for 4 AM. */
  readonly size?: 'plain' | 'large';
  /** Left out: the block is for reading. */
  readonly onCopy?: () => OnCopyResult;
  readonly copyKey?: string;
  /** Left out: it cannot be run here. Nothing runs by it: it opens what has to be read before. */
  readonly onRun?: () => void;
  readonly runKey?: string;
  /** `Run…` where nothing else is said. */
  readonly runLabel?: string;
}

export function CommandBlock(props: CommandBlockProps) {
  const { parts, size = 'plain', onCopy, copyKey, onRun, runKey, runLabel = 'Run…' } = props;
  return (
    <div className={classes.block} data-size={size}>
      <pre className={classes.pre}>
        <code>
          {parts.map((part, index) => (
            <Part key={index} part={part} />
          ))}
        </code>
      </pre>
      {onRun !== undefined && (
        <Button
          kind="quiet"
          isSmall
          onClick={onRun}
          {...(runKey === undefined ? {} : { keyHint: runKey })}
        >
          <Play aria-hidden="true" />
          {runLabel}
        </Button>
      )}
      {onCopy !== undefined && <CopyButton onCopy={onCopy} copyKey={copyKey} />}
    </div>
  );
}

function Part({ part }: { readonly part: CommandPart }) {
  const text = <bdi>{visibleText(part.text)}</bdi>;
  switch (part.kind) {
    case 'text':
      return text;
    case 'filled':
      return (
        <mark className={classes.filled} title={`${part.name}, filled in from ${part.from}`}>
          {text}
        </mark>
      );
    case 'missing':
      return (
        <mark className={classes.missing} title={part.why ?? `${part.name} is missing`}>
          {text}
        </mark>
      );
  }
}

function CopyButton({
  onCopy,
  copyKey,
}: {
  readonly onCopy: () => OnCopyResult;
  readonly copyKey: string | undefined;
}) {
  const [isCopied, thankForCopy] = useThanks();
  return (
    <Button
      kind="quiet"
      isSmall
      {...(copyKey === undefined ? {} : { keyHint: copyKey })}
      onClick={() => {
        void (async () => {
          if ((await onCopy()) !== false) thankForCopy();
        })();
      }}
    >
      {isCopied ? <Check /> : <Copy />}
      {isCopied ? 'Copied' : 'Copy'}
    </Button>
  );
}

/** "cluster is missing", "cluster and zone are missing"; null when nothing is. */
export function missingText(parts: readonly CommandPart[]): string | null {
  const names = [...new Set(parts.flatMap((part) => (part.kind === 'missing' ? [part.name] : [])))];
  const last = names.pop();
  if (last === undefined) return null;
  return names.length === 0 ? `${last} is missing` : `${names.join(', ')} and ${last} are missing`;
}

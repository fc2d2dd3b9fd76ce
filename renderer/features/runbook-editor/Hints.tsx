/** What is odd about the text, line by line, and what it amounts to. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Lightbulb } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Hint, TextCheck } from '../../../preload/contract/editing.ts';
import { api } from '../../api/client.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { countOf } from '../../ui/count-text.ts';
import classes from './editor.module.css';

const checkAfterMs = 350;

/** Follows the typing at a distance. */
export function useSettled<Value>(value: Value, afterMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), afterMs);
    return () => window.clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}

export function useCheck(path: string, text: string): TextCheck | undefined {
  const input = { path, text: useSettled(text, checkAfterMs) };
  return useQuery(
    api.editing.check.queryOptions({ input, placeholderData: keepPreviousData, gcTime: 0 }),
  ).data;
}

export function Hints(props: {
  readonly check: TextCheck | undefined;
  readonly onLine: (line: number) => void;
}) {
  const { check } = props;
  if (check === undefined) return null;
  const { hints, stepCount, commandCount, placeholders } = check;
  const problems = hints.filter(({ kind }) => kind === 'problem').length;
  return (
    <section className={classes.hints} aria-label="Hints">
      <p className={classes.sum} role="status">
        {problems === 0 ? (
          <CircleCheck aria-hidden="true" data-tone="ok" />
        ) : (
          <CircleAlert aria-hidden="true" data-tone="warning" />
        )}
        {countOf(stepCount, 'step')}, {countOf(commandCount, 'command')}
        {problems > 0 && <> · {countOf(problems, 'problem')}</>}
      </p>
      {placeholders.length > 0 && (
        <p className={classes.asked}>
          Filled in from the alarm, or asked:{' '}
          {placeholders.slice(0, 20).map((name) => (
            <code key={name}>
              <ForeignText text={name} isOneLine max={40} />
            </code>
          ))}
          {placeholders.length > 20 && ` and ${placeholders.length - 20} more`}
        </p>
      )}
      {hints.length > 0 && (
        <ul className={classes.list}>
          {hints.map((hint) => (
            <HintLine key={`${hint.line ?? 0}:${hint.text}`} hint={hint} onLine={props.onLine} />
          ))}
        </ul>
      )}
    </section>
  );
}

function HintLine({
  hint,
  onLine,
}: {
  readonly hint: Hint;
  readonly onLine: (line: number) => void;
}) {
  const { line, kind, text } = hint;
  return (
    <li data-kind={kind}>
      {kind === 'problem' ? <CircleAlert aria-hidden="true" /> : <Lightbulb aria-hidden="true" />}
      <span>
        {line !== null && (
          <button type="button" className={classes.lineLink} onClick={() => onLine(line)}>
            Line {line}
          </button>
        )}
        <ForeignText text={text} max={400} />
      </span>
    </li>
  );
}

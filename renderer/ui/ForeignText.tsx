/** Text from an alarm, a source or a file: isolated, its controls visible, and clipped when it is huge. */
import { useState } from 'react';
import { clipText, visibleText } from './visible-text.ts';
import classes from './foreign-text.module.css';

export interface ForeignTextProps {
  readonly text: string;
  /** Line breaks become spaces; for rows and headings. Never offers to show more. */
  readonly isOneLine?: boolean;
  /** Longest part shown at first. */
  readonly max?: number;
}

const oneLineMax = 300;
const blockMax = 2_000;
/** Even a person who asks for all of it is not given a frozen window. */
const mostShown = 200_000;

export function ForeignText({ text, isOneLine = false, max }: ForeignTextProps) {
  const [isAll, setIsAll] = useState(false);
  const limit = isAll ? mostShown : (max ?? (isOneLine ? oneLineMax : blockMax));
  const { text: part, isClipped } = clipText(text, limit);
  const shown = visibleText(part, isOneLine);
  if (isOneLine) return <bdi className={classes.line}>{isClipped ? `${shown}…` : shown}</bdi>;
  return (
    <>
      <bdi className={classes.block}>{isClipped ? `${shown}…` : shown}</bdi>
      {isClipped && !isAll && (
        <button type="button" className={classes.more} onClick={() => setIsAll(true)}>
          Show all, {text.length.toLocaleString('en-GB')} characters
        </button>
      )}
    </>
  );
}

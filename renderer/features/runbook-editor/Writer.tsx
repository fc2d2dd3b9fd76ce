/** The editor beside how it reads: text at the left, hints and the page at the right. */
import { useRef, type ReactNode } from 'react';
import type { TextCheck } from '../../../preload/contract/editing.ts';
import { openLink } from '../../api/links.ts';
import { Markdown } from '../../ui/Markdown.tsx';
import { CodeEditor, type CodeEditorHandle } from './CodeEditor.tsx';
import { Hints, useSettled } from './Hints.tsx';
import { withoutFrontMatter } from './preview-text.ts';
import classes from './editor.module.css';

const follow = (url: string): void => void openLink(url);
const drawAfterMs = 150;

export interface WriterProps {
  readonly head: ReactNode;
  /** Between the head and the text: a conflict, a failure. */
  readonly notes?: ReactNode;
  readonly text: string;
  readonly revision: number;
  readonly isReadOnly?: boolean;
  readonly check: TextCheck | undefined;
  readonly onChange: (text: string) => void;
  readonly onLeave: () => void;
}

export function Writer(props: WriterProps) {
  const editor = useRef<CodeEditorHandle>(null);
  const { text, isReadOnly = false } = props;
  const shown = withoutFrontMatter(useSettled(text, drawAfterMs));
  return (
    <div className={classes.screen}>
      {props.head}
      <div className={classes.notes}>{props.notes}</div>
      <div className={classes.panes}>
        <CodeEditor
          ref={editor}
          label={isReadOnly ? 'Text of the runbook, not to be changed' : 'Text of the runbook'}
          text={text}
          revision={props.revision}
          isReadOnly={isReadOnly}
          onChange={props.onChange}
          onLeave={props.onLeave}
        />
        <div className={classes.side}>
          {!isReadOnly && (
            <Hints check={props.check} onLine={(line) => editor.current?.goToLine(line)} />
          )}
          {/* It scrolls, so the keyboard must reach it. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <div className={classes.preview} tabIndex={0} role="region" aria-label="How it reads">
            {shown.trim() === '' ? (
              <p className={classes.nothing}>Nothing written yet.</p>
            ) : (
              <Markdown text={shown} onLink={follow} />
            )}
          </div>
        </div>
      </div>
    </div>
  );
}

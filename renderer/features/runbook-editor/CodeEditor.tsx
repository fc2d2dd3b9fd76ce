/** A CodeMirror for as long as the component is shown. */
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type Ref } from 'react';
import { editorExtensions, goToLine, showText } from './codemirror.ts';
import classes from './editor.module.css';

export interface CodeEditorHandle {
  goToLine(line: number): void;
  focus(): void;
}

export interface CodeEditorProps {
  readonly label: string;
  readonly text: string;
  /** Rises when `text` comes from elsewhere than this editor. */
  readonly revision: number;
  readonly isReadOnly?: boolean;
  readonly onChange: (text: string) => void;
  readonly onLeave: () => void;
  readonly ref?: Ref<CodeEditorHandle>;
}

export function CodeEditor(props: CodeEditorProps) {
  const { label, text, revision, isReadOnly = false, ref } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const editor = new EditorView({
      parent,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: editorExtensions(label, isReadOnly, {
          onChange: (next) => latest.current.onChange(next),
          onLeave: () => latest.current.onLeave(),
        }),
      }),
    });
    view.current = editor;
    if (!isReadOnly) editor.focus();
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [label, isReadOnly]);

  useEffect(() => {
    if (view.current !== null && revision > 0) showText(view.current, latest.current.text);
  }, [revision]);

  useImperativeHandle(ref, () => ({
    goToLine: (line) => view.current !== null && goToLine(view.current, line),
    focus: () => view.current?.focus(),
  }));

  return <div ref={place} className={classes.code} data-text-length={text.length} />;
}

/** One part of the draft: Markdown as it is, or how it reads. */
import { useCallback, type DragEvent, type ReactNode } from 'react';
import { openLink } from '../../api/links.ts';
import { Markdown } from '../../ui/Markdown.tsx';
import { entryType } from './EvidenceCard.tsx';
import type { Part } from './parts.ts';
import classes from './postmortem.module.css';

export interface TextPartProps {
  readonly part: Part;
  readonly value: string;
  readonly isPreview: boolean;
  /** Evidence that is inserted goes here. */
  readonly isTarget: boolean;
  readonly onChange: (value: string) => void;
  readonly onFocus: () => void;
  /** An entry was dropped at this place of the text. */
  readonly onDropEntry: (entryId: number, place: number) => void;
  readonly register: (field: HTMLTextAreaElement | null) => void;
  /** Below the text: what was measured. */
  readonly children?: ReactNode;
}

/** Where in the field the pointer is; its end where the browser cannot say. */
function placeUnder(event: DragEvent<HTMLTextAreaElement>): number {
  const field = event.currentTarget;
  const caret = document.caretPositionFromPoint(event.clientX, event.clientY);
  return caret?.offsetNode === field ? caret.offset : field.value.length;
}

const follow = (url: string): void => void openLink(url);

export function TextPart(props: TextPartProps) {
  const { part, value, isPreview } = props;
  const id = `part-${part.name}`;
  const { register } = props;
  // oxlint-disable-next-line react/exhaustive-deps -- one field for as long as the part is shown
  const ref = useCallback(register, []);
  return (
    <section className={classes.part} data-target={props.isTarget || undefined} id={id}>
      <h2>
        <label htmlFor={`${id}-text`}>{part.label}</label>
      </h2>
      {isPreview ? (
        <div className={classes.preview}>
          {value.trim() === '' ? (
            <p className={classes.nothing}>Nothing written.</p>
          ) : (
            <Markdown text={value} onLink={follow} />
          )}
        </div>
      ) : (
        <textarea
          ref={ref}
          id={`${id}-text`}
          className={classes.field}
          placeholder={part.hint}
          maxLength={100_000}
          rows={2}
          value={value}
          onFocus={props.onFocus}
          onChange={(event) => props.onChange(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
          onDrop={(event) => {
            const entryId = Number(event.dataTransfer.getData(entryType));
            if (!Number.isInteger(entryId) || entryId <= 0) return;
            event.preventDefault();
            props.onDropEntry(entryId, placeUnder(event));
          }}
        />
      )}
      {props.children}
    </section>
  );
}

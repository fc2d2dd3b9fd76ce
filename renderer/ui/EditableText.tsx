/** One line of text that becomes a field when it is pressed. Enter saves, Escape leaves it as it was. */
import { useRef, useState, type ReactNode } from 'react';
import { useDraft } from './draft.ts';
import { ForeignText } from './ForeignText.tsx';
import classes from './editable-text.module.css';

export interface EditableTextProps {
  readonly value: string;
  /** What it is: `Title`. */
  readonly label: string;
  /** Shown while there is no text. */
  readonly emptyText: ReactNode;
  /** Under this key an unsaved text survives a reload. */
  readonly draftKey: string;
  readonly max: number;
  readonly size?: 'title' | 'plain';
  /** Whether it may be saved without text. */
  readonly canBeEmpty?: boolean;
  /** False: it was not saved, and the field stays open. */
  readonly onSave: (text: string) => Promise<boolean>;
}

export function EditableText(props: EditableTextProps) {
  const { value, label, emptyText, size = 'plain', canBeEmpty = false } = props;
  const draft = useDraft(props.draftKey, value);
  const [isOpen, setIsOpen] = useState(draft.wasKept && draft.text !== value);
  /** Leaving a field that was just saved or given up takes the focus from it, which would save once more. */
  const isSettled = useRef(false);
  const close = (): void => {
    isSettled.current = true;
    draft.clear();
    setIsOpen(false);
  };
  const save = async (): Promise<void> => {
    if (isSettled.current) return;
    isSettled.current = true;
    const text = draft.text.trim();
    if (text === value || (text === '' && !canBeEmpty) || (await props.onSave(text))) close();
    else isSettled.current = false;
  };
  if (!isOpen) {
    return (
      <button
        type="button"
        className={classes.shown}
        data-size={size}
        data-empty={value === '' || undefined}
        title={`Change: ${label.toLowerCase()}`}
        onClick={() => {
          draft.clear(value);
          isSettled.current = false;
          setIsOpen(true);
        }}
      >
        {value === '' ? emptyText : <ForeignText text={value} isOneLine max={500} />}
      </button>
    );
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <input
        // The person pressed the text to change it.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        className={classes.field}
        data-size={size}
        aria-label={label}
        value={draft.text}
        maxLength={props.max}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => draft.write(event.currentTarget.value)}
        onBlur={() => void save()}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          close();
        }}
      />
    </form>
  );
}

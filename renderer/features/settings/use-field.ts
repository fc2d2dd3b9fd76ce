/** A setting that is typed: saved when it is left or with Enter, kept as it was typed while it is wrong. */
import { useRef, useState, type KeyboardEvent } from 'react';
import { readDraft, writeDraft } from '../../ui/draft.ts';
import type { Parsed } from './parse.ts';

export interface FieldOptions<Value> {
  /** Under this name what is typed survives a reload. */
  readonly name: string;
  /** What is saved, as text. */
  readonly saved: string;
  readonly parse: (text: string) => Parsed<Value> | Promise<Parsed<Value>>;
  /** False: it was not saved, and what was typed stays. */
  readonly save: (value: Value) => Promise<boolean>;
  /** Enter makes a line. */
  readonly hasLines?: boolean;
}

export interface FieldProps {
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (event: { readonly currentTarget: { readonly value: string } }) => void;
  readonly onBlur: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

const keptText = 'You typed this before, and it is not saved yet. Enter saves it, Escape drops it.';

export function useField<Value>(options: FieldOptions<Value>): FieldProps {
  const key = `settings.${options.name}`;
  const [typed, setTyped] = useState(() => readDraft(key));
  const [problem, setProblem] = useState(typed === null ? null : keptText);
  /** What is typed now, for the end of a save. */
  const latest = useRef(typed);
  /** Enter and leaving the field right after it save once. */
  const saving = useRef<string | null>(null);

  const write = (text: string | null): void => {
    latest.current = text;
    setTyped(text);
    setProblem(null);
    writeDraft(key, text);
  };
  const saveText = async (text: string): Promise<void> => {
    const parsed = await options.parse(text);
    if (parsed.problem !== null) {
      if (latest.current === text) setProblem(parsed.problem);
      return;
    }
    if ((await options.save(parsed.value)) && latest.current === text) write(null);
  };
  const save = async (): Promise<void> => {
    const text = latest.current;
    if (text === null || saving.current === text) return;
    saving.current = text;
    try {
      await saveText(text);
    } finally {
      saving.current = null;
    }
  };
  return {
    value: typed ?? options.saved,
    error: problem ?? undefined,
    onChange: (event) => write(event.currentTarget.value),
    onBlur: () => void save(),
    onKeyDown: (event) => {
      if (event.key === 'Enter' && options.hasLines !== true) {
        event.preventDefault();
        void save();
      }
      if (event.key === 'Escape' && typed !== null) {
        event.stopPropagation();
        write(null);
      }
    },
  };
}

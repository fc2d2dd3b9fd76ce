/** Asks once for what no label fills. What is typed survives a reload until it is saved. */
import { TextInput } from '@mantine/core';
import { useState, type RefObject } from 'react';
import { Button } from '../ui/Button.tsx';
import { ForeignText } from '../ui/ForeignText.tsx';
import { readDraft, writeDraft } from '../ui/draft.ts';
import { visibleText } from '../ui/visible-text.ts';
import { parseDraft } from './answers-draft.ts';
import { changedAnswers, type Missing } from './steps.ts';
import classes from './runs.module.css';

export interface AnswersFormProps {
  /** Under this key the draft is kept. Give the form a `key` where it may change. */
  readonly draftKey: string;
  readonly missing: readonly Missing[];
  /** Given before, and shown to be changed. */
  readonly answers: Readonly<Record<string, string>>;
  /** `large`: for 4 AM, where the one big button submits it. */
  readonly size?: 'plain' | 'large';
  readonly formRef?: RefObject<HTMLFormElement | null>;
  /** False: not saved, and everything stays as it was typed. */
  readonly onAnswer: (answers: Readonly<Record<string, string>>) => Promise<boolean>;
}

export function AnswersForm(props: AnswersFormProps) {
  const { draftKey, missing, answers, size = 'plain', formRef, onAnswer } = props;
  const key = `answers.${draftKey}`;
  const [typed, setTyped] = useState(() => parseDraft(readDraft(key)));
  const [isBusy, setIsBusy] = useState(false);
  const names = [...new Set([...missing.map(({ name }) => name), ...Object.keys(answers)])];
  const known = new Map(missing.map((one) => [one.name, one]));
  const changed = changedAnswers(typed, answers);
  const isUnchanged = Object.keys(changed).length === 0;
  const keep = (next: Readonly<Record<string, string>>): void => {
    setTyped(next);
    writeDraft(key, Object.keys(next).length === 0 ? null : JSON.stringify(next));
  };
  const save = async (): Promise<void> => {
    if (isUnchanged || isBusy) return;
    setIsBusy(true);
    if (await onAnswer(changed)) keep({});
    setIsBusy(false);
  };
  return (
    <form
      ref={formRef}
      className={classes.answers}
      data-size={size}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {names.map((name) => (
        <TextInput
          key={name}
          label={visibleText(name, true).slice(0, 80)}
          description={<Refused missing={known.get(name)} />}
          value={typed[name] ?? answers[name] ?? ''}
          maxLength={20_000}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => keep({ ...typed, [name]: event.currentTarget.value })}
          onKeyDown={(event) => {
            // Back to the keys of the screen.
            if (event.key === 'Escape') event.currentTarget.blur();
            // Without a button of its own, a form of several fields does not submit by itself.
            if (event.key === 'Enter' && size === 'large') {
              event.preventDefault();
              void save();
            }
          }}
        />
      ))}
      {size === 'plain' && (
        <Button kind="primary" isSubmit isSmall disabled={isUnchanged || isBusy} keyHint="Enter">
          Fill in
        </Button>
      )}
    </form>
  );
}

/** A value that is known and was not put in: shown, so that one sees what it would have been. */
function Refused({ missing }: { readonly missing: Missing | undefined }) {
  if (missing?.why == null) return null;
  if (missing.refused === undefined) return visibleText(missing.why, true);
  const { value, from } = missing.refused;
  return (
    <>
      <ForeignText text={from} isOneLine max={60} /> says{' '}
      <code>
        <ForeignText text={value} isOneLine max={120} />
      </code>
      , but {visibleText(missing.why, true)}
    </>
  );
}

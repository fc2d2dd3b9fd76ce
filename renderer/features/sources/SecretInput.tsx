/** A password or token: whether there is one and where it is kept, but never which. */
import { PasswordInput } from '@mantine/core';
import type { FormField, Source } from '../../../preload/contract/sources.ts';
import { Button } from '../../ui/Button.tsx';
import { OutcomeMark } from '../../ui/OutcomeMark.tsx';
import { fieldId } from './use-source-form.ts';
import classes from './source-form.module.css';

export interface SecretInputProps {
  readonly field: FormField;
  readonly stored: Source['secrets'][number] | undefined;
  /** Undefined: as it was. Empty: to be removed. */
  readonly change: string | undefined;
  readonly problem: string | undefined;
  /** Says where secrets go in this shell; null where there is a real keychain. */
  readonly runOnlyText: string | null;
  readonly onChange: (value: string | undefined) => void;
}

export function SecretInput(props: SecretInputProps) {
  const { field, stored, change, problem, runOnlyText, onChange } = props;
  const isSet = stored?.isSet === true;
  if (isSet && change === undefined) {
    return (
      <div className={classes.secret}>
        <span className={classes.secretLabel}>{field.label}</span>
        {stored.isKept ? (
          <OutcomeMark outcome="ok">Set, kept in the keychain</OutcomeMark>
        ) : (
          <OutcomeMark outcome="warning">Set for this run only</OutcomeMark>
        )}
        <span className={classes.secretButtons}>
          <Button isSmall onClick={() => onChange('')} id={fieldId(field.name)}>
            Replace
          </Button>
        </span>
        {!stored.isKept && runOnlyText !== null && <p>{runOnlyText}</p>}
      </div>
    );
  }
  return (
    <div className={classes.secretEntry}>
      <PasswordInput
        id={fieldId(field.name)}
        label={field.label}
        description={runOnlyText ?? (field.help === '' ? undefined : field.help)}
        error={problem}
        withAsterisk={field.isRequired}
        aria-required={field.isRequired}
        value={change ?? ''}
        autoComplete="new-password"
        spellCheck={false}
        data-autofocus={isSet || undefined}
        onChange={(event) => {
          const { value } = event.currentTarget;
          onChange(value === '' && !isSet ? undefined : value);
        }}
      />
      {isSet && (
        <Button isSmall kind="quiet" onClick={() => onChange(undefined)}>
          Keep the one that is set
        </Button>
      )}
    </div>
  );
}

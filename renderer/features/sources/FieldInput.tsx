/** One field of a kind's form, drawn from its description. */
import { NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { FormField } from '../../../preload/contract/sources.ts';
import { choiceText } from './choice-words.ts';
import { fieldId } from './use-source-form.ts';

export interface FieldInputProps {
  readonly field: FormField;
  readonly value: string | boolean | undefined;
  readonly problem: string | undefined;
  readonly onChange: (value: string | boolean) => void;
}

export function FieldInput({ field, value, problem, onChange }: FieldInputProps) {
  const text = typeof value === 'string' ? value : '';
  const common = {
    id: fieldId(field.name),
    label: field.label,
    description: field.help === '' ? undefined : field.help,
    error: problem,
    withAsterisk: field.isRequired,
    'aria-required': field.isRequired,
    ...(field.placeholder === undefined ? {} : { placeholder: field.placeholder }),
  };
  switch (field.type) {
    case 'boolean':
      return (
        <Switch
          id={common.id}
          label={common.label}
          description={common.description}
          error={common.error}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={(field.choices ?? []).map((choice) => ({
            value: choice,
            label: choiceText(field.name, choice),
          }))}
          value={text}
          onChange={(next) => onChange(next ?? '')}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...common}
          value={text}
          hideControls
          onChange={(next) => onChange(String(next))}
        />
      );
    case 'urls':
    case 'lines':
      return (
        <Textarea
          {...common}
          value={text}
          minRows={field.type === 'urls' ? 2 : 1}
          maxRows={8}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'text':
    case 'url':
    case 'secret':
      return (
        <TextInput
          {...common}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

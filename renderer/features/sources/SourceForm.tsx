/** Connects a source, or changes one. The fields are drawn from what its kind says about itself. */
import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { FormField, Source, SourceKind } from '../../../preload/contract/sources.ts';
import { api } from '../../api/client.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { runAction } from '../../app/actions/registry.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { Button } from '../../ui/Button.tsx';
import { FormStack, Note } from '../../ui/Dialog.tsx';
import { Page } from '../../ui/Page.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { FieldInput } from './FieldInput.tsx';
import { SecretInput } from './SecretInput.tsx';
import { intervalField, isShown, nameField } from './source-form.ts';
import { TestPanel } from './TestPanel.tsx';
import { fieldId, useSourceForm, type SourceFormState } from './use-source-form.ts';
import classes from './source-form.module.css';

export interface SourceFormProps {
  readonly kind: SourceKind;
  /** Null: a new one. */
  readonly source: Source | null;
}

export function SourceForm({ kind, source }: SourceFormProps) {
  const state = useSourceForm(kind, source);
  const { save, test, leave } = state;
  useActions([save, test, leave]);
  return (
    <Page
      title={
        source === null ? `Connect ${kind.title}` : visibleText(source.name, true).slice(0, 80)
      }
      intro={source === null ? kind.description : kind.title}
      actions={<ActionButton action={leave} label="Sources" />}
    >
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          runAction(save);
        }}
      >
        <div className={classes.fields}>
          <Kept state={state} kind={kind} />
          <FormStack>
            <Fields kind={kind} source={source} state={state} />
          </FormStack>
        </div>
        <div className={classes.side}>
          <TestPanel state={state} />
          {state.failure !== null && (
            <div role="alert">
              <Note tone="critical">
                <strong>{visibleText(state.failure.message)}</strong>
                <div>{visibleText(state.failure.next)}</div>
              </Note>
            </div>
          )}
          <div className={classes.buttons}>
            <ActionButton action={test} />
            <ActionButton
              action={save}
              kind="primary"
              label={state.busy === 'saving' ? 'Saving…' : save.label}
            />
          </div>
        </div>
      </form>
    </Page>
  );
}

function Kept({ state, kind }: { readonly state: SourceFormState; readonly kind: SourceKind }) {
  if (!state.wasKept || !state.isDirty) return null;
  const hasSecrets = kind.fields.some(
    (field) => field.type === 'secret' && isShown(field, state.form.values),
  );
  return (
    <Note tone="info">
      <div className={classes.kept}>
        <span>
          What you typed before is still here.
          {hasSecrets && ' Passwords and tokens were not kept: enter them again.'}
        </span>
        <Button isSmall onClick={state.discard}>
          Start over
        </Button>
      </div>
    </Note>
  );
}

function Fields({ kind, source, state }: SourceFormProps & { readonly state: SourceFormState }) {
  const { data: info } = useQuery(api.system.info.queryOptions({ input: {} }));
  const runOnlyText = info?.powers.keychain === 'none' ? info.powers.keychainText : null;
  const { form, problems } = state;
  const shown = kind.fields.filter((field) => isShown(field, form.values));
  const draw = (field: FormField): ReactNode =>
    field.type === 'secret' ? (
      <SecretInput
        key={field.name}
        field={field}
        stored={source?.secrets.find(({ name }) => name === field.name)}
        change={state.secrets[field.name]}
        problem={problems[field.name]}
        runOnlyText={runOnlyText}
        onChange={(value) => state.setSecret(field.name, value)}
      />
    ) : (
      <FieldInput
        key={field.name}
        field={field}
        value={form.values[field.name]}
        problem={problems[field.name]}
        onChange={(value) => state.setValue(field.name, value)}
      />
    );
  return (
    <>
      <TextInput
        id={fieldId(nameField)}
        label="Name"
        description="As the list and the bar at the bottom show it."
        withAsterisk
        value={form.name}
        maxLength={200}
        error={problems[nameField]}
        autoComplete="off"
        onChange={(event) => state.setName(event.currentTarget.value)}
      />
      {shown.filter(({ isAdvanced }) => isAdvanced !== true).map(draw)}
      <TextInput
        id={fieldId(intervalField)}
        label="Poll every, in seconds"
        description="Blind after three of these without an answer, and after 45 s at the earliest."
        inputMode="numeric"
        withAsterisk
        value={form.interval}
        error={problems[intervalField]}
        autoComplete="off"
        onChange={(event) => state.setInterval(event.currentTarget.value)}
      />
      <Advanced fields={shown.filter(({ isAdvanced }) => isAdvanced === true)} state={state}>
        {draw}
      </Advanced>
    </>
  );
}

/** Trust, certificates, proxy, time limit. Open when something in it was changed, or is wrong. */
function Advanced({
  fields,
  state,
  children,
}: {
  readonly fields: readonly FormField[];
  readonly state: SourceFormState;
  readonly children: (field: FormField) => ReactNode;
}) {
  const { form, problems } = state;
  const isTouched = fields.some(
    ({ name, type, default: preset = '' }) =>
      type !== 'secret' && String(form.values[name] ?? '') !== [preset].flat().join('\n'),
  );
  const isWrong = fields.some(({ name }) => problems[name] !== undefined);
  const [isOpen, setOpen] = useState(isTouched);
  if (fields.length === 0) return null;
  return (
    <details
      className={classes.advanced}
      open={isOpen || isWrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>Connection details: certificates, proxy, time limit</summary>
      <FormStack>{fields.map(children)}</FormStack>
    </details>
  );
}

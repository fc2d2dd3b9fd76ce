/** One action of one's own: its name, what it does, and for which alarms. */
import { Modal, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { CustomAction } from '../../../preload/contract/settings.ts';
import { Button } from '../../ui/Button.tsx';
import { DialogButtons, FormStack } from '../../ui/Dialog.tsx';
import { actionProblems, kindNames } from './own-actions.ts';
import { parseQuery } from './parse-query.ts';
import classes from './settings.module.css';

const choices = Object.entries(kindNames).map(([value, label]) => ({ value, label }));

const examples: Readonly<Record<CustomAction['kind'], string>> = {
  open_url: 'https://logs.example.org/?pod={{labels.pod}}',
  copy_command: 'kubectl -n {{labels.namespace}} describe pod {{labels.pod}}',
  run_command: 'kubectl -n {{labels.namespace}} get pod {{labels.pod}}',
};

export interface CustomActionDialogProps {
  /** Null: a new one. */
  readonly action: CustomAction | null;
  /** False: it was not saved, and everything stays as it was typed. */
  readonly onSave: (action: CustomAction) => Promise<boolean>;
  readonly onClose: () => void;
}

export function CustomActionDialog({ action, onSave, onClose }: CustomActionDialogProps) {
  const [name, setName] = useState(action?.name ?? '');
  const [kind, setKind] = useState<CustomAction['kind']>(action?.kind ?? 'open_url');
  const [template, setTemplate] = useState(action?.template ?? '');
  const [query, setQuery] = useState(action?.query ?? '');
  const [isTried, setIsTried] = useState(false);
  const [queryProblem, setQueryProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const wanted = { name: name.trim(), kind, template: template.trim(), query: query.trim() };
  const problems = actionProblems(wanted);

  const save = async (): Promise<void> => {
    setIsTried(true);
    if (Object.keys(problems).length > 0 || isBusy) return;
    setIsBusy(true);
    try {
      const parsed = wanted.query === '' ? null : await parseQuery(wanted.query);
      if (parsed !== null && parsed.problem !== null) setQueryProblem(parsed.problem);
      else if (await onSave(wanted)) onClose();
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={action === null ? 'New action' : 'Change action'}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <FormStack>
          <TextInput
            label="Name"
            data-autofocus
            value={name}
            maxLength={80}
            error={isTried ? problems.name : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="What it does"
            data={choices}
            value={kind}
            onChange={(next) => {
              if (next !== null) setKind(next as CustomAction['kind']);
            }}
          />
          <Textarea
            className={classes.query}
            label={kind === 'open_url' ? 'Address' : 'Command'}
            description={
              kind === 'open_url'
                ? 'Values of the alarm are percent-encoded.'
                : 'Values of the alarm are quoted for the shell.'
            }
            placeholder={examples[kind]}
            autoComplete="off"
            spellCheck={false}
            autosize
            minRows={1}
            maxRows={8}
            value={template}
            error={isTried ? problems.template : undefined}
            onChange={(event) => setTemplate(event.currentTarget.value)}
          />
          <TextInput
            className={classes.query}
            label="For alarms that match"
            description="A filter as in triage. Empty: all alarms."
            placeholder="service=checkout"
            autoComplete="off"
            spellCheck={false}
            value={query}
            maxLength={2_000}
            error={queryProblem ?? undefined}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setQueryProblem(null);
            }}
          />
        </FormStack>
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isSubmit disabled={isBusy}>
            {action === null ? 'Add action' : 'Change action'}
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}

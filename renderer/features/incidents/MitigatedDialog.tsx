/** One sentence while it is fresh: what stopped it. It may be left out; the act is what counts. */
import { Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Incident } from '../../../preload/contract/incidents.ts';
import { client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { Button } from '../../ui/Button.tsx';
import { useTimeZone } from '../../ui/clock.ts';
import { DateTimeField } from '../../ui/DateTimeField.tsx';
import { DialogButtons, FormStack } from '../../ui/Dialog.tsx';
import { useDraft } from '../../ui/draft.ts';
import { instantOfWallTime } from '../../ui/zoned-time.ts';
import { mitigationGuess } from './mitigation-guess.ts';
import { tellAct } from './use-incident-actions.ts';
import { putIncident } from './use-incident.ts';

export interface IncidentDialogProps {
  readonly incident: Incident;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function MitigatedDialog(props: IncidentDialogProps) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="Mitigated: the impact has stopped">
      <Form incident={props.incident} onClose={props.onClose} />
    </Modal>
  );
}

function Form({ incident, onClose }: Omit<IncidentDialogProps, 'isOpen'>) {
  const { id } = incident.summary;
  const zone = useTimeZone();
  const guess = incident.mitigation || mitigationGuess(incident.runs);
  const draft = useDraft(`incident.${id}.mitigation`, guess);
  const [at, setAt] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const mark = async (mitigation: string): Promise<void> => {
    setIsBusy(true);
    const instant = at === '' ? null : instantOfWallTime(at, zone);
    await attempt('Marking as mitigated', async () => {
      const input = { id, mitigation, ...(instant === null ? {} : { at: instant }) };
      const after = putIncident(await client.incidents.mitigate(input));
      draft.clear();
      onClose();
      tellAct('Mitigated', after);
    });
    setIsBusy(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void mark(draft.text.trim());
      }}
    >
      <FormStack>
        <TextInput
          data-autofocus
          label="What stopped it, in one sentence"
          description={
            guess === '' ? undefined : 'Filled in from what was done last. Change it as you like.'
          }
          placeholder="Rolled checkout-api back to 4.17.2"
          maxLength={1_000}
          value={draft.text}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => draft.write(event.currentTarget.value)}
        />
        <DateTimeField label="When, if it was not just now" value={at} onChange={setAt} />
      </FormStack>
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button disabled={isBusy} onClick={() => void mark('')}>
          Skip the sentence
        </Button>
        <Button kind="done" isSubmit keyHint="Enter" disabled={isBusy}>
          Mark as mitigated
        </Button>
      </DialogButtons>
    </form>
  );
}

/** An incident that no alarm told about: a customer called, somebody saw it. */
import { Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { attempt } from '../../app/attempt.ts';
import { navigate } from '../../app/hash-location.ts';
import { client } from '../../api/client.ts';
import { Button } from '../../ui/Button.tsx';
import { DialogButtons, FormStack } from '../../ui/Dialog.tsx';
import { useDraft } from '../../ui/draft.ts';
import { putIncident } from './use-incident.ts';

export function NewIncidentDialog(props: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="New incident">
      <Form onClose={props.onClose} />
    </Modal>
  );
}

function Form({ onClose }: { readonly onClose: () => void }) {
  const draft = useDraft('incident.new');
  const [isBusy, setIsBusy] = useState(false);
  const open = async (): Promise<void> => {
    setIsBusy(true);
    await attempt('Opening the incident', async () => {
      const incident = await client.incidents.open({ alarmIds: [], title: draft.text.trim() });
      putIncident(incident);
      draft.clear();
      navigate(`/incidents/${incident.summary.id}`, { replace: true });
    });
    setIsBusy(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      <FormStack>
        <TextInput
          data-autofocus
          label="What is broken"
          description="Who cannot do what, in a few words. It can be changed later, and alarms can be added."
          placeholder="Customers in eu-west-1 cannot pay"
          maxLength={500}
          value={draft.text}
          onChange={(event) => draft.write(event.currentTarget.value)}
        />
      </FormStack>
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" isSubmit disabled={isBusy || draft.text.trim() === ''}>
          Open the incident
        </Button>
      </DialogButtons>
    </form>
  );
}

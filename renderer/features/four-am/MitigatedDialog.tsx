/** The impact is over: asks in one sentence what stopped it, and writes the time into the incident. */
import { Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { DialogButtons, FormStack } from '../../ui/Dialog.tsx';
import { useDraft } from '../../ui/draft.ts';
import { lastHandled } from '../../runs/index.ts';
import { incidentFor, type Night } from './use-four-am.ts';
import type { Impact } from './words.ts';

export interface MitigatedDialogProps {
  readonly night: Night;
  readonly impact: Impact;
  readonly onClose: () => void;
}

const guessMax = 300;

export function MitigatedDialog({ night, impact, onClose }: MitigatedDialogProps) {
  const [isBusy, setIsBusy] = useState(false);
  const { incidentId } = night;
  const done = night.run.steps.filter(
    ({ phase, state }) => phase === 'stop_it' && state === 'done',
  );
  const guess = lastHandled(done)?.plainText.slice(0, guessMax) ?? '';
  const draft = useDraft(`mitigated.${night.detail.row.id}`, guess);
  const save = async (): Promise<void> => {
    if (isBusy) return;
    setIsBusy(true);
    const isSaved = await attempt('Mitigated', async () => {
      const id = await incidentFor(night, impact.sentence);
      await client.incidents.mitigate({ id, mitigation: draft.text.trim() });
      draft.clear();
      toast({
        title: `Mitigated, incident ${id}`,
        text: 'Now tell people. The cause can wait.',
        undo: async () => {
          await client.incidents.reopen({ id });
        },
      });
    });
    if (isSaved) onClose();
    else setIsBusy(false);
  };
  return (
    <Modal opened onClose={onClose} title="Mitigated: the impact is over">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <FormStack>
          <p>
            {incidentId === null
              ? 'An incident is opened for this alarm, and the time is written into it.'
              : `The time is written into incident ${incidentId}.`}{' '}
            The alarm may need a few minutes to clear.
          </p>
          <Textarea
            label="What stopped it, in one sentence"
            value={draft.text}
            maxLength={20_000}
            maxRows={6}
            data-autofocus
            onChange={(event) => draft.write(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey) return;
              event.preventDefault();
              void save();
            }}
          />
        </FormStack>
        <DialogButtons>
          <Button onClick={onClose}>Not yet</Button>
          <Button kind="done" isSubmit disabled={isBusy} keyHint="Enter">
            Mitigated
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}

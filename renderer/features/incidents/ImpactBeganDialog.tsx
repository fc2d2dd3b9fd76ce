/** The impact often begins before the first alarm; people know it from logs and calls. */
import { Modal } from '@mantine/core';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { Button } from '../../ui/Button.tsx';
import { useTimeZone } from '../../ui/clock.ts';
import { DateTimeField } from '../../ui/DateTimeField.tsx';
import { DialogButtons } from '../../ui/Dialog.tsx';
import { instantOfWallTime, wallTime } from '../../ui/zoned-time.ts';
import type { IncidentDialogProps } from './MitigatedDialog.tsx';
import { putIncident } from './use-incident.ts';

export function ImpactBeganDialog(props: IncidentDialogProps) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="When did the impact begin?">
      <Form incident={props.incident} onClose={props.onClose} />
    </Modal>
  );
}

function Form({ incident, onClose }: Omit<IncidentDialogProps, 'isOpen'>) {
  const zone = useTimeZone();
  const { id, times } = incident.summary;
  const [value, setValue] = useState(() =>
    wallTime(times.impactBeganAt ?? times.detectedAt ?? Date.now(), zone),
  );
  const [isBusy, setIsBusy] = useState(false);
  const instant = instantOfWallTime(value, zone);
  const save = async (impactBeganAt: string): Promise<void> => {
    setIsBusy(true);
    const isSaved = await attempt('Changing when the impact began', async () => {
      putIncident(await client.incidents.update({ id, impactBeganAt }));
    });
    setIsBusy(false);
    if (isSaved) onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (instant !== null) void save(instant);
      }}
    >
      <DateTimeField
        label="Impact began"
        description="When the first person was affected, as well as you know. All durations are measured from it."
        value={value}
        onChange={setValue}
      />
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" isSubmit disabled={isBusy || instant === null}>
          Save
        </Button>
      </DialogButtons>
    </form>
  );
}

/** Puts more alarms into an incident: those that are active now and not in it yet. */
import { Checkbox, Modal, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlarmRow } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { api, client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { DialogButtons } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { SeverityMark } from '../../ui/SeverityMark.tsx';
import { Age } from '../../ui/Time.tsx';
import type { IncidentDialogProps } from './MitigatedDialog.tsx';
import { putIncident } from './use-incident.ts';
import classes from './add-alarms.module.css';

export function AddAlarmsDialog(props: IncidentDialogProps) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="Add alarms" size="lg">
      <Form incident={props.incident} onClose={props.onClose} />
    </Modal>
  );
}

const shownMax = 50;

function Form({ incident, onClose }: Omit<IncidentDialogProps, 'isOpen'>) {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<AlarmId>>(new Set());
  const [isBusy, setIsBusy] = useState(false);
  const { data } = useQuery(
    api.alarms.list.queryOptions({
      input: { query, groupBy: 'none' },
      placeholderData: keepPreviousData,
    }),
  );
  const own = new Set(incident.alarms.map(({ id }) => id));
  const others = (data?.rows ?? []).filter(({ id }) => !own.has(id));
  const shown = others.slice(0, shownMax);
  const rest = (data?.ids ?? []).filter((id) => !own.has(id)).length - shown.length;
  const toggle = (id: AlarmId): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const add = async (): Promise<void> => {
    if (chosen.size === 0) return;
    setIsBusy(true);
    const isAdded = await attempt('Adding alarms', async () => {
      const { id } = incident.summary;
      putIncident(await client.incidents.addAlarms({ id, alarmIds: [...chosen] }));
    });
    setIsBusy(false);
    if (!isAdded) return;
    toast({ title: chosen.size === 1 ? 'Alarm added' : `${chosen.size} alarms added` });
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <TextInput
        data-autofocus
        aria-label="Filter alarms"
        placeholder="Filter: checkout severity>=high"
        maxLength={2_000}
        value={query}
        error={data?.problems[0]?.message}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      {/* It scrolls, so the keyboard must reach it; its boxes do. */}
      <ul className={classes.lines}>
        {shown.map((alarm) => (
          <li key={alarm.id}>
            <Checkbox
              checked={chosen.has(alarm.id)}
              onChange={() => toggle(alarm.id)}
              label={<Line alarm={alarm} />}
            />
          </li>
        ))}
      </ul>
      {data !== undefined && shown.length === 0 && (
        <p className={classes.none}>
          {query === ''
            ? 'Every active alarm that can be seen is in this incident already.'
            : 'No other active alarm matches.'}
        </p>
      )}
      {rest > 0 && <p className={classes.none}>{rest} more. Filter to find them.</p>}
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" isSubmit disabled={isBusy || chosen.size === 0}>
          {chosen.size <= 1 ? 'Add alarm' : `Add ${chosen.size} alarms`}
        </Button>
      </DialogButtons>
    </form>
  );
}

function Line({ alarm }: { readonly alarm: AlarmRow }) {
  return (
    <span className={classes.line}>
      <SeverityMark severity={alarm.severity} isMapped={alarm.isSeverityMapped} />
      <span className={classes.title}>
        <ForeignText text={alarm.title} isOneLine />{' '}
        <span className={classes.more}>
          <ForeignText text={alarm.service} isOneLine max={80} />
          {alarm.incidentId !== null && `, in incident ${alarm.incidentId}`}
        </span>
      </span>
      <span className={classes.more}>
        <Age since={alarm.startsAt} />
      </span>
    </span>
  );
}

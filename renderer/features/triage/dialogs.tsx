/** The dialogs of triage, of which at most one is open. The list stands still behind them. */
import { Modal, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlarmDetail } from '../../../preload/contract/alarms.ts';
import type { AlarmId, IncidentId } from '../../../preload/contract/common.ts';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { navigate } from '../../app/hash-location.ts';
import { toast, toastError } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { DialogButtons, FormStack } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Age } from '../../ui/Time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { useAlarmRow, type AlarmRows } from './alarm-rows.ts';
import { SilenceDialog } from './SilenceDialog.tsx';
import { acknowledge, resolve, type DialogState } from './use-triage-actions.ts';
import classes from './dialogs.module.css';
import { countOf, countText } from '../../ui/count-text.ts';

export interface TriageDialogsProps {
  readonly dialogs: DialogState;
  readonly rows: AlarmRows;
  readonly detail: AlarmDetail | undefined;
  /** Something was done to the marked alarms. */
  readonly onDone: () => void;
}

export function TriageDialogs({ dialogs, rows, detail, onDone }: TriageDialogsProps) {
  const { dialog, close } = dialogs;
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'silence':
      return <SilenceDialog id={dialog.id} rows={rows} onClose={close} />;
    case 'comment':
      return <CommentDialog id={dialog.id} rows={rows} detail={detail} onClose={close} />;
    case 'resolve':
      return <ResolveDialog ids={dialog.ids} rows={rows} onClose={close} onDone={onDone} />;
    case 'incident':
      return <IncidentDialog ids={dialog.ids} rows={rows} onClose={close} onDone={onDone} />;
    case 'acknowledge':
      return (
        <ConfirmDialog
          isOpen
          title={`Acknowledge ${countOf(dialog.ids.length, 'alarm')}?`}
          confirmLabel={`Acknowledge ${countOf(dialog.ids.length, 'alarm')}`}
          onClose={close}
          onConfirm={async () => {
            try {
              await acknowledge(dialog.ids);
              onDone();
              close();
            } catch (error) {
              toastError('Acknowledge failed', describeError(error));
            }
          }}
        >
          <FormStack>
            <AlarmNames ids={dialog.ids} rows={rows} />
            {detail !== undefined && detail.actions.acknowledgeEffect !== '' && (
              <p>{detail.actions.acknowledgeEffect}</p>
            )}
          </FormStack>
        </ConfirmDialog>
      );
  }
}

const namesShown = 6;

function AlarmNames({ ids, rows }: { readonly ids: readonly AlarmId[]; readonly rows: AlarmRows }) {
  return (
    <ul className={classes.names}>
      {ids.slice(0, namesShown).map((id) => (
        <AlarmName key={id} id={id} rows={rows} />
      ))}
      {ids.length > namesShown && <li>and {countText(ids.length - namesShown)} more</li>}
    </ul>
  );
}

function AlarmName({ id, rows }: { readonly id: AlarmId; readonly rows: AlarmRows }) {
  const row = useAlarmRow(rows, id);
  return (
    <li>
      {row === undefined ? (
        `alarm ${id}`
      ) : (
        <>
          <ForeignText text={row.title} isOneLine max={120} />{' '}
          <span className={classes.faint}>
            <ForeignText text={row.service} isOneLine max={60} />
          </span>
        </>
      )}
    </li>
  );
}

interface OneAlarmProps {
  readonly id: AlarmId;
  readonly rows: AlarmRows;
  readonly onClose: () => void;
}

/** Where a comment goes beside the history here; empty until that is known. */
function commentPlace(detail: AlarmDetail): string {
  const name = visibleText(detail.row.sourceName, true);
  return detail.actions.comment
    ? `Kept here, and sent to ${name}.`
    : `Kept here only. ${visibleText(detail.actions.reasons.comment ?? '', true)}`;
}

function CommentDialog({
  id,
  rows,
  detail,
  onClose,
}: OneAlarmProps & { readonly detail: AlarmDetail | undefined }) {
  const [text, setText] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const own = detail?.row.id === id ? detail : undefined;
  const save = async (): Promise<void> => {
    if (text.trim() === '' || isBusy) return;
    setIsBusy(true);
    try {
      await client.alarms.comment({ id, text: text.trim() });
      toast({
        title: 'Comment kept with the alarm',
        ...(own?.actions.comment === true ? { text: 'It is being sent to the source.' } : {}),
      });
      onClose();
    } catch (error) {
      toastError('Commenting failed', describeError(error));
      setIsBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title="Comment">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <FormStack>
          <ul className={classes.names}>
            <AlarmName id={id} rows={rows} />
          </ul>
          <Textarea
            aria-label="Comment"
            description={own === undefined ? undefined : commentPlace(own)}
            placeholder="What you see or decided"
            value={text}
            maxLength={20_000}
            maxRows={12}
            data-autofocus
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
            }}
          />
        </FormStack>
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            isSubmit
            disabled={text.trim() === '' || isBusy}
            keyHint="Ctrl Enter"
          >
            Comment
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}

interface ResolveDialogProps {
  readonly ids: readonly AlarmId[];
  readonly rows: AlarmRows;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** It cannot be taken back, so it shows first what it touches. */
function ResolveDialog({ ids, rows, onClose, onDone }: ResolveDialogProps) {
  const [note, setNote] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const go = async (): Promise<void> => {
    if (isBusy) return;
    setIsBusy(true);
    try {
      await resolve(ids, note.trim());
      onDone();
      onClose();
    } catch (error) {
      toastError('Resolve failed', describeError(error));
      setIsBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Resolve ${countOf(ids.length, 'alarm')}?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <FormStack>
          <AlarmNames ids={ids} rows={rows} />
          <p>
            The source is told that it is over, for everybody. That cannot be taken back; what is
            still wrong fires anew.
          </p>
          <TextInput
            label="What fixed it"
            data-autofocus
            value={note}
            maxLength={1_000}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        </FormStack>
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isSubmit disabled={isBusy} keyHint="Enter">
            Resolve at the source
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}

interface IncidentDialogProps {
  readonly ids: readonly AlarmId[];
  readonly rows: AlarmRows;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function IncidentDialog({ ids, rows, onClose, onDone }: IncidentDialogProps) {
  const first = useAlarmRow(rows, ids[0] ?? null);
  const [title, setTitle] = useState(first?.summary.slice(0, 200) || (first?.title ?? ''));
  const [isBusy, setIsBusy] = useState(false);
  const { data = [] } = useQuery(api.incidents.list.queryOptions({ input: {} }));
  const openOnes = data.filter(({ times }) => times.resolvedAt === null);
  const go = async (work: () => Promise<{ summary: { id: IncidentId } }>): Promise<void> => {
    if (isBusy) return;
    setIsBusy(true);
    try {
      const { summary } = await work();
      onDone();
      onClose();
      navigate(`/incidents/${summary.id}`);
    } catch (error) {
      toastError('Opening the incident failed', describeError(error));
      setIsBusy(false);
    }
  };
  const open = (): Promise<void> =>
    go(() =>
      client.incidents.open({
        alarmIds: [...ids],
        ...(title.trim() === '' ? {} : { title: title.trim() }),
      }),
    );
  return (
    <Modal opened onClose={onClose} title="Open an incident">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <FormStack>
          <AlarmNames ids={ids} rows={rows} />
          <TextInput
            label="What is wrong, in one sentence"
            value={title}
            maxLength={500}
            data-autofocus
            // What was guessed from the alarm is typed over, not added to.
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          {openOnes.length > 0 && (
            <fieldset className={classes.choices}>
              <legend>Or add to one that is open</legend>
              {openOnes.slice(0, 5).map((incident) => (
                <Button
                  key={incident.id}
                  disabled={isBusy}
                  onClick={() =>
                    void go(() =>
                      client.incidents.addAlarms({ id: incident.id, alarmIds: [...ids] }),
                    )
                  }
                >
                  {incident.id}: <ForeignText text={incident.title} isOneLine max={60} />
                  {incident.times.detectedAt !== null && (
                    <span className={classes.faint}>
                      <Age since={incident.times.detectedAt} />
                    </span>
                  )}
                </Button>
              ))}
            </fieldset>
          )}
        </FormStack>
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isSubmit disabled={isBusy} keyHint="Enter">
            Open incident
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}

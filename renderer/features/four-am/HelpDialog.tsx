/** Call for help: whom the runbook names, and a text for them. Nightdesk calls nobody itself, and says so. */
import { Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { copyText } from '../../api/clipboard.ts';
import { attempt } from '../../app/attempt.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { useTimeZone } from '../../ui/clock.ts';
import { DialogButtons, FormStack, Note } from '../../ui/Dialog.tsx';
import { useDraft } from '../../ui/draft.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import type { Night } from './use-four-am.ts';
import { ackState, statusMessage, type Impact } from './words.ts';
import classes from './four-am.module.css';

export interface HelpDialogProps {
  readonly night: Night;
  readonly impact: Impact;
  readonly onClose: () => void;
}

export function HelpDialog({ night, impact, onClose }: HelpDialogProps) {
  const { detail, run, match, incidentId } = night;
  const zone = useTimeZone();
  const tell = run.steps.filter(({ phase }) => phase === 'tell');
  const [written] = useState(() =>
    statusMessage({
      row: detail.row,
      impact,
      runbookTitle: match?.title ?? null,
      steps: run.steps,
      incidentId,
      mitigatedAt: night.mitigatedAt,
      ack: ackState(detail.row, night.person),
      now: Date.now(),
      zone,
    }),
  );
  const draft = useDraft(`help.${detail.row.id}`, written);
  const copy = (): Promise<boolean> =>
    attempt('Copying', async () => {
      await copyText(draft.text);
      toast({ title: 'Copied. Paste it to whoever you call.' });
      draft.clear(draft.text);
    });
  const keep = async (): Promise<void> => {
    if (incidentId === null || !(await copy())) return;
    await attempt('Keeping it on the timeline', async () => {
      await client.incidents.note({ id: incidentId, text: draft.text, kind: 'status_update' });
      onClose();
    });
  };
  return (
    <Modal opened onClose={onClose} title="Call for help" size="lg">
      <FormStack>
        <Note tone="info">
          Nightdesk pages nobody: use your phone or your pager. Asking at night is part of the job,
          not a failure at it.
        </Note>
        {tell.length > 0 ? (
          <div>
            <p className={classes.dialogLead}>The runbook says whom:</p>
            <ul className={classes.whom}>
              {tell.map((step) => (
                <li key={step.id}>
                  <ForeignText text={step.plainText} max={600} />
                </li>
              ))}
            </ul>
          </div>
        ) : (
          <p>
            The runbook names nobody. Call whoever is second on your team’s rota, or the person who
            knows this service best.
          </p>
        )}
        <Textarea
          label="What to tell them"
          description={
            draft.wasKept
              ? 'As you left it; times in it may be old.'
              : 'Written from what is known. Change what you like.'
          }
          value={draft.text}
          maxLength={20_000}
          maxRows={14}
          data-autofocus
          onChange={(event) => draft.write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void copy();
          }}
        />
      </FormStack>
      <DialogButtons>
        <Button onClick={onClose}>Close</Button>
        {draft.wasKept && (
          <Button kind="quiet" onClick={() => draft.clear(written)}>
            Write it anew
          </Button>
        )}
        {incidentId !== null && (
          <Button onClick={() => void keep()}>Copy and keep on the timeline</Button>
        )}
        <Button kind="primary" keyHint="Ctrl Enter" onClick={() => void copy()}>
          Copy the text
        </Button>
      </DialogButtons>
    </Modal>
  );
}

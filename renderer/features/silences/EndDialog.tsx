/** Another end for a silence: later by a choice of lengths, or at a moment, which may also be an earlier one. */
import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Silence } from '../../../preload/contract/silences.ts';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { toastError } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { DateTimeField } from '../../ui/DateTimeField.tsx';
import { DialogButtons, FormStack } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import { durationText } from '../../ui/time-text.ts';
import { instantOfWallTime, wallTime } from '../../ui/zoned-time.ts';
import { morningAfter } from './morning.ts';
import { hourMs, laterEnd, wantedEnd } from './silence-words.ts';
import classes from './silences.module.css';

const lengths = [1, 4, 8, 24].map((hours) => hours * hourMs);

export interface EndDialogProps {
  readonly silence: Silence;
  readonly onChoose: (endsAt: string) => Promise<void>;
  readonly onClose: () => void;
}

export function EndDialog({ silence, onChoose, onClose }: EndDialogProps) {
  const zone = useTimeZone();
  const now = useNow(60_000);
  const [at, setAt] = useState(wallTime(new Date(wantedEnd(silence)).toISOString(), zone));
  const [isBusy, setIsBusy] = useState(false);
  const { data } = useQuery(api.settings.get.queryOptions({ input: {} }));
  const morning = morningAfter(data?.settings.sleepHours ?? null, now, zone);
  const wanted = instantOfWallTime(at, zone);
  const isPast = wanted !== null && Date.parse(wanted) <= now;

  const choose = async (endsAt: string): Promise<void> => {
    if (isBusy) return;
    setIsBusy(true);
    try {
      await onChoose(endsAt);
      onClose();
    } catch (error) {
      toastError('Moving the end failed', describeError(error));
      setIsBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title="End of the silence">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== null && !isPast) void choose(wanted);
        }}
      >
        <FormStack>
          <p>
            <ForeignText text={silence.scope} isOneLine max={200} />
          </p>
          <fieldset className={classes.choices}>
            <legend>Later</legend>
            {lengths.map((ms, index) => (
              <Button
                key={ms}
                disabled={isBusy}
                data-autofocus={index === 0 || undefined}
                onClick={() => void choose(laterEnd(silence, ms, Date.now()))}
              >
                {durationText(ms)} more <Moment at={laterEnd(silence, ms, now)} />
              </Button>
            ))}
            {morning !== null && (
              <Button disabled={isBusy} onClick={() => void choose(morning)}>
                When you are up <Moment at={morning} />
              </Button>
            )}
          </fieldset>
          <DateTimeField
            label="Or at"
            value={at}
            onChange={setAt}
            description={isPast ? 'This has passed: end the silence instead.' : undefined}
          />
        </FormStack>
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isSubmit disabled={wanted === null || isPast || isBusy}>
            End it then
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}

/**
 * What the person must know once: a gap in the watch, a restored database. Stays until dismissed.
 *
 * Only what weighs most is open: each bar takes two rows from the list above it.
 */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, client } from '../api/client.ts';
import { useDesk, useWindowBlind } from '../api/desk.ts';
import { Button } from '../ui/Button.tsx';
import { countText } from '../ui/count-text.ts';
import { ForeignText } from '../ui/ForeignText.tsx';
import { Moment } from '../ui/Time.tsx';
import { navigate } from './hash-location.ts';
import { byWeight } from './notice-order.ts';
import { playSound, useSounds } from './sounds.ts';
import classes from './notices.module.css';

export function Notices() {
  const { data: notices = [] } = useQuery(api.desk.notices.queryOptions({ input: {} }));
  const dismiss = useMutation(api.desk.dismissNotice.mutationOptions());
  const [isOpen, setOpen] = useState(false);
  const ordered = byWeight(notices);
  const folded = Math.max(0, ordered.length - 1);
  return (
    <div className={classes.notices}>
      <ConnectionNotice />
      <SoundNotice />
      {ordered.slice(0, isOpen ? undefined : 1).map((notice, index) => (
        <div key={notice.id} className={classes.notice} data-kind={notice.kind} role="status">
          <div className={classes.words}>
            <strong>
              <ForeignText text={notice.title} isOneLine />
            </strong>
            <span className={classes.when}>
              <Moment at={notice.at} />
            </span>
            <div className={classes.text}>
              <ForeignText text={notice.text} max={600} />
            </div>
          </div>
          {notice.kind === 'gap' && <UnseenButton />}
          {index === 0 && folded > 0 && (
            <Button isSmall aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? 'Only this one' : `${folded} more`}
            </Button>
          )}
          <Button
            isSmall
            disabled={dismiss.isPending}
            onClick={() => dismiss.mutate({ id: notice.id })}
            aria-label={`Dismiss: ${notice.title}`}
          >
            Dismiss
          </Button>
        </div>
      ))}
    </div>
  );
}

/** To what happened in the gap, as long as there is something that nobody has seen. */
function UnseenButton() {
  const unseen = useDesk(({ state }) => state?.counts.unseen ?? 0);
  if (unseen === 0) return null;
  return (
    <Button isSmall onClick={() => navigate('/?query=is%3Aunseen')}>
      Show {countText(unseen)} unseen
    </Button>
  );
}

function ConnectionNotice() {
  if (!useWindowBlind()) return null;
  return (
    <div className={classes.notice} data-kind="blind" role="alert">
      <div className={classes.words}>
        <strong>Nightdesk does not answer this window.</strong>
        <div className={classes.text}>
          What you see is the last known state. It is being connected again; if this stays, look
          whether Nightdesk still runs.
        </div>
      </div>
    </div>
  );
}

function SoundNotice() {
  const { data } = useQuery(api.settings.get.queryOptions({ input: {} }));
  const isArmed = useSounds((state) => state.isArmed);
  const problem = useSounds((state) => state.problem);
  if (data?.settings.isSoundOn !== true || (isArmed && problem === null)) return null;
  return (
    <div className={classes.notice} data-kind="problem" role="status">
      <div className={classes.words}>
        <strong>{problem ?? 'Sound is not armed, click once'}</strong>
        <div className={classes.text}>
          {problem === null
            ? 'The browser forbids sound until you have clicked in this window. Until then a page is silent here.'
            : 'Pages are still shown. Look at the volume and the output of this machine, then test again in Settings.'}
        </div>
      </div>
      <Button isSmall onClick={() => void playSound('notice')}>
        {problem === null ? 'Arm sound' : 'Try again'}
      </Button>
    </div>
  );
}

/** Dismisses everything that is shown; for the palette. */
export async function dismissAllNotices(): Promise<void> {
  for (const { id } of await client.desk.notices({})) await client.desk.dismissNotice({ id });
}

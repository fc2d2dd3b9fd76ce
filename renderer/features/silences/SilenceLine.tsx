/** One silence: until when, what it covers, who made it and why, what it hides, and what can be done. */
import { ChevronDown, ChevronRight, Moon } from 'lucide-react';
import { useId, useState } from 'react';
import type { Silence } from '../../../preload/contract/silences.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { listLine } from '../../app/actions/use-list-keys.ts';
import { useTicking } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import { Hidden } from './Hidden.tsx';
import { countdownText, hidesText, keyOf, pendingText, weekText } from './silence-words.ts';
import type { Silences } from './use-silences.ts';
import classes from './silences.module.css';

export interface SilenceLineProps {
  readonly silence: Silence;
  readonly silences: Silences;
}

export function SilenceLine({ silence, silences }: SilenceLineProps) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const key = keyOf(silence);
  const isCurrent = key === silences.currentKey;
  const choose = (): void => silences.setCurrent(key);
  const isSeen = silences.sources.some(
    ({ sourceId, sight }) => sourceId === silence.sourceId && sight === 'read',
  );
  const pending = pendingText(silence.pending);
  const isFailed = silence.pending?.state === 'failed';
  return (
    // The line does nothing by itself: it notes which silence the keys mean.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className={classes.line}
      data-current={isCurrent || undefined}
      onFocus={choose}
      onPointerDown={choose}
    >
      <Countdown silence={silence} />
      <div className={classes.words}>
        <button
          type="button"
          id={`${id}-scope`}
          className={classes.scope}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setIsOpen(!isOpen)}
          {...listLine}
        >
          {isOpen ? <ChevronDown aria-hidden="true" /> : <ChevronRight aria-hidden="true" />}
          <ForeignText text={silence.scope} isOneLine max={200} />
        </button>
        <div className={classes.facts}>
          <ForeignText text={silence.sourceName} isOneLine max={60} />
          {silence.createdBy !== '' && (
            <>
              {' · by '}
              <ForeignText text={silence.createdBy} isOneLine max={60} />
            </>
          )}
          {silence.comment !== '' && (
            <>
              {' · '}
              <ForeignText text={silence.comment} isOneLine max={160} />
            </>
          )}
        </div>
        {(pending !== null || silence.forgotten !== null) && (
          <div className={classes.remarks}>
            {pending !== null && (
              <span className={classes.pending} data-failed={isFailed || undefined} role="status">
                {pending}
                {silence.pending?.endsAt != null && !isFailed && (
                  <>
                    {' '}
                    to <Moment at={silence.pending.endsAt} />
                  </>
                )}
              </span>
            )}
            {silence.forgotten !== null && (
              <span className={classes.forgotten}>Forgotten? {silence.forgotten}</span>
            )}
          </div>
        )}
      </div>
      <div className={classes.hides}>
        <strong>{hidesText(silence, isSeen)}</strong>
        <span>{weekText(silence.last7DaysCount)}</span>
      </div>
      <Buttons silence={silence} silences={silences} describedBy={`${id}-scope`} />
      <div id={id} className={classes.more} hidden={!isOpen}>
        {isOpen && <Hidden silence={silence} />}
      </div>
    </li>
  );
}

function Countdown({ silence }: { readonly silence: Silence }) {
  const left = useTicking((now) => countdownText(silence, now));
  const isPending = silence.state === 'pending';
  return (
    <div className={classes.end}>
      <span className={classes.left}>
        <span className="visually-hidden">{isPending ? 'begins in ' : 'ends in '}</span>
        {left}
      </span>
      <span className={classes.at}>
        {isPending ? 'begins ' : 'ends '}
        <Moment at={isPending ? silence.startsAt : silence.endsAt} />
      </span>
      {silence.isEndInSleepHours && (
        <span className={classes.sleep}>
          <Moon aria-hidden="true" />
          ends while you sleep
        </span>
      )}
    </div>
  );
}

function Buttons({
  silence,
  silences,
  describedBy,
}: SilenceLineProps & { readonly describedBy: string }) {
  const { extend, otherEnd, end } = silences.actionsFor(silence);
  if (silence.isAcknowledgement) {
    return <p className={classes.remark}>Taken back at its alarm</p>;
  }
  if (silence.state === 'asked') return <p className={classes.remark}>Not at the source yet</p>;
  return (
    <div className={classes.buttons}>
      <ActionButton action={extend} label="+1 h" isSmall aria-describedby={describedBy} />
      <ActionButton action={otherEnd} label="End at…" isSmall aria-describedby={describedBy} />
      <ActionButton action={end} label="End now" isSmall aria-describedby={describedBy} />
    </div>
  );
}

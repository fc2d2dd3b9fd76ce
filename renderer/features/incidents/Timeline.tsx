/** The timeline fills itself. It keeps its place while somebody reads, and follows while the end is in sight. */
import { ArrowDown } from 'lucide-react';
import { memo, useState } from 'react';
import type { Entry, Incident } from '../../../preload/contract/incidents.ts';
import type { ExecutionId } from '../../../preload/contract/running.ts';
import { OutputDialog } from '../../runs/index.ts';
import { Button } from '../../ui/Button.tsx';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { incidentState } from '../../ui/incident-words.ts';
import { EntryIcon } from '../../ui/EntryIcon.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import { clockText } from '../../ui/time-text.ts';
import { nowText } from './time-cells.ts';
import { countAfter, shownAtFirst, shownMore, timelineRows } from './timeline-rows.ts';
import { useFollowEnd } from './use-follow-end.ts';
import classes from './timeline.module.css';

export function Timeline({ incident }: { readonly incident: Incident }) {
  const { entries } = incident;
  const [shown, setShown] = useState(shownAtFirst);
  const { scroller, content, leftAt, onScroll, toEnd } = useFollowEnd<
    HTMLDivElement,
    HTMLOListElement
  >(entries.at(-1)?.id ?? null);
  const unseen = leftAt === null ? 0 : countAfter(entries, leftAt);
  const now = useNow(60_000);
  const { hidden, rows } = timelineRows(entries, { zone: useTimeZone(), now, shown });

  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        className={classes.scroller}
        role="log"
        aria-label="Timeline"
        // It scrolls, so the keyboard must reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onScroll={onScroll}
      >
        {hidden > 0 && (
          <Button kind="quiet" isSmall onClick={() => setShown(shown + shownMore)}>
            Show {Math.min(hidden, shownMore)} of {hidden} earlier entries
          </Button>
        )}
        <ol ref={content} className={classes.entries}>
          {rows.map((row) =>
            row.kind === 'day' ? (
              <li key={row.key} className={classes.day}>
                <DayName at={row.at} />
              </li>
            ) : (
              <EntryRow key={row.key} entry={row.entry} />
            ),
          )}
          <NowRow incident={incident} />
        </ol>
      </div>
      {unseen > 0 && (
        <div className={classes.unseen}>
          <Button kind="primary" isSmall onClick={toEnd}>
            <ArrowDown aria-hidden="true" />
            {unseen === 1 ? 'One new entry' : `${unseen} new entries`}
          </Button>
        </div>
      )}
    </div>
  );
}

function DayName({ at }: { readonly at: string }) {
  const zone = useTimeZone();
  const date = new Date(at);
  return (
    <>
      {date.toLocaleDateString('en-GB', {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        ...(zone === '' ? {} : { timeZone: zone }),
      })}
    </>
  );
}

const EntryRow = memo(function EntryRow({ entry }: { readonly entry: Entry }) {
  const zone = useTimeZone();
  return (
    <li className={classes.entry} data-kind={entry.kind}>
      <time dateTime={entry.at} title={entry.at}>
        {clockText(entry.at, zone, true)}
      </time>
      <EntryIcon kind={entry.kind} />
      <div className={classes.words}>
        <ForeignText text={entry.text} max={1_000} />{' '}
        <span className={classes.origin}>
          <ForeignText text={entry.origin} isOneLine max={100} />
        </span>
        {entry.executionId !== undefined && <WholeOutput id={entry.executionId} />}
        {entry.code !== null && (
          <pre className={classes.code}>
            <code>
              <ForeignText text={entry.code} max={1_500} />
            </code>
          </pre>
        )}
      </div>
    </li>
  );
});

/** The timeline has it in short. */
function WholeOutput({ id }: { readonly id: ExecutionId }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button kind="quiet" isSmall onClick={() => setIsOpen(true)}>
        Whole output
      </Button>
      {isOpen && <OutputDialog id={id} onClose={() => setIsOpen(false)} />}
    </>
  );
}

function NowRow({ incident }: { readonly incident: Incident }) {
  const { times } = incident.summary;
  const { when, text } = nowText(times, useNow());
  return (
    <li className={classes.entry} data-now={incidentState(times)}>
      <time>
        {times.resolvedAt === null ? when : <Moment at={times.resolvedAt} hasSeconds={false} />}
      </time>
      <span className={classes.now} aria-hidden="true" />
      <div className={classes.words}>{text}</div>
    </li>
  );
}

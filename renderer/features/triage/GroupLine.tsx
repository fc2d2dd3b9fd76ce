import type { AlarmGroup } from '../../../preload/contract/alarms.ts';
import type { BlindSource } from '../../../preload/contract/desk.ts';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { ageText, momentText } from '../../ui/time-text.ts';
import classes from './triage.module.css';
import { countText } from '../../ui/count-text.ts';

const minuteMs = 60_000;

/** The heading of a group: its name, how many, since when. */
export function GroupLine({ group, top }: { readonly group: AlarmGroup; readonly top: number }) {
  const now = useNow(minuteMs / 6);
  const zone = useTimeZone();
  const since = group.since === null ? null : momentText(group.since, now, zone);
  const isBlind = group.blindSourceId !== null;
  return (
    <div
      className={classes.heading}
      data-blind={isBlind || undefined}
      role="presentation"
      style={{ transform: `translateY(${top}px)` }}
    >
      <ForeignText text={group.title} isOneLine />
      {isBlind ? (
        <span className={classes.headingMore}>
          {since === null ? 'never seen' : `since ${since}`} · last known below
          {group.since !== null && `, ${ageText(now - Date.parse(group.since))} old`}
        </span>
      ) : (
        <span className={classes.headingMore}>
          {countText(group.count)}
          {group.count > 2 && since !== null && ` · since ${since}`}
        </span>
      )}
    </div>
  );
}

/** A source that cannot be read, and of which nothing is known. */
export function BlindLine({ source, top }: { readonly source: BlindSource; readonly top: number }) {
  const now = useNow(minuteMs / 6);
  const zone = useTimeZone();
  return (
    <div
      className={classes.heading}
      data-blind
      role="presentation"
      style={{ transform: `translateY(${top}px)` }}
    >
      <ForeignText text={source.name} isOneLine />
      <span className={classes.headingMore}>
        {source.freshness === 'starting'
          ? 'has not looked yet'
          : `cannot look since ${momentText(source.since, now, zone)} · no alarm of it is known`}
      </span>
    </div>
  );
}

/** What is known from earlier: how often, how long, at which hours, what was noted and what ended it. */
import { Link } from 'wouter';
import type { AlarmDetail, AlarmPast } from '../../../preload/contract/alarms.ts';
import { Card } from '../../ui/Card.tsx';
import { useTicking, useTimeZone } from '../../ui/clock.ts';
import { countOf } from '../../ui/count-text.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Duration, Moment } from '../../ui/Time.tsx';
import { hourBars, hoursText, pastText } from './past-words.ts';
import classes from './detail.module.css';
import own from './past-card.module.css';

const shownEpisodes = 5;

/** One may be the episode that is open: it was not seen before. */
const beforeText = (episodesIn7Days: number): string =>
  episodesIn7Days > 1 ? `${episodesIn7Days} in 7 d` : '';

export function PastCard({ detail }: { readonly detail: AlarmDetail }) {
  const zone = useTimeZone();
  const text = useTicking((now) => pastText(detail.past, now, zone));
  const past = detail.episodes.filter(({ endedAt }) => endedAt !== null);
  return (
    <Card title="Seen before" aside={beforeText(detail.row.episodesIn7Days)} isFlush>
      {text !== '' && <p className={classes.none}>{text}</p>}
      <Hours past={detail.past} />
      <Fixes past={detail.past} />
      <Notes past={detail.past} />
      {past.length === 0 && <p className={classes.none}>Not that anyone here knows.</p>}
      {past.slice(0, shownEpisodes).map((episode) => (
        <div key={episode.id} className={classes.item}>
          <Moment at={episode.startedAt} />
          <span>
            cleared after <Duration ms={episode.durationMs} />
            {episode.incidentId !== null && (
              <>
                {' · '}
                <Link href={`/incidents/${episode.incidentId}`}>incident {episode.incidentId}</Link>
              </>
            )}
          </span>
        </div>
      ))}
      {past.length > shownEpisodes && (
        <p className={classes.none}>and {past.length - shownEpisodes} more</p>
      )}
    </Card>
  );
}

function Hours({ past }: { readonly past: AlarmPast }) {
  const bars = hourBars(past);
  if (bars.length === 0) return null;
  return (
    <figure className={own.hours}>
      <div className={own.bars} aria-hidden="true">
        {bars.map(({ hour, share }) => (
          <i key={hour} style={{ height: `${Math.round(share * 100)}%` }} />
        ))}
      </div>
      <figcaption>{hoursText(past)}</figcaption>
    </figure>
  );
}

function Fixes({ past }: { readonly past: AlarmPast }) {
  return past.fixes.map((fix) => (
    <div key={fix.text} className={classes.item} data-kind="fix">
      <Moment at={fix.at} />
      <span>
        <strong>Ended by:</strong> <ForeignText text={fix.text} isOneLine max={160} />
        {fix.times > 1 && ` (${countOf(fix.times, 'time')})`}
        {fix.incidentId !== null && (
          <>
            {' · '}
            <Link href={`/incidents/${fix.incidentId}`}>incident {fix.incidentId}</Link>
          </>
        )}
      </span>
    </div>
  ));
}

function Notes({ past }: { readonly past: AlarmPast }) {
  return past.notes.map((note) => (
    <div key={`${note.at}${note.text}`} className={classes.item} data-kind="note">
      <Moment at={note.at} />
      <span>
        <ForeignText text={note.text} max={300} />{' '}
        <span className={classes.more}>
          <ForeignText text={note.origin} isOneLine max={60} />
        </span>
      </span>
    </div>
  ));
}

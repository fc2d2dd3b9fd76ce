import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '../api/client.ts';
import { Kbd } from '../ui/Kbd.tsx';
import { Pill, type Tone } from '../ui/Badge.tsx';
import { useNow, useTimeZone } from '../ui/clock.ts';
import { SeverityShape } from '../ui/SeverityMark.tsx';
import { clockText, zoneText } from '../ui/time-text.ts';
import { keyText } from './actions/keys.ts';
import { openPalette } from './actions/Palette.tsx';
import type { DeskWords } from './desk-words.ts';
import { useDeskWords } from './use-desk-words.ts';
import classes from './frame.module.css';

export function TopBar() {
  const { data: info } = useQuery(api.system.info.queryOptions({ input: {} }));
  return (
    <header className={classes.top}>
      <DeskStateWords />
      <div className={classes.right}>
        {info?.isDrill === true && <Pill tone="info">Drill</Pill>}
        <Clock />
        <button
          type="button"
          className={classes.paletteButton}
          onClick={openPalette}
          aria-label={`All actions, ${keyText('$mod+k')}`}
        >
          <Kbd>{keyText('$mod+k')}</Kbd>
        </button>
      </div>
    </header>
  );
}

const toneOf = (worst: DeskWords['worst']): Tone =>
  worst === 'quiet' ? 'ok' : worst === 'unknown' ? 'plain' : worst;

/** The desk state, in words and shape. Also for screens without the frame. */
export function DeskStateWords() {
  const words = useDeskWords();
  return (
    <div className={classes.state} role="group" aria-label="Desk state">
      {/* Read aloud when it changes; the ages beside it change all the time. */}
      <span className="visually-hidden" role="status">
        {words.worstText}, {words.sight === 'clear' ? 'sight clear' : words.sight}
      </span>
      <Pill tone={toneOf(words.worst)}>
        {words.worst === 'quiet' ? (
          <span aria-hidden="true">✓</span>
        ) : words.worst === 'unknown' ? null : (
          <SeverityShape severity={words.worst} />
        )}
        {words.worstText}
      </Pill>
      {words.blindText !== null && (
        <Link href="/sources" title={words.blindReasons.join('\n')}>
          <Pill tone="blind">
            <span aria-hidden="true">?</span>
            <bdi className={classes.blindPill}>{words.blindText}</bdi>
          </Pill>
        </Link>
      )}
      <span className={classes.counts}>{words.countsText}</span>
    </div>
  );
}

function Clock() {
  const now = useNow(60_000);
  const zone = useTimeZone();
  return (
    <span>
      <b>{clockText(now, zone)}</b> {zoneText(zone)} · {clockText(now, 'UTC')} UTC
    </span>
  );
}

/** What really happened, to be put into the text: by a button, or by dragging it there. */
import { TextInput } from '@mantine/core';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Entry } from '../../../preload/contract/incidents.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { useTimeZone } from '../../ui/clock.ts';
import { EntryIcon } from '../../ui/EntryIcon.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { clockText } from '../../ui/time-text.ts';
import { findEvidence } from './evidence-filter.ts';
import { evidenceText } from './evidence-text.ts';
import classes from './evidence.module.css';

/** How a dragged entry is told from any other text. */
export const entryType = 'application/x-nightdesk-entry';

export interface EvidenceCardProps {
  readonly timeline: readonly Entry[];
  /** For people: where an entry goes. */
  readonly target: string;
  readonly onInsert: (entry: Entry) => void;
}

const shownMax = 200;

export function EvidenceCard({ timeline, target, onInsert }: EvidenceCardProps) {
  const [query, setQuery] = useState('');
  const found = useMemo(() => findEvidence(timeline, query), [timeline, query]);
  const rest = found.length - shownMax;
  // Entries are drawn again only when they change.
  const latest = useRef(onInsert);
  useEffect(() => {
    latest.current = onInsert;
  });
  const insert = useCallback((entry: Entry) => latest.current(entry), []);
  return (
    <Card
      title="Evidence"
      aside={timeline.length === 1 ? 'one entry' : `${timeline.length} entries`}
      isFlush
    >
      <div className={classes.search}>
        <TextInput
          size="xs"
          aria-label="Find in the timeline"
          placeholder="Find: rolled back, alarm, note…"
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
        <p className={classes.target}>
          Inserts into{' '}
          <b>
            <ForeignText text={target} isOneLine max={80} />
          </b>
          . Dragging works, too.
        </p>
      </div>
      <ul className={classes.entries}>
        {found.slice(0, shownMax).map((entry) => (
          <EvidenceLine key={entry.id} entry={entry} onInsert={insert} />
        ))}
      </ul>
      {found.length === 0 && <p className={classes.none}>Nothing on the timeline matches.</p>}
      {rest > 0 && <p className={classes.none}>{rest} more. Find what you need above.</p>}
    </Card>
  );
}

const EvidenceLine = memo(function EvidenceLine({
  entry,
  onInsert,
}: {
  readonly entry: Entry;
  readonly onInsert: (entry: Entry) => void;
}) {
  const zone = useTimeZone();
  return (
    // Dragging is for the mouse; the button does the same.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className={classes.entry}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(entryType, String(entry.id));
        event.dataTransfer.setData('text/plain', `${evidenceText(entry)}\n`);
        event.dataTransfer.effectAllowed = 'copy';
      }}
    >
      <EntryIcon kind={entry.kind} />
      <span className={classes.words}>
        <time dateTime={entry.at} title={entry.at}>
          {clockText(entry.at, zone, true)}
        </time>{' '}
        <ForeignText text={entry.text} isOneLine max={220} />
        {entry.code !== null && (
          <code className={classes.code}>
            <ForeignText text={entry.code} isOneLine max={120} />
          </code>
        )}
      </span>
      <Button kind="quiet" isSmall onClick={() => onInsert(entry)}>
        Insert
        <span className="visually-hidden"> what happened at {clockText(entry.at, zone, true)}</span>
      </Button>
    </li>
  );
});

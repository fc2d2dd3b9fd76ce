/** One alarm in the list. */
import { memo, type MouseEvent } from 'react';
import type { AlarmRow } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { Badge } from '../../ui/Badge.tsx';
import { useTicking, useTimeZone } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { SeverityMark } from '../../ui/SeverityMark.tsx';
import { optionId } from './option-id.ts';
import { useAlarmRow, type AlarmRows } from './alarm-rows.ts';
import { useAsked, withAsked } from './asked.ts';
import { flappingText, rowWords, type RowWords } from './row-words.ts';
import classes from './triage.module.css';

export interface AlarmLineProps {
  readonly id: AlarmId;
  readonly rows: AlarmRows;
  readonly top: number;
  readonly isCursor: boolean;
  readonly isMarked: boolean;
  /** Some alarm is marked, so that every row shows its box. */
  readonly isMarking: boolean;
  readonly isBlind: boolean;
  readonly onClick: (event: MouseEvent, id: AlarmId) => void;
  readonly onToggle: (id: AlarmId) => void;
}

export const AlarmLine = memo(function AlarmLine(props: AlarmLineProps) {
  const { id, rows, top, isCursor, isMarked, isMarking, isBlind } = props;
  const row = useAlarmRow(rows, id);
  return (
    // The keyboard acts on the cursor, for all of the list.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={optionId(id)}
      className={classes.row}
      role="option"
      aria-selected={isMarking ? isMarked : isCursor}
      data-cursor={isCursor || undefined}
      data-marked={isMarked || undefined}
      data-marking={isMarking || undefined}
      data-blind={isBlind || undefined}
      data-status={row?.status}
      tabIndex={-1}
      style={{ transform: `translateY(${top}px)` }}
      onClick={(event) => props.onClick(event, id)}
    >
      <span className={classes.edge} />
      {row === undefined ? (
        <span className={classes.unread}>…</span>
      ) : (
        <Words row={row} onToggle={props.onToggle} isMarked={isMarked} />
      )}
    </div>
  );
});

function Words({
  row,
  isMarked,
  onToggle,
}: {
  readonly row: AlarmRow;
  readonly isMarked: boolean;
  readonly onToggle: (id: AlarmId) => void;
}) {
  const zone = useTimeZone();
  const flapping = flappingText(row, zone);
  const isAsked = useAsked(({ ids }) => ids.has(row.id));
  const words = JSON.parse(
    useTicking((now) => JSON.stringify(rowWords(withAsked(row, isAsked), now, zone))),
  ) as RowWords;
  return (
    <>
      <span className={classes.severity}>
        {/* For the mouse; the key is x. */}
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
        <span
          className={classes.box}
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            onToggle(row.id);
          }}
        >
          {isMarked ? '✓' : ''}
        </span>
        <SeverityMark severity={row.severity} isMapped={row.isSeverityMapped} />
      </span>
      <span className={classes.words}>
        <span className={classes.title}>
          <ForeignText text={row.title} isOneLine />
          {flapping !== null && (
            <Badge tone="warning" title={flapping}>
              flapping ×{row.flapping?.changes}
            </Badge>
          )}
          {row.isUnseen && <Badge tone="info">unseen</Badge>}
          {!row.isReadable && <Badge tone="high">unreadable</Badge>}
        </span>
        <span className={classes.line}>
          <ForeignText text={words.line} isOneLine />
        </span>
      </span>
      <span className={classes.meta}>
        <span className={classes.metaTop}>
          <b>{words.age}</b>
          {row.incidentId !== null && <Badge>incident {row.incidentId}</Badge>}
          {row.runbook !== null && (
            <Badge title={row.runbook === 'certain' ? 'Its runbook' : 'A suggested runbook'}>
              {row.runbook === 'certain' ? 'runbook' : 'runbook?'}
            </Badge>
          )}
        </span>
        <span className={classes.line}>
          <ForeignText text={words.origin} isOneLine max={80} />
        </span>
      </span>
    </>
  );
}

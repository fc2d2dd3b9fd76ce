/** The list: only what is in sight is drawn, rows are of one height, and the cursor is announced. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, type MouseEvent } from 'react';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { AlarmLine } from './AlarmLine.tsx';
import { BlindLine, GroupLine } from './GroupLine.tsx';
import { optionId } from './option-id.ts';
import type { Line } from './list-lines.ts';
import type { Triage } from './use-triage.ts';
import classes from './triage.module.css';

/** As in the style sheet. */
const rowHeight = 47;
const headingHeight = 34;
const overscan = 10;

export interface AlarmListProps {
  readonly triage: Triage;
  /** This window hears nothing: every row is the last known. */
  readonly isWindowBlind: boolean;
}

export function AlarmList({ triage, isWindowBlind }: AlarmListProps) {
  const { lines, ids, cursor, marked, rows, hold } = triage;
  const scroller = useRef<HTMLDivElement>(null);
  // Its identity tells the virtualizer that the lines are others, and their heights with them.
  const lineKey = useCallback((index: number) => keyOf(lines.lines[index], index), [lines]);
  const virtual = useVirtualizer({
    count: lines.lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines.lines[index]?.kind === 'alarm' ? rowHeight : headingHeight),
    getItemKey: lineKey,
    overscan,
    paddingEnd: 12,
  });
  const items = virtual.getVirtualItems();

  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    const inSight = lines.lines
      .slice(first, last + 1)
      .flatMap((line) => (line.kind === 'alarm' ? [line.id] : []));
    rows.want(cursor === null || inSight.includes(cursor) ? inSight : [...inSight, cursor]);
  }, [lines, rows, first, last, cursor]);

  const index = cursor === null ? -1 : ids.indexOf(cursor);
  useEffect(() => {
    const line = index === -1 ? undefined : lines.lineOf[index];
    if (line === undefined) return;
    // The first row of a group brings its heading with it.
    const heading = lines.lines[line - 1]?.kind === 'heading' ? line - 1 : line;
    virtual.scrollToIndex(heading, { align: 'auto' });
    virtual.scrollToIndex(line, { align: 'auto' });
    // Only when the cursor moves: a list that changes must not pull the person back to it.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [cursor]);

  const isCursorDrawn = items.some(({ index: line }) => {
    const drawn = lines.lines[line];
    return drawn?.kind === 'alarm' && drawn.id === cursor;
  });

  // Rows are drawn again only when they change, so their handlers stay the same.
  const latest = useRef(triage);
  useEffect(() => {
    latest.current = triage;
  });
  const click = useCallback((event: MouseEvent, id: AlarmId) => {
    if (event.shiftKey) latest.current.markTo(id);
    else if (event.ctrlKey || event.metaKey) latest.current.toggle(id);
    else latest.current.setCursor(id);
  }, []);
  const toggle = useCallback((id: AlarmId) => latest.current.toggle(id), []);

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="listbox"
      aria-label="Alarms"
      aria-multiselectable="true"
      aria-activedescendant={cursor !== null && isCursorDrawn ? optionId(cursor) : undefined}
      tabIndex={0}
      data-blind={isWindowBlind || undefined}
      onPointerMove={hold.touch}
      onWheel={hold.touch}
      onPointerDown={hold.touch}
      onPointerLeave={hold.release}
    >
      <div className={classes.sheet} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index: at, key, start }) => {
          const line = lines.lines[at];
          if (line === undefined) return null;
          if (line.kind === 'heading')
            return <GroupLine key={key} group={line.group} top={start} />;
          if (line.kind === 'blind')
            return <BlindLine key={key} source={line.source} top={start} />;
          return (
            <AlarmLine
              key={key}
              id={line.id}
              rows={rows}
              top={start}
              isCursor={line.id === cursor}
              isMarked={marked.has(line.id)}
              isMarking={marked.size > 0}
              isBlind={line.isBlind || isWindowBlind}
              onClick={click}
              onToggle={toggle}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Alarms keep their own element wherever they stand; headings may take another's. */
function keyOf(line: Line | undefined, index: number): number {
  return line?.kind === 'alarm' ? line.id : -1 - index;
}

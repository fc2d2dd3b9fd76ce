/** The triage screen's view model: the list as it is shown, the cursor, the marks, and the rows in sight. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { AlarmList } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { api, client } from '../../api/client.ts';
import { useConnection } from '../../api/connection.ts';
import { onDeskEvent, useDesk } from '../../api/desk.ts';
import { AlarmRows } from './alarm-rows.ts';
import { buildLines, type Lines } from './list-lines.ts';
import type { TriagePlace } from './place.ts';
import { markRange, moveCursor, placeCursor, targetsOf, toggleMark } from './selection.ts';
import { useHeldList, useHold, type Hold } from './use-held-list.ts';
import { usePlace } from './use-place.ts';

const noIds: readonly AlarmId[] = [];
const noMarks: ReadonlySet<AlarmId> = new Set();
const noBlind: NonNullable<ReturnType<typeof useDesk.getState>['state']>['blind'] = [];

export interface Triage {
  readonly place: TriagePlace;
  readonly setQuery: (query: string) => void;
  readonly setGroupBy: (groupBy: string) => void;
  readonly list: AlarmList | null;
  /** The list could not be asked for. */
  readonly error: Error | null;
  readonly retry: () => void;
  readonly ids: readonly AlarmId[];
  readonly lines: Lines;
  readonly rows: AlarmRows;
  readonly cursor: AlarmId | null;
  readonly marked: ReadonlySet<AlarmId>;
  /** What an action would act on now. */
  readonly targets: readonly AlarmId[];
  readonly setCursor: (id: AlarmId) => void;
  readonly move: (by: number, isMarking?: boolean) => void;
  readonly toggle: (id: AlarmId) => void;
  readonly markTo: (id: AlarmId) => void;
  readonly markAll: () => void;
  readonly clearMarks: () => void;
  readonly hold: Hold;
  readonly waiting: number;
  readonly applyWaiting: () => void;
}

function useRows(): AlarmRows {
  const [rows] = useState(
    () =>
      new AlarmRows(
        (ids) => client.alarms.rows({ ids }),
        (work, ms) => window.setTimeout(work, ms),
      ),
  );
  useEffect(
    () =>
      onDeskEvent((event) => {
        if (event.type !== 'changed') return;
        if (event.topic === 'alarms') {
          rows.changed(event.ids === undefined || event.ids.length === 0 ? null : event.ids);
        }
        // Their marks stand in the rows.
        if (event.topic === 'incidents' || event.topic === 'runbooks') rows.changed(null);
      }),
    [rows],
  );
  // What happened while no carrier was there is unknown.
  useEffect(() => useConnection.subscribe(() => rows.changed(null)), [rows]);
  return rows;
}

/** `isDialogOpen`: the list stands still meanwhile. */
export function useTriage(alarmId: AlarmId | null, isDialogOpen: boolean): Triage {
  const [place, change] = usePlace(alarmId);
  const rows = useRows();
  const hold = useHold();
  const [marked, setMarked] = useState(noMarks);
  const { query, groupBy, alarmId: cursor } = place;

  const answer = useQuery({
    ...api.alarms.list.queryOptions({ input: { query, groupBy } }),
    // The first rows are there before the list is drawn, so that it is drawn once.
    queryFn: async () => {
      const found = await client.alarms.list({ query, groupBy });
      rows.put(found.rows);
      return found;
    },
    placeholderData: keepPreviousData,
    structuralSharing: false,
    gcTime: 20_000,
  });
  const known = answer.data !== undefined && !answer.isPlaceholderData ? answer.data : null;
  const key = `${groupBy}\n${query}`;
  const held = useHeldList(known, key, hold.isActive || isDialogOpen);
  const { list } = held;
  const ids = list?.ids ?? noIds;

  // Another list was asked for, or the first one came: the cursor finds its place in it.
  const [placed, setPlaced] = useState<{ key: string; ids: readonly AlarmId[] } | null>(null);
  if (list !== null && placed?.ids !== ids) {
    setPlaced({ key: held.key, ids });
    if (placed === null || placed.key !== held.key || cursor === null) {
      const next = placeCursor(cursor, placed?.ids ?? noIds, ids);
      if (next !== cursor) change({ alarmId: next });
    }
  }

  const lastIndex = useRef(0);
  useEffect(() => {
    const index = cursor === null ? -1 : ids.indexOf(cursor);
    if (index !== -1) lastIndex.current = index;
  }, [cursor, ids]);

  const blind = useDesk(({ state }) => state?.blind ?? noBlind);
  const blindKey = JSON.stringify(blind);
  const lines = useMemo(
    () => buildLines(list ?? { ids: noIds, groups: [] }, JSON.parse(blindKey) as typeof noBlind),
    [list, blindKey],
  );
  const targets = useMemo(() => targetsOf(ids, cursor, marked), [ids, cursor, marked]);

  return {
    place,
    setQuery: (next) => change({ query: next }),
    setGroupBy: (next) => change({ groupBy: next }),
    list,
    error: answer.data === undefined ? answer.error : null,
    retry: () => void answer.refetch(),
    ids,
    lines,
    rows,
    cursor,
    marked,
    targets,
    setCursor: (id) => {
      hold.touch();
      change({ alarmId: id });
    },
    move: (by, isMarking = false) => {
      hold.touch();
      const next = moveCursor(ids, cursor, by, lastIndex.current);
      if (isMarking && cursor !== null && next !== null) {
        setMarked(markRange(ids, marked, cursor, next));
      }
      change({ alarmId: next });
    },
    toggle: (id) => {
      hold.touch();
      setMarked(toggleMark(marked, id));
    },
    markTo: (id) => {
      hold.touch();
      setMarked(cursor === null ? toggleMark(marked, id) : markRange(ids, marked, cursor, id));
      change({ alarmId: id });
    },
    markAll: () => setMarked(new Set(ids)),
    clearMarks: () => setMarked(noMarks),
    hold,
    waiting: held.waiting,
    applyWaiting: () => {
      held.apply();
      hold.release();
    },
  };
}

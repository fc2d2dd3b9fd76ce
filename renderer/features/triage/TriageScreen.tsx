/** Triage: every alarm, and what to do about the one under the cursor. */
import { useQuery } from '@tanstack/react-query';
import { BellOff, CircleCheckBig, EyeOff, PlugZap, SearchX } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { api } from '../../api/client.ts';
import { useDesk, useWindowBlind } from '../../api/desk.ts';
import { describeError } from '../../api/errors.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { AlarmList } from './AlarmList.tsx';
import { useAlarmRow } from './alarm-rows.ts';
import { Detail } from './Detail.tsx';
import { TriageDialogs } from './dialogs.tsx';
import { emptyReason } from './empty-reason.ts';
import { FilterBar } from './FilterBar.tsx';
import { leadInList } from './origin-words.ts';
import { useSettled } from './use-settled.ts';
import { useDialog, useTriageActions } from './use-triage-actions.ts';
import { useTriage, type Triage } from './use-triage.ts';
import { useViews, viewOf, Views } from './Views.tsx';
import classes from './triage.module.css';
import { countOf, countText } from '../../ui/count-text.ts';

/** A cursor that rests this long has its detail read. */
const settleMs = 60;

export function TriageScreen({ alarmId }: { readonly alarmId: AlarmId | null }) {
  const dialogs = useDialog();
  const triage = useTriage(alarmId, dialogs.dialog !== null);
  const filter = useRef<HTMLInputElement>(null);
  const side = useRef<HTMLElement>(null);
  const pane = useRef<HTMLElement>(null);
  const isWindowBlind = useWindowBlind();
  const row = useAlarmRow(triage.rows, triage.cursor);
  const settled = useSettled(triage.cursor, settleMs);
  const detail = useQuery(
    api.alarms.get.queryOptions({
      input: { id: settled ?? (0 as AlarmId) },
      enabled: settled !== null,
      structuralSharing: false,
    }),
  );
  const shown = detail.data?.row.id === triage.cursor ? detail.data : undefined;

  // It became part of another row: the cursor goes with it.
  const lead = leadInList(row ?? shown?.row, triage.ids);
  const { setCursor } = triage;
  useEffect(() => {
    if (lead !== null) setCursor(lead);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [lead]);

  const focusList = (): void => {
    side.current?.querySelector<HTMLElement>('[role="listbox"]')?.focus();
  };
  const actions = useTriageActions({
    triage,
    row: row ?? shown?.row,
    detail: shown,
    dialogs,
    focusList,
    focusFilter: () => {
      filter.current?.focus();
      filter.current?.select();
    },
    focusDetail: () => pane.current?.focus(),
    isListFocused: () =>
      document.activeElement === null ||
      document.activeElement === document.body ||
      document.activeElement.id === 'main' ||
      document.activeElement.closest('[role="listbox"]') !== null,
  });

  return (
    <div className={classes.screen}>
      <h1 className="visually-hidden">Triage</h1>
      <section ref={side} className={classes.side} aria-label="Alarm list">
        <FilterBar
          query={triage.place.query}
          groupBy={triage.place.groupBy}
          problems={triage.list?.problems ?? []}
          labels={Object.keys(shown?.labels ?? {})}
          inputRef={filter}
          onQuery={triage.setQuery}
          onGroupBy={triage.setGroupBy}
          onLeave={focusList}
        />
        <Views query={triage.place.query} onQuery={triage.setQuery} />
        <ListPlace triage={triage} isWindowBlind={isWindowBlind} />
        <Foot triage={triage} />
      </section>
      <section ref={pane} className={classes.detail} aria-label="The alarm" tabIndex={-1}>
        <Detail
          row={row ?? shown?.row}
          detail={shown}
          error={detail.data === undefined ? detail.error : null}
          retry={() => void detail.refetch()}
          isWindowBlind={isWindowBlind}
          isInList={triage.cursor === null || triage.ids.includes(triage.cursor)}
          actions={actions}
          onShow={triage.setCursor}
          onFilter={(token) => triage.setQuery(`${triage.place.query} ${token}`.trim())}
        />
      </section>
      <TriageDialogs
        dialogs={dialogs}
        rows={triage.rows}
        detail={shown}
        onDone={triage.clearMarks}
      />
    </div>
  );
}

function ListPlace({
  triage,
  isWindowBlind,
}: {
  readonly triage: Triage;
  readonly isWindowBlind: boolean;
}) {
  if (triage.error !== null) {
    return (
      <div className={classes.empty}>
        <Failure
          title="The alarms could not be read"
          {...describeError(triage.error)}
          onRetry={triage.retry}
        />
      </div>
    );
  }
  if (triage.list === null) {
    return (
      <div className={classes.empty}>
        <Loading what="alarms" />
      </div>
    );
  }
  if (triage.ids.length > 0) return <AlarmList triage={triage} isWindowBlind={isWindowBlind} />;
  return (
    <div className={classes.empty}>
      <Empty triage={triage} isWindowBlind={isWindowBlind} hiddenCount={triage.list.hiddenCount} />
    </div>
  );
}

function Empty({
  triage,
  isWindowBlind,
  hiddenCount,
}: {
  readonly triage: Triage;
  readonly isWindowBlind: boolean;
  readonly hiddenCount: number;
}) {
  const state = useDesk((desk) => desk.state);
  const views = useViews();
  const { query } = triage.place;
  const view = viewOf(views, query);
  const hidden = `${countOf(hiddenCount, 'alarm is', 'alarms are')} hidden`;
  const showAll = <Button onClick={() => triage.setQuery('')}>Show every alarm</Button>;
  switch (emptyReason({ state, isWindowBlind, query, hiddenCount, isView: view !== undefined })) {
    case 'unknown':
      return <Loading what="alarms" />;
    case 'no_sources':
      return (
        <EmptyState
          tone="blind"
          icon={<PlugZap />}
          title="No source is connected"
          actions={<Link href="/start">Choose how to start</Link>}
        >
          <p>
            Nightdesk looks at the alarm systems you have. Until one is connected and switched on,
            nothing is being watched from here.
          </p>
        </EmptyState>
      );
    case 'cannot_look':
      return (
        <EmptyState
          tone="blind"
          icon={<EyeOff />}
          title="Cannot look"
          actions={<Link href="/sources">To the sources</Link>}
        >
          {isWindowBlind ? (
            <p>Nightdesk does not answer this window, and no alarm was known before.</p>
          ) : (
            <ul>
              {state?.blind.slice(0, 6).map((source) => (
                <li key={source.sourceId}>
                  <bdi>{source.name}</bdi>: <bdi>{source.reason}</bdi>. {source.next}
                </li>
              ))}
            </ul>
          )}
          <p>No alarm is known. That does not mean that nothing is wrong.</p>
        </EmptyState>
      );
    case 'hidden_by_view':
      return (
        <EmptyState
          icon={<BellOff />}
          title={`Nothing in ${view?.name ?? 'this view'}`}
          actions={showAll}
        >
          <p>{hidden} by this view.</p>
        </EmptyState>
      );
    case 'nothing_matches':
      return (
        <EmptyState icon={<SearchX />} title="Nothing matches the filter" actions={showAll}>
          <p>
            {hiddenCount === 0
              ? 'There is no alarm at all right now.'
              : `${hidden} by this filter.`}{' '}
            All parts of a filter must hold; a part with <code>-</code> before it must not.
          </p>
        </EmptyState>
      );
    case 'nothing_firing':
      return (
        <EmptyState tone="ok" icon={<CircleCheckBig />} title="Nothing is firing">
          <p>
            Every source was looked at, and every one answered
            {state === null ? '' : `: ${state.enabledSources} in sight`}.
          </p>
        </EmptyState>
      );
  }
}

/** Of one height whatever it says: a line that came and went above the list would move the rows under the pointer. */
function Foot({ triage }: { readonly triage: Triage }) {
  const { list, marked, ids, waiting } = triage;
  if (list === null || ids.length === 0) return null;
  const hidden = list.hiddenCount === 0 ? '' : `, ${countText(list.hiddenCount)} hidden`;
  return (
    <div className={classes.foot} data-waiting={waiting > 0 || undefined}>
      {marked.size > 0 ? (
        <>
          <strong>{countText(marked.size)} marked</strong>
          {marked.size < ids.length && (
            <Button kind="quiet" isSmall onClick={triage.markAll}>
              Mark all {countText(ids.length)} matching
            </Button>
          )}
          <Button kind="quiet" isSmall keyHint="Esc" onClick={triage.clearMarks}>
            Clear
          </Button>
        </>
      ) : (
        <span>
          {countOf(ids.length, 'alarm')}
          {hidden}
        </span>
      )}
      {waiting > 0 ? (
        <span className={classes.waiting} role="status">
          {countOf(waiting, 'change waits', 'changes wait')} while you act
          <Button isSmall keyHint="." onClick={triage.applyWaiting}>
            Show now
          </Button>
        </span>
      ) : (
        <span>
          <Kbd>j</Kbd> <Kbd>k</Kbd> move · <Kbd>x</Kbd> mark · <Kbd>?</Kbd> all keys
        </span>
      )}
    </div>
  );
}

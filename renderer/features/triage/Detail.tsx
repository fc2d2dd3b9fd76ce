/** The alarm under the cursor: what is wrong, since when, what to do, and what is known about it. */
import { Bell } from 'lucide-react';
import { memo, useDeferredValue } from 'react';
import { Link } from 'wouter';
import type { AlarmDetail, AlarmRow } from '../../../preload/contract/alarms.ts';
import type { AlarmId, Severity } from '../../../preload/contract/common.ts';
import { client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { toast, toastError } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { useTimeZone } from '../../ui/clock.ts';
import { Note } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { SeverityMark, severityWords } from '../../ui/SeverityMark.tsx';
import { Age, Duration, Moment } from '../../ui/Time.tsx';
import { clipText, visibleText } from '../../ui/visible-text.ts';
import { CustomActionsCard } from './CustomActionsCard.tsx';
import { History, Labels, Related } from './detail-cards.tsx';
import { acknowledgesAt } from './origin-words.ts';
import { OriginsCard } from './OriginsCard.tsx';
import { PastCard } from './PastCard.tsx';
import { aboutTexts, flappingText, isBlindRow, pendingText, statusText } from './row-words.ts';
import { RunbookCard } from './RunbookCard.tsx';
import type { TriageActions } from './use-triage-actions.ts';
import classes from './detail.module.css';

export interface DetailProps {
  /** Known at once; the rest comes with `detail`. */
  readonly row: AlarmRow | undefined;
  readonly detail: AlarmDetail | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly isWindowBlind: boolean;
  readonly isInList: boolean;
  readonly actions: TriageActions;
  readonly onShow: (id: AlarmId) => void;
  /** Adds a token to the filter. */
  readonly onFilter: (token: string) => void;
}

/** Drawn a moment after the list, so that typing and moving never wait for it. What it shows and does belong together. */
export function Detail(props: DetailProps) {
  const settled = useDeferredValue(props);
  return <Drawn {...settled} />;
}

const Drawn = memo(function Drawn(props: DetailProps) {
  const { row, detail } = props;
  if (row === undefined) {
    if (props.error === null) {
      return (
        <EmptyState icon={<Bell />} title="No alarm chosen">
          <p>What is known about an alarm appears here.</p>
        </EmptyState>
      );
    }
    return (
      <Failure
        title="This alarm could not be read"
        {...describeError(props.error)}
        onRetry={props.retry}
      />
    );
  }
  return (
    <>
      <Header {...props} row={row} />
      {/* Scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={classes.body} tabIndex={0} role="region" aria-label="About the alarm">
        <Remarks {...props} row={row} />
        {detail === undefined ? (
          props.error === null ? (
            <Loading what="the alarm" />
          ) : (
            <Failure
              title="The rest of this alarm could not be read"
              {...describeError(props.error)}
              onRetry={props.retry}
            />
          )
        ) : (
          <>
            <OriginsCard detail={detail} />
            <RunbookCard key={row.id} detail={detail} />
            <CustomActionsCard key={`own ${row.id}`} alarmId={row.id} />
            <div className={classes.two}>
              <PastCard detail={detail} />
              <Related rows={detail.related} onShow={props.onShow} />
            </div>
            <Labels detail={detail} onFilter={props.onFilter} />
            <History detail={detail} />
          </>
        )}
      </div>
    </>
  );
});

const summaryMax = 600;

function Header({ row, detail, actions }: DetailProps & { readonly row: AlarmRow }) {
  const pending = pendingText(row.pending);
  const texts = aboutTexts(row, detail?.annotations.description ?? '');
  return (
    <header className={classes.header}>
      <p className={classes.status}>
        <SeverityMark severity={row.severity} isMapped={row.isSeverityMapped} />
        <StatusWords row={row} />
        {pending !== null && <span className={classes.pending}>{pending}</span>}
      </p>
      <h2 className={classes.title}>
        <ForeignText text={row.title} isOneLine />
      </h2>
      {texts.map((text) => (
        <p key={text} className={classes.summary}>
          <ForeignText text={text} max={summaryMax} />
        </p>
      ))}
      <div className={classes.actions}>
        {row.status === 'acknowledged' ? (
          <ActionButton action={actions.unacknowledge} label="Take back" />
        ) : (
          <ActionButton
            action={actions.acknowledge}
            kind="primary"
            aria-describedby="acknowledge-effect"
          />
        )}
        <ActionButton action={actions.incident} />
        <ActionButton action={actions.silence} />
        <ActionButton action={actions.comment} />
        {detail?.actions.resolve === true && row.status !== 'resolved' && (
          <ActionButton action={actions.resolve} label="Resolve…" />
        )}
        {row.isUnseen && <ActionButton action={actions.markSeen} label="Seen" />}
        <span className={classes.last}>
          <ActionButton action={actions.open} label="Open" />
        </span>
      </div>
      {detail !== undefined && (
        <p id="acknowledge-effect" className={classes.effect}>
          {detail.actions.whyNot ??
            (detail.actions.acknowledgeEffect === ''
              ? ''
              : `Acknowledge: ${detail.actions.acknowledgeEffect}`)}{' '}
          {acknowledgesAt(row)}
        </p>
      )}
    </header>
  );
}

function StatusWords({ row }: { readonly row: AlarmRow }) {
  const status = statusText(row);
  if (row.status === 'resolved') {
    return (
      <span className={classes.since}>
        cleared <Age since={row.statusSince} /> ago, after{' '}
        <Duration ms={Date.parse(row.statusSince) - Date.parse(row.startsAt)} />
      </span>
    );
  }
  return (
    <>
      <span className={classes.firing} data-severity={row.severity}>
        ·{' '}
        {isBlindRow(row) ? (
          'was firing when last seen'
        ) : (
          <>
            {row.status === 'firing' ? 'firing for ' : 'for '}
            <Duration since={row.startsAt} />
          </>
        )}
      </span>
      <span className={classes.since}>
        since <Moment at={row.startsAt} hasSeconds />
        {status !== '' && (
          <>
            {' · '}
            <bdi>{status}</bdi> <Age since={row.statusSince} /> ago
          </>
        )}
      </span>
    </>
  );
}

const severities: readonly Severity[] = ['critical', 'high', 'warning', 'info'];

function Remarks({
  row,
  detail,
  isWindowBlind,
  isInList,
}: DetailProps & { readonly row: AlarmRow }) {
  const isBlind = isBlindRow(row) && !isWindowBlind;
  const flapping = flappingText(row, useTimeZone());
  return (
    <>
      {isWindowBlind && (
        <Note tone="blind">Nightdesk does not answer this window. This is the last known.</Note>
      )}
      {isBlind && (
        <Note tone="blind">
          <bdi>{visibleText(row.sourceName, true)}</bdi> cannot be looked at, so this is the last
          known
          {row.lastSeenAt !== null && (
            <>
              , <Age since={row.lastSeenAt} /> old
            </>
          )}
          . It may have cleared or become worse.
        </Note>
      )}
      {row.status === 'suppressed' && (
        <Note>
          It is kept quiet at its source. <Link href="/silences">The silences</Link> say by whom and
          until when.
        </Note>
      )}
      {!isInList && row.status !== 'resolved' && (
        <Note>This alarm is not in the list on the left: the filter leaves it out.</Note>
      )}
      {detail?.unreadableReason != null && (
        <Note tone="warning">
          What the source sent about it could not be read, so only its identity is sure:{' '}
          <ForeignText text={detail.unreadableReason} max={400} />
        </Note>
      )}
      {flapping !== null && (
        <Note tone="warning">
          It comes and goes: {flapping}. It stays in the list while it is clear, and a page waits to
          see whether it stays. A quarter of an hour without a change ends that.
        </Note>
      )}
      {row.pending?.state === 'failed' && (
        <Note tone="critical">
          The source did not take it. It is in <Link href="/outbox">the outbox</Link>, where it can
          be tried again or dropped.
        </Note>
      )}
      {!row.isSeverityMapped && detail !== undefined && <MapSeverity detail={detail} />}
    </>
  );
}

function MapSeverity({ detail }: { readonly detail: AlarmDetail }) {
  const text = detail.severityText ?? '';
  const map = async (severity: Severity): Promise<void> => {
    try {
      await client.alarms.mapSeverity({ sourceId: detail.row.sourceId, text, severity });
      toast({ title: `“${clipText(visibleText(text, true), 60).text}” now means ${severity}` });
    } catch (error) {
      toastError('Mapping the severity failed', describeError(error));
    }
  };
  return (
    <Note tone="warning">
      <bdi>{visibleText(detail.row.sourceName, true)}</bdi> calls this “
      <ForeignText text={text} isOneLine max={80} />
      ”, a severity that is not known here. It is shown as high until you say what it means:
      <span className={classes.map}>
        {severities.map((severity) => (
          <Button key={severity} isSmall onClick={() => void map(severity)}>
            {severityWords[severity]}
          </Button>
        ))}
      </span>
    </Note>
  );
}

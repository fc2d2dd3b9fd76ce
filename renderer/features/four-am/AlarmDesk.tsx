/** One alarm at 4 AM: how bad, for whom, and the one thing to do now. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { AlarmDetail } from '../../../preload/contract/alarms.ts';
import { api } from '../../api/client.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { attempt } from '../../app/attempt.ts';
import { navigate } from '../../app/hash-location.ts';
import { phaseViews, type PhaseView } from '../../runs/index.ts';
import { Pill } from '../../ui/Badge.tsx';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { Note } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { SeverityShape } from '../../ui/SeverityMark.tsx';
import { Age, Duration } from '../../ui/Time.tsx';
import { clockText } from '../../ui/time-text.ts';
import { Foot } from './Foot.tsx';
import { HelpDialog } from './HelpDialog.tsx';
import { MitigatedDialog } from './MitigatedDialog.tsx';
import { cardOf, phaseOf } from './next-act.ts';
import { NoRunbook } from './NoRunbook.tsx';
import type { QueuePlace } from './queue.ts';
import { RunCard } from './RunCard.tsx';
import { useNight, type Night } from './use-four-am.ts';
import { useNightActions, type DialogName, type NightActions } from './use-night-actions.ts';
import { ackState, idleSince, impactOf, nameOf, sinceText, type Impact } from './words.ts';
import classes from './four-am.module.css';

export interface AlarmDeskProps {
  readonly detail: AlarmDetail;
  readonly place: QueuePlace;
  readonly openedAt: number;
  /** To the next page; null: there is none. */
  readonly onNext: (() => void) | null;
}

export function AlarmDesk({ detail, place, openedAt, onNext }: AlarmDeskProps) {
  const night = useNight(detail);
  const { row } = detail;
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const impact = impactOf(detail);
  const actions = useNightActions(night, impact, setDialog);
  const close = (): void => setDialog(null);
  const [isGoingOn, setIsGoingOn] = useState(false);
  const isMitigated = night.mitigatedAt !== null;
  const [chosen, setChosen] = useState<string | null>(null);
  const card = cardOf({ steps: night.run.steps, isMitigated, isGoingOn, chosen });
  return (
    <div className={classes.screen}>
      <TopLine night={night} place={place} actions={actions} onNext={onNext} />
      <main className={classes.middle}>
        <div className={classes.content}>
          {night.match !== null && row.status !== 'resolved' && (
            <Phases views={phaseViews(night.run.steps, phaseOf(card), isMitigated)} />
          )}
          <Header night={night} impact={impact} />
          <AskAgain night={night} actions={actions} />
          {row.status === 'resolved' ? (
            <Cleared night={night} actions={actions} onNext={onNext} />
          ) : night.match === null ? (
            <NoRunbook night={night} actions={actions} />
          ) : (
            <RunCard
              night={night}
              match={night.match}
              card={card}
              actions={actions}
              openedAt={openedAt}
              onGoOn={() => setIsGoingOn(true)}
              onGoTo={setChosen}
            />
          )}
        </div>
      </main>
      <Foot onLeave={() => navigate(`/alarm/${row.id}`)} />
      {dialog === 'help' && <HelpDialog night={night} impact={impact} onClose={close} />}
      {dialog === 'mitigated' && <MitigatedDialog night={night} impact={impact} onClose={close} />}
    </div>
  );
}

interface TopLineProps {
  readonly night: Night;
  readonly place: QueuePlace;
  readonly actions: NightActions;
  readonly onNext: (() => void) | null;
}

function TopLine({ night, place, actions, onNext }: TopLineProps) {
  const { data: info } = useQuery(api.system.info.queryOptions({ input: {} }));
  const now = useNow(60_000);
  const zone = useTimeZone();
  const { row } = night.detail;
  return (
    <header className={classes.top}>
      <span className={classes.place}>
        <SeverityShape severity={row.severity} />
        <b>
          <bdi>{row.status === 'resolved' ? 'cleared' : (place.text ?? 'not among the pages')}</bdi>
        </b>
      </span>
      {onNext !== null && (
        <button type="button" className={classes.textButton} onClick={onNext}>
          next <Kbd>j</Kbd>
        </button>
      )}
      <div className={classes.right}>
        {info?.isDrill === true && <Pill tone="info">Drill</Pill>}
        <IncidentWords night={night} />
        <Acknowledgement night={night} actions={actions} />
        <b>{clockText(now, zone)}</b>
      </div>
    </header>
  );
}

function IncidentWords({ night }: { readonly night: Night }) {
  const { incidentId, mitigatedAt } = night;
  if (incidentId === null) return null;
  return (
    <span>
      <Link href={`/incidents/${incidentId}`}>incident {incidentId}</Link>
      {mitigatedAt !== null && (
        <>
          , mitigated <Age since={mitigatedAt} /> ago
        </>
      )}
    </span>
  );
}

function Acknowledgement({ night, actions }: Pick<TopLineProps, 'night' | 'actions'>) {
  const { row } = night.detail;
  const ack = ackState(row, night.person);
  if (row.status === 'resolved') return null;
  if (row.status === 'suppressed') return <span>suppressed, so it pages nobody</span>;
  switch (ack.kind) {
    case 'open':
      return night.detail.actions.acknowledge ? (
        <span title={night.detail.actions.acknowledgeEffect}>
          <ActionButton action={actions.acknowledge} isSmall />
        </span>
      ) : (
        <span>
          <ForeignText
            text={night.detail.actions.whyNot ?? 'cannot be acknowledged here'}
            isOneLine
            max={90}
          />
        </span>
      );
    case 'pending':
      return (
        <span className={classes.pending} role="status">
          {ack.text}
        </span>
      );
    case 'failed':
      return (
        <Link href="/sources" className={classes.failed}>
          {ack.text}
        </Link>
      );
    case 'acknowledged':
      return (
        <span role="status">
          <bdi>{ack.who}</bdi> acknowledged this <Age since={ack.since} /> ago ·{' '}
          <button
            type="button"
            className={classes.undo}
            onClick={() => void attempt(actions.takeBack.label, async () => actions.takeBack.run())}
          >
            undo
          </button>
        </span>
      );
  }
}

/** Nothing followed the acknowledgement: whoever gave it may have fallen asleep over it. */
function AskAgain({ night, actions }: Pick<TopLineProps, 'night' | 'actions'>) {
  const { detail, person, run, mitigatedAt } = night;
  const ack = ackState(detail.row, person);
  const now = useNow(30_000);
  const since = idleSince({ ack, events: detail.events, steps: run.steps, mitigatedAt, now });
  if (since === null || ack.kind !== 'acknowledged') return null;
  return (
    <Note tone="warning">
      <div className={classes.askAgain} role="alert">
        <span>
          You acknowledged this <Age since={ack.since} /> ago, and nothing was done about it for{' '}
          <Age since={since} />. Are you on it?
        </span>
        <ActionButton action={actions.onIt} isSmall />
      </div>
    </Note>
  );
}

const phaseMarks = { done: '✓ ', now: '', later: '', empty: '' } as const;
const phaseHints = {
  done: 'done',
  now: 'now',
  later: 'later',
  empty: 'the runbook says nothing about it',
} as const;

function Phases({ views }: { readonly views: readonly PhaseView[] }) {
  return (
    <ol className={classes.phases} aria-label="The night, in its order">
      {views.map(({ phase, label, state }) => (
        <li
          key={phase}
          data-state={state}
          title={phaseHints[state]}
          aria-current={state === 'now' ? 'step' : undefined}
        >
          {phaseMarks[state]}
          {label}
          <span className="visually-hidden">, {phaseHints[state]}</span>
        </li>
      ))}
    </ol>
  );
}

function Header({ night, impact }: { readonly night: Night; readonly impact: Impact }) {
  const { row } = night.detail;
  const now = useNow();
  const name = nameOf(night.detail, impact);
  const isBlind = row.freshness !== 'live' && row.status !== 'resolved';
  return (
    <div className={classes.header}>
      <p
        className={classes.severity}
        data-severity={row.status === 'resolved' ? 'cleared' : row.severity}
      >
        {row.status === 'resolved' ? (
          <span>
            ✓ Cleared <Age since={row.statusSince} /> ago
          </span>
        ) : (
          <>
            <SeverityShape severity={row.severity} />
            <bdi>{sinceText(row, now)}</bdi>
          </>
        )}
      </p>
      <h1>
        <ForeignText text={impact.sentence} isOneLine max={240} />
      </h1>
      {impact.more !== '' && (
        <p className={classes.more}>
          <ForeignText text={impact.more} isOneLine max={520} />
        </p>
      )}
      <p className={classes.name}>
        {name !== '' && (
          <>
            <ForeignText text={name} isOneLine max={160} /> ·{' '}
          </>
        )}
        <ForeignText text={row.sourceName} isOneLine max={60} />
        {row.episodesIn7Days > 1 && ` · ${row.episodesIn7Days} times in 7 days`}
      </p>
      {isBlind && (
        <Note tone="blind">
          ? <ForeignText text={row.sourceName} isOneLine max={60} /> cannot be looked at. This is
          the last known
          {row.lastSeenAt !== null && (
            <>
              , <Age since={row.lastSeenAt} /> old
            </>
          )}
          ; it may have cleared or become worse.
        </Note>
      )}
    </div>
  );
}

interface ClearedProps {
  readonly night: Night;
  readonly actions: NightActions;
  readonly onNext: (() => void) | null;
}

function Cleared({ night, actions, onNext }: ClearedProps) {
  const { row } = night.detail;
  const isOpen = night.incident !== undefined && night.incident.summary.times.resolvedAt === null;
  const go: Action = {
    id: 'night.go',
    label: onNext === null ? 'All alarms' : 'Next page',
    group: '4 AM',
    keys: ['Enter'],
    run: () => (onNext === null ? navigate(`/alarm/${row.id}`) : onNext()),
  };
  useActions([go]);
  return (
    <>
      <section className={classes.card} aria-label="It cleared">
        <h2 className={classes.ask}>It has cleared.</h2>
        <p className={classes.expected}>
          It fired for <Duration ms={Date.parse(row.statusSince) - Date.parse(row.startsAt)} />. Its
          source says that it is over. Look once whether the customers agree before you go back to
          bed.
          {isOpen && ` Incident ${night.incidentId ?? ''} is still open.`}
        </p>
      </section>
      <div className={classes.go}>
        <ActionButton action={go} kind="primary" />
        {isOpen && <ActionButton action={actions.incident} />}
      </div>
    </>
  );
}

/** 4 AM: one alarm, one sentence of impact, the first step, one button. */
import { useQuery } from '@tanstack/react-query';
import { CircleCheckBig, EyeOff } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { api } from '../../api/client.ts';
import { useDesk } from '../../api/desk.ts';
import { describeError } from '../../api/errors.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { useNightTheme } from '../../app/theme/use-theme.ts';
import { DeskStateWords } from '../../app/TopBar.tsx';
import { useDeskWords } from '../../app/use-desk-words.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { AlarmDesk } from './AlarmDesk.tsx';
import { Foot } from './Foot.tsx';
import { quietReason } from './quiet-reason.ts';
import { useQueue } from './use-four-am.ts';
import classes from './four-am.module.css';

export function FourAmScreen({ alarmId }: { readonly alarmId: AlarmId | null }) {
  useNightTheme();
  // Since when the person is awake, as far as this screen knows.
  const [openedAt] = useState(() => Date.now());
  const queue = useQueue(alarmId);
  const { next, previous } = queue.place;
  const goTo = (id: AlarmId | null) => (): void => {
    if (id !== null) navigate(`/four-am/${id}`);
  };
  useActions([
    {
      id: 'night.leave',
      label: 'All alarms',
      group: '4 AM',
      keys: ['Escape'],
      run: () => navigate(alarmId === null ? '/' : `/alarm/${alarmId}`),
    },
    {
      id: 'night.next',
      label: 'Next page',
      group: '4 AM',
      keys: ['j', 'ArrowRight'],
      when: () => next !== null,
      run: goTo(next),
    },
    {
      id: 'night.previous',
      label: 'Previous page',
      group: '4 AM',
      keys: ['k', 'ArrowLeft'],
      when: () => previous !== null,
      run: goTo(previous),
    },
  ]);
  const detail = useQuery(
    api.alarms.get.queryOptions({
      input: { id: alarmId ?? (0 as AlarmId) },
      enabled: alarmId !== null,
      structuralSharing: false,
    }),
  );
  if (alarmId === null) {
    return (
      <Bare>
        {queue.error !== null ? (
          <Failure
            title="The alarms could not be read"
            {...describeError(queue.error)}
            onRetry={queue.retry}
          />
        ) : queue.isKnown ? (
          <NothingHere />
        ) : (
          <Loading what="alarms" />
        )}
      </Bare>
    );
  }
  if (detail.data !== undefined) {
    return (
      <AlarmDesk
        key={alarmId}
        detail={detail.data}
        place={queue.place}
        openedAt={openedAt}
        onNext={next === null || next === alarmId ? null : goTo(next)}
      />
    );
  }
  return (
    <Bare>
      {detail.error === null ? (
        <Loading what="the alarm" />
      ) : (
        <AlarmFailure error={detail.error} onRetry={() => void detail.refetch()} />
      )}
    </Bare>
  );
}

function AlarmFailure({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const failure = describeError(error);
  // What does not exist any more is not there at the second try either.
  const retry = failure.code === 'not_found' ? {} : { onRetry };
  return <Failure title="This alarm could not be read" {...failure} {...retry} />;
}

function Bare({ children }: { readonly children: ReactNode }) {
  return (
    <div className={classes.screen}>
      <header className={classes.top}>
        <DeskStateWords />
      </header>
      <main className={classes.middle}>
        <h1 className="visually-hidden">4 AM</h1>
        <div className={classes.centre}>{children}</div>
      </main>
      <Foot />
    </div>
  );
}

function NothingHere() {
  const { sight, blindReasons } = useDeskWords();
  const state = useDesk((desk) => desk.state);
  const reason = quietReason(sight, state);
  const leave = <Button onClick={() => navigate('/')}>All alarms</Button>;
  switch (reason.kind) {
    case 'unknown':
      return <Loading what="alarms" />;
    case 'blind':
      return (
        <EmptyState
          tone="blind"
          icon={<EyeOff />}
          title={reason.title}
          actions={
            <>
              <Button kind="primary" onClick={() => navigate('/sources')}>
                To the sources
              </Button>
              {leave}
            </>
          }
        >
          <ul>
            {blindReasons.slice(0, 5).map((text) => (
              <li key={text}>
                <bdi>{text}</bdi>
              </li>
            ))}
          </ul>
          <p>No page is known. That does not mean that nothing is wrong.</p>
        </EmptyState>
      );
    case 'quiet':
      return (
        <EmptyState tone="ok" icon={<CircleCheckBig />} title="Nothing needs you" actions={leave}>
          <p>{reason.text}</p>
        </EmptyState>
      );
  }
}

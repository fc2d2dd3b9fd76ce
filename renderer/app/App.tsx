/** The window: providers, the frame, and what concerns every screen. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { Suspense, useEffect, useState, type ReactNode } from 'react';
import { Router, useLocation } from 'wouter';
import type { AlarmId } from '../../preload/contract/common.ts';
import { api } from '../api/client.ts';
import { useConnection } from '../api/connection.ts';
import { onDeskEvent } from '../api/desk.ts';
import { onShown } from '../api/shown-alarm.ts';
import { queryClient } from '../api/query.ts';
import { useZone } from '../ui/clock.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Loading } from '../ui/Loading.tsx';
import { Help } from './actions/Help.tsx';
import { useActionKeys } from './actions/keys.ts';
import { openPalette, Palette } from './actions/Palette.tsx';
import { useActions } from './actions/use-actions.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Frame } from './Frame.tsx';
import { navigate, useHashPath } from './hash-location.ts';
import { styleNonce } from './nonce.ts';
import { dismissAllNotices } from './Notices.tsx';
import { isBarePlace, Routes } from './routes.tsx';
import { playSound } from './sounds.ts';
import toastClasses from './toasts.module.css';
import { cssVariablesResolver, theme } from './theme/theme.ts';
import { useTheme } from './theme/use-theme.ts';
import { DeskSigns } from './use-desk-words.ts';
import { WindowBoundary } from './WindowBoundary.tsx';

/** The router takes a hook as a value. */
const hashPath = { hook: useHashPath };

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Themed>
        <WindowBoundary>
          <Router {...hashPath}>
            <Desk />
          </Router>
        </WindowBoundary>
        <Notifications
          position="bottom-right"
          limit={4}
          zIndex={500}
          classNames={{ root: toastClasses.stack ?? '' }}
        />
      </Themed>
    </QueryClientProvider>
  );
}

function Themed({ children }: { readonly children: ReactNode }) {
  const name = useTheme();
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      forceColorScheme={name === 'light' ? 'light' : 'dark'}
      getStyleNonce={() => styleNonce}
    >
      {children}
    </MantineProvider>
  );
}

function Desk() {
  const [path] = useLocation();
  const isRefused = useConnection(({ connection }) => connection === 'refused');
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  useActionKeys();
  useDeskEvents(path);
  useSettingsOfPerson();
  useFirstStart(path);
  useActions([
    {
      id: 'help.keys',
      label: 'Show all keys',
      group: 'Nightdesk',
      keys: ['[Shift]+?'],
      run: () => setIsHelpOpen(true),
    },
    {
      id: 'palette.open',
      label: 'Show all actions',
      group: 'Nightdesk',
      keys: ['$mod+k'],
      isEverywhere: true,
      isKeyOnly: true,
      run: openPalette,
    },
    {
      id: 'notices.dismiss',
      label: 'Dismiss all notices',
      group: 'Nightdesk',
      run: dismissAllNotices,
    },
  ]);

  if (isRefused) return <Refused />;
  const screen = (
    <ErrorBoundary place={path}>
      <Suspense fallback={<Loading what="this screen" />}>
        <Routes />
      </Suspense>
    </ErrorBoundary>
  );
  return (
    <>
      <DeskSigns />
      {isBarePlace(path) ? screen : <Frame>{screen}</Frame>}
      <Palette />
      <Help isOpen={isHelpOpen} onClose={() => setIsHelpOpen(false)} />
    </>
  );
}

/** What cannot be asked about is shown all the same: that screen says why. */
async function show(id: AlarmId, path: string): Promise<void> {
  try {
    const { showAlarm } = await import('../features/four-am/index.ts');
    await showAlarm(id, path);
  } catch {
    navigate(`/alarm/${id}`);
  }
}

/** Sounds, and notifications that were clicked. */
function useDeskEvents(path: string): void {
  useEffect(
    () =>
      onDeskEvent((event) => {
        if (event.type === 'sound') void playSound(event.sound);
      }),
    [],
  );
  useEffect(() => onShown((id) => void show(id, path)), [path]);
}

function useSettingsOfPerson(): void {
  const { data } = useQuery(api.settings.get.queryOptions({ input: {} }));
  const zone = data?.settings.timeZone ?? '';
  useEffect(() => useZone.setState({ zone }), [zone]);
}

/** A new installation begins with three choices, until one was made. */
function useFirstStart(path: string): void {
  const { data } = useQuery(api.settings.get.queryOptions({ input: {} }));
  const { data: info } = useQuery(api.system.info.queryOptions({ input: {} }));
  const isFirst = data?.settings.hasChosenStart === false && info?.isDrill === false;
  useEffect(() => {
    if (isFirst && path === '/') navigate('/start', { replace: true });
    // Only when it becomes known, so that a person who went to triage by hand stays there.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isFirst]);
}

function Refused() {
  useEffect(() => {
    document.title = '? Nightdesk: not admitted';
  }, []);
  return (
    <EmptyState tone="blind" icon={<KeyRound />} title="This window was not admitted">
      <p>
        Nightdesk gives nothing to an address without its token. Open the whole address that it
        printed when it started; it ends in <code>#token=…</code>. Each start has a new one.
      </p>
    </EmptyState>
  );
}

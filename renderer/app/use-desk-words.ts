import { useEffect } from 'react';
import { useConnection } from '../api/connection.ts';
import { useDesk } from '../api/desk.ts';
import { useNow } from '../ui/clock.ts';
import { deskWords, type DeskWords } from './desk-words.ts';
import { faviconOf } from './favicon.ts';

/** The desk state in words, kept right by the second. */
export function useDeskWords(): DeskWords {
  const state = useDesk((desk) => desk.state);
  const heardAt = useDesk((desk) => desk.heardAt);
  const isSilent = useDesk((desk) => desk.isSilent);
  const isConnected = useConnection(({ connection }) => connection === 'connected');
  const now = useNow();
  return deskWords({ state, heardAt, isSilent, isConnected }, now);
}

/** Title and icon of the window follow the desk state, on every screen. Mount once. */
export function DeskSigns() {
  const { title, worst, sight } = useDeskWords();
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link !== null) link.href = faviconOf({ worst, sight });
  }, [worst, sight]);
  return null;
}

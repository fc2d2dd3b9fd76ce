/** Which theme is on: the person's choice, or night while a screen asks for it. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { api } from '../../api/client.ts';
import { createWindowState } from '../../window-state.ts';

export type ThemeName = 'dark' | 'light' | 'night';

const useNightRequests = createWindowState<{ count: number }>({ count: 0 });

/** Turns the night theme on while the calling screen is shown (4 AM mode). */
export function useNightTheme(): void {
  useEffect(() => {
    useNightRequests.setState(({ count }) => ({ count: count + 1 }));
    return () => useNightRequests.setState(({ count }) => ({ count: count - 1 }));
  }, []);
}

const lightQuery = window.matchMedia('(prefers-color-scheme: light)');
const subscribe = (listener: () => void): (() => void) => {
  lightQuery.addEventListener('change', listener);
  return () => lightQuery.removeEventListener('change', listener);
};

export function useTheme(): ThemeName {
  const { data } = useQuery(api.settings.get.queryOptions({ input: {} }));
  const isSystemLight = useSyncExternalStore(subscribe, () => lightQuery.matches);
  const isNight = useNightRequests(({ count }) => count > 0);
  const chosen = data?.settings.theme ?? 'dark';
  const isLight = chosen === 'light' || (chosen === 'system' && isSystemLight);
  const name = isNight ? 'night' : isLight ? 'light' : 'dark';
  useEffect(() => {
    document.documentElement.dataset.theme = name;
  }, [name]);
  return name;
}

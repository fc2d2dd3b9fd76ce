/** One ticking clock for everything that shows an age, and the zone in which the person lives. */
import { useSyncExternalStore } from 'react';
import { createWindowState } from '../window-state.ts';

const tickMs = 1_000;
let now = Date.now();
let timer: number | null = null;
const listeners = new Set<() => void>();

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    now = Date.now();
    timer = window.setInterval(tick, tickMs);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    window.clearInterval(timer);
    timer = null;
  };
}

/**
 * Now, in milliseconds, in steps of `stepMs`: the component draws again only when the step changes.
 * An age in minutes needs no second.
 */
export function useNow(stepMs = tickMs): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / stepMs) * stepMs);
}

/** A text that follows the time: the component draws again only when the text is another one. */
export function useTicking(text: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => text(now));
}

/** IANA name; empty: the system's. Set from the settings. */
export const useZone = createWindowState<{ zone: string }>({ zone: '' });
export const useTimeZone = (): string => useZone(({ zone }) => zone);

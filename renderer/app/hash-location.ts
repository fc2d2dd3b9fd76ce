/**
 * Places in the fragment of the address: `#/alarm/12?query=severity%3E%3Dhigh`. The path before `?` chooses the screen,
 * what follows is the screen's own state (filter, grouping), so that back, forward and a reload find it again.
 *
 * Our own, because the router's puts what follows `?` into the address itself, which the shells compare with theirs.
 */
import { useSyncExternalStore } from 'react';

function readHash(): string {
  const hash = window.location.hash.replace(/^#/, '');
  return hash.startsWith('/') ? hash : '/';
}

const pathOf = (hash: string): string => hash.split('?', 1)[0] ?? '/';
const searchOf = (hash: string): string => hash.slice(pathOf(hash).length + 1);

const listeners = new Set<() => void>();
function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('hashchange', tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('hashchange', tell);
  };
}
const tell = (): void => {
  for (const listener of listeners) listener();
};

/** Goes to a place of ours, e.g. `/incidents/4`. With `replace`, back does not return here. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  if (readHash() === to) return;
  const url = `${window.location.pathname}#${to}`;
  if (options.replace === true) window.history.replaceState(null, '', url);
  else window.history.pushState(null, '', url);
  tell();
}

/**
 * Writes a screen's own state into the address, some time after it changed. Nothing happens when the person has gone
 * elsewhere since: until the next screen is loaded, the one that was left is still there, hidden.
 */
export function keepInAddress(to: string, isHere: (path: string) => boolean): void {
  if (isHere(pathOf(readHash()))) navigate(to, { replace: true });
}

/** For wouter's Router. */
export function useHashPath(): [string, typeof navigate] {
  return [useSyncExternalStore(subscribe, () => pathOf(readHash())), navigate];
}
useHashPath.hrefs = (href: string): string => `#${href}`;

/** What stands after `?`, without it. */
export function useHashSearch(): string {
  return useSyncExternalStore(subscribe, () => searchOf(readHash()));
}

/** State that lives outside of any component: a value, who listens, and a hook that draws again when a part changed. */
import { useSyncExternalStore } from 'react';

export interface WindowState<State extends object> {
  /** As a hook. What `select` returns must be the same object while nothing changed. */
  <Part>(select: (state: State) => Part): Part;
  getState(): State;
  setState(change: Partial<State> | ((state: State) => Partial<State>)): void;
  subscribe(listener: (state: State) => void): () => void;
}

export function createWindowState<State extends object>(initial: State): WindowState<State> {
  let state = initial;
  const listeners = new Set<(state: State) => void>();
  const subscribe = (listener: (state: State) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const useWindowState = <Part>(select: (state: State) => Part): Part =>
    useSyncExternalStore(subscribe, () => select(state));
  return Object.assign(useWindowState, {
    getState: () => state,
    setState(change: Partial<State> | ((state: State) => Partial<State>)) {
      const part = typeof change === 'function' ? change(state) : change;
      state = { ...state, ...part };
      for (const listener of listeners) listener(state);
    },
    subscribe,
  });
}

/** State that lives outside of any component: a value, who listens, and a hook that draws again when a part changed. */
import { useSyncExternalStore } from 'react';

export interface SharedState<State extends object> {
  /** As a hook. What `select` returns must be the same object while nothing changed. */
  <Part>(select: (state: State) => Part): Part;
  getState(): State;
  setState(change: Partial<State> | ((state: State) => Partial<State>)): void;
  subscribe(listener: (state: State) => void): () => void;
}

export function createSharedState<State extends object>(initial: State): SharedState<State> {
  let state = initial;
  const listeners = new Set<(state: State) => void>();
  const subscribe = (listener: (state: State) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const useSharedState = <Part>(select: (state: State) => Part): Part =>
    useSyncExternalStore(subscribe, () => select(state));
  return Object.assign(useSharedState, {
    getState: () => state,
    setState(change: Partial<State> | ((state: State) => Partial<State>)) {
      const part = typeof change === 'function' ? change(state) : change;
      state = { ...state, ...part };
      for (const listener of listeners) listener(state);
    },
    subscribe,
  });
}

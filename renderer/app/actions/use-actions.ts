import { useLayoutEffect, useRef } from 'react';
import type { Action } from './action.ts';
import { register } from './registry.ts';

/** Registers these actions while the calling component is shown. The array may be new on every render. */
export function useActions(actions: readonly Action[]): void {
  const latest = useRef(actions);
  useLayoutEffect(() => {
    latest.current = actions;
  });
  const signature = actions.map(({ id, keys }) => `${id}:${keys?.join(',') ?? ''}`).join('|');
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- other keys need another listener
  useLayoutEffect(() => register(() => latest.current), [signature]);
}

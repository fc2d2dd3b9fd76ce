/** Keeps the order of the list still while a person acts on it, and counts what waits. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { AlarmList } from '../../../preload/contract/alarms.ts';
import { countChanges } from './list-lines.ts';

/** How long after the last movement the list may move again. */
const calmMs = 4_000;

export interface Hold {
  readonly isActive: boolean;
  /** The person moved or acted on the list. */
  readonly touch: () => void;
  readonly release: () => void;
}

export function useHold(): Hold {
  const [isActive, setIsActive] = useState(false);
  const timer = useRef<number | undefined>(undefined);
  const release = useCallback(() => {
    window.clearTimeout(timer.current);
    setIsActive(false);
  }, []);
  const touch = useCallback(() => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setIsActive(false), calmMs);
    setIsActive(true);
  }, []);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return useMemo(() => ({ isActive, touch, release }), [isActive, touch, release]);
}

interface Kept {
  readonly key: string;
  readonly list: AlarmList;
}

export interface HeldList {
  /** What is shown; null before the first answer. */
  readonly list: AlarmList | null;
  /** The query and grouping that it answers. */
  readonly key: string;
  readonly waiting: number;
  readonly apply: () => void;
}

/** `known`: the newest answer to `key`, or null while that is under way. Another key is always shown at once. */
export function useHeldList(known: AlarmList | null, key: string, isHeld: boolean): HeldList {
  const [kept, setKept] = useState<Kept | null>(null);
  let shown = kept;
  if (known !== null && kept?.list !== known && (kept?.key !== key || !isHeld)) {
    shown = { key, list: known };
    setKept(shown);
  }
  const list = shown?.list ?? null;
  const waiting = useMemo(
    () => (known === null || list === null ? 0 : countChanges(list.ids, known.ids)),
    [known, list],
  );
  return {
    list,
    key: shown?.key ?? key,
    waiting: shown?.key === key ? waiting : 0,
    apply: () => {
      if (known !== null) setKept({ key, list: known });
    },
  };
}

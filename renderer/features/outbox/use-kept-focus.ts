import { useLayoutEffect, useRef, type FocusEvent, type RefObject } from 'react';

interface FocusHandlers {
  readonly onFocus: () => void;
  readonly onBlur: (event: FocusEvent) => void;
}

/** A line that goes to another group is drawn anew there, and the focus that it or its button had would be lost. */
export function useKeptFocus(list: RefObject<HTMLElement | null>): FocusHandlers {
  const isWithin = useRef(false);
  useLayoutEffect(() => {
    if (!isWithin.current || document.activeElement !== document.body) return;
    list.current?.querySelector<HTMLElement>('[data-current] [data-list-line]')?.focus();
  });
  return {
    onFocus: () => {
      isWithin.current = true;
    },
    // Not heard when the element that had it is taken away, which is what is meant here.
    onBlur: ({ relatedTarget, currentTarget }) => {
      isWithin.current = currentTarget.contains(relatedTarget);
    },
  };
}

/** Follows the end of something that grows, until the person scrolls away from it. */
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

const nearEnd = 40;

function scrollToEnd(element: HTMLElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}

export interface Following<Element> {
  readonly scroller: RefObject<Element | null>;
  readonly onScroll: () => void;
  /** How many came since the end was last in sight. */
  readonly unseen: number;
  readonly toEnd: () => void;
}

export function useFollowEnd<Element extends HTMLElement>(count: number): Following<Element> {
  const scroller = useRef<Element>(null);
  /** How many there were when the person left the end; null: the end is in sight. */
  const [leftAt, setLeftAt] = useState<number | null>(null);
  const isFollowing = useRef(true);

  useLayoutEffect(() => {
    if (isFollowing.current) scrollToEnd(scroller.current);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- more of them is why it scrolls
  }, [count]);

  // What stands around it may leave it less room than before.
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (isFollowing.current) scrollToEnd(element);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return {
    scroller,
    unseen: leftAt === null ? 0 : Math.max(0, count - leftAt),
    onScroll() {
      const element = scroller.current;
      if (element === null) return;
      const below = element.scrollHeight - element.scrollTop - element.clientHeight;
      isFollowing.current = below < nearEnd;
      setLeftAt((left) => (isFollowing.current ? null : (left ?? count)));
    },
    toEnd: () => scrollToEnd(scroller.current),
  };
}

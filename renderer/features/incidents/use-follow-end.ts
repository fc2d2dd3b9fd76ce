/** Follows the end of something that grows, until the person scrolls away from it. */
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

const nearEnd = 40;

function scrollToEnd(element: HTMLElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}

export interface Following<Scroller, Content> {
  readonly scroller: RefObject<Scroller | null>;
  /** What stands in it and grows. */
  readonly content: RefObject<Content | null>;
  readonly onScroll: () => void;
  /** The last one when the person left the end; null: the end is in sight. */
  readonly leftAt: number | null;
  readonly toEnd: () => void;
}

/** `last`: the id of the last one. */
export function useFollowEnd<Scroller extends HTMLElement, Content extends HTMLElement>(
  last: number | null,
): Following<Scroller, Content> {
  const scroller = useRef<Scroller>(null);
  const content = useRef<Content>(null);
  const [leftAt, setLeftAt] = useState<number | null>(null);
  const isFollowing = useRef(true);
  const lastTop = useRef(0);

  useLayoutEffect(() => {
    if (isFollowing.current) scrollToEnd(scroller.current);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another last one is why it scrolls
  }, [last]);

  // Lines wrap anew when the window or what stands around changes.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (isFollowing.current) scrollToEnd(scroller.current);
    });
    for (const element of [scroller.current, content.current]) {
      if (element !== null) observer.observe(element);
    }
    return () => observer.disconnect();
  }, []);

  return {
    scroller,
    content,
    leftAt,
    onScroll() {
      const element = scroller.current;
      if (element === null) return;
      const { scrollTop, scrollHeight, clientHeight } = element;
      // Only a person scrolls up; what grew below the end is caught up with.
      if (scrollHeight - scrollTop - clientHeight < nearEnd) isFollowing.current = true;
      else if (scrollTop < lastTop.current) isFollowing.current = false;
      lastTop.current = scrollTop;
      setLeftAt((left) => (isFollowing.current ? null : (left ?? last)));
    },
    toEnd() {
      isFollowing.current = true;
      scrollToEnd(scroller.current);
    },
  };
}

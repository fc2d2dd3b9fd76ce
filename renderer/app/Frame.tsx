/** What stands around every screen: where one can go, how the desk is, and how old each source's answer is. */
import {
  lazy,
  Suspense,
  useEffect,
  useLayoutEffect,
  useRef,
  type ReactNode,
  type RefObject,
} from 'react';
import { useLocation } from 'wouter';
import { BottomBar } from './BottomBar.tsx';
import { Notices } from './Notices.tsx';
import { Rail } from './Rail.tsx';
import { TopBar } from './TopBar.tsx';
import classes from './frame.module.css';

const FourAmOffer = lazy(async () => ({
  default: (await import('../features/four-am/index.ts')).FourAmOffer,
}));
const DrillBar = lazy(async () => ({
  default: (await import('../features/drill/index.ts')).DrillBar,
}));

export function Frame({ children }: { readonly children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  useHeightBelow(main);
  useTopOfScreen(main);
  return (
    <div className={classes.app}>
      <a className={classes.skip} href="#main" onClick={toMain}>
        To the screen
      </a>
      <Rail />
      <TopBar />
      <div className={classes.middle}>
        <main id="main" ref={main} className={classes.main} tabIndex={-1}>
          {children}
        </main>
        {/* Below: what appears above a list would move its rows under the pointer. */}
        <Suspense fallback={null}>
          <FourAmOffer />
        </Suspense>
        <Suspense fallback={null}>
          <DrillBar />
        </Suspense>
        <Notices />
      </div>
      <BottomBar />
    </div>
  );
}

/** Triage shows each of its alarms under a place of its own, and stays where it is. */
const screenOf = (path: string): string => (/^\/(alarm\/.*)?$/.test(path) ? '/' : path);

/** All screens scroll in the same element: how far down the last one was read says nothing about the next. */
function useTopOfScreen(main: RefObject<HTMLElement | null>): void {
  const [path] = useLocation();
  const screen = screenOf(path);
  const shown = useRef(screen);
  // Before the screen's own effects, which may lead to a section of it.
  useLayoutEffect(() => {
    if (shown.current === screen) return;
    shown.current = screen;
    main.current?.scrollTo(0, 0);
  }, [main, screen]);
}

/** How high the bars below the screen are, for what must not cover them. */
function useHeightBelow(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = main.current;
    if (element === null) return undefined;
    const { style } = document.documentElement;
    const measure = (): void =>
      style.setProperty(
        '--below-main',
        `${Math.max(0, window.innerHeight - element.getBoundingClientRect().bottom)}px`,
      );
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
      style.removeProperty('--below-main');
    };
  }, [main]);
}

/** By hand: the fragment of the address is the router's. */
function toMain(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#main')?.focus();
}

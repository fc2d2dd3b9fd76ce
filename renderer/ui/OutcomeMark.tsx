/** How something ended, as a word and a shape, so that it reads without colour. */
import type { ReactNode } from 'react';
import classes from './outcome-mark.module.css';

/** `waiting`: not known yet. `none`: it was not done, and that is no failure. */
export type Outcome = 'ok' | 'warning' | 'failed' | 'waiting' | 'none';

export interface OutcomeMarkProps {
  readonly outcome: Outcome;
  readonly children: ReactNode;
}

export function OutcomeMark({ outcome, children }: OutcomeMarkProps) {
  return (
    <span className={classes.mark} data-outcome={outcome}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <OutcomePath outcome={outcome} />
      </svg>
      {children}
    </span>
  );
}

function OutcomePath({ outcome }: { readonly outcome: Outcome }) {
  switch (outcome) {
    case 'ok':
      return <path d="M1.5 6.5l3 3 6-7" fill="none" stroke="currentColor" strokeWidth="1.9" />;
    case 'warning':
      return (
        <>
          <path d="M6 .8L11.6 11H.4z" fill="currentColor" />
          <path d="M6 4.4v3M6 8.6v1.1" stroke="var(--panel)" strokeWidth="1.2" />
        </>
      );
    case 'failed':
      return (
        <>
          <path d="M3.6.5h4.8l3.1 3.1v4.8l-3.1 3.1H3.6L.5 8.4V3.6z" fill="currentColor" />
          <path d="M4 4l4 4M8 4L4 8" stroke="var(--panel)" strokeWidth="1.4" />
        </>
      );
    case 'waiting':
      return (
        <circle
          cx="6"
          cy="6"
          r="4.8"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeDasharray="2.4 1.7"
        />
      );
    case 'none':
      return <path d="M2 6h8" stroke="currentColor" strokeWidth="1.8" />;
  }
}

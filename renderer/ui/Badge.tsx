import type { ReactNode } from 'react';
import classes from './badge.module.css';

export type Tone = 'plain' | 'critical' | 'high' | 'warning' | 'info' | 'ok' | 'blind';

export interface BadgeProps {
  readonly children: ReactNode;
  readonly tone?: Tone;
  readonly title?: string;
}

/** A small framed word: `runbook`, `exact link`. */
export function Badge({ children, tone = 'plain', title }: BadgeProps) {
  return (
    <span className={classes.badge} data-tone={tone} title={title}>
      {children}
    </span>
  );
}

/** A filled, round word with weight: `2 critical`, `Major`. */
export function Pill({ children, tone = 'plain', title }: BadgeProps) {
  return (
    <span className={classes.pill} data-tone={tone} title={title}>
      {children}
    </span>
  );
}

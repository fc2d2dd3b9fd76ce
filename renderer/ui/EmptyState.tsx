import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** Why there is nothing, and what that means. */
  readonly children?: ReactNode;
  /** What can be done about it. */
  readonly actions?: ReactNode;
  readonly tone?: 'plain' | 'ok' | 'blind' | 'critical';
}

/** Where there is nothing to show, the screen says why. */
export function EmptyState({ icon, title, children, actions, tone = 'plain' }: EmptyStateProps) {
  return (
    <div className={classes.empty} data-tone={tone}>
      {icon !== undefined && <div className={classes.icon}>{icon}</div>}
      <h2>{title}</h2>
      {children !== undefined && <div className={classes.text}>{children}</div>}
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

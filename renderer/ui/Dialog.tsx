/** Pieces of dialogs and forms. The dialog itself is Mantine's Modal, whose defaults are in the theme. */
import type { ReactNode } from 'react';
import classes from './dialog.module.css';

/** The row of buttons at the end, the main one last. */
export function DialogButtons({ children }: { readonly children: ReactNode }) {
  return <div className={classes.buttons}>{children}</div>;
}

/** Parts of a form below each other. */
export function FormStack({ children }: { readonly children: ReactNode }) {
  return <div className={classes.stack}>{children}</div>;
}

export interface NoteProps {
  readonly tone?: 'plain' | 'warning' | 'critical' | 'ok' | 'info' | 'blind';
  readonly children: ReactNode;
}

/** A remark that must not be missed, in place. */
export function Note({ tone = 'plain', children }: NoteProps) {
  return (
    <div className={classes.note} data-tone={tone}>
      {children}
    </div>
  );
}

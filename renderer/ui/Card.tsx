import { useId, type ReactNode } from 'react';
import classes from './card.module.css';

export interface CardProps {
  readonly title: ReactNode;
  /** Beside the title, to the right: a count, an age. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Without inner margins, for lists whose lines reach the edge. */
  readonly isFlush?: boolean;
}

/** A framed part of a screen with a heading. */
export function Card({ title, aside, children, isFlush = false }: CardProps) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <h2 className={classes.heading}>
        <span id={id} className={classes.title}>
          {title}
        </span>
        {aside !== undefined && <span className={classes.aside}>{aside}</span>}
      </h2>
      <div className={isFlush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}

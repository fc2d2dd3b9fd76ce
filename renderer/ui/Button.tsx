import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Kbd } from './Kbd.tsx';
import classes from './button.module.css';

export interface ButtonProps extends Omit<
  ButtonHTMLAttributes<HTMLButtonElement>,
  'type' | 'className' | 'aria-keyshortcuts'
> {
  readonly children: ReactNode;
  /** `primary`: the one thing to do here. `done`: a good end. `quiet`: without a frame. */
  readonly kind?: 'plain' | 'primary' | 'done' | 'quiet';
  readonly isSmall?: boolean;
  readonly isDangerous?: boolean;
  /** The key that does the same, as shown: `a`. */
  readonly keyHint?: string;
  readonly isSubmit?: boolean;
}

export function Button({
  children,
  kind = 'plain',
  isSmall = false,
  isDangerous = false,
  keyHint,
  isSubmit = false,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={isSubmit ? 'submit' : 'button'}
      className={classes.button}
      data-kind={kind}
      data-small={isSmall || undefined}
      data-dangerous={isDangerous || undefined}
    >
      <span className={classes.label}>{children}</span>
      {keyHint !== undefined && <Kbd>{keyHint}</Kbd>}
    </button>
  );
}

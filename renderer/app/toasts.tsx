/** Short messages in the corner: what was done (with undo), and what failed with what to do next. */
import { notifications } from '@mantine/notifications';
import { describeError, type FailureWords } from '../api/errors.ts';
import { Button } from '../ui/Button.tsx';
import classes from './toasts.module.css';

export interface Toast {
  readonly title: string;
  readonly text?: string;
  readonly undo?: () => void | Promise<void>;
}

const doneMs = 6_000;
/** Long enough to be read by a tired person; a failure stays until it is closed. */
const undoMs = 12_000;

export function toast({ title, text, undo }: Toast): void {
  const id = notifications.show({
    title,
    autoClose: undo === undefined ? doneMs : undoMs,
    classNames: classes,
    closeButtonProps: { 'aria-label': 'Close' },
    message:
      undo === undefined ? (
        text
      ) : (
        <span className={classes.withUndo}>
          <span>{text}</span>
          <Button
            isSmall
            onClick={() => {
              notifications.hide(id);
              void runUndo(undo);
            }}
          >
            Undo
          </Button>
        </span>
      ),
  });
}

async function runUndo(undo: () => void | Promise<void>): Promise<void> {
  try {
    await undo();
  } catch (error) {
    toastError('Undo failed', describeError(error));
  }
}

/** `what`: "Acknowledge failed". The same failure is shown once, however often it happens. */
export function toastError(what: string, failure: FailureWords): void {
  const id = `${what}:${failure.code}`;
  const message = (
    <>
      {failure.message}
      <span className={classes.next}>{failure.next}</span>
      {failure.ref !== null && (
        <span className={classes.next}>In the log under {failure.ref}.</span>
      )}
    </>
  );
  const props = {
    id,
    title: what,
    message,
    color: 'red',
    autoClose: false,
    role: 'alert',
    classNames: classes,
    closeButtonProps: { 'aria-label': 'Close' },
  } as const;
  notifications.hide(id);
  notifications.show(props);
}

/**
 * Alarms whose notification was clicked. A click may open the window, and then comes before any screen listens: the last one
 * waits until one does.
 */
import type { AlarmId } from '../../preload/contract/common.ts';

type Listener = (id: AlarmId) => void;

let listener: Listener | null = null;
let waiting: AlarmId | null = null;

export function tellShown(id: AlarmId): void {
  if (listener === null) waiting = id;
  else listener(id);
}

/** One screen listens at a time. */
export function onShown(next: Listener): () => void {
  listener = next;
  if (waiting !== null) {
    const id = waiting;
    waiting = null;
    next(id);
  }
  return () => {
    if (listener === next) listener = null;
  };
}

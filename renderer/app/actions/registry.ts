/**
 * The registry of what can be done now. Screens register their actions while they are shown; of two with the same key,
 * the one registered last wins, so that a screen may give a key of the frame its own meaning.
 */
import { describeError } from '../../api/errors.ts';
import { toastError } from '../toasts.tsx';
import { applies, type Action } from './action.ts';
import { createWindowState } from '../../window-state.ts';

type Read = () => readonly Action[];

const useRegistry = createWindowState<{ readonly reads: readonly Read[]; readonly keys: string }>({
  reads: [],
  keys: '[]',
});

function keysOf(reads: readonly Read[]): string {
  const keys = new Set(reads.flatMap((read) => read().flatMap((action) => action.keys ?? [])));
  return JSON.stringify([...keys].sort());
}

/** `read` is called when somebody looks, so it always gives the actions of the latest render. */
export function register(read: Read): () => void {
  const change = (to: (reads: readonly Read[]) => readonly Read[]): void =>
    useRegistry.setState(({ reads }) => {
      const next = to(reads);
      return { reads: next, keys: keysOf(next) };
    });
  change((reads) => [...reads, read]);
  return () => change((reads) => reads.filter((one) => one !== read));
}

/** Every key that means something now, as JSON: changes only when the set does. */
export const useRegisteredKeys = (): string => useRegistry(({ keys }) => keys);

/** All registered actions that apply now, first registered first. */
export function actionsNow(): Action[] {
  const seen = new Set<string>();
  return useRegistry
    .getState()
    .reads.flatMap((read) => read())
    .filter((action) => !seen.has(action.id) && seen.add(action.id) && applies(action));
}

/** The action that this key means now. */
export function actionForKey(key: string): Action | undefined {
  return actionsNow().findLast((action) => action.keys?.includes(key) === true);
}

/** Runs it, and tells what failed. */
export function runAction(action: Action): void {
  if (!applies(action)) return;
  void (async () => {
    try {
      await action.run();
    } catch (error) {
      toastError(`${action.label} failed`, describeError(error));
    }
  })();
}

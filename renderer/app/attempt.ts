import { describeError } from '../api/errors.ts';
import { toastError } from './toasts.tsx';

/** Does what may fail, and tells when it did. `what`: "Saving the title". True: it was done. */
export async function attempt(what: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toastError(`${what} failed`, describeError(error));
    return false;
  }
}

/**
 * Writes to systems that take a command first and do it later. Looking first does not help while one settles: the same wish again
 * within that time is the same command, and gets the receipt that the first one got.
 */
import type { Clock } from '../clock.ts';
import type { ActionReceipt } from './connector.ts';

const settleMs = 30_000;

/** `once(key, send)`: sends unless the wish of this key was taken a moment ago. What failed is sent again. */
export function createSettlingWrites(clock: Pick<Clock, 'monotonic'>) {
  const taken = new Map<string, { readonly at: number; readonly receipt: ActionReceipt }>();
  return async (key: string, send: () => Promise<ActionReceipt>): Promise<ActionReceipt> => {
    const before = taken.get(key);
    if (before !== undefined && clock.monotonic() - before.at < settleMs) return before.receipt;
    const receipt = await send();
    const at = clock.monotonic();
    for (const [other, { at: then }] of taken) if (at - then >= settleMs) taken.delete(other);
    taken.set(key, { at, receipt });
    return receipt;
  };
}

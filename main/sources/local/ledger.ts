/**
 * What this source keeps between polls and restarts: which checks fire since when, and what a person acknowledged or
 * silenced. This computer is its own upstream, so this is what an action is read back from.
 */
import { z } from 'zod';
import { keptFields } from '../kept-actions.ts';
import { Track } from './levels.ts';

/** Every part by itself: one that cannot be read costs no other. */
const Ledger = z.object({ tracks: z.record(z.string(), Track).catch({}), ...keptFields });
export type Ledger = z.infer<typeof Ledger>;

export function readLedger(memory: Readonly<Record<string, unknown>>): Ledger {
  return Ledger.parse(memory);
}

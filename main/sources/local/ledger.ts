/**
 * What this source keeps between polls and restarts: which checks fire since when, and what a person acknowledged or
 * silenced. This computer is its own upstream, so this is what an action is read back from.
 */
import { z } from 'zod';
import { Matcher } from '../../../preload/contract/alarms.ts';
import { Instant } from '../../../preload/contract/common.ts';
import { Track } from './levels.ts';

const Silence = z.object({
  id: z.string(),
  matchers: z.array(Matcher),
  by: z.string(),
  note: z.string(),
  startsAt: Instant,
  endsAt: Instant,
});
export type Silence = z.infer<typeof Silence>;

/** Every part by itself: one that cannot be read costs no other. */
const Ledger = z.object({
  tracks: z.record(z.string(), Track).catch({}),
  /** By the identity of the alarm. */
  acknowledged: z.record(z.string(), z.object({ by: z.string(), at: Instant })).catch({}),
  silences: z.array(Silence).catch([]),
});
export type Ledger = z.infer<typeof Ledger>;

export function readLedger(memory: Readonly<Record<string, unknown>>): Ledger {
  return Ledger.parse(memory);
}

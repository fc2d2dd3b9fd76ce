/**
 * A Nagios that lost its memory in a crash knows nothing until each check has run again: what was critical is "pending" then,
 * which is no recovery. What we knew to be in trouble stays as it was until Nagios has looked again.
 */
import { z } from 'zod';
import type { NagiosApi } from './api.ts';
import { identityOf, type RawProblem } from './parse.ts';
import type { Reading } from './reading.ts';

/** By then every usual check has run. */
const longestMs = 6 * 3_600_000;

/** Kept over runs of Nightdesk: the start that was last believed, and how many objects were never checked under it. */
export const RestartMemory = z.object({
  programStartMs: z.number().nullable().catch(null).default(null),
  pending: z.number().catch(0).default(0),
});
export type RestartMemory = z.infer<typeof RestartMemory>;

export interface Guarded {
  readonly problems: readonly RawProblem[];
  /** How many of them are only remembered. */
  readonly remembered: number;
  /** Why absence proves nothing, as nothing is remembered from before the start; null when it does. */
  readonly incompleteReason: string | null;
}

export function createRestartGuard(given: Readonly<Record<string, unknown>>) {
  let memory = RestartMemory.parse(given);
  let last: ReadonlyMap<string, RawProblem> | null = null;

  return {
    /** The same object again when nothing changed. */
    memory: (): RestartMemory => memory,

    async guard(api: NagiosApi, reading: Reading, signal: AbortSignal): Promise<Guarded> {
      const { pending } = reading;
      const { programStartMs, queryTimeMs } = reading.told;
      const next = new Map<string, RawProblem>();
      for (const raw of reading.problems) {
        const id = identityOf(raw);
        if (id !== null) next.set(id, raw);
      }
      const gone = [...(last ?? [])].filter(([id]) => !next.has(id));
      const kept: RawProblem[] = [];
      if (pending > 0 && gone.length > 0) {
        const unchecked = await api.unchecked(signal);
        for (const [id, raw] of gone) {
          if (!unchecked.has(id)) continue;
          kept.push(raw);
          next.set(id, raw);
        }
      }
      const isFirst = last === null;
      last = next;
      const isNewStart = memory.programStartMs !== null && memory.programStartMs !== programStartMs;
      const isYoung = queryTimeMs - programStartMs < longestMs;
      if (isFirst && isNewStart && isYoung && pending > memory.pending) {
        last = null;
        const lacking = pending - memory.pending;
        return {
          problems: reading.problems,
          remembered: 0,
          incompleteReason: `Nagios was started anew and has not checked ${lacking} hosts and services yet.`,
        };
      }
      if (memory.programStartMs !== programStartMs || memory.pending !== pending) {
        memory = { programStartMs, pending };
      }
      return {
        problems: kept.length === 0 ? reading.problems : [...reading.problems, ...kept],
        remembered: kept.length,
        incompleteReason: null,
      };
    },
  };
}

/** Description and extra properties, which no list has: read once per alert, a few per poll. */
import { SourceError } from '../source-error.ts';
import type { OpsgenieApi } from './api.ts';
import type { WireDetails } from './parse.ts';
import type { z } from 'zod';

type Details = z.infer<typeof WireDetails>;

const mostPerPoll = 20;
const atOnce = 4;

export function createDetails(api: Pick<OpsgenieApi, 'details'>) {
  let known: ReadonlyMap<string, Details> = new Map();

  return {
    of: (id: string): Details | null => known.get(id) ?? null,

    /** Newest first, since those are looked at. Failing costs nothing but the details. What went wrong, for people. */
    async read(ids: readonly string[], signal: AbortSignal): Promise<string | null> {
      const next = new Map<string, Details>();
      for (const id of ids) {
        const before = known.get(id);
        if (before !== undefined) next.set(id, before);
      }
      const missing = ids.filter((id) => !next.has(id)).toReversed();
      const queue = missing.slice(0, mostPerPoll).values();
      let trouble: string | null = null;
      const worker = async (): Promise<void> => {
        for (const id of queue) {
          try {
            next.set(id, await api.details(id, signal));
          } catch (error) {
            if (!(error instanceof SourceError)) throw error;
            trouble ??= `Some details could not be read. ${error.message}`;
            return;
          }
        }
      };
      const ends = await Promise.allSettled(Array.from({ length: atOnce }, worker));
      const failure = ends.find((end) => end.status === 'rejected');
      if (failure !== undefined) throw failure.reason;
      known = next;
      return trouble;
    },
  };
}

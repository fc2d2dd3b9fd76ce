/** Commands that run or ran on this computer, as this window follows them. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { RunId } from '../../preload/contract/common.ts';
import type { Execution, ExecutionId } from '../../preload/contract/running.ts';
import { api, client } from '../api/client.ts';
import { useConnection } from '../api/connection.ts';

const none: readonly Execution[] = [];

/** Those of a run, the oldest first. */
export function useExecutions(runId: RunId | null): readonly Execution[] {
  const { data } = useQuery(
    api.running.list.queryOptions({
      input: { runId: runId ?? (0 as RunId) },
      enabled: runId !== null,
    }),
  );
  return data ?? none;
}

/** The last one of a command; undefined: it was never run here. */
export const lastOf = (
  executions: readonly Execution[],
  stepId: string,
  command: number,
): Execution | undefined =>
  executions.findLast((one) => one.stepId === stepId && one.command === command);

/** What it printed: live while it runs, whole once it ended. Null: not heard yet. */
export function useOutput(id: ExecutionId): string | null {
  const [text, setText] = useState<string | null>(null);
  const generation = useConnection((connection) => connection.generation);
  useEffect(() => {
    // Each carrier brings a watch of its own; before the first there is nothing to watch.
    if (generation === 0) return;
    const controller = new AbortController();
    const follow = async (): Promise<void> => {
      let heard = '';
      try {
        const events = await client.running.watch({ id }, { signal: controller.signal });
        for await (const event of events) {
          if (controller.signal.aborted) return;
          if (event.type !== 'output') continue;
          heard = heard.slice(0, event.keep) + event.text;
          setText(heard);
        }
      } catch {
        // The carrier was lost: the next one brings a new watch, and the list says how it ended.
      }
    };
    void follow();
    return () => controller.abort();
  }, [id, generation]);
  return text;
}

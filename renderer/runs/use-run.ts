/** A runbook ready to run: read with the values of its alarm, ticked, copied from and answered. */
import { useQuery } from '@tanstack/react-query';
import type { Run, Runbook, Step, StepState } from '../../preload/contract/runbooks.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import type { Execution, ExecutionPreview, QueryAnswer } from '../../preload/contract/running.ts';
import { api, client } from '../api/client.ts';
import { copyText } from '../api/clipboard.ts';
import { queryClient } from '../api/query.ts';
import { attempt } from '../app/attempt.ts';
import type { RunTarget } from './run-target.ts';
import { useExecutions } from './use-running.ts';

/** Each act answers whether it was done; what failed is told in a toast. */
export interface RunState {
  readonly runbook: Runbook | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly run: Run | null;
  readonly steps: readonly Step[];
  readonly answers: Readonly<Record<string, string>>;
  readonly setStep: (step: Step, state: StepState) => Promise<boolean>;
  readonly copy: (step: Step, command: number) => Promise<boolean>;
  readonly answer: (answers: Readonly<Record<string, string>>) => Promise<boolean>;
  /** What was run on this computer of this run. */
  readonly executions: readonly Execution[];
  /** What would run; nothing does yet. */
  readonly preview: (step: Step, command: number) => Promise<ExecutionPreview>;
  /** What a Prometheus says to a PromQL command. */
  readonly query: (
    step: Step,
    command: number,
    asked: { readonly rangeMs: number; readonly sourceId?: SourceId },
  ) => Promise<QueryAnswer>;
}

const noSteps: readonly Step[] = [];
const noAnswers: Readonly<Record<string, string>> = {};

function questionOf({ runbookId, anchor, alarmId, incidentId }: RunTarget) {
  return {
    id: runbookId,
    anchor,
    ...(alarmId === null ? {} : { alarmId }),
    ...(incidentId === null ? {} : { incidentId }),
  };
}

export function useRun(target: RunTarget | null): RunState {
  const input = questionOf(target ?? { ...nothing, runbookId: 0 as RunTarget['runbookId'] });
  const { data, error, refetch } = useQuery(
    api.runbooks.get.queryOptions({ input, enabled: target !== null }),
  );
  const run = data?.run ?? null;
  const executions = useExecutions(run?.id ?? null);

  const started = async (): Promise<Run> => {
    if (run !== null) return run;
    if (target === null) throw new Error('There is no runbook to run.');
    return client.runbooks.startRun({ ...target });
  };
  /** Shown at once; the same comes again with the change that the core tells. */
  const put = (next: Run): void => {
    queryClient.setQueryData<Runbook>(
      api.runbooks.get.queryKey({ input }),
      (known) => known && { ...known, run: next },
    );
  };

  return {
    runbook: data,
    error: data === undefined ? error : null,
    retry: () => void refetch(),
    run,
    steps: run?.steps ?? data?.steps ?? noSteps,
    answers: run?.answers ?? noAnswers,
    setStep: (step, state) =>
      attempt('Ticking the step', async () => {
        const { id } = await started();
        put(await client.runbooks.setStep({ runId: id, stepId: step.id, state }));
      }),
    copy: async (step, index) => {
      const command = step.commands[index];
      if (command === undefined) return false;
      const isCopied = await attempt('Copying', () => copyText(command.copyText));
      // The person has it; the timeline must not keep them waiting.
      if (isCopied) {
        void attempt('Noting the copy on the timeline', async () => {
          const { id } = await started();
          await client.runbooks.noteCopied({ runId: id, stepId: step.id, command: index });
        });
      }
      return isCopied;
    },
    executions,
    preview: async (step, command) => {
      const { id } = await started();
      return client.running.preview({ runId: id, stepId: step.id, command });
    },
    query: async (step, command, asked) => {
      const { id } = await started();
      return client.running.query({ runId: id, stepId: step.id, command, ...asked });
    },
    answer: (answers) =>
      attempt('Filling in', async () => {
        const { id } = await started();
        put(await client.runbooks.answer({ runId: id, answers: { ...answers } }));
      }),
  };
}

const nothing: Omit<RunTarget, 'runbookId'> = { anchor: null, alarmId: null, incidentId: null };

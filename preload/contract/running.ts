/**
 * Running the commands of a runbook on this computer, for real.
 *
 * Nothing runs that was not shown first: `preview` answers with what would run and a digest of it, and `start` takes that
 * digest, once. It is off until a person switched it on, at this computer, for the source that the runbook is from.
 */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { method } from './base.ts';
import { Instant, RunId, SourceId } from './common.ts';

export const ExecutionId = z.int().positive().brand<'ExecutionId'>();
export type ExecutionId = z.infer<typeof ExecutionId>;

/** `unknown`: Nightdesk itself ended while it ran. `not_started`: the program could not be started at all. */
export const ExecutionState = z.enum([
  'running',
  'ended',
  'stopped',
  'timed_out',
  'not_started',
  'unknown',
]);
export type ExecutionState = z.infer<typeof ExecutionState>;

/** One running of one command of a step. What it printed is asked for apart. */
export const Execution = z.object({
  id: ExecutionId,
  runId: RunId,
  stepId: z.string(),
  /** Which of the step's commands. */
  command: z.int().nonnegative(),
  stepNumber: z.int().positive(),
  /** Exactly what ran, with secrets left out. */
  text: z.string(),
  shell: z.string(),
  folder: z.string(),
  state: ExecutionState,
  exitCode: z.int().nullable(),
  startedAt: Instant,
  endedAt: Instant.nullable(),
  /** It runs in a terminal, and reads what is typed. */
  takesInput: z.boolean(),
  /** For people: how it ended, or that it still runs. */
  summary: z.string(),
});
export type Execution = z.infer<typeof Execution>;

const Which = z.object({
  runId: RunId,
  stepId: z.string().max(200),
  command: z.int().nonnegative().default(0),
});

/** Everything a person has to see before they press run. */
export const ExecutionPreview = z.object({
  /** What `start` takes. Null: it cannot be started, and `problem` says why. */
  digest: z.string().nullable(),
  kind: z.enum(['shell', 'get']),
  /** Exactly what would run. */
  text: z.string(),
  /** The program that reads it, with its options. */
  shell: z.string(),
  folder: z.string(),
  environmentNames: z.array(z.string()),
  timeoutMs: z.int().positive(),
  /** False: programs that ask for a key, a password or a screen do not work in it. */
  hasTerminal: z.boolean(),
  isDestructive: z.boolean(),
  /** This must be typed before it starts; null: nothing. */
  confirm: z.object({ typed: z.string(), why: z.string() }).nullable(),
  expected: z.string().nullable(),
  problem: z
    .object({
      text: z.string(),
      next: z.string(),
      /** The name of the runbook source for which running is off, when that is all that is missing. */
      switchOn: z.string().nullable(),
    })
    .nullable(),
});
export type ExecutionPreview = z.infer<typeof ExecutionPreview>;

export const ExecutionEvent = z.discriminatedUnion('type', [
  /** Of what was heard so far, `keep` characters are right; then comes `text`. */
  z.object({ type: z.literal('output'), keep: z.int().nonnegative(), text: z.string() }),
  z.object({ type: z.literal('ended'), execution: Execution }),
]);
export type ExecutionEvent = z.infer<typeof ExecutionEvent>;

export const QuerySeries = z.object({
  name: z.string(),
  /** Null: it had no number then. */
  points: z.array(z.tuple([Instant, z.number().nullable()])),
});
export type QuerySeries = z.infer<typeof QuerySeries>;

/** What a Prometheus answered to a PromQL fence. */
export const QueryAnswer = z.object({
  expression: z.string(),
  from: Instant,
  until: Instant,
  /** The sources that can be asked, and the one that was. */
  stores: z.array(z.object({ id: SourceId, name: z.string() })),
  sourceId: SourceId.nullable(),
  /** The first few of them. */
  series: z.array(QuerySeries),
  seriesCount: z.int().nonnegative(),
  partialReason: z.string().nullable(),
  problem: z.object({ text: z.string(), next: z.string() }).nullable(),
});
export type QueryAnswer = z.infer<typeof QueryAnswer>;

const ById = z.object({ id: ExecutionId });

export const running = {
  /** For which runbook sources it is switched on. Kept on this computer, never in the configuration file. */
  sources: method.input(z.object({})).output(z.object({ on: z.array(z.string()) })),
  setSource: method
    .input(z.object({ folder: z.string().min(1).max(4_000), isOn: z.boolean() }))
    .output(z.object({ on: z.array(z.string()) })),
  preview: method.input(Which).output(ExecutionPreview),
  /** Starts what the preview with this digest showed; a second time, or when it would be another command, it refuses. */
  start: method
    .input(z.object({ digest: z.string().max(200), typed: z.string().max(1_000).default('') }))
    .output(Execution),
  /** What it prints, until it ends. One that ended already is told whole. */
  watch: method.input(ById).output(eventIterator(ExecutionEvent)),
  /** Ends it with everything it started. */
  stop: method.input(ById).output(z.object({})),
  /**
   * Types a line into the terminal of a running command; null: the end of its input. A secret is hidden wherever the command
   * prints it. What has ended meanwhile takes nothing: `conflict`.
   */
  typeLine: method
    .input(
      ById.extend({
        line: z
          .string()
          .max(2_000)
          // Other keys than text and Enter would do what nobody sees.
          .regex(/^\P{Cc}*$/u)
          .nullable(),
        isSecret: z.boolean().default(false),
      }),
    )
    .output(z.object({})),
  /** Those of a run, the oldest first. */
  list: method.input(z.object({ runId: RunId })).output(z.array(Execution)),
  /** Asks a configured Prometheus what a PromQL fence says. Reads only, so it needs no switch. */
  query: method
    .input(
      Which.extend({
        sourceId: SourceId.optional(),
        rangeMs: z
          .int()
          .min(60_000)
          .max(7 * 86_400_000)
          .default(3_600_000),
      }),
    )
    .output(QueryAnswer),
  get: method.input(ById).output(z.object({ execution: Execution, output: z.string() })),
};

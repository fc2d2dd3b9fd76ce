/** A person's word on which runbook belongs to an alarm: bound to it, or not meant. Kept, undoable, and exported. */
import { z } from 'zod';
import { method } from './base.ts';
import { AlarmId, ExportedFile, Instant, RunbookId } from './common.ts';

export const VerdictId = z.int().positive().brand<'VerdictId'>();
export type VerdictId = z.infer<typeof VerdictId>;

export const RunbookVerdict = z.object({
  id: VerdictId,
  verdict: z.enum(['bound', 'hidden']),
  alarmName: z.string(),
  /** Only alarms of this service; null: of any. */
  service: z.string().nullable(),
  /** Null while the runbook is not in the library: moved, renamed, or its source is away. */
  runbookId: RunbookId.nullable(),
  title: z.string(),
  path: z.string(),
  anchor: z.string().nullable(),
  at: Instant,
});
export type RunbookVerdict = z.infer<typeof RunbookVerdict>;

export const verdictMethods = {
  /** Thumbs up binds the runbook to alarms of this name, thumbs down hides it from them. The later word counts. */
  judge: method
    .input(
      z.object({
        alarmId: AlarmId,
        runbookId: RunbookId,
        anchor: z.string().max(1_000).nullable(),
        verdict: z.enum(['bound', 'hidden']),
        /** Not for alarms of other services. */
        isOnlyService: z.boolean().default(false),
      }),
    )
    .output(RunbookVerdict),
  /** Undoes a verdict; one that is gone already is no error. */
  takeBackVerdict: method.input(z.object({ id: VerdictId })).output(z.object({})),
  /** About one alarm, or all of them. */
  verdicts: method.input(z.object({ alarmId: AlarmId.optional() })).output(z.array(RunbookVerdict)),
  /** All of them as CSV. */
  exportVerdicts: method.input(z.object({})).output(ExportedFile),
};

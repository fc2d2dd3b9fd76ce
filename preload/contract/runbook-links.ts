/**
 * Links within runbooks: which of them lead to another runbook, and to which of its sections. And links of alarms that lead to
 * none.
 */
import { z } from 'zod';
import { method } from './base.ts';
import { AlarmId, RunbookId } from './common.ts';

export const RunbookLink = z.object({
  runbookId: RunbookId,
  title: z.string(),
  /** Null: the document as a whole. */
  anchor: z.string().nullable(),
  /** False: the link names a section that is not there. */
  isSectionFound: z.boolean(),
});
export type RunbookLink = z.infer<typeof RunbookLink>;

/** A link by which an alarm names its runbook, and that leads to none here. */
export const DeadLink = z.object({
  link: z.string(),
  /** It can be opened in a browser. */
  isWeb: z.boolean(),
  problem: z.string(),
  next: z.string(),
});
export type DeadLink = z.infer<typeof DeadLink>;

export const linkMethods = {
  /** In the order of the links. Null: it leads to nothing in the library; an address of the web may still lead out. */
  resolveLinks: method
    .input(z.object({ id: RunbookId, links: z.array(z.string().max(8_000)).max(2_000) }))
    .output(z.array(RunbookLink.nullable())),
  /** In the order in which the alarm names them. */
  deadLinks: method.input(z.object({ alarmId: AlarmId })).output(z.array(DeadLink)),
};

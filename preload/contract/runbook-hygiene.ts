/** What is wrong with the runbooks, as far as it can be told without reading them, ranked by the pages it costs. */
import { z } from 'zod';
import { method } from './base.ts';
import { AlarmId, ExportedFile, Instant, RunbookId } from './common.ts';

export const HygieneKind = z.enum([
  'no_runbook',
  'dead_link',
  'missing_section',
  'unread',
  'broken_front_matter',
  'dead_reference',
  'unreviewed',
  'never_used',
  'broken_command',
  'stub',
]);
export type HygieneKind = z.infer<typeof HygieneKind>;

export const HygieneFinding = z.object({
  kind: HygieneKind,
  /** The alarm's name, or the runbook's title. */
  title: z.string(),
  /** What is wrong. */
  text: z.string(),
  /** What to do about it. */
  next: z.string(),
  /** Pages received in the time looked at, of the alarms that it concerns. */
  pages: z.int().nonnegative(),
  /** One alarm that it concerns; null: none fired in the time looked at. */
  alarmId: AlarmId.nullable(),
  runbookId: RunbookId.nullable(),
  path: z.string().nullable(),
  anchor: z.string().nullable(),
});
export type HygieneFinding = z.infer<typeof HygieneFinding>;

export const Hygiene = z.object({
  checkedAt: Instant,
  /** How far back pages and alarms were looked at. */
  days: z.int().positive(),
  unreviewedDays: z.int().positive(),
  /** How many there are of each kind; `findings` may hold fewer. */
  counts: z.record(HygieneKind, z.int().nonnegative()),
  /** Most pages first. */
  findings: z.array(HygieneFinding),
  /** What was looked at. */
  alarms: z.int().nonnegative(),
  runbooks: z.int().nonnegative(),
});
export type Hygiene = z.infer<typeof Hygiene>;

export const HygieneInput = z.object({
  days: z.int().min(1).max(366).default(90),
  unreviewedDays: z.int().min(1).max(3_650).default(180),
});
export type HygieneInput = z.infer<typeof HygieneInput>;

export const hygieneMethods = {
  hygiene: method.input(HygieneInput).output(Hygiene),
  /** All of it, not only what the screen shows. */
  exportHygiene: method
    .input(HygieneInput.extend({ format: z.enum(['markdown', 'csv']) }))
    .output(ExportedFile),
};

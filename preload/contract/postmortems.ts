/** Postmortems: drafted from what really happened; the whys tree; actions with owner and due date. */
import { z } from 'zod';
import { method } from './base.ts';
import { Day, ExportedFile, IncidentId, Instant } from './common.ts';
import { Entry, IncidentSummary } from './incidents.ts';

/** A node of the whys tree. `parentId` null: the problem itself. */
export const Why = z.object({
  id: z.string().max(64),
  parentId: z.string().max(64).nullable(),
  text: z.string().max(5_000),
  /** Timeline entries that show it. */
  evidence: z.array(z.int()),
});
export type Why = z.infer<typeof Why>;

export const Action = z.object({
  id: z.int(),
  incidentId: IncidentId.nullable(),
  incidentTitle: z.string().nullable(),
  title: z.string(),
  owner: z.string(),
  dueOn: Day.nullable(),
  doneAt: Instant.nullable(),
  isOverdue: z.boolean(),
});
export type Action = z.infer<typeof Action>;

export const PostmortemText = z.object({
  title: z.string().max(500),
  summary: z.string().max(100_000),
  impact: z.string().max(100_000),
  mitigation: z.string().max(100_000),
  whys: z.array(Why).max(500),
  contributingFactors: z.string().max(100_000),
  wentWell: z.string().max(100_000),
  wentBadly: z.string().max(100_000),
  gotLucky: z.string().max(100_000),
});
export type PostmortemText = z.infer<typeof PostmortemText>;

/** A measured span with the two times it lies between. */
export const Span = z.object({
  name: z.enum(['to_detect', 'to_acknowledge', 'to_mitigate', 'to_resolve']),
  label: z.string(),
  from: Instant.nullable(),
  to: Instant.nullable(),
  durationMs: z.number().nonnegative().nullable(),
});
export type Span = z.infer<typeof Span>;

/** Something a reader would trip over: blame words, a missing time, an action without owner. */
export const LintFinding = z.object({ where: z.string(), message: z.string() });

export const Postmortem = z.object({
  incident: IncidentSummary,
  text: PostmortemText,
  spans: z.array(Span),
  timeline: z.array(Entry),
  actions: z.array(Action),
  findings: z.array(LintFinding),
  /** Grows with every save. A save that names an older revision is refused, not merged. */
  revision: z.int(),
  savedAt: Instant,
});
export type Postmortem = z.infer<typeof Postmortem>;

export const postmortems = {
  list: method
    .input(z.object({}))
    .output(z.array(z.object({ incident: IncidentSummary, savedAt: Instant, findings: z.int() }))),
  /** The postmortem of an incident; drafted on the first call. */
  get: method.input(z.object({ incidentId: IncidentId })).output(Postmortem),
  save: method
    .input(z.object({ incidentId: IncidentId, revision: z.int(), text: PostmortemText }))
    .output(Postmortem),
  /** Markdown with front matter. */
  export: method.input(z.object({ incidentId: IncidentId })).output(ExportedFile),
  /** All actions, overdue first. */
  actions: method.input(z.object({})).output(z.array(Action)),
  saveAction: method
    .input(
      z.object({
        id: z.int().optional(),
        incidentId: IncidentId.nullable().default(null),
        title: z.string().min(1).max(1_000),
        owner: z.string().max(200).default(''),
        dueOn: Day.nullable().default(null),
        isDone: z.boolean().default(false),
      }),
    )
    .output(Action),
  removeAction: method.input(z.object({ id: z.int() })).output(z.object({})),
};

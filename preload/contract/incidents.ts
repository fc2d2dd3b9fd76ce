/** Incidents: what people work on. Mitigated, resolved and understood are three different acts. */
import { z } from 'zod';
import { AlarmRow } from './alarms.ts';
import { method } from './base.ts';
import { AlarmId, IncidentId, Instant, Note } from './common.ts';
import { Run } from './runbooks.ts';
import { ExecutionId } from './running.ts';

/** Chosen by people, not copied from the alarm. */
export const IncidentSeverity = z.enum(['critical', 'major', 'minor', 'unknown']);
export type IncidentSeverity = z.infer<typeof IncidentSeverity>;

export const IncidentTimes = z.object({
  impactBeganAt: Instant.nullable(),
  detectedAt: Instant.nullable(),
  acknowledgedAt: Instant.nullable(),
  mitigatedAt: Instant.nullable(),
  resolvedAt: Instant.nullable(),
  understoodAt: Instant.nullable(),
});
export type IncidentTimes = z.infer<typeof IncidentTimes>;

export const EntryKind = z.enum([
  'alarm_fired',
  'alarm_resolved',
  'alarm_joined',
  'acknowledged',
  'silenced',
  'notified',
  'step',
  'command',
  'note',
  'decision',
  'status_update',
  'mitigated',
  'resolved',
  'understood',
  'reopened',
  'severity',
  'source_blind',
  'source_live',
]);
export type EntryKind = z.infer<typeof EntryKind>;

export const Entry = z.object({
  id: z.int(),
  at: Instant,
  kind: EntryKind,
  /** Who or what: `you`, a source's name, `Nightdesk`. */
  origin: z.string(),
  text: z.string(),
  /** A command or its output, shown in a fixed-width block. */
  code: z.string().nullable(),
  /** Of a command that was run: where the whole of its output is. */
  executionId: ExecutionId.optional(),
});
export type Entry = z.infer<typeof Entry>;

export const IncidentSummary = z.object({
  id: IncidentId,
  title: z.string(),
  severity: IncidentSeverity,
  impact: z.string(),
  times: IncidentTimes,
  alarmCount: z.int(),
  firingCount: z.int(),
  hasPostmortem: z.boolean(),
});
export type IncidentSummary = z.infer<typeof IncidentSummary>;

export const Incident = z.object({
  summary: IncidentSummary,
  commander: z.string(),
  /** What stopped the impact, in one sentence; asked when *Mitigated* is pressed. */
  mitigation: z.string(),
  entries: z.array(Entry),
  alarms: z.array(AlarmRow),
  runs: z.array(Run),
});
export type Incident = z.infer<typeof Incident>;

const ById = z.object({ id: IncidentId });

export const incidents = {
  list: method.input(z.object({})).output(z.array(IncidentSummary)),
  get: method.input(ById).output(Incident),
  /** Opens one from alarms, or adds them to the given one. Their past is copied to the timeline. */
  open: method
    .input(
      z.object({ alarmIds: z.array(AlarmId).max(1_000), title: z.string().max(500).optional() }),
    )
    .output(Incident),
  addAlarms: method
    .input(z.object({ id: IncidentId, alarmIds: z.array(AlarmId).min(1).max(1_000) }))
    .output(Incident),
  update: method
    .input(
      z.object({
        id: IncidentId,
        title: z.string().min(1).max(500).optional(),
        severity: IncidentSeverity.optional(),
        impact: Note.optional(),
        commander: z.string().max(200).optional(),
        mitigation: Note.optional(),
        impactBeganAt: Instant.optional(),
      }),
    )
    .output(Incident),
  note: method
    .input(
      z.object({
        id: IncidentId,
        text: Note.min(1),
        kind: z.enum(['note', 'decision', 'status_update']).default('note'),
      }),
    )
    .output(Incident),
  mitigate: method
    .input(ById.extend({ mitigation: Note.default(''), at: Instant.optional() }))
    .output(Incident),
  resolve: method.input(ById.extend({ at: Instant.optional() })).output(Incident),
  understand: method.input(ById.extend({ at: Instant.optional() })).output(Incident),
  /** Undo of the latest of mitigated, resolved, understood. */
  reopen: method.input(ById).output(Incident),
};

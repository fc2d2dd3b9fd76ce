/** Alarms: the triage list, one alarm with its history, and the actions on it. */
import { z } from 'zod';
import { method } from './base.ts';
import {
  AlarmId,
  AlarmStatus,
  EpisodeId,
  Freshness,
  IncidentId,
  Instant,
  Note,
  RunbookId,
  Severity,
  SourceId,
} from './common.ts';
import { Decision } from './notifications.ts';
import { Intent, IntentKind, IntentState } from './outbox.ts';

/** What one of several sources says about a condition that they all see. */
export const AlarmOrigin = z.object({
  alarmId: AlarmId,
  sourceId: SourceId,
  sourceName: z.string(),
  freshness: Freshness,
  title: z.string(),
  status: AlarmStatus,
  statusSince: Instant,
  severity: Severity,
  ackedBy: z.string().nullable(),
  /** The rule that joined it, `you` when a person did; null for the one that the row is named after. */
  rule: z.enum(['reference', 'labels', 'title', 'you']).nullable(),
  /** The rule in words; empty for the one that the row is named after. */
  reason: z.string(),
});
export type AlarmOrigin = z.infer<typeof AlarmOrigin>;

export const AlarmRow = z.object({
  id: AlarmId,
  sourceId: SourceId,
  sourceName: z.string(),
  /** Freshness of the source: anything but `live` means that this row is the last known state. */
  freshness: Freshness,
  /** When the source last answered completely; null when it never did. */
  lastSeenAt: Instant.nullable(),
  status: AlarmStatus,
  severity: Severity,
  /** False when the upstream severity is in no table and the row shows `high` until someone maps it. */
  isSeverityMapped: z.boolean(),
  title: z.string(),
  summary: z.string(),
  service: z.string(),
  startsAt: Instant,
  /** When the present status was first seen. */
  statusSince: Instant,
  ackedBy: z.string().nullable(),
  isReadable: z.boolean(),
  /** An intent that the upstream has not confirmed yet. */
  pending: z.object({ kind: IntentKind, state: IntentState }).nullable(),
  /** `certain`: link, front matter or equal name. `suggested`: words only. */
  runbook: z.enum(['certain', 'suggested']).nullable(),
  /** Episodes of this alarm that began in the last seven days, this one included. */
  episodesIn7Days: z.int().nonnegative(),
  incidentId: IncidentId.nullable(),
  /** Fired or cleared while nobody looked. Kept until seen. */
  isUnseen: z.boolean(),
  /**
   * Every source that sees this condition, the row's own first; empty when it is only one. The row then shows the worst
   * of them: firing beats acknowledged.
   */
  origins: z.array(AlarmOrigin),
  /** It comes and goes: so many changes since then. It stays in the list while it is clear. */
  flapping: z.object({ changes: z.int().positive(), since: Instant }).nullable(),
});
export type AlarmRow = z.infer<typeof AlarmRow>;

export const AlarmGroup = z.object({
  key: z.string(),
  title: z.string(),
  count: z.int().nonnegative(),
  /** Index of the group's first alarm in `ids`. */
  firstIndex: z.int().nonnegative(),
  since: Instant.nullable(),
  worst: Severity.nullable(),
  /** Set when the group holds the last known alarms of a source that cannot be read. */
  blindSourceId: SourceId.nullable(),
});
export type AlarmGroup = z.infer<typeof AlarmGroup>;

export const AlarmListInput = z.object({
  /** Filter language: free text, `label=value`, `severity>=high`, `-status:suppressed`. */
  query: z.string().max(2_000).default(''),
  /** `service`, `severity`, `source`, `status`, `none`, or the name of any label. */
  groupBy: z.string().max(200).default('service'),
});

export const AlarmList = z.object({
  /** All matching alarms in order. Rows are fetched by id, so an order can be kept still while a person acts. */
  ids: z.array(AlarmId),
  groups: z.array(AlarmGroup),
  /** The first rows, to paint without a second question. */
  rows: z.array(AlarmRow),
  /** Alarms that exist but that the query hides. */
  hiddenCount: z.int().nonnegative(),
  /** What the query says that cannot be understood; the rest of it still filters. */
  problems: z.array(z.object({ token: z.string(), message: z.string() })),
  revision: z.int().nonnegative(),
});
export type AlarmList = z.infer<typeof AlarmList>;

export const AlarmEvent = z.object({
  at: Instant,
  /** `fired`, `acknowledged`, `unacknowledged`, `suppressed`, `severity_changed`, `resolved`, `note`, … */
  kind: z.string(),
  text: z.string(),
  origin: z.string(),
});
export type AlarmEvent = z.infer<typeof AlarmEvent>;

export const Episode = z.object({
  id: EpisodeId,
  startedAt: Instant,
  endedAt: Instant.nullable(),
  durationMs: z.number().nonnegative(),
  ackedAt: Instant.nullable(),
  incidentId: IncidentId.nullable(),
  /** What ended it, in the words of the incident's mitigation, if there was one. */
  fixedBy: z.string().nullable(),
});
export type Episode = z.infer<typeof Episode>;

/** The past of an alarm at a glance. */
export const AlarmPast = z.object({
  timesFired: z.int().nonnegative(),
  /** The first that is kept. */
  firstAt: Instant.nullable(),
  /** The median of the episodes that are over; null before the first has ended. */
  usualMs: z.number().nonnegative().nullable(),
  longestMs: z.number().nonnegative().nullable(),
  /** How many began in each hour of the person's own day. */
  byHour: z.array(z.int().nonnegative()).length(24),
  /** The last notes, newest first. */
  notes: z.array(z.object({ at: Instant, text: z.string(), origin: z.string() })),
  /** What ended it, each once, newest first. */
  fixes: z.array(
    z.object({
      text: z.string(),
      incidentId: IncidentId.nullable(),
      at: Instant,
      times: z.int().positive(),
    }),
  ),
});
export type AlarmPast = z.infer<typeof AlarmPast>;

/** Which runbook an alarm leads to, and why. `certain` ones come first. */
export const RunbookMatch = z.object({
  runbookId: RunbookId,
  title: z.string(),
  path: z.string(),
  /** The section to open, as a slug; null for the whole document. */
  anchor: z.string().nullable(),
  isCertain: z.boolean(),
  /** For people: `exact link`, `named in front matter`, `heading equals the alarm name`, `words: checkout, error`. */
  reason: z.string(),
  score: z.number(),
});
export type RunbookMatch = z.infer<typeof RunbookMatch>;

export const AlarmDetail = z.object({
  row: AlarmRow,
  externalId: z.string(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  /** Shown, and opened only on request; http and https only. */
  url: z.string().nullable(),
  runbookUrl: z.string().nullable(),
  unreadableReason: z.string().nullable(),
  /** The severity text as the upstream wrote it; null when absent. */
  severityText: z.string().nullable(),
  runbooks: z.array(RunbookMatch),
  events: z.array(AlarmEvent),
  decisions: z.array(Decision),
  episodes: z.array(Episode),
  past: AlarmPast,
  related: z.array(AlarmRow),
  /** What can be done to it here; an action that is absent says why. */
  actions: z.object({
    acknowledge: z.boolean(),
    silence: z.boolean(),
    /** Whether the source gets comments; they are kept here in any case. */
    comment: z.boolean(),
    resolve: z.boolean(),
    /** For people: what an acknowledgement does at this source, e.g. "also quiets the team's pager". */
    acknowledgeEffect: z.string(),
    /** Of the acknowledgement. */
    whyNot: z.string().nullable(),
    /** For people, one for each; null: it is taken. */
    reasons: z.object({
      acknowledge: z.string().nullable(),
      silence: z.string().nullable(),
      comment: z.string().nullable(),
      resolve: z.string().nullable(),
    }),
  }),
});
export type AlarmDetail = z.infer<typeof AlarmDetail>;

export const Matcher = z.object({
  name: z.string().min(1).max(1_000),
  value: z.string().max(200_000),
  isRegex: z.boolean(),
  isEqual: z.boolean(),
});
export type Matcher = z.infer<typeof Matcher>;

export const SilencePreview = z.object({
  sourceId: SourceId,
  matchers: z.array(Matcher),
  /** Labels of the alarm that may be added or left out; volatile ones (pod, instance, …) are marked. */
  labels: z.array(
    z.object({ name: z.string(), value: z.string(), isVolatile: z.boolean(), isUsed: z.boolean() }),
  ),
  matchesNow: z.array(AlarmRow),
  matchesNowCount: z.int().nonnegative(),
  /** Past episodes of the last seven days that it would have hidden. */
  last7Days: z.array(z.object({ title: z.string(), severity: Severity, count: z.int() })),
  last7DaysCount: z.int().nonnegative(),
  /** Where the upstream knows objects and not labels: the sets of labels that can be chosen, widest first. Null: any. */
  scopes: z.array(z.array(z.string())).nullable(),
  similar: z.array(
    z.object({ id: z.string(), createdBy: z.string(), comment: z.string(), endsAt: Instant }),
  ),
  endsAt: Instant,
  /** Whether it ends inside the person's sleep hours. */
  isEndInSleepHours: z.boolean(),
  warnings: z.array(z.string()),
});
export type SilencePreview = z.infer<typeof SilencePreview>;

const SilenceDraft = z.object({
  sourceId: SourceId,
  matchers: z.array(Matcher).min(1).max(100),
  durationMs: z
    .int()
    .min(60_000)
    .max(30 * 86_400_000),
});

export const alarms = {
  list: method.input(AlarmListInput).output(AlarmList),
  /** At most 300 rows; unknown ids are left out. */
  rows: method.input(z.object({ ids: z.array(AlarmId).max(300) })).output(z.array(AlarmRow)),
  get: method.input(z.object({ id: AlarmId })).output(AlarmDetail),
  /** Stores one intent per alarm and answers at once; the upstream's agreement arrives as a change. */
  acknowledge: method
    .input(
      z.object({
        ids: z.array(AlarmId).min(1).max(20_000),
        note: Note.default(''),
        /** Not also at the other sources that see the same condition. */
        isOnlyThese: z.boolean().default(false),
      }),
    )
    .output(
      z.object({ intents: z.int(), refused: z.array(z.object({ id: AlarmId, why: z.string() })) }),
    ),
  unacknowledge: method
    .input(
      z.object({
        ids: z.array(AlarmId).min(1).max(20_000),
        isOnlyThese: z.boolean().default(false),
      }),
    )
    .output(
      z.object({ intents: z.int(), refused: z.array(z.object({ id: AlarmId, why: z.string() })) }),
    ),
  /** Tells the sources that these are over. They count as resolved only when a poll shows it. */
  resolve: method
    .input(z.object({ ids: z.array(AlarmId).min(1).max(20_000), note: Note.default('') }))
    .output(
      z.object({ intents: z.int(), refused: z.array(z.object({ id: AlarmId, why: z.string() })) }),
    ),
  /** What a silence for this alarm would touch. `labels` chooses the label names; default: the stable ones. */
  previewSilence: method
    .input(
      z.object({
        id: AlarmId,
        labels: z.array(z.string()).optional(),
        durationMs: z
          .int()
          .min(60_000)
          .max(30 * 86_400_000),
      }),
    )
    .output(SilencePreview),
  silence: method.input(SilenceDraft.extend({ alarmId: AlarmId, comment: Note })).output(Intent),
  /** A note on the alarm. Kept here; sources that take comments get it through the outbox. */
  comment: method
    .input(z.object({ id: AlarmId, text: Note.min(1) }))
    .output(z.object({ at: Instant })),
  /** Names a severity for an upstream text that no table knows. */
  mapSeverity: method
    .input(z.object({ sourceId: SourceId, text: z.string().max(500), severity: Severity }))
    .output(z.object({})),
  /** Makes one condition of them, now and whenever they fire again. */
  join: method.input(z.object({ ids: z.array(AlarmId).min(2).max(20) })).output(AlarmRow),
  /** Takes one out of its condition, now and in its next episodes. Answers those it was joined with, to undo it. */
  separate: method.input(z.object({ id: AlarmId })).output(z.object({ ids: z.array(AlarmId) })),
  markSeen: method.input(z.object({ ids: z.array(AlarmId).max(20_000) })).output(z.object({})),
};

/** Sources: configured connections, their health, and the form that connects a new one. */
import { z } from 'zod';
import { method } from './base.ts';
import { Freshness, Instant, SourceId } from './common.ts';

export const FormField = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string(),
  type: z.enum(['text', 'url', 'urls', 'secret', 'number', 'boolean', 'choice', 'lines']),
  choices: z.array(z.string()).optional(),
  placeholder: z.string().optional(),
  isRequired: z.boolean(),
  default: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
  /** Show only when another field has this value. */
  when: z.object({ field: z.string(), equals: z.string() }).optional(),
  /** Few people need it: folded away until asked for. */
  isAdvanced: z.boolean().optional(),
});
export type FormField = z.infer<typeof FormField>;

export const SourceKind = z.object({
  kind: z.string(),
  title: z.string(),
  description: z.string(),
  fields: z.array(FormField),
});
export type SourceKind = z.infer<typeof SourceKind>;

/** Settings as the configuration file holds them: no secret is ever among them. */
export const SettingsValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
export const SourceSettings = z.record(z.string(), SettingsValue);
export type SourceSettings = z.infer<typeof SourceSettings>;

export const Source = z.object({
  id: SourceId,
  kind: z.string(),
  kindTitle: z.string(),
  name: z.string(),
  isEnabled: z.boolean(),
  intervalMs: z.int(),
  settings: SourceSettings,
  /** Which secret fields have a value; never the value. */
  secrets: z.array(z.object({ name: z.string(), isSet: z.boolean(), isKept: z.boolean() })),
  freshness: Freshness,
  lastAttemptAt: Instant.nullable(),
  lastSuccessAt: Instant.nullable(),
  nextAttemptAt: Instant.nullable(),
  tookMs: z.number().nullable(),
  alarmCount: z.int().nonnegative(),
  version: z.string().nullable(),
  /** Upstream clock minus ours; null when unknown. Shown past five seconds. */
  clockSkewMs: z.number().nullable(),
  problem: z.object({ message: z.string(), next: z.string() }).nullable(),
  /** Not polling any more until a person acts, e.g. after repeated authentication failures. */
  isStopped: z.boolean(),
  /** Remarks that are not failures: "no heartbeat alarm seen, so a dead Prometheus would look quiet". */
  remarks: z.array(z.string()),
});
export type Source = z.infer<typeof Source>;

export const SourceDraft = z.object({
  id: SourceId.optional(),
  kind: z.string(),
  name: z.string().min(1).max(200),
  intervalMs: z.int().min(5_000).max(3_600_000).default(15_000),
  settings: SourceSettings,
  /** Only the secrets that are to be changed. An empty text removes one. */
  secrets: z.record(z.string(), z.string().max(20_000)).default({}),
});
export type SourceDraft = z.infer<typeof SourceDraft>;

export const TestStep = z.object({
  /** `reach`, `tls`, `login`, `read`, `write`, `clock`, `heartbeat`, `version`. */
  name: z.string(),
  outcome: z.enum(['ok', 'warning', 'failed', 'skipped']),
  text: z.string(),
  next: z.string().nullable(),
});
export const TestReport = z.object({ isUsable: z.boolean(), steps: z.array(TestStep) });
export type TestReport = z.infer<typeof TestReport>;

/** A source that could be connected, found in a team's file or in the configuration of another tool. */
export const Proposal = z.object({
  kind: z.string(),
  kindTitle: z.string(),
  name: z.string(),
  settings: SourceSettings,
  intervalMs: z.int(),
  foundIn: z.string(),
  /** Labels of the secrets that a person has to enter. */
  toEnter: z.array(z.string()),
  remarks: z.array(z.string()),
  /** There is a source like it already. */
  isConnected: z.boolean(),
  /** Why it cannot be connected as it is; null when nothing is wrong. */
  problem: z.string().nullable(),
});
export type Proposal = z.infer<typeof Proposal>;

export const TeamFile = z.object({ proposals: z.array(Proposal), problems: z.array(z.string()) });
export type TeamFile = z.infer<typeof TeamFile>;

export const Detection = z.object({
  looked: z.array(
    z.object({
      tool: z.string(),
      path: z.string(),
      outcome: z.enum(['found', 'nothing', 'absent', 'unreadable']),
      /** Why it could not be read; null otherwise. */
      text: z.string().nullable(),
    }),
  ),
  proposals: z.array(Proposal),
});
export type Detection = z.infer<typeof Detection>;

export const sources = {
  kinds: method.input(z.object({})).output(z.array(SourceKind)),
  list: method.input(z.object({})).output(z.array(Source)),
  /** Tries a draft without keeping it; secrets not given are taken from the source of the same id. */
  test: method.input(SourceDraft).output(TestReport),
  save: method.input(SourceDraft).output(Source),
  remove: method.input(z.object({ id: SourceId })).output(z.object({})),
  setEnabled: method.input(z.object({ id: SourceId, isEnabled: z.boolean() })).output(Source),
  /** Polls at once; also resumes a stopped source. Without an id: all. */
  poll: method.input(z.object({ id: SourceId.optional() })).output(z.object({})),
  /** Where `detect` would look; it reads nothing. */
  detectionPlaces: method
    .input(z.object({}))
    .output(z.array(z.object({ tool: z.string(), path: z.string() }))),
  /** Reads the configuration of other tools. Only on a person's request. */
  detect: method.input(z.object({})).output(Detection),
  /** What is in a file of sources that a team shares. Connects nothing. */
  readTeamFile: method
    .input(z.object({ text: z.string().max(2_000_000), name: z.string().max(500) }))
    .output(TeamFile),
  /** The sources as a file to share, without secrets. */
  teamFile: method.input(z.object({})).output(z.object({ text: z.string() })),
};

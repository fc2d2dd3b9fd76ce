/** Words shared by every slice: ids, instants, and the closed lists of the glossary. */
import { z } from 'zod';

export const AlarmId = z.int().positive().brand<'AlarmId'>();
export type AlarmId = z.infer<typeof AlarmId>;

export const EpisodeId = z.int().positive().brand<'EpisodeId'>();
export type EpisodeId = z.infer<typeof EpisodeId>;

/** Chosen by people, stable in the configuration file: lower case letters, digits and dashes. */
export const SourceId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower case letters, digits and dashes')
  .brand<'SourceId'>();
export type SourceId = z.infer<typeof SourceId>;

export const IncidentId = z.int().positive().brand<'IncidentId'>();
export type IncidentId = z.infer<typeof IncidentId>;

export const RunbookId = z.int().positive().brand<'RunbookId'>();
export type RunbookId = z.infer<typeof RunbookId>;

export const RunId = z.int().positive().brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;

/** UTC, RFC 3339 with milliseconds: `2026-11-24T04:00:00.000Z`. Sorts as text. */
export const Instant = z.iso.datetime();
export type Instant = z.infer<typeof Instant>;

/** A calendar day in the person's own time zone: `2026-11-24`. */
export const Day = z.iso.date();
export type Day = z.infer<typeof Day>;

/** Worst first. The order of this list is the order of the desk. */
export const Severity = z.enum(['critical', 'high', 'warning', 'info']);
export type Severity = z.infer<typeof Severity>;

export const AlarmStatus = z.enum(['firing', 'acknowledged', 'suppressed', 'resolved']);
export type AlarmStatus = z.infer<typeof AlarmStatus>;

/** Only `live` means that we can see. `starting` is a source that was never polled. */
export const Freshness = z.enum([
  'starting',
  'live',
  'stale',
  'unreachable',
  'unauthorized',
  'misconfigured',
]);
export type Freshness = z.infer<typeof Freshness>;

/** What a person types: a note, a comment, a reason. */
export const Note = z.string().max(20_000);

/** What leaves in an open format; the shell saves it. */
export const ExportedFile = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  text: z.string(),
});
export type ExportedFile = z.infer<typeof ExportedFile>;

/** Silences and downtimes of all sources: what keeps alarms quiet, until when, and what it hides. */
import { z } from 'zod';
import { AlarmRow, Matcher } from './alarms.ts';
import { method } from './base.ts';
import { Instant, Severity, SourceId } from './common.ts';
import { Intent, IntentKind, IntentState } from './outbox.ts';

/** How well a source's silences are known. */
export const SilenceSight = z.enum([
  /** Its list was read a moment ago. */
  'read',
  /** It cannot be read now; what is shown is the list of `readAt`. */
  'last_known',
  /** It was never read: there may be any number. */
  'unknown',
  /** It does not tell: there may be any number, always. */
  'not_listed',
]);
export type SilenceSight = z.infer<typeof SilenceSight>;

export const SilenceSource = z.object({
  sourceId: SourceId,
  name: z.string(),
  sight: SilenceSight,
  readAt: Instant.nullable(),
  /** For people: why it is not `read`; null when it is. */
  reason: z.string().nullable(),
  /** How many are left out because there are too many. */
  omitted: z.int().nonnegative(),
});
export type SilenceSource = z.infer<typeof SilenceSource>;

export const Silence = z.object({
  sourceId: SourceId,
  sourceName: z.string(),
  /** As the upstream calls it; for one that the upstream does not show yet, the intent. */
  id: z.string(),
  /** For people: its matchers, or what the upstream says it covers. */
  scope: z.string(),
  matchers: z.array(Matcher),
  createdBy: z.string(),
  comment: z.string(),
  startsAt: Instant,
  endsAt: Instant,
  /** `asked`: asked for here, and not shown by the upstream yet. */
  state: z.enum(['asked', 'pending', 'active']),
  isEndInSleepHours: z.boolean(),
  /** An acknowledgement that the upstream keeps as a silence; it is taken back at its alarm. */
  isAcknowledgement: z.boolean(),
  /** Alarms that it covers now, as far as they are known. */
  hidesCount: z.int().nonnegative(),
  /** Past episodes of the last seven days that it would have hidden. */
  last7DaysCount: z.int().nonnegative(),
  /** Why somebody should look whether it is still wanted; null: no reason. */
  forgotten: z.string().nullable(),
  canExtend: z.boolean(),
  canEnd: z.boolean(),
  /** What was asked of it and is not confirmed yet. */
  pending: z
    .object({
      intentId: z.string(),
      kind: IntentKind,
      state: IntentState,
      endsAt: Instant.nullable(),
    })
    .nullable(),
});
export type Silence = z.infer<typeof Silence>;

const SilenceRef = z.object({ sourceId: SourceId, id: z.string().min(1).max(2_000) });

export const silences = {
  /** All that are known, those that end first at the top. Asks the sources again in the background. */
  list: method
    .input(z.object({}))
    .output(z.object({ sources: z.array(SilenceSource), silences: z.array(Silence) })),
  /** What one hides, by name. */
  get: method.input(SilenceRef).output(
    z.object({
      hides: z.array(AlarmRow),
      hidesCount: z.int().nonnegative(),
      last7Days: z.array(z.object({ title: z.string(), severity: Severity, count: z.int() })),
      last7DaysCount: z.int().nonnegative(),
    }),
  ),
  /** To an end that may also be earlier. */
  extend: method.input(SilenceRef.extend({ endsAt: Instant })).output(Intent),
  end: method.input(SilenceRef).output(Intent),
  /** Takes the end of a silence back: unsent, or by silencing the same again until the same end. */
  undoEnd: method.input(z.object({ intentId: z.string().max(200) })).output(Intent),
};

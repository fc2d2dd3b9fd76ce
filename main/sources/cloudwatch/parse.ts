/** What CloudWatch sends, checked item by item: one bad alarm must not hide the others. */
import { z } from 'zod';

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema.optional());
/** Seconds since the epoch, or a text. */
const Time = z.union([z.number(), z.string()]);

/** Metric and composite alarms alike; a composite one has an `AlarmRule`. */
export const WireAlarm = z.object({
  AlarmArn: z.string().min(1).max(1_600),
  AlarmName: z.string().min(1),
  AlarmDescription: optional(z.string()),
  StateValue: z.string(),
  StateReason: optional(z.string()),
  StateUpdatedTimestamp: optional(Time),
  StateTransitionedTimestamp: optional(Time),
  ActionsEnabled: optional(z.boolean()),
  MetricName: optional(z.string()),
  Namespace: optional(z.string()),
  Dimensions: optional(z.array(z.object({ Name: z.string(), Value: z.string() }))),
  EvaluationState: optional(z.string()),
  AlarmRule: optional(z.string()),
  ActionsSuppressedBy: optional(z.string()),
  ActionsSuppressedReason: optional(z.string()),
});
export type WireAlarm = z.infer<typeof WireAlarm>;

const List = z.preprocess((value) => value ?? undefined, z.array(z.unknown()).optional());
const Token = z.preprocess((value) => value ?? undefined, z.string().optional());

export const WireAlarms = z
  .object({ MetricAlarms: List, CompositeAlarms: List, NextToken: Token })
  // An answer of something else has neither list.
  .refine(({ MetricAlarms, CompositeAlarms }) => MetricAlarms ?? CompositeAlarms, {
    message: 'it has no list of alarms',
  });

export const WireHistory = z.object({ AlarmHistoryItems: z.array(z.unknown()), NextToken: Token });

export const WireHistoryItem = z.object({
  AlarmName: z.string(),
  Timestamp: Time,
  HistoryItemType: z.string(),
  HistoryData: z.string(),
});

/** The text in `HistoryData` of a change of state. */
export const WireTransition = z.object({
  oldState: z.object({ stateValue: z.string() }),
  newState: z.object({ stateValue: z.string(), stateReason: z.string().optional() }),
});

export const WireMuteRules = z.object({
  AlarmMuteRuleSummaries: List,
  NextToken: Token,
});
export const WireMuteRuleSummary = z.object({
  AlarmMuteRuleArn: z.string(),
  LastUpdatedTimestamp: optional(Time),
});
export const WireMuteRule = z.object({
  MuteTargets: optional(z.object({ AlarmNames: z.array(z.string()) })),
});

const textAt = (raw: unknown, name: string): string | null => {
  const value = (raw as Record<string, unknown> | null)?.[name];
  return typeof value === 'string' && value !== '' && value.length <= 1_600 ? value : null;
};
/** The identity of an item that may be otherwise unreadable. */
export const arnOf = (raw: unknown): string | null => textAt(raw, 'AlarmArn');
export const nameOf = (raw: unknown): string | null => textAt(raw, 'AlarmName');

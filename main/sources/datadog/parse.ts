/** What Datadog sends, checked item by item: one bad monitor must not hide the others. */
import { z } from 'zod';

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema.optional());
/** Seconds since the epoch, or a text. */
const Time = optional(z.union([z.number(), z.string()]));

/** One group of one monitor, cut out of the monitor: see groups.ts. */
export const WireGroup = z.object({
  id: z.int(),
  name: z.string(),
  message: optional(z.string()),
  tags: optional(z.array(z.string())),
  priority: optional(z.number()),
  draftStatus: optional(z.string()),
  assets: optional(z.array(z.object({ category: z.string(), url: z.string() }))),
  modifiedAt: Time,
  isMuted: z.boolean(),
  group: z.object({
    name: z.string(),
    status: z.string(),
    last_triggered_ts: Time,
    last_nodata_ts: Time,
    last_resolved_ts: Time,
  }),
});
export type WireGroup = z.infer<typeof WireGroup>;

/** A mute, as a monitor tells those that concern it. `end` null: without an end. */
export const WireMatchingDowntime = z.object({
  scope: optional(z.union([z.array(z.string()), z.string()])),
  start: optional(z.number()),
  end: optional(z.number()),
});

const Schedule = z.object({
  start: optional(z.string()),
  end: optional(z.string()),
  /** Of a recurring one: the turn that is on or comes next. */
  current_downtime: optional(z.object({ start: optional(z.string()), end: optional(z.string()) })),
});

export const WireDowntime = z.object({
  id: z.string().min(1),
  attributes: z.object({
    message: optional(z.string()),
    scope: optional(z.string()),
    status: z.string(),
    created: optional(z.string()),
    monitor_identifier: optional(
      z.object({
        monitor_id: optional(z.union([z.number(), z.string()])),
        monitor_tags: optional(z.array(z.string())),
      }),
    ),
    schedule: optional(Schedule),
  }),
});
export type WireDowntime = z.infer<typeof WireDowntime>;

export const WireDowntimeAnswer = z.object({ data: WireDowntime });
export const WireDowntimeList = z.object({
  data: z.array(z.unknown()),
  meta: optional(
    z.object({ page: optional(z.object({ total_filtered_count: optional(z.number()) })) }),
  ),
});

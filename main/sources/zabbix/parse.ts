/** What Zabbix sends, checked item by item. All scalars are texts, also flags and numbers. */
import { z } from 'zod';

/** Newer versions send some of them as numbers. */
const Id = z.union([z.string().regex(/^\d+$/), z.number().int().min(0)]).transform(String);
const Flag = z
  .union([z.enum(['0', '1']), z.literal(0), z.literal(1)])
  .transform((value) => `${value}` === '1');
const Whole = z.union([z.string().regex(/^\d+$/), z.number().int().min(0)]).transform(Number);
const Text = z.string();

export const Ids = z.array(Id);
export const CountResult = Whole;

const Acknowledge = z.object({
  clock: Whole,
  action: Whole,
  message: Text.default(''),
  userid: Id.optional(),
  username: Text.optional(),
  name: Text.optional(),
  surname: Text.optional(),
});
export type Acknowledge = z.infer<typeof Acknowledge>;

const Tag = z.object({ tag: Text, value: Text });

const Suppression = z.object({
  /** "0": by hand, and not by a maintenance. */
  maintenanceid: Id,
  suppress_until: Whole.default(0),
  userid: Id.optional(),
});

export const WireTrigger = z.object({
  triggerid: Id,
  /** With its macros, so that it is the same on every host. */
  description: Text,
  url: Text.default(''),
  comments: Text.default(''),
  /** "1": it may have several problems at once. */
  type: z.union([Text, z.number()]).transform(String).default('0'),
  manual_close: Flag.default(false),
  hosts: z
    .array(z.object({ hostid: Id, host: Text, name: Text.default('') }))
    .min(1, 'it has no host'),
  dependencies: z.array(z.object({ triggerid: Id, value: Text.optional() })).default([]),
});
export type WireTrigger = z.infer<typeof WireTrigger>;

export const WireProblem = z.object({
  eventid: Id,
  objectid: Id,
  clock: Whole,
  ns: Whole.default(0),
  r_eventid: Id.default('0'),
  name: Text,
  acknowledged: Flag,
  severity: z.union([Text, z.number()]).transform(String),
  opdata: Text.default(''),
  suppressed: Flag,
  acknowledges: z.array(Acknowledge).catch([]).default([]),
  suppression_data: z.array(Suppression).catch([]).default([]),
  tags: z.array(Tag).default([]),
});
export type WireProblem = z.infer<typeof WireProblem>;

/** A problem with its trigger, as the held items take it. */
export interface RawProblem {
  readonly problem: unknown;
  readonly trigger: WireTrigger;
  readonly ackedBy: string | null;
}
export const Problem = z.object({
  problem: WireProblem,
  trigger: z.custom<WireTrigger>(),
  ackedBy: z.string().nullable(),
});
export type Problem = z.infer<typeof Problem>;

const idIn = (raw: unknown, name: 'eventid' | 'objectid'): string | null => {
  const id = (raw as Readonly<Record<string, unknown>> | null)?.[name];
  const parsed = Id.safeParse(id);
  return parsed.success ? parsed.data : null;
};
export const eventIdOf = (raw: unknown): string | null => idIn(raw, 'eventid');
export const triggerIdOf = (raw: unknown): string | null => idIn(raw, 'objectid');

/** The trigger is what fires again; only where it may have several problems at once, each is one of its own. */
export const externalIdOf = (
  trigger: Pick<WireTrigger, 'triggerid' | 'type'>,
  eventId: string,
): string =>
  trigger.type === '1'
    ? `zabbix:1:${trigger.triggerid}/${eventId}`
    : `zabbix:1:${trigger.triggerid}`;

export const WireEvent = z.object({
  eventid: Id,
  acknowledged: Flag.optional(),
  r_eventid: Id.default('0'),
  clock: Whole.default(0),
  acknowledges: z.array(Acknowledge).catch([]).default([]),
  suppressed: Flag.optional(),
  suppression_data: z.array(Suppression).catch([]).default([]),
});
export type WireEvent = z.infer<typeof WireEvent>;

const Period = z.object({
  timeperiod_type: z.union([Text, z.number()]).transform(String),
  start_date: Whole.default(0),
  period: Whole.default(0),
});

export const WireMaintenance = z.object({
  maintenanceid: Id,
  name: Text,
  description: Text.default(''),
  active_since: Whole,
  active_till: Whole,
  hosts: z
    .array(z.object({ hostid: Id, host: Text.default(''), name: Text.default('') }))
    .default([]),
  groups: z.array(z.object({ groupid: Id, name: Text.default('') })).default([]),
  hostgroups: z.array(z.object({ groupid: Id, name: Text.default('') })).default([]),
  tags: z
    .array(
      z.object({ tag: Text, operator: z.union([Text, z.number()]).transform(String), value: Text }),
    )
    .default([]),
  timeperiods: z.array(Period).default([]),
});
export type WireMaintenance = z.infer<typeof WireMaintenance>;

export const WireNode = z.object({
  status: z.union([Text, z.number()]).transform(String),
  lastaccess: Whole,
});
export type WireNode = z.infer<typeof WireNode>;

export const WireItem = z.object({
  itemid: Id,
  hostid: Id.optional(),
  type: z.union([Text, z.number()]).transform(String).default(''),
  delay: Text.default('0'),
  lastclock: Whole.default(0),
});
export type WireItem = z.infer<typeof WireItem>;

/** The readable ones of a list whose unreadable items cost nothing. */
export const readable = <Item>(schema: z.ZodType<Item>, items: readonly unknown[]): Item[] =>
  items.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });

export const List = z.array(z.unknown());

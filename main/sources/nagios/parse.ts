/** What the JSON CGIs of Nagios send, checked item by item: one bad service must not hide the others. */
import { z } from 'zod';

const Ms = z.number().int().min(0);
const Count = z.number().int().min(0);

/** Around every answer. Errors come with HTTP 200, too. */
export const Envelope = z.object({
  result: z.object({
    /** The server's clock. */
    query_time: Ms,
    program_start: Ms.optional(),
    /** When Nagios last wrote its status file. */
    last_data_update: Ms.optional(),
    type_code: z.number(),
    type_text: z.string().default(''),
    message: z.string().default(''),
  }),
  data: z.unknown(),
});
export type Envelope = z.infer<typeof Envelope>;

export const ProgramStatus = z.object({
  programstatus: z.object({
    version: z.string(),
    enable_notifications: z.boolean().optional(),
    check_external_commands: z.boolean().optional(),
  }),
});

const Named = z.record(z.string(), z.unknown());
export const HostList = z.object({ hostlist: Named });
export const ServiceList = z.object({ servicelist: z.record(z.string(), Named) });
export const DowntimeList = z.object({ downtimelist: Named });
export const CommentList = z.object({ commentlist: Named });
export const AlertList = z.object({ alertlist: z.array(z.unknown()) });

export const HostCount = z.object({
  count: z.object({ up: Count, down: Count, unreachable: Count, pending: Count }),
});
export const ServiceCount = z.object({
  count: z.object({ ok: Count, warning: Count, critical: Count, unknown: Count, pending: Count }),
});

/** A host or a service in trouble. What differs between the two is absent in the other. */
const Details = z.object({
  status: z.string().min(1),
  plugin_output: z.string(),
  long_plugin_output: z.string().default(''),
  last_state_change: Ms,
  /** Of the check that found it not fine any more (4.4), or the last one that found it fine (elsewhere). */
  last_time_ok: Ms.optional(),
  last_time_up: Ms.optional(),
  state_type: z.enum(['soft', 'hard']),
  problem_has_been_acknowledged: z.boolean(),
  scheduled_downtime_depth: z.number(),
  notifications_enabled: z.boolean(),
  is_flapping: z.boolean().default(false),
});
export type Details = z.infer<typeof Details>;

/** What is known of it besides its state. */
export interface About {
  /** Newest acknowledgement's author. */
  readonly ackedBy: string | null;
  /** Nagios itself sends nothing for it, because of its host or its parents. */
  readonly isInhibited: boolean;
  readonly isHostInDowntime: boolean;
  /** Another kind of trouble came before this one, without a recovery in between. */
  readonly hasTurned: boolean;
  readonly definition: Definition | null;
}

/** From objectjson.cgi: what is written in the configuration. */
export const Definition = z.object({
  display_name: z.string().default(''),
  alias: z.string().default(''),
  address: z.string().default(''),
  notes: z.string().default(''),
  notes_url: z.string().default(''),
  parent_hosts: z.array(z.string()).default([]),
  custom_variables: z.record(z.string(), z.string()).catch({}).default({}),
});
export type Definition = z.infer<typeof Definition>;

export const Problem = z.object({
  host: z.string().min(1),
  /** Null: the host itself. */
  service: z.string().min(1).nullable(),
  details: Details,
  about: z.custom<About>(),
});
export type Problem = z.infer<typeof Problem>;

export const WireDowntime = z.object({
  downtime_id: z.number().int().min(0),
  type: z.enum(['host', 'service']),
  host_name: z.string().min(1),
  service_description: z.string().min(1).optional(),
  entry_time: Ms,
  start_time: Ms,
  end_time: Ms,
  is_in_effect: z.boolean(),
  author: z.string().default(''),
  comment: z.string().default(''),
});
export type WireDowntime = z.infer<typeof WireDowntime>;

export const WireComment = z.object({
  comment_id: z.number().int().min(0),
  comment_type: z.string(),
  entry_type: z.string(),
  entry_time: Ms,
  host_name: z.string(),
  service_description: z.string().optional(),
  author: z.string().default(''),
  /** Empty also when its letters could not be written by the server. */
  comment_data: z.string().default(''),
});
export type WireComment = z.infer<typeof WireComment>;

export const WireAlert = z.object({
  timestamp: Ms,
  object_type: z.enum(['host', 'service']),
  /** Of a host. */
  name: z.string().optional(),
  host_name: z.string().optional(),
  description: z.string().optional(),
  state: z.string().min(1),
  plugin_output: z.string().default(''),
});
export type WireAlert = z.infer<typeof WireAlert>;

/** The readable ones of a list whose unreadable items cost nothing. */
export const readable = <Item>(schema: z.ZodType<Item>, items: readonly unknown[]): Item[] =>
  items.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });

const detailNames = [
  'status',
  'plugin_output',
  'long_plugin_output',
  'last_state_change',
  'last_time_ok',
  'last_time_up',
  'state_type',
  'problem_has_been_acknowledged',
  'scheduled_downtime_depth',
  'notifications_enabled',
  'is_flapping',
] as const;

/** Without what moves at every check and means nothing to us; anything but an object as it is. */
export function narrowed(details: unknown): unknown {
  if (details === null || typeof details !== 'object') return details;
  const all = details as Record<string, unknown>;
  return Object.fromEntries(
    detailNames.filter((name) => name in all).map((name) => [name, all[name]]),
  );
}

const turns = [
  ['warning', 'last_time_warning'],
  ['critical', 'last_time_critical'],
  ['unknown', 'last_time_unknown'],
  ['down', 'last_time_down'],
  ['unreachable', 'last_time_unreachable'],
] as const;

/** Whether it was in trouble of another kind after it was fine for the last time. */
export function hasTurned(details: unknown): boolean {
  if (details === null || typeof details !== 'object') return false;
  const all = details as Record<string, unknown>;
  const fine = all['last_time_ok'] ?? all['last_time_up'];
  if (typeof fine !== 'number' || fine === 0) return false;
  return turns.some(([status, name]) => {
    const at = all[name];
    return status !== all['status'] && typeof at === 'number' && at >= fine;
  });
}

/** The names that a server without a UTF-8 locale puts in place of names it cannot write. */
export const isLostName = (name: string): boolean => name === '' || name === '(null)';

/** A host or service in trouble as the held items take it; names come from the keys, which also an unreadable one has. */
export interface RawProblem {
  readonly host: string;
  readonly service: string | null;
  readonly details: unknown;
  readonly about: About;
}

export const externalIdOf = (host: string, service: string | null): string =>
  service === null ? `nagios:1:${host}` : `nagios:1:${host};${service}`;

export const identityOf = (raw: unknown): string | null => {
  const { host, service } = raw as RawProblem;
  if (isLostName(host) || (service !== null && isLostName(service))) return null;
  return externalIdOf(host, service);
};

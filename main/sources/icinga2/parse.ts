/** What Icinga sends, checked object by object: one bad one must not hide the others. */
import { z } from 'zod';

const nullToAbsent = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema);
const Text = nullToAbsent(z.string().default(''));
const Names = nullToAbsent(z.array(z.string()).default([]));
/** Custom variables hold anything; what becomes a label is looked at there. */
const Vars = nullToAbsent(z.record(z.string(), z.unknown()).default({}));
const Whole = z.number().int().nonnegative();

export const Results = z.object({ results: z.array(z.unknown()) });

export const WireCheckable = z.object({
  type: z.enum(['Host', 'Service']),
  attrs: z.object({
    __name: z.string().min(1),
    display_name: Text,
    state: Whole,
    state_type: Whole,
    last_state_change: z.number(),
    last_hard_state_change: z.number(),
    /** Not above zero: never checked. */
    last_check: z.number(),
    last_check_result: nullToAbsent(z.object({ output: Text }).optional()),
    acknowledgement: Whole,
    downtime_depth: Whole,
    last_reachable: nullToAbsent(z.boolean().default(true)),
    address: Text,
    notes: Text,
    notes_url: Text,
    action_url: Text,
    groups: Names,
    vars: Vars,
  }),
  joins: nullToAbsent(
    z
      .object({
        host: nullToAbsent(
          z
            .object({
              display_name: Text,
              address: Text,
              groups: Names,
              vars: Vars,
            })
            .optional(),
        ),
      })
      .default({ host: undefined }),
  ),
});
export type WireCheckable = z.infer<typeof WireCheckable>;

/** What is asked for; one unknown name fails the whole query, so it holds nothing that only newer ones know. */
const sharedAttributes = [
  '__name',
  'display_name',
  'state',
  'state_type',
  'last_state_change',
  'last_hard_state_change',
  'last_check',
  'last_check_result',
  'acknowledgement',
  'downtime_depth',
  'last_reachable',
  'notes',
  'notes_url',
  'action_url',
  'groups',
  'vars',
];
export const attributesOf = {
  hosts: [...sharedAttributes, 'address'],
  services: sharedAttributes,
} as const;
export const hostJoins = ['host.display_name', 'host.address', 'host.groups', 'host.vars'];

/** The full name is the identity: `host` or `host!service`. */
export function nameOf(raw: unknown): string | null {
  const { name, attrs } = (raw ?? {}) as { name?: unknown; attrs?: { __name?: unknown } | null };
  for (const text of [name, attrs?.__name]) {
    if (typeof text === 'string' && text !== '' && text.length <= 2_000) return text;
  }
  return null;
}

/** Without what moves at every check; as a text, because two of those are compared fast. */
export function comparableObject(raw: unknown): unknown {
  const { name, type, attrs, joins } = raw as Record<string, unknown>;
  if (attrs === null || typeof attrs !== 'object') return raw;
  const { last_check: at, last_check_result: result, ...rest } = attrs as Record<string, unknown>;
  const output = (result as { output?: unknown } | null | undefined)?.output ?? null;
  const wasChecked = typeof at === 'number' ? Math.sign(at) : at;
  const hasResult = result !== null && result !== undefined;
  return JSON.stringify([name, type, rest, wasChecked, hasResult, output, joins]);
}

export const WireComment = z.object({
  name: z.string().min(1),
  attrs: z.object({
    host_name: z.string(),
    service_name: Text,
    author: Text,
    text: Text,
    /** 1 by a person, 2 downtime, 3 flapping, 4 acknowledgement. */
    entry_type: Whole,
    entry_time: z.number(),
  }),
});
export type WireComment = z.infer<typeof WireComment>;

export const WireDowntime = z.object({
  name: z.string().min(1),
  attrs: z.object({
    host_name: z.string().min(1),
    service_name: Text,
    author: Text,
    comment: Text,
    start_time: z.number(),
    end_time: z.number(),
    fixed: nullToAbsent(z.boolean().default(true)),
    duration: nullToAbsent(z.number().default(0)),
    trigger_time: nullToAbsent(z.number().default(0)),
    /** Since 2.13: the downtime of the host that this one came with. */
    parent: Text,
    /** A ScheduledDowntime of the configuration makes it, and would make it again. */
    config_owner: Text,
    was_cancelled: nullToAbsent(z.boolean().default(false)),
  }),
});
export type WireDowntime = z.infer<typeof WireDowntime>;

export const WireUser = z.object({
  user: z.string(),
  permissions: z.array(z.string()),
  version: Text,
});
export type WireUser = z.infer<typeof WireUser>;

const Count = nullToAbsent(z.number().default(0));

export const WireApplication = z.object({
  program_start: z.number().positive(),
  version: Text,
  node_name: Text,
  enable_host_checks: nullToAbsent(z.boolean().default(true)),
  enable_service_checks: nullToAbsent(z.boolean().default(true)),
});

export const WireCounters = z.object({
  uptime: z.number().nonnegative(),
  num_hosts_pending: Count,
  num_services_pending: Count,
  active_host_checks_15min: Count,
  active_service_checks_15min: Count,
  passive_host_checks_15min: Count,
  passive_service_checks_15min: Count,
});

export const WireListener = z.object({
  not_conn_endpoints: Names,
  zones: nullToAbsent(
    z
      .record(z.string(), z.object({ connected: nullToAbsent(z.boolean().default(true)) }))
      .default({}),
  ),
});

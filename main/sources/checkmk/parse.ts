/** What Checkmk's REST API sends, checked item by item: one bad service must not hide the others. */
import { z } from 'zod';
import { instantOf } from '../observed.ts';

/** Of Livestatus: numbers, in some versions written as booleans. */
const Flag = z.union([z.number(), z.boolean().transform(Number)]);
const Seconds = z.number().min(0).max(32_503_680_000);
const Texts = z.record(z.string(), z.string()).catch({});

const shared = {
  state: z.number().int(),
  plugin_output: z.string().nullish(),
  last_state_change: Seconds,
  has_been_checked: Flag,
  acknowledged: Flag,
  scheduled_downtime_depth: z.number(),
  notes_url_expanded: z.string().nullish(),
  is_flapping: Flag.nullish(),
  labels: Texts,
  /** Id, author, text. */
  comments_with_info: z.array(z.tuple([z.number(), z.string(), z.string()], z.unknown())).catch([]),
};

export const WireService = z.object({
  ...shared,
  host_name: z.string().min(1),
  description: z.string().min(1),
  last_time_ok: Seconds.nullish(),
  host_scheduled_downtime_depth: z.number(),
  host_state: z.number().nullish(),
});
export type WireService = z.infer<typeof WireService>;

export const WireHost = z.object({
  ...shared,
  name: z.string().min(1),
  last_time_up: Seconds.nullish(),
});
export type WireHost = z.infer<typeof WireHost>;

/** What an action needs to know of the one object it is about. */
export const WireState = WireHost.pick({
  state: true,
  acknowledged: true,
  comments_with_info: true,
});

export const serviceColumns = Object.keys(WireService.shape);
export const hostColumns = Object.keys(WireHost.shape);

export const WireCollection = z.object({ value: z.array(z.unknown()) });

export const WireVersion = z.object({
  site: z.string().min(1),
  versions: z.object({ checkmk: z.string() }).partial().nullish(),
});

const WireInstant = z
  .union([z.string(), z.number()])
  .transform((value) => instantOf(value) ?? '')
  .refine((value) => value !== '', 'is not a time');

export const WireDowntime = z.object({
  id: z.string().min(1),
  extensions: z.object({
    site_id: z.string().nullish(),
    host_name: z.string().min(1),
    service_description: z.string().nullish(),
    author: z.string().catch(''),
    comment: z.string().catch(''),
    start_time: WireInstant,
    end_time: WireInstant,
  }),
});
export type WireDowntime = z.infer<typeof WireDowntime>;

export const extensionsOf = (raw: unknown): unknown =>
  raw !== null && typeof raw === 'object'
    ? (raw as { extensions?: unknown }).extensions
    : undefined;

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

export interface Target {
  readonly host: string;
  /** Null: the host itself. */
  readonly service: string | null;
}

/** What an item is about that may be otherwise unreadable; null when nothing says so. */
export function targetOf(kind: 'service' | 'host', extensions: unknown): Target | null {
  if (extensions === null || typeof extensions !== 'object') return null;
  const { host_name: of, name, description } = extensions as Record<string, unknown>;
  const host = text(kind === 'host' ? name : of);
  const service = kind === 'host' ? null : text(description);
  return host === null || (kind === 'service' && service === null) ? null : { host, service };
}

/** Names of hosts hold no exclamation mark; it is Checkmk's own separator in its core. */
export const externalIdOf = ({ host, service }: Target): string =>
  `checkmk:1:${service === null ? host : `${host}!${service}`}`;

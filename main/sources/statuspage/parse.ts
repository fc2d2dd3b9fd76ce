/** What a status page sends, checked item by item: one bad incident must not hide the others. */
import { z } from 'zod';
import { instantOf } from '../observed.ts';

const WireTime = z
  .string()
  .refine((text) => /^\d{4}-/.test(text) && instantOf(text)?.startsWith('+') === false, {
    message: 'is not a time',
  });
const list = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).nullish();

const Named = z.object({ id: z.string().min(1), name: z.string() });

const WireUpdate = z.object({
  status: z.string().nullish(),
  body: z.string().nullish(),
  created_at: WireTime.nullish(),
  display_at: WireTime.nullish(),
  affected_components: list(z.object({ code: z.string(), name: z.string() })),
});

export const WireIncident = z.object({
  id: z.string().min(1),
  name: z.string(),
  status: z.string().min(1),
  impact: z.string().nullish(),
  created_at: WireTime,
  started_at: WireTime.nullish(),
  resolved_at: WireTime.nullish(),
  shortlink: z.string().nullish(),
  components: list(Named),
  incident_updates: list(WireUpdate),
});
export type WireIncident = z.infer<typeof WireIncident>;

export const WireMaintenance = WireIncident.omit({ created_at: true }).extend({
  scheduled_for: WireTime,
  scheduled_until: WireTime.nullish(),
});
export type WireMaintenance = z.infer<typeof WireMaintenance>;

export const WireComponent = Named.extend({ status: z.string().min(1) });
export type WireComponent = z.infer<typeof WireComponent>;

/** The frame of the answer. Its items are checked one by one, later. */
export const WireSummary = z.object({
  page: z.object({ id: z.string().min(1), name: z.string().min(1), url: z.string().nullish() }),
  status: z.object({ indicator: z.string(), description: z.string().nullish() }),
  components: z.array(z.unknown()),
  incidents: z.array(z.unknown()),
  scheduled_maintenances: z.array(z.unknown()).nullish(),
});
export type WireSummary = z.infer<typeof WireSummary>;

export const WireHistory = z.object({ incidents: z.array(z.unknown()) });

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 200 ? value : null;

const field = (raw: unknown, name: string): unknown =>
  raw !== null && typeof raw === 'object' ? (raw as Record<string, unknown>)[name] : undefined;

/** Of an item that may be otherwise unreadable; null when it has none. */
export const idOf = (raw: unknown): string | null => text(field(raw, 'id'));
export const nameOf = (raw: unknown): string | null => text(field(raw, 'name'));
/** An unreadable item is not `operational` just because its status cannot be read. */
export const statusOf = (raw: unknown): string | null => text(field(raw, 'status'));
export const isGroup = (raw: unknown): boolean => field(raw, 'group') === true;
export const groupIdOf = (raw: unknown): string | null => text(field(raw, 'group_id'));

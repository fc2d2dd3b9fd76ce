/** What incident.io sends, checked item by item: one bad alert must not hide the others. */
import { z } from 'zod';

const WireTime = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is not a time');
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const Value = z.object({
  literal: z.string().nullish(),
  label: z.string().nullish(),
  catalog_entry: z.object({ name: z.string().nullish() }).nullish(),
});

export const WireAlert = z.object({
  id: z.string().min(1).max(200),
  title: text,
  description: text,
  status: z.string().min(1),
  deduplication_key: text,
  alert_source_id: text,
  source_url: z.string().nullish(),
  created_at: WireTime,
  resolved_at: WireTime.nullish(),
  // One odd attribute must not cost the alert.
  attributes: z
    .array(
      z
        .object({
          attribute: z.object({ name: z.string() }),
          value: Value.nullish(),
          array_value: z.array(Value).nullish(),
        })
        .nullable()
        .catch(null),
    )
    .nullish()
    .catch(null),
});
export type WireAlert = z.infer<typeof WireAlert>;

export const WirePage = z.object({
  alerts: z.array(z.unknown()),
  pagination_meta: z.object({ after: z.string().nullish(), page_size: z.number().nullish() }),
});

export function idOf(raw: unknown): string | null {
  const id = (raw as { id?: unknown } | null)?.id;
  return typeof id === 'string' && id !== '' && id.length <= 200 ? id : null;
}

export const statusOf = (raw: unknown): unknown =>
  (raw as { status?: unknown } | null)?.status ?? null;

const valueText = (value: z.infer<typeof Value> | null | undefined): string =>
  value?.label ?? value?.literal ?? value?.catalog_entry?.name ?? '';

/** By the name of the attribute; several values stand behind each other. */
export function attributesOf(alert: WireAlert): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const one of alert.attributes ?? []) {
    if (one === null) continue;
    const values = [valueText(one.value), ...(one.array_value ?? []).map(valueText)];
    const value = values.filter(Boolean).join(', ');
    if (value !== '') texts[one.attribute.name] = value;
  }
  return texts;
}

const told = Object.keys(WireAlert.shape);

/** `updated_at` moves without meaning anything. */
export function comparable(raw: unknown): unknown {
  if (raw === null || typeof raw !== 'object') return raw;
  const alert = raw as Record<string, unknown>;
  return Object.fromEntries(told.map((name) => [name, alert[name]]));
}

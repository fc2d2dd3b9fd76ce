/** What OnCall sends, checked item by item: one bad alert group must not hide the others. */
import { z } from 'zod';

const WireTime = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is not a time');

/** They go into addresses of requests. */
const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^\w{1,100}$/.test(value);

const Named = z.object({ name: z.string() });

export const WireGroup = z.object({
  id: z.string().refine(isId, 'is not an id'),
  integration_id: z.string().nullish(),
  team_id: z.string().nullish(),
  alerts_count: z.number().nullish(),
  state: z.string().min(1),
  created_at: WireTime,
  resolved_at: WireTime.nullish(),
  acknowledged_by: z.string().nullish(),
  silenced_at: WireTime.nullish(),
  title: z.string().nullish(),
  permalinks: z.object({ web: z.string().nullish() }).nullish(),
  // An odd label or payload must not cost the alarm.
  labels: z
    .array(z.object({ key: Named, value: Named }))
    .nullish()
    .catch(null),
  last_alert: z
    .object({ payload: z.record(z.string(), z.unknown()).nullish() })
    .nullish()
    .catch(null),
});
export type WireGroup = z.infer<typeof WireGroup>;

export const WirePage = z.object({
  results: z.array(z.unknown()),
  next: z.string().nullish(),
  count: z.number().nullish(),
});

export type WirePage = z.infer<typeof WirePage>;

export const WireUser = z.object({ username: z.string().nullish(), email: z.string().nullish() });
export const WireNote = z.object({ id: z.string(), text: z.string().nullish() });

export function idOf(raw: unknown): string | null {
  const id = (raw as { id?: unknown } | null)?.id;
  return isId(id) ? id : null;
}

const told = Object.keys(WireGroup.shape);

/** Repeated alerts of a group move only counters and payload times that nobody reads. */
export function comparable(raw: unknown): unknown {
  if (raw === null || typeof raw !== 'object') return raw;
  const group = raw as Record<string, unknown>;
  const { payload } = (group['last_alert'] ?? {}) as { payload?: unknown };
  return {
    ...Object.fromEntries(told.map((name) => [name, group[name]])),
    alerts_count: null,
    last_alert: payload,
  };
}

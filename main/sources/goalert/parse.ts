/** What GoAlert sends, checked item by item: one bad alert must not hide the others. */
import { z } from 'zod';
import { instantOf } from '../observed.ts';

const WireTime = z.string().refine((text) => /^\d{4}-/.test(text) && instantOf(text) !== null, {
  message: 'is not a time',
});
const Pairs = z.array(z.object({ key: z.string(), value: z.string() })).nullish();

export const WireAlert = z.object({
  alertID: z.number().int(),
  status: z.string().min(1),
  summary: z.string(),
  details: z.string().nullish(),
  createdAt: WireTime,
  service: z
    .object({
      id: z.string(),
      name: z.string(),
      /** Go's zero time: no maintenance. */
      maintenanceExpiresAt: z.string().nullish(),
      labels: Pairs,
    })
    .nullish(),
  recentEvents: z
    .object({ nodes: z.array(z.object({ timestamp: z.string(), message: z.string() })) })
    .nullish(),
  meta: Pairs,
  metrics: z.object({ closedAt: WireTime.nullish() }).nullish(),
});
export type WireAlert = z.infer<typeof WireAlert>;

/** The frame of a page. Its alerts are checked one by one, later. */
export const WirePage = z.object({
  alerts: z.object({
    nodes: z.array(z.unknown()),
    pageInfo: z.object({ endCursor: z.string().nullish(), hasNextPage: z.boolean() }),
  }),
  services: z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })) }),
});
export type WirePage = z.infer<typeof WirePage>;

export const WireOne = z.object({
  alert: z.object({ alertID: z.number().int(), status: z.string() }).nullish(),
});

export const WireAnswer = z.object({
  data: z.unknown(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.object({ code: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});

/** Of an alert that may be otherwise unreadable; null when it has none. */
export function alertIdOf(raw: unknown): string | null {
  if (raw === null || typeof raw !== 'object') return null;
  const { alertID: id } = raw as { alertID?: unknown };
  return typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : null;
}

export function nameOf(raw: unknown): string | null {
  const { summary } = raw as { summary?: unknown };
  return typeof summary === 'string' && summary.trim() !== '' ? summary : null;
}

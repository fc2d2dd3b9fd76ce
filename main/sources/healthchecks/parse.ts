/** What Healthchecks sends, checked item by item: one bad check must not hide the others. */
import { z } from 'zod';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const WireTime = z.string().refine((value) => !Number.isNaN(Date.parse(value)), 'is not a time');

export const WireCheck = z.object({
  uuid: z.string().min(1).max(200).optional(),
  /** Instead of the uuid for a read-only key. */
  unique_key: z.string().min(1).max(200).optional(),
  name: text,
  slug: text,
  /** Separated by spaces. */
  tags: text,
  desc: text,
  status: z.string().min(1),
  /** Seconds. */
  grace: z.number().nonnegative(),
  last_ping: WireTime.nullish(),
  next_ping: WireTime.nullish(),
});
export type WireCheck = z.infer<typeof WireCheck>;

const WireFlip = z.object({
  timestamp: WireTime,
  /** 1: it came up; 0: it went down. */
  up: z.union([z.literal(0), z.literal(1)]),
});
export const WireFlips = z.array(WireFlip);
export type WireFlip = z.infer<typeof WireFlip>;

/**
 * What names a check to the API. A read-only key never shows the uuid, so where there is a `unique_key` it is the one that
 * stays; null when neither is there.
 */
export function keyOf(raw: unknown): string | null {
  if (raw === null || typeof raw !== 'object') return null;
  const { unique_key: uniqueKey, uuid } = raw as { unique_key?: unknown; uuid?: unknown };
  const key = uniqueKey ?? uuid;
  return typeof key === 'string' && key !== '' && key.length <= 200 ? key : null;
}

export const statusOf = (raw: unknown): unknown =>
  (raw as { status?: unknown } | null)?.status ?? null;

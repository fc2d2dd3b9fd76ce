/** What Sentry sends, checked item by item: one bad issue must not hide the others. */
import { z } from 'zod';

const WireTime = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is not a time');
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** Ids are numbers in quotes. They go into addresses of requests, so nothing else is taken for one. */
const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{1,30}$/.test(value);

export const WireIssue = z.object({
  id: z.string().refine(isId, 'is not an id'),
  shortId: text,
  title: text,
  culprit: text,
  permalink: z.string().nullish(),
  level: z.string().nullish(),
  status: z.string().min(1),
  substatus: z.string().nullish(),
  statusDetails: z
    .object({
      ignoreUntil: WireTime.nullish(),
      actor: z.object({ name: z.string().nullish(), email: z.string().nullish() }).nullish(),
    })
    .nullish(),
  priority: z.string().nullish(),
  project: z.object({ slug: z.string() }),
  metadata: z.object({ type: z.string().nullish(), value: z.string().nullish() }).nullish(),
  platform: z.string().nullish(),
  firstSeen: WireTime,
  lastSeen: WireTime.nullish(),
  assignedTo: z.object({ name: z.string().nullish(), email: z.string().nullish() }).nullish(),
});
export type WireIssue = z.infer<typeof WireIssue>;

export const WireComments = z.array(
  z.object({ id: z.coerce.string(), data: z.object({ text: z.string().nullish() }).nullish() }),
);

export const WireProjects = z.array(z.object({ hasAccess: z.boolean().nullish() }));

export function idOf(raw: unknown): string | null {
  const id = (raw as { id?: unknown } | null)?.id;
  return isId(id) ? id : null;
}

const told = Object.keys(WireIssue.shape).filter((name) => name !== 'lastSeen');

/** What means something; counters and the time of the last event move with every event. */
export function comparable(raw: unknown): unknown {
  if (raw === null || typeof raw !== 'object') return raw;
  const issue = raw as Record<string, unknown>;
  return Object.fromEntries(told.map((name) => [name, issue[name]]));
}

/**
 * The cursor of the next page; null: this was the last one; undefined: the answer does not say. Sentry names a next page also
 * when nothing is on it, and says so in `results`.
 */
export function nextCursor(link: string | undefined): string | null | undefined {
  if (link === undefined) return undefined;
  for (const part of link.split(/,(?=\s*<)/)) {
    if (!/;\s*rel="?next"?/.test(part)) continue;
    if (/;\s*results="?false"?/.test(part)) return null;
    const [, cursor] = /;\s*cursor="?([^";\s]+)"?/.exec(part) ?? [];
    return cursor;
  }
  return undefined;
}

/** What both dialects send, checked item by item: one bad alert must not hide the others. */
import { z } from 'zod';

const nullToEmpty = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema);

const text = () => nullToEmpty(z.string().default(''));
const WireTime = z.string().refine((value) => !Number.isNaN(Date.parse(value)), 'is not a time');

export const WireAlert = z.object({
  id: z.string().min(1).max(200),
  tinyId: text(),
  alias: text(),
  message: text(),
  /** open or closed. Snoozed and acknowledged ones are open. */
  status: z.string(),
  acknowledged: nullToEmpty(z.boolean().default(false)),
  snoozed: nullToEmpty(z.boolean().default(false)),
  snoozedUntil: text(),
  tags: nullToEmpty(z.array(z.string()).default([])),
  createdAt: WireTime,
  updatedAt: text(),
  source: text(),
  owner: text(),
  entity: text(),
  priority: text(),
  integration: nullToEmpty(z.object({ name: text() }).optional()),
  report: nullToEmpty(
    z.object({ acknowledgedBy: text(), closeTime: nullToEmpty(z.number().optional()) }).optional(),
  ),
});
export type WireAlert = z.infer<typeof WireAlert>;

/** Values are texts, but people put other things there, too. */
const Details = nullToEmpty(
  z
    .record(z.string(), z.unknown())
    .transform((details) =>
      Object.fromEntries(
        Object.entries(details).flatMap(([name, value]) =>
          typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
            ? [[name, `${value}`] as const]
            : [],
        ),
      ),
    )
    .default({}),
);

/** What only a single alert has, beyond what it has in a list. */
export const WireDetails = z.object({
  description: text(),
  entity: text(),
  details: Details,
  /** The name that Jira Service Management has for them. */
  extraProperties: Details,
});

export const WireNote = z.object({ note: text(), owner: text(), createdAt: text() });
export type WireNote = z.infer<typeof WireNote>;

export const WireReceipt = z.object({ requestId: z.string().min(1) });
export const WireOutcome = z.object({
  isSuccess: nullToEmpty(z.boolean().optional()),
  status: text(),
});

/** The id of an alert that is otherwise unreadable; null when it has none. */
export function idOf(raw: unknown): string | null {
  const id = (raw as { id?: unknown } | null)?.id;
  return typeof id === 'string' && id !== '' && id.length <= 200 ? id : null;
}

export function messageOf(raw: unknown): string | null {
  const message = (raw as { message?: unknown } | null)?.message;
  return typeof message === 'string' && message !== '' ? message : null;
}

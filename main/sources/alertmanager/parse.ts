/** What Alertmanager sends, checked item by item: one bad alert must not hide the others. */
import { z } from 'zod';

const Texts = z.record(z.string(), z.string());
const nullToEmpty = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema);

const WireTime = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is not a time');

export const WireAlert = z.object({
  fingerprint: z.string().min(1).max(200),
  labels: Texts,
  annotations: nullToEmpty(Texts.default({})),
  startsAt: WireTime,
  status: z.object({
    state: z.string(),
    silencedBy: nullToEmpty(z.array(z.string()).default([])),
    inhibitedBy: nullToEmpty(z.array(z.string()).default([])),
    mutedBy: nullToEmpty(z.array(z.string()).default([])),
  }),
  generatorURL: nullToEmpty(z.string().optional()),
});
export type WireAlert = z.infer<typeof WireAlert>;

export const WireSilence = z.object({
  id: z.string().min(1),
  status: z.object({ state: z.enum(['pending', 'active', 'expired']) }),
  matchers: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      isRegex: z.boolean(),
      isEqual: z.boolean().default(true),
    }),
  ),
  startsAt: WireTime,
  endsAt: WireTime,
  createdBy: z.string(),
  comment: z.string(),
});
export type WireSilence = z.infer<typeof WireSilence>;

export const WireStatus = z.object({
  /** When it started, despite its name. */
  uptime: WireTime,
  versionInfo: z.object({ version: z.string() }).partial().optional(),
});

/** The identity of an item that is otherwise unreadable; null when it has none. */
export function identityOf(raw: unknown): string | null {
  if (raw === null || typeof raw !== 'object') return null;
  const { fingerprint } = raw as { fingerprint?: unknown };
  return typeof fingerprint === 'string' && fingerprint.length > 0 && fingerprint.length <= 200
    ? fingerprint
    : null;
}

function isSameRecord(known: Readonly<Record<string, string>>, raw: unknown): boolean {
  if (raw === null || typeof raw !== 'object') return false;
  const other = raw as Record<string, unknown>;
  let count = 0;
  for (const name in known) {
    if (known[name] !== other[name]) return false;
    count += 1;
  }
  for (const _ in other) count -= 1;
  return count === 0;
}

function isSameList(known: readonly string[], raw: unknown): boolean {
  if (raw === undefined || raw === null) return known.length === 0;
  if (!Array.isArray(raw) || raw.length !== known.length) return false;
  for (let index = 0; index < known.length; index += 1) {
    if (known[index] !== raw[index]) return false;
  }
  return true;
}

/**
 * Whether an item says what an accepted one said. `updatedAt` and `endsAt` move at every resend and are no change.
 * What equals an accepted item is valid too, so an unchanged answer needs no second validation.
 */
export function isSameAlert(known: WireAlert, raw: unknown): boolean {
  const other = raw as Record<string, unknown>;
  const status = other['status'] as Record<string, unknown> | null | undefined;
  return (
    known.startsAt === other['startsAt'] &&
    typeof status === 'object' &&
    status !== null &&
    known.status.state === status['state'] &&
    isSameList(known.status.silencedBy, status['silencedBy']) &&
    isSameList(known.status.inhibitedBy, status['inhibitedBy']) &&
    isSameList(known.status.mutedBy, status['mutedBy']) &&
    known.generatorURL === (other['generatorURL'] ?? undefined) &&
    isSameRecord(known.labels, other['labels']) &&
    isSameRecord(known.annotations, other['annotations'])
  );
}

/** What Keep sends, checked item by item: one bad alert must not hide the others. */
import { z } from 'zod';
import { instantOf } from '../observed.ts';

const Time = z
  .string()
  .nullish()
  .refine(
    (text) => text === null || text === undefined || text === '' || instantOf(text) !== null,
    {
      message: 'is not a time',
    },
  )
  .transform((text) => instantOf(text));

/** Enrichments come back as what they were written as, which may be a text. */
const Flag = z
  .union([z.boolean(), z.string()])
  .nullish()
  .transform((value) => value === true || String(value).toLowerCase() === 'true');

const Texts = z.union([z.array(z.string()), z.string().transform((text) => [text])]).nullish();

export const WireAlert = z.object({
  fingerprint: z.string().min(1).max(1_000),
  name: z.string(),
  status: z.string().min(1),
  severity: z.string().nullish(),
  lastReceived: Time,
  firingStartTime: Time,
  environment: z.string().nullish(),
  service: z.string().nullish(),
  source: Texts,
  message: z.string().nullish(),
  description: z.string().nullish(),
  url: z.string().nullish(),
  /** Whatever a provider put there. */
  labels: z.record(z.string(), z.unknown()).nullish().catch({}),
  deleted: Flag,
  dismissed: Flag,
  /** An instant, `forever`, or nothing, which is forever as well. */
  dismissUntil: z.string().nullish(),
  assignee: z.string().nullish(),
  note: z.string().nullish(),
  /** Ours: the start of the firing that was acknowledged from here. */
  nightdesk_since: z.string().nullish(),
});
export type WireAlert = z.infer<typeof WireAlert>;

export const WirePage = z.object({
  results: z.array(z.unknown()),
  count: z.number().int().min(0).nullish(),
});

export function fingerprintOf(raw: unknown): string | null {
  if (raw === null || typeof raw !== 'object') return null;
  const { fingerprint } = raw as { fingerprint?: unknown };
  const isUsable =
    typeof fingerprint === 'string' && fingerprint !== '' && fingerprint.length <= 1_000;
  return isUsable ? fingerprint : null;
}

export function nameOf(raw: unknown): string | null {
  const { name } = raw as { name?: unknown };
  return typeof name === 'string' && name.trim() !== '' ? name : null;
}

export const externalIdOf = (fingerprint: string): string => `keep:1:${fingerprint}`;

const restless = new Set([
  'id',
  'event_id',
  'lastReceived',
  'pushed',
  'firingCounter',
  'unresolvedCounter',
  'duplicateReason',
  'alert_hash',
]);

/** Without what moves each time an alert is received again. */
export function comparable(raw: unknown): unknown {
  if (raw === null || typeof raw !== 'object') return raw;
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !restless.has(name)));
}

/** Until when it is dismissed, in ms; null: it is not. */
export function dismissedUntil({ dismissed, dismissUntil }: WireAlert): number | null {
  if (!dismissed) return null;
  const end = instantOf(dismissUntil);
  return end === null ? Infinity : Date.parse(end);
}

/** A monitor as both ways of reading give it, and the alarm that follows from it. Pure. */
import { z } from 'zod';
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { observedAlarm, oneLine, pick } from '../observed.ts';

/** Down, up, pending, maintenance are the numbers 0 to 3. */
const statusWords = ['down', 'up', 'pending', 'maintenance'] as const;

export const Monitor = z.object({
  key: z.string().min(1).max(300),
  name: z.string(),
  status: z.int(),
  labels: z.record(z.string(), z.string()),
  /** What the last check said. */
  message: z.string().default(''),
  url: z.string().nullable(),
});
export type Monitor = z.infer<typeof Monitor>;

export const isWell = (status: unknown): boolean => status === 1;

const severityTable: Readonly<Record<string, Severity>> = {
  down: 'critical',
  pending: 'info',
  maintenance: 'info',
};

const said: Readonly<Record<string, string>> = {
  down: 'is down',
  pending: 'failed and is tried again',
  maintenance: 'is in maintenance',
};

export const externalIdOf = (key: string): string => `uptime-kuma:1:${key}`;

export function keyOf(raw: unknown): string | null {
  const key = (raw as { key?: unknown } | null)?.key;
  return typeof key === 'string' && key !== '' && key.length <= 300 ? key : null;
}

/** The same monitor says another thing at every check; that is no change of the alarm. */
export const comparable = (raw: unknown): unknown =>
  isWell((raw as { status?: unknown } | null)?.status)
    ? null
    : { ...(raw as Record<string, unknown>), message: null };

/** The worst first: where two monitors cannot be told apart, the bad one counts. */
export function worstFirst(raws: readonly unknown[]): readonly unknown[] {
  const rank = (raw: unknown): number => {
    const { status } = raw as { status?: unknown };
    if (status === 1) return 3;
    if (status === 3) return 2;
    return status === 2 ? 1 : 0;
  };
  return raws.toSorted((a, b) => rank(a) - rank(b));
}

export function toAlarm(
  monitor: Monitor,
  externalId: string,
  context: {
    readonly severityMap: Readonly<Record<string, Severity>>;
    readonly startOf: (key: string) => string | undefined;
    readonly now: string;
  },
): ObservedAlarm | null {
  if (isWell(monitor.status)) return null;
  const word = statusWords[monitor.status] ?? `status ${monitor.status}`;
  const name = oneLine(monitor.name) || 'Monitor without a name';
  const { labels } = monitor;
  return observedAlarm(
    {
      externalId,
      status: word === 'maintenance' ? 'suppressed' : 'firing',
      severityText: word,
      severityTable,
      title: `${name} ${said[word] ?? `has ${word}`}`,
      summary: [monitor.message, labels['target'] ?? ''].map(oneLine).filter(Boolean).join(' · '),
      service: pick(labels, ['service', 'app', 'group']),
      labels: { ...labels, alertname: name },
      url: monitor.url,
      startsAt: context.startOf(monitor.key) ?? context.now,
      refs: { monitor: monitor.key },
    },
    context.severityMap,
  );
}

/** What an upstream says about an alarm, compared by value. */
import type { KnownAlarm, ObservedAlarm } from './alarm.ts';

/** The part of an alarm that comes from upstream and is kept. */
export type Content = Omit<ObservedAlarm, 'externalId' | 'status'>;

function sameTexts(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  for (const name of names) if (a[name] !== b[name] || !Object.hasOwn(b, name)) return false;
  return true;
}

/** JSON with sorted keys: equal values give equal texts, however their objects were built. */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) =>
      item !== null && typeof item === 'object' && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? 'null'
  );
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const name in record) if (Object.hasOwn(record, name)) return false;
  return true;
}

function sameRefs(a: ObservedAlarm['refs'], b: ObservedAlarm['refs']): boolean {
  return a === b || (isEmpty(a) && isEmpty(b)) || canonicalJson(a) === canonicalJson(b);
}

/** Whether nothing that we show or act on differs. Cheap fields first: most differences are in a text. */
export function isSameAlarm(known: KnownAlarm, observed: ObservedAlarm): boolean {
  return (
    known.status === observed.status &&
    known.severity === observed.severity &&
    known.startsAt === observed.startsAt &&
    known.summary === observed.summary &&
    known.title === observed.title &&
    known.service === observed.service &&
    known.severityText === observed.severityText &&
    known.isSeverityMapped === observed.isSeverityMapped &&
    known.url === observed.url &&
    known.runbookUrl === observed.runbookUrl &&
    known.ackedBy === observed.ackedBy &&
    known.unreadableReason === observed.unreadableReason &&
    sameTexts(known.labels, observed.labels) &&
    sameTexts(known.annotations, observed.annotations) &&
    sameRefs(known.refs, observed.refs)
  );
}

/** The upstream's part of an alarm, without what only we know. */
export const contentOf = (from: Content): Content => ({
  severity: from.severity,
  severityText: from.severityText,
  isSeverityMapped: from.isSeverityMapped,
  title: from.title,
  summary: from.summary,
  service: from.service,
  labels: from.labels,
  annotations: from.annotations,
  url: from.url,
  runbookUrl: from.runbookUrl,
  startsAt: from.startsAt,
  ackedBy: from.ackedBy,
  refs: from.refs,
  unreadableReason: from.unreadableReason,
});

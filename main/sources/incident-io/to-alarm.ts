/** From an accepted alert to our alarm; null for a resolved one. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { instantOf, observedAlarm, oneLine, pick, runbookOf } from '../observed.ts';
import { attributesOf, type WireAlert } from './parse.ts';

export interface MappingContext {
  readonly serviceAttributes: readonly string[];
  readonly severityAttributes: readonly string[];
  readonly severityMap: Readonly<Record<string, Severity>>;
}

export const externalIdOf = (id: string): string => `incident-io:1:${id}`;

/** `Affected team` becomes `affected_team`, so that it can be asked for. */
const labelName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');

/** What names the same condition elsewhere. Alertmanager gives its fingerprint as the key. */
function sameOf(key: string): string[] {
  if (key === '') return [];
  return /^[0-9a-f]{16}$/.test(key)
    ? [`alertmanager:${key}`, `incident-io:dedup:${key}`]
    : [`incident-io:dedup:${key}`];
}

export function toAlarm(
  alert: WireAlert,
  externalId: string,
  context: MappingContext,
): ObservedAlarm | null {
  if (alert.status === 'resolved') return null;
  const attributes = attributesOf(alert);
  const title = oneLine(alert.title) || 'Alert without a title';
  const severity = pick(attributes, context.severityAttributes);
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const label = labelName(name);
    if (label !== '') labels[label] = value;
  }
  labels['alertname'] = title;
  labels['alert_id'] = alert.id;
  return observedAlarm(
    {
      externalId,
      status: 'firing',
      severityText: severity === '' ? null : severity,
      title,
      summary: alert.description,
      service: pick(attributes, context.serviceAttributes),
      labels,
      annotations: alert.description === '' ? {} : { description: alert.description },
      url: alert.source_url ?? null,
      runbookUrl: runbookOf(labels),
      startsAt: instantOf(alert.created_at) ?? new Date(0).toISOString(),
      refs: {
        id: alert.id,
        source: alert.alert_source_id,
        same: sameOf(alert.deduplication_key),
      },
    },
    context.severityMap,
  );
}

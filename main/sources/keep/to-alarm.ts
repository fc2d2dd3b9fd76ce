/** From an alert to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { withoutMark } from '../note-mark.ts';
import { instantOf, observedAlarm, pick } from '../observed.ts';
import { dismissedUntil, type WireAlert } from './parse.ts';

export interface MappingContext {
  readonly isPendingShown: boolean;
  readonly severityMap: Readonly<Record<string, Severity>>;
  readonly nowMs: number;
  /** For an alert that does not tell when it began to fire. */
  readonly firstSeenAt: string;
}

/** Keep holds a status that a person set also when the alert fires anew: then it was not this firing that was meant. */
export function isAcknowledged(alert: WireAlert): boolean {
  if (alert.status !== 'acknowledged') return false;
  const meant = instantOf(alert.nightdesk_since);
  return meant === null || alert.firingStartTime === null || meant === alert.firingStartTime;
}

/** Null: it is no alarm. An unknown status is firing: nothing is quieter than we can prove. */
export function statusOf(
  alert: WireAlert,
  { isPendingShown, nowMs }: Pick<MappingContext, 'isPendingShown' | 'nowMs'>,
): ObservedAlarm['status'] | null {
  if (alert.deleted || alert.status === 'resolved') return null;
  if (alert.status === 'pending' && !isPendingShown) return null;
  if ((dismissedUntil(alert) ?? 0) > nowMs) return 'suppressed';
  if (alert.status === 'suppressed' || alert.status === 'maintenance') return 'suppressed';
  return isAcknowledged(alert) ? 'acknowledged' : 'firing';
}

const asText = (value: unknown): string | null => {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  return JSON.stringify(value);
};

/** The same condition at the system that it came from, which gave it its fingerprint. */
function sameAs({ source, fingerprint }: WireAlert): string[] {
  return (source ?? []).flatMap((name) => {
    if (name === 'grafana') return [`grafana:${fingerprint}`];
    return name === 'prometheus' || name === 'alertmanager' ? [`alertmanager:${fingerprint}`] : [];
  });
}

export function toAlarm(
  alert: WireAlert,
  externalId: string,
  context: MappingContext,
): ObservedAlarm | null {
  const status = statusOf(alert, context);
  if (status === null) return null;
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(alert.labels ?? {})) {
    const text = asText(value);
    if (text !== null) own[name] = text;
  }
  const { environment, service, source, message, description, note } = alert;
  const known = { environment, service, source: source?.join(', ') };
  for (const [name, value] of Object.entries(known)) {
    if (value && own[name] === undefined) own[name] = value;
  }
  return observedAlarm(
    {
      externalId,
      status,
      severityText: alert.severity ?? null,
      title: alert.name,
      summary: message || description || '',
      service: pick(own, ['service', 'job', 'namespace']),
      labels: {
        ...own,
        alertname: own['alertname'] || alert.name || 'Alert',
        fingerprint: alert.fingerprint,
      },
      annotations: {
        ...(message ? { message } : {}),
        ...(description ? { description } : {}),
        ...(note ? { note: withoutMark(note) } : {}),
      },
      url: alert.url ?? null,
      startsAt: alert.firingStartTime ?? context.firstSeenAt,
      ackedBy: status === 'acknowledged' ? (alert.assignee ?? null) : null,
      refs: { fingerprint: alert.fingerprint, same: sameAs(alert) },
    },
    context.severityMap,
  );
}

/** From an incident of PagerDuty to our alarm. Pure. */
import { z } from 'zod';
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { instantOf, observedAlarm, oneLine } from '../observed.ts';
import { nameOf, WireIncident } from './parse.ts';

export const externalIdOf = (id: string): string => `pagerduty:1:${id}`;
export const incidentIdOf = (externalId: string): string => externalId.replace(/^pagerduty:1:/, '');

/** An incident with what is known of it from elsewhere. */
export const KnownIncident = z.object({
  incident: WireIncident,
  isSnoozed: z.boolean(),
  /** Who is on call for its escalation policy now; empty when that is not known. */
  onCall: z.string(),
});
export type KnownIncident = z.infer<typeof KnownIncident>;

/** Its priorities, under both names that PagerDuty gives them at first, and its urgencies. */
const severityTable: Readonly<Record<string, Severity>> = {
  'sev-1': 'critical',
  'sev-2': 'high',
  'sev-3': 'warning',
  'sev-4': 'info',
  'sev-5': 'info',
  high: 'high',
  low: 'warning',
};

/** When its acknowledgement or snooze ends by itself; null: it does not. */
export const endsByItself = ({ pending_actions: pending }: WireIncident): string | null =>
  instantOf(pending.find(({ type }) => type === 'unacknowledge')?.at);

function statusOf({ incident, isSnoozed }: KnownIncident): ObservedAlarm['status'] {
  if (incident.status !== 'acknowledged') return 'firing';
  return isSnoozed ? 'suppressed' : 'acknowledged';
}

export function toAlarm(
  known: KnownIncident,
  severityMap: Readonly<Record<string, Severity>>,
): ObservedAlarm {
  const { incident, onCall } = known;
  const service = nameOf(incident.service);
  const priority = nameOf(incident.priority);
  const title = incident.title || incident.summary;
  const assigned = [...new Set(incident.assignments.map(({ assignee }) => nameOf(assignee)))];
  const acknowledged = incident.acknowledgements.map(({ acknowledger }) => nameOf(acknowledger));
  const labels: Record<string, string> = {
    alertname: oneLine(title).slice(0, 200) || 'Incident',
    incident: incident.id,
    service,
    service_id: incident.service?.id ?? '',
    urgency: incident.urgency,
    priority,
    escalation_policy: nameOf(incident.escalation_policy),
    team: incident.teams.map(nameOf).join(', '),
  };
  const annotations: Record<string, string> = {
    number: incident.incident_number === undefined ? '' : `#${incident.incident_number}`,
    assigned: assigned.filter(Boolean).join(', '),
    on_call: onCall,
    acknowledged_until: incident.status === 'acknowledged' ? (endsByItself(incident) ?? '') : '',
  };
  const count = incident.alert_counts?.all ?? 0;
  const key = incident.incident_key;
  return observedAlarm(
    {
      externalId: externalIdOf(incident.id),
      status: statusOf(known),
      severityText: priority || incident.urgency || null,
      severityTable,
      title,
      summary: [
        service,
        annotations['assigned'] === '' ? '' : `assigned to ${annotations['assigned']}`,
        count > 1 ? `${count} alerts` : '',
      ]
        .filter(Boolean)
        .join(' · '),
      service,
      labels: withoutEmpty(labels),
      annotations: withoutEmpty(annotations),
      url: incident.html_url,
      startsAt: new Date(incident.created_at).toISOString(),
      ackedBy: incident.status === 'acknowledged' ? (acknowledged.find(Boolean) ?? null) : null,
      refs: { incident: incident.id, same: key === '' ? [] : [`pagerduty:dedup:${key}`] },
    },
    severityMap,
  );
}

const withoutEmpty = (texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== ''));

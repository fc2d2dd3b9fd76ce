/** What the store holds of an incident, and what may be written on its timeline. */
import type { AlarmId, IncidentId, Instant } from '../../preload/contract/common.ts';
import type {
  EntryKind,
  IncidentSeverity,
  IncidentSummary,
  IncidentTimes,
} from '../../preload/contract/incidents.ts';

export interface StoredIncident {
  readonly id: IncidentId;
  readonly title: string;
  readonly severity: IncidentSeverity;
  readonly impact: string;
  readonly commander: string;
  readonly mitigation: string;
  readonly createdAt: Instant;
  readonly times: Readonly<IncidentTimes>;
  readonly counts: Pick<IncidentSummary, 'alarmCount' | 'firingCount' | 'hasPostmortem'>;
}

export interface NewEntry {
  readonly at: Instant;
  readonly kind: EntryKind;
  /** Who or what: `you`, a source's name, `Nightdesk`. */
  readonly origin: string;
  readonly text: string;
  readonly code: string | null;
}

export interface Member {
  readonly incidentId: IncidentId;
  readonly alarmId: AlarmId;
  /** `chosen`, or the rule that joined it. */
  readonly reason: string;
}

export const chosen = 'chosen';

export const entry = (
  at: Instant,
  kind: EntryKind,
  origin: string,
  text: string,
  code: string | null = null,
): NewEntry => ({ at, kind, origin, text, code });

export const summaryOf = (incident: StoredIncident): IncidentSummary => ({
  id: incident.id,
  title: incident.title,
  severity: incident.severity,
  impact: incident.impact,
  times: { ...incident.times },
  ...incident.counts,
});

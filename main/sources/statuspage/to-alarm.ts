/** From incidents, components and maintenances of a page to our alarms. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant, toMs } from '../../clock.ts';
import { wordsOf } from '../markup.ts';
import { observedAlarm } from '../observed.ts';
import type { WireComponent, WireIncident, WireMaintenance } from './parse.ts';

export interface Page {
  readonly id: string;
  readonly name: string;
  readonly url: string;
}

export interface MappingContext {
  readonly page: Page;
  readonly monitoring: 'acknowledged' | 'firing';
  readonly severityMap: Readonly<Record<string, Severity>>;
}

export const incidentIdentity = (page: Page, id: string): string => `statuspage:1:${page.id}/${id}`;
export const componentIdentity = (page: Page, id: string): string =>
  `statuspage:1:${page.id}/component/${id}`;

/** The vendor's words for impacts of incidents and states of components. */
const severityTable: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  major: 'high',
  minor: 'warning',
  none: 'info',
  maintenance: 'info',
  major_outage: 'critical',
  partial_outage: 'high',
  degraded_performance: 'warning',
  under_maintenance: 'info',
};

const componentWords: Readonly<Record<string, string>> = {
  major_outage: 'major outage',
  partial_outage: 'partial outage',
  degraded_performance: 'degraded performance',
  under_maintenance: 'under maintenance',
};

const over = new Set(['resolved', 'postmortem', 'completed']);
export const isOver = (status: string): boolean => over.has(status);
const running = new Set(['in_progress', 'verifying']);

type Updates = WireIncident['incident_updates'];

/** Newest first is the custom of these pages; their times decide. */
function newestUpdate(updates: Updates): NonNullable<Updates>[number] | undefined {
  const at = (update: NonNullable<Updates>[number]): number =>
    Date.parse(update.display_at ?? update.created_at ?? '') || 0;
  return (updates ?? []).toSorted((a, b) => at(b) - at(a))[0];
}

function summaryOf({
  components,
  incident_updates: updates,
}: Pick<WireIncident, 'components' | 'incident_updates'>): string {
  const names = (components ?? []).map(({ name }) => name).slice(0, 10);
  return [names.join(', '), wordsOf(newestUpdate(updates)?.body ?? '')].filter(Boolean).join(' · ');
}

const textsOf = (
  entries: Readonly<Record<string, string | null | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );

/** Labels hold only what never changes, so that a silence made of them goes on matching. */
const labelsOf = (page: Page, more: Record<string, string>): Record<string, string> => ({
  ...more,
  layer: 'dependency',
  page: page.name,
});

/** Null when it is over. */
export function incidentAlarm(
  incident: WireIncident,
  externalId: string,
  { page, monitoring, severityMap }: MappingContext,
): ObservedAlarm | null {
  if (isOver(incident.status)) return null;
  return observedAlarm(
    {
      externalId,
      status: incident.status === 'monitoring' ? monitoring : 'firing',
      severityText: incident.impact ?? null,
      severityTable,
      title: `${page.name}: ${incident.name}`,
      summary: summaryOf(incident),
      service: page.name,
      labels: labelsOf(page, { alertname: 'DependencyIncident', incident: incident.id }),
      annotations: textsOf({ status: incident.status, impact: incident.impact }),
      url: incident.shortlink ?? page.url,
      startsAt: toInstant(toMs(incident.started_at ?? incident.created_at)),
      // Those who run it have taken it over.
      ackedBy: incident.status === 'monitoring' && monitoring === 'acknowledged' ? page.name : null,
      refs: { same: [`statuspage:incident:${incident.id}`] },
    },
    severityMap,
  );
}

/** Null while it is only announced, and when it is over. */
export function maintenanceAlarm(
  maintenance: WireMaintenance,
  externalId: string,
  { page, severityMap }: MappingContext,
): ObservedAlarm | null {
  if (!running.has(maintenance.status)) return null;
  return observedAlarm(
    {
      externalId,
      status: 'suppressed',
      severityText: 'maintenance',
      severityTable,
      title: `${page.name}: ${maintenance.name}`,
      summary: summaryOf(maintenance),
      service: page.name,
      labels: labelsOf(page, { alertname: 'DependencyMaintenance', incident: maintenance.id }),
      annotations: textsOf({
        status: maintenance.status,
        scheduled_until: maintenance.scheduled_until,
      }),
      url: maintenance.shortlink ?? page.url,
      startsAt: toInstant(toMs(maintenance.started_at ?? maintenance.scheduled_for)),
      refs: { same: [`statuspage:incident:${maintenance.id}`] },
    },
    severityMap,
  );
}

export function componentAlarm(
  component: WireComponent,
  since: string,
  externalId: string,
  { page, severityMap }: MappingContext,
): ObservedAlarm {
  const words = Object.hasOwn(componentWords, component.status)
    ? componentWords[component.status]
    : component.status.replaceAll('_', ' ');
  return observedAlarm(
    {
      externalId,
      status: component.status === 'under_maintenance' ? 'suppressed' : 'firing',
      severityText: component.status,
      severityTable,
      title: `${page.name}: ${component.name}: ${words}`,
      service: page.name,
      labels: labelsOf(page, { alertname: 'DependencyComponent', component: component.name }),
      annotations: { status: component.status },
      url: page.url,
      startsAt: since,
      refs: {},
    },
    severityMap,
  );
}

/** From an alert to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { joinUrl } from '../http-address.ts';
import { instantOf, observedAlarm, pick } from '../observed.ts';
import type { WireAlert } from './parse.ts';

export interface MappingContext {
  readonly base: string;
  readonly severityKeys: readonly string[];
  readonly defaultSeverity: Severity;
  readonly severityMap: Readonly<Record<string, Severity>>;
  readonly nowMs: number;
}

export const externalIdOf = (alertId: string): string => `goalert:1:${alertId}`;
export const alertIdOfExternal = (externalId: string): string =>
  externalId.replace(/^goalert:1:/, '');

type Texts = Readonly<Record<string, string>>;

const textsOf = (pairs: WireAlert['meta']): Texts =>
  Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value]));

/** Until when the service is in maintenance, in ms; null: it is not. */
export const maintenanceEnd = ({ service }: WireAlert): number | null => {
  const end = instantOf(service?.maintenanceExpiresAt);
  return end === null ? null : Date.parse(end);
};

/** An unknown status is firing: nothing is quieter than we can prove. */
function statusOf(alert: WireAlert, nowMs: number): ObservedAlarm['status'] {
  if ((maintenanceEnd(alert) ?? 0) > nowMs) return 'suppressed';
  return alert.status === 'StatusAcknowledged' ? 'acknowledged' : 'firing';
}

/** The events are for people; only this wording is known. */
function ackedBy({ recentEvents }: WireAlert): string | null {
  for (const { message } of recentEvents?.nodes ?? []) {
    const name = /^acknowledged by ([^()]{1,200}?)(?: via .*| \(.*)?$/i.exec(message.trim())?.[1];
    if (name !== undefined) return name.trim();
  }
  return null;
}

/** Null when it is closed. */
export function toAlarm(alert: WireAlert, context: MappingContext): ObservedAlarm | null {
  if (alert.status === 'StatusClosed') return null;
  const { service } = alert;
  const meta = textsOf(alert.meta);
  const labels = textsOf(service?.labels);
  const severityText = pick({ ...labels, ...meta }, context.severityKeys);
  const path =
    service === null || service === undefined
      ? `/alerts/${alert.alertID}`
      : `/services/${encodeURIComponent(service.id)}/alerts/${alert.alertID}`;
  const alarm = observedAlarm(
    {
      externalId: externalIdOf(String(alert.alertID)),
      status: statusOf(alert, context.nowMs),
      severityText: severityText === '' ? null : severityText,
      title: alert.summary,
      summary: alert.details ?? '',
      service: service?.name ?? '',
      labels: {
        ...labels,
        alertname: pick(meta, ['alertname']) || alert.summary || 'Alert',
        ...(service === null || service === undefined ? {} : { service: service.name }),
      },
      annotations: { ...meta, ...(alert.details ? { details: alert.details } : {}) },
      url: joinUrl(context.base, path),
      startsAt: instantOf(alert.createdAt) ?? alert.createdAt,
      ackedBy: alert.status === 'StatusAcknowledged' ? ackedBy(alert) : null,
      refs: { alertId: String(alert.alertID) },
    },
    context.severityMap,
  );
  return severityText === '' ? { ...alarm, severity: context.defaultSeverity } : alarm;
}

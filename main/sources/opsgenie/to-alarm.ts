/** From an alert of Opsgenie or Jira Service Management to our alarm. Pure. */
import { z } from 'zod';
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { instantOf, observedAlarm, oneLine, pick } from '../observed.ts';
import { WireAlert, WireDetails } from './parse.ts';

type Texts = Readonly<Record<string, string>>;

/** An alert with what only it alone is told with; null until that was read. */
export const KnownAlert = z.object({ alert: WireAlert, details: WireDetails.nullable() });
export type KnownAlert = z.infer<typeof KnownAlert>;

export interface MappingContext {
  readonly kind: 'opsgenie' | 'jsm';
  readonly severityMap: Readonly<Record<string, Severity>>;
  readonly urlOf: (alert: { readonly id: string; readonly tinyId: string }) => string | null;
}

/** A silence here is a snooze of one alert, which is named by this label. */
export const alertLabel = 'alert';

export const externalIdOf = (kind: MappingContext['kind'], id: string): string => `${kind}:1:${id}`;
export const alertIdOf = (externalId: string): string =>
  externalId.replace(/^(?:opsgenie|jsm):1:/, '');

/** When its snooze ends; null: it is not snoozed. */
export const snoozeEnd = ({ snoozed, snoozedUntil }: WireAlert): string | null =>
  snoozed ? instantOf(snoozedUntil) : null;

function statusOf(alert: WireAlert): ObservedAlarm['status'] {
  if (alert.snoozed) return 'suppressed';
  return alert.acknowledged ? 'acknowledged' : 'firing';
}

const withoutEmpty = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== ''));

export function toAlarm({ alert, details }: KnownAlert, context: MappingContext): ObservedAlarm {
  const extra: Texts = { ...details?.extraProperties, ...details?.details };
  const entity = alert.entity || (details?.entity ?? '');
  const title = alert.message || alert.alias || `Alert ${alert.tinyId || alert.id}`;
  const service = pick({ ...extra, entity, source: alert.source }, ['service', 'entity', 'source']);
  const description = details?.description ?? '';
  return observedAlarm(
    {
      externalId: externalIdOf(context.kind, alert.id),
      status: statusOf(alert),
      severityText: alert.priority === '' ? null : alert.priority,
      title,
      summary: [service, oneLine(description)]
        .filter((part) => part !== '' && part !== oneLine(title))
        .join(' · '),
      service,
      labels: withoutEmpty({
        alertname: oneLine(title).slice(0, 200),
        ...extra,
        ...Object.fromEntries(alert.tags.map((tag) => [`tag:${tag}`, 'true'])),
        [alertLabel]: alert.id,
        priority: alert.priority,
        entity,
        source: alert.source,
        integration: alert.integration?.name ?? '',
      }),
      annotations: withoutEmpty({
        number: alert.tinyId === '' ? '' : `#${alert.tinyId}`,
        alias: alert.alias,
        owner: alert.owner,
        description,
        snoozed_until: snoozeEnd(alert) ?? '',
      }),
      url: context.urlOf(alert),
      startsAt: new Date(alert.createdAt).toISOString(),
      ackedBy: alert.acknowledged ? alert.report?.acknowledgedBy || alert.owner || null : null,
      refs: {
        alert: alert.id,
        same: alert.alias === '' ? [] : [`opsgenie:alias:${alert.alias}`],
      },
    },
    context.severityMap,
  );
}

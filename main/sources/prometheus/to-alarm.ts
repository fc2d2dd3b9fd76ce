/** From an alert of a rule to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { joinUrl } from '../http-address.ts';
import { instantOf, observedAlarm, oneLine, pick, webAddress } from '../observed.ts';
import { severityTextOf } from '../severity.ts';
import { fingerprintOf } from './identity.ts';
import type { RuleAlert } from './parse.ts';

export interface MappingContext {
  readonly serviceLabels: readonly string[];
  readonly hidden: ReadonlySet<string>;
  readonly isPendingShown: boolean;
  readonly severityMap: Readonly<Record<string, Severity>>;
  /** Where a browser shows it. */
  readonly webUrl: string;
}

/** An alert always has its rule's name; some relatives leave it to the rule. */
export const labelsOf = ({ rule, alert }: RuleAlert): Readonly<Record<string, string>> =>
  Object.hasOwn(alert.labels, 'alertname')
    ? alert.labels
    : { ...alert.labels, alertname: rule.name };

/**
 * With the start it had at the last poll, when it is still the same firing. Replicas behind one address began to see it at
 * slightly different times; only a start after that poll means that it cleared in between.
 */
export function withStart(
  item: RuleAlert,
  before: string | undefined,
  polledAtMs: number | null,
): RuleAlert {
  if (before === undefined || polledAtMs === null) return item;
  const activeAtMs = Date.parse(instantOf(item.alert.activeAt) ?? '');
  const isSame = activeAtMs > Date.parse(before) && activeAtMs < polledAtMs;
  return isSame ? { ...item, alert: { ...item.alert, activeAt: before } } : item;
}

const graphOf = (webUrl: string, query: string): string => {
  const url = new URL(joinUrl(webUrl, 'graph'));
  if (query !== '') {
    url.searchParams.set('g0.expr', query);
    url.searchParams.set('g0.tab', '1');
  }
  return url.href;
};

/** Null for what is no alarm: inactive, a helper, or pending when that is not wanted. */
export function toAlarm(
  item: RuleAlert,
  externalId: string,
  context: MappingContext,
): ObservedAlarm | null {
  const { alert, rule } = item;
  const labels = labelsOf(item);
  const name = pick(labels, ['alertname']) || 'Alarm without a name';
  if (alert.state === 'inactive' || context.hidden.has(name)) return null;
  const isPending = alert.state === 'pending';
  if (isPending && !context.isPendingShown) return null;

  const { annotations } = alert;
  const service = pick(labels, context.serviceLabels);
  const where = pick(labels, ['instance', 'pod', 'node', 'host', 'hostname', 'device']);
  const said = oneLine(pick(annotations, ['summary', 'title']));
  const details = oneLine(pick(annotations, ['description', 'message']));
  const title = said === '' ? (where === '' ? name : `${name} on ${where}`) : said;
  const parts = [
    isPending ? 'pending, not firing yet' : '',
    service,
    said === '' ? '' : where,
    details === said ? '' : details,
  ];
  const fingerprint = fingerprintOf(labels);
  const alarm = observedAlarm(
    {
      externalId,
      status: isPending ? 'suppressed' : 'firing',
      severityText: severityTextOf(labels),
      title,
      summary: parts.map(oneLine).filter(Boolean).join(' · '),
      service,
      labels,
      annotations,
      url: webAddress(alert.source) ?? graphOf(context.webUrl, rule.query),
      startsAt: instantOf(alert.activeAt) ?? new Date(0).toISOString(),
      refs: {
        rule: rule.name,
        state: alert.state,
        same: [`alertmanager:${fingerprint}`, `grafana:${fingerprint}`],
      },
    },
    context.severityMap,
  );
  // Not for paging yet: when it fires, status and severity change, and that is told.
  return isPending ? { ...alarm, severity: 'info', isSeverityMapped: true } : alarm;
}

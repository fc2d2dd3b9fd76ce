/** From an alert of Grafana's own Alertmanager to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import type { WireAlert } from '../alertmanager/parse.ts';
import { statusOf, type CoveringSilence } from '../alertmanager/to-alarm.ts';
import { joinUrl } from '../http-address.ts';
import { observedAlarm, oneLine, pick } from '../observed.ts';
import { severityTextOf } from '../severity.ts';

type Texts = Readonly<Record<string, string>>;

export interface MappingContext {
  readonly url: string;
  readonly serviceLabels: readonly string[];
  readonly severityMap: Readonly<Record<string, Severity>>;
  /** Undefined: the silences could not be read. */
  readonly silence: (id: string) => CoveringSilence | undefined;
}

export const externalIdOf = (fingerprint: string): string => `grafana:1:${fingerprint}`;
export const fingerprintOf = (externalId: string): string => externalId.replace(/^grafana:1:/, '');

/** Names the rule; folder permissions allow silences that are bound to it. */
export const ruleUidLabel = '__alert_rule_uid__';

/** What a rule raises in place of its own alarm when its query gave nothing, or failed. */
const conditions: Readonly<Record<string, string>> = {
  DatasourceNoData: 'no data',
  DatasourceError: 'query fails',
};

/** Grafana's own notes among them are not for people. */
const visible = (texts: Texts, kept: readonly string[] = []): Texts =>
  Object.fromEntries(
    Object.entries(texts).filter(([name]) => !name.startsWith('__') || kept.includes(name)),
  );

function dashboardOf(annotations: Texts, url: string): string | null {
  const uid = pick(annotations, ['__dashboardUid__']);
  if (uid === '') return null;
  const panel = pick(annotations, ['__panelId__']);
  const query = panel === '' ? '' : `?viewPanel=${encodeURIComponent(panel)}`;
  return joinUrl(url, `/d/${encodeURIComponent(uid)}${query}`);
}

function titleOf(labels: Texts, annotations: Texts): { title: string; hasSaid: boolean } {
  const alertname = pick(labels, ['alertname']);
  const condition = Object.hasOwn(conditions, alertname) ? conditions[alertname] : undefined;
  if (condition !== undefined) {
    return { title: `${pick(labels, ['rulename']) || alertname} (${condition})`, hasSaid: false };
  }
  const said = oneLine(pick(annotations, ['summary', 'title']));
  if (said !== '') return { title: said, hasSaid: true };
  const name = alertname || 'Alarm without a name';
  const where = pick(labels, ['instance', 'pod', 'node', 'host', 'hostname', 'device']);
  return { title: where === '' ? name : `${name} on ${where}`, hasSaid: false };
}

export function toAlarm(alert: WireAlert, context: MappingContext): ObservedAlarm {
  const annotations = visible(alert.annotations);
  const labels = visible(alert.labels, [ruleUidLabel]);
  const service = pick(labels, context.serviceLabels);
  const { title, hasSaid } = titleOf(labels, annotations);
  const details = [
    hasSaid ? '' : pick(annotations, ['summary']),
    pick(annotations, ['Error', 'description', 'message']),
  ];
  const dashboard = dashboardOf(alert.annotations, context.url);
  const value = oneLine(pick(alert.annotations, ['__value_string__']));
  return observedAlarm(
    {
      externalId: externalIdOf(alert.fingerprint),
      ...statusOf(alert, context),
      severityText: severityTextOf(labels),
      title,
      summary: [service, ...details]
        .map(oneLine)
        .filter((part) => part !== '' && part !== title)
        .join(' · '),
      service,
      labels,
      annotations: {
        ...annotations,
        ...(dashboard === null ? {} : { dashboard }),
        ...(value === '' ? {} : { value }),
      },
      url: alert.generatorURL ?? null,
      startsAt: new Date(alert.startsAt).toISOString(),
      refs: {
        silencedBy: alert.status.silencedBy,
        inhibitedBy: alert.status.inhibitedBy,
        same: [`grafana:${alert.fingerprint}`, `alertmanager:${alert.fingerprint}`],
      },
    },
    context.severityMap,
  );
}

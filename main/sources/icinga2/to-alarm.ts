/** From a host or service that is not well to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { joinUrl } from '../http-address.ts';
import { instantOf, observedAlarm, oneLine, pick, webAddress } from '../observed.ts';
import type { WireCheckable } from './parse.ts';
import type { Icinga2Settings } from './settings.ts';
import { partsOf } from './target.ts';

const stateNames = {
  Host: ['UP', 'DOWN'],
  Service: ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'],
} as const;

const severityTable: Readonly<Record<string, Severity>> = {
  down: 'critical',
  critical: 'critical',
  unknown: 'high',
  warning: 'warning',
};

export interface MappingContext {
  readonly settings: Icinga2Settings;
  readonly severityMap: Readonly<Record<string, Severity>>;
  /** Who acknowledged the object with this full name. */
  readonly ackedBy: (name: string) => string | null;
}

/** Whether it is a problem at all: what was never checked says UNKNOWN without knowing anything. */
const isProblem = ({ attrs }: WireCheckable): boolean =>
  attrs.state !== 0 && attrs.last_check > 0 && attrs.last_check_result !== undefined;

/** Links may hold macros of the object, which nobody has filled in yet. */
function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$([a-z_.]+)\$/g, (macro, name: string) =>
    Object.hasOwn(values, name) ? encodeURIComponent(values[name] ?? '') : macro,
  );
}

function webLink({ webUrl, webModule }: Icinga2Settings, name: string): string | null {
  if (webUrl === '') return null;
  const { host, service } = partsOf(name);
  const isNew = webModule === 'icingadb';
  const page = isNew
    ? `icingadb/${service === null ? 'host' : 'service'}`
    : `monitoring/${service === null ? 'host' : 'service'}/show`;
  const url = new URL(joinUrl(webUrl, page));
  if (service !== null) url.searchParams.set(isNew ? 'name' : 'service', service);
  url.searchParams.set(isNew ? (service === null ? 'name' : 'host.name') : 'host', host);
  return url.href;
}

/** Of the wanted custom variables those that are texts or numbers; the service's own wins over its host's. */
function labelsFrom(
  wanted: readonly string[],
  ...all: readonly Readonly<Record<string, unknown>>[]
): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const name of wanted) {
    for (const vars of all) {
      const value = Object.hasOwn(vars, name) ? vars[name] : undefined;
      const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
      if (!isPlain || value === '' || Object.hasOwn(labels, name)) continue;
      labels[name] = String(value);
    }
  }
  return labels;
}

/** Null for what is no alarm. */
export function toAlarm(
  item: WireCheckable,
  externalId: string,
  context: MappingContext,
): ObservedAlarm | null {
  const { settings } = context;
  const { attrs, type } = item;
  const isSoft = attrs.state_type === 0;
  if (!isProblem(item) || (isSoft && !settings.isSoftShown)) return null;

  const name = attrs.__name;
  const { host, service } = partsOf(name);
  const joined = item.joins.host;
  const hostTitle = (service === null ? attrs.display_name : joined?.display_name) || host;
  const hostGroups = service === null ? attrs.groups : (joined?.groups ?? []);
  const state = stateNames[type][attrs.state] ?? `STATE ${attrs.state}`;
  const isUnreachable = !attrs.last_reachable && settings.isUnreachableSuppressed;
  const isInDowntime = attrs.downtime_depth > 0;
  const isAcked = attrs.acknowledgement > 0;
  const labels: Record<string, string> = {
    ...labelsFrom(settings.labelVars, attrs.vars, joined?.vars ?? {}),
    alertname: service ?? 'Host down',
    host,
    ...(service === null ? {} : { service }),
    ...(hostGroups[0] === undefined ? {} : { hostgroup: hostGroups[0] }),
  };
  const macros = {
    'host.name': host,
    'host.display_name': hostTitle,
    'host.address': (service === null ? attrs.address : joined?.address) ?? '',
    ...(service === null
      ? {}
      : { 'service.name': service, 'service.display_name': attrs.display_name || service }),
  };
  const output = attrs.last_check_result?.output ?? '';
  const parts = [
    isSoft ? 'soft, not confirmed yet' : '',
    isInDowntime ? 'in downtime' : '',
    isUnreachable ? 'unreachable, what it depends on is down' : '',
    output.split('\n', 1)[0] ?? '',
  ];
  const since = settings.isSoftShown ? attrs.last_state_change : attrs.last_hard_state_change;
  const notesUrl = filledIn(attrs.notes_url, macros);
  const alarm = observedAlarm(
    {
      externalId,
      status:
        isInDowntime || isUnreachable || isSoft
          ? 'suppressed'
          : isAcked
            ? 'acknowledged'
            : 'firing',
      severityText: state,
      severityTable,
      title:
        service === null
          ? `${hostTitle} is down`
          : `${attrs.display_name || service} on ${hostTitle}`,
      summary: parts.map(oneLine).filter(Boolean).join(' · '),
      service: pick(labels, settings.serviceLabels),
      labels,
      annotations: {
        ...(output === '' ? {} : { output }),
        ...(attrs.notes === '' ? {} : { notes: attrs.notes }),
      },
      url: webLink(settings, name) ?? webAddress(filledIn(attrs.action_url, macros)),
      runbookUrl: notesUrl === '' ? null : notesUrl,
      startsAt: instantOf(since) ?? instantOf(attrs.last_state_change) ?? new Date(0).toISOString(),
      ackedBy: isAcked ? context.ackedBy(name) : null,
      refs: { host, service, same: [`icinga2:${name}`] },
    },
    context.severityMap,
  );
  // Not for paging yet: when it is hard, status and severity change, and that is told.
  return isSoft ? { ...alarm, severity: 'info', isSeverityMapped: true } : alarm;
}

/** From a host or service in trouble to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant } from '../../clock.ts';
import { joinUrl } from '../http-address.ts';
import { observedAlarm } from '../observed.ts';
import { externalIdOf, type Definition, type Problem } from './parse.ts';

/** Every state of trouble that Nagios knows. */
export const severities: Readonly<Record<string, Severity>> = {
  down: 'critical',
  critical: 'critical',
  unreachable: 'high',
  unknown: 'high',
  warning: 'warning',
};

export interface MappingContext {
  readonly base: string;
  readonly isMutedSuppressed: boolean;
  readonly customVariables: readonly string[];
  readonly severityMap: Readonly<Record<string, Severity>>;
}

function statusOf(problem: Problem, isMutedSuppressed: boolean): ObservedAlarm['status'] {
  const { details, about } = problem;
  if (details.scheduled_downtime_depth > 0 || about.isHostInDowntime || about.isInhibited) {
    return 'suppressed';
  }
  if (isMutedSuppressed && !details.notifications_enabled) return 'suppressed';
  return details.problem_has_been_acknowledged ? 'acknowledged' : 'firing';
}

/**
 * When the trouble began, for as long as it lasts. `last_state_change` alone moves when a warning becomes critical, and a later
 * start means a new episode.
 */
function beganAt({ details, about }: Problem): number {
  const fine = details.last_time_ok ?? details.last_time_up ?? 0;
  const changed = details.last_state_change;
  return about.hasTurned && fine > 0 ? Math.min(fine, changed) : changed;
}

function labelsOf(
  host: string,
  service: string | null,
  definition: Definition | null,
  names: readonly string[],
): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const name of names) {
    const value = definition?.custom_variables[name.toUpperCase().replace(/^_/, '')];
    if (value !== undefined) labels[name.toLowerCase().replace(/^_/, '')] = value;
  }
  // After the chosen ones, which must not hide these.
  labels['alertname'] = service ?? 'Host';
  labels['host'] = host;
  if (service !== null) labels['service'] = service;
  return labels;
}

const pageOf = (base: string, host: string, service: string | null): string =>
  joinUrl(
    base,
    `extinfo.cgi?${new URLSearchParams(
      service === null ? { type: '1', host } : { type: '2', host, service },
    ).toString()}`,
  );

export function toAlarm(problem: Problem, context: MappingContext): ObservedAlarm {
  const { host, service, details, about } = problem;
  const { definition } = about;
  const text =
    details.plugin_output === '' ? '(output empty or not readable)' : details.plugin_output;
  const isLong = details.long_plugin_output !== '';
  return observedAlarm(
    {
      externalId: externalIdOf(host, service),
      status: statusOf(problem, context.isMutedSuppressed),
      severityText: details.status,
      severityTable: severities,
      title: service === null ? `Host ${host} is ${details.status}` : `${service} on ${host}`,
      summary: text,
      service: host,
      labels: labelsOf(host, service, definition, context.customVariables),
      annotations: {
        output: text,
        ...(isLong ? { details: details.long_plugin_output } : {}),
        ...(definition?.notes ? { notes: definition.notes } : {}),
        ...(definition?.address ? { address: definition.address } : {}),
        ...(details.notifications_enabled ? {} : { notifications: 'switched off in Nagios' }),
        ...(details.is_flapping ? { flapping: 'Nagios says that it flaps' } : {}),
      },
      url: pageOf(context.base, host, service),
      runbookUrl: definition?.notes_url ?? null,
      startsAt: toInstant(beganAt(problem)),
      ackedBy: details.problem_has_been_acknowledged ? about.ackedBy : null,
      refs: { host, service },
    },
    context.severityMap,
  );
}

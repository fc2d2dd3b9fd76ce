/** From a host or service in trouble to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant } from '../../clock.ts';
import { joinUrl } from '../http-address.ts';
import { isMarked } from '../note-mark.ts';
import { observedAlarm, pick } from '../observed.ts';
import type { Target, WireHost, WireService } from './parse.ts';

/** Every state of trouble that Checkmk knows. */
export const severities: Readonly<Record<string, Severity>> = {
  down: 'critical',
  critical: 'critical',
  unreachable: 'high',
  unknown: 'high',
  warning: 'warning',
};

const serviceStates: Readonly<Record<number, string>> = {
  1: 'warning',
  2: 'critical',
  3: 'unknown',
};
const hostStates: Readonly<Record<number, string>> = { 1: 'down', 2: 'unreachable' };

export interface MappingContext {
  readonly base: string;
  readonly site: string | null;
  readonly serviceLabels: readonly string[];
  readonly severityMap: Readonly<Record<string, Severity>>;
}

type Facts = Omit<WireHost, 'name' | 'last_time_up'>;

/** The comments do not say which of them acknowledged; only where there is no doubt is somebody named. */
function ackedBy(comments: Facts['comments_with_info']): string | null {
  const ours = comments.findLast(([, , text]) => isMarked(text));
  if (ours !== undefined) return /^([^:\n]{1,100}): /.exec(ours[2])?.[1] ?? ours[1];
  return comments.length === 1 ? (comments[0]?.[1] ?? null) : null;
}

/**
 * When the trouble began: when it was last seen well, since `last_state_change` moves again when a warning becomes critical,
 * and a later start means a new episode.
 */
const beganAt = (lastWell: number | null | undefined, changed: number): number =>
  lastWell !== null && lastWell !== undefined && lastWell > 0
    ? Math.min(lastWell, changed)
    : changed;

function alarmOf(
  target: Target,
  facts: Facts,
  more: {
    state: string;
    isInDowntime: boolean;
    startedAt: number;
    annotations: Record<string, string>;
  },
  externalId: string,
  context: MappingContext,
): ObservedAlarm {
  const { host, service } = target;
  const isAcknowledged = facts.acknowledged > 0;
  const output = facts.plugin_output ?? '';
  const view = new URLSearchParams({
    view_name: service === null ? 'host' : 'service',
    host,
    ...(context.site === null ? {} : { site: context.site }),
    ...(service === null ? {} : { service }),
  });
  return observedAlarm(
    {
      externalId,
      status: more.isInDowntime ? 'suppressed' : isAcknowledged ? 'acknowledged' : 'firing',
      severityText: more.state,
      severityTable: severities,
      title: service === null ? `Host ${host} is ${more.state}` : `${service} on ${host}`,
      summary: output,
      service: pick(facts.labels, context.serviceLabels) || host,
      labels: {
        ...facts.labels,
        // After Checkmk's own ones, which must not hide these.
        alertname: service ?? 'Host',
        host,
        ...(service === null ? {} : { service }),
      },
      annotations: {
        ...(output === '' ? {} : { output }),
        ...((facts.is_flapping ?? 0) > 0 ? { flapping: 'Checkmk says that it flaps' } : {}),
        ...more.annotations,
      },
      url: joinUrl(context.base, `/check_mk/view.py?${view.toString()}`),
      runbookUrl: facts.notes_url_expanded ?? null,
      startsAt: toInstant(more.startedAt * 1_000),
      ackedBy: isAcknowledged ? ackedBy(facts.comments_with_info) : null,
      refs: { host, service, site: context.site },
    },
    context.severityMap,
  );
}

/** Null when it is well, or was never checked. */
export function serviceAlarm(
  wire: WireService,
  externalId: string,
  context: MappingContext,
): ObservedAlarm | null {
  if (wire.state === 0 || wire.has_been_checked === 0) return null;
  return alarmOf(
    { host: wire.host_name, service: wire.description },
    wire,
    {
      state: serviceStates[wire.state] ?? `state ${wire.state}`,
      isInDowntime: wire.scheduled_downtime_depth > 0 || wire.host_scheduled_downtime_depth > 0,
      startedAt: beganAt(wire.last_time_ok, wire.last_state_change),
      annotations: (wire.host_state ?? 0) === 0 ? {} : { host_state: 'The host itself is down' },
    },
    externalId,
    context,
  );
}

export function hostAlarm(
  wire: WireHost,
  externalId: string,
  context: MappingContext,
): ObservedAlarm | null {
  if (wire.state === 0 || wire.has_been_checked === 0) return null;
  return alarmOf(
    { host: wire.name, service: null },
    wire,
    {
      state: hostStates[wire.state] ?? `state ${wire.state}`,
      isInDowntime: wire.scheduled_downtime_depth > 0,
      startedAt: beganAt(wire.last_time_up, wire.last_state_change),
      annotations: {},
    },
    externalId,
    context,
  );
}

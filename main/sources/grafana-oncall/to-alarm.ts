/** From an accepted alert group to our alarm; null for a resolved one. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { instantOf, observedAlarm, oneLine, pick, runbookOf } from '../observed.ts';
import { severityTextOf } from '../severity.ts';
import type { WireGroup } from './parse.ts';

export interface MappingContext {
  readonly severityMap: Readonly<Record<string, Severity>>;
  /** By the id of the user. */
  readonly userNames: ReadonlyMap<string, string>;
}

export const externalIdOf = (id: string): string => `grafana-oncall:1:${id}`;

/** The label that names exactly one alert group; silences are made of it. */
export const groupLabel = 'alert_group';

function textsOf(value: unknown): Record<string, string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

/** Payloads are whatever the integration sent. Those of Alertmanager and Grafana have these parts. */
function partsOf(payload: Readonly<Record<string, unknown>>) {
  const alerts = Array.isArray(payload['alerts']) ? (payload['alerts'] as unknown[]) : [];
  return {
    labels: { ...textsOf(payload['labels']), ...textsOf(payload['commonLabels']) },
    annotations: { ...textsOf(payload['annotations']), ...textsOf(payload['commonAnnotations']) },
    fingerprints: alerts.flatMap((alert) => {
      const fingerprint = (alert as { fingerprint?: unknown } | null)?.fingerprint;
      return typeof fingerprint === 'string' && fingerprint !== '' ? [fingerprint] : [];
    }),
  };
}

const statuses: Readonly<Record<string, ObservedAlarm['status'] | null>> = {
  new: 'firing',
  acknowledged: 'acknowledged',
  silenced: 'suppressed',
  resolved: null,
};

export function toAlarm(
  group: WireGroup,
  externalId: string,
  context: MappingContext,
): ObservedAlarm | null {
  // A state that nobody knows is no reason to be quiet.
  const status = Object.hasOwn(statuses, group.state) ? statuses[group.state] : 'firing';
  if (status === null || status === undefined) return null;
  const payload = partsOf(group.last_alert?.payload ?? {});
  const own = Object.fromEntries(
    (group.labels ?? []).map(({ key, value }) => [key.name, value.name]),
  );
  const labels: Record<string, string> = { ...payload.labels, ...own };
  const title = oneLine(group.title ?? '') || labels['alertname'] || `Alert group ${group.id}`;
  labels['alertname'] ||= title;
  labels[groupLabel] = group.id;
  if (group.team_id) labels['oncall_team'] = group.team_id;
  const by = group.acknowledged_by ?? '';
  const isAcknowledged = status === 'acknowledged' && by !== '';
  // A group of several is none of them.
  const [fingerprint, ...others] = payload.fingerprints;
  const isOne = fingerprint !== undefined && others.length === 0;
  return observedAlarm(
    {
      externalId,
      status,
      severityText: severityTextOf(labels),
      title,
      summary: pick(payload.annotations, ['summary', 'description', 'message']),
      service: pick(labels, ['service', 'service_name', 'job', 'namespace', 'cluster']),
      labels,
      annotations: payload.annotations,
      url: group.permalinks?.web ?? null,
      runbookUrl: runbookOf(payload.annotations) ?? runbookOf(labels),
      startsAt: instantOf(group.created_at) ?? new Date(0).toISOString(),
      ackedBy: isAcknowledged ? (context.userNames.get(by) ?? by) : null,
      refs: {
        id: group.id,
        same: isOne ? [`alertmanager:${fingerprint}`, `grafana:${fingerprint}`] : [],
      },
    },
    context.severityMap,
  );
}

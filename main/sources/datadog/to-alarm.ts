/** From a group of a Datadog monitor to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { instantOf, observedAlarm, oneLine, pick } from '../observed.ts';
import { groupTags, monitorIdOf, type GroupItem } from './groups.ts';
import type { WireGroup } from './parse.ts';
import type { DatadogSettings } from './settings.ts';

export interface MappingContext {
  readonly settings: DatadogSettings;
  /** Where people look; null: unknown. */
  readonly app: string | null;
  readonly severityMap: Readonly<Record<string, Severity>>;
  /** When it was first seen, for an alarm that tells no start. */
  readonly startOf: (externalId: string) => string;
}

export function externalIdOf(item: GroupItem): string | null {
  const id = monitorIdOf(item);
  const { name } = item.group;
  return id === null || typeof name !== 'string' ? null : `datadog:1:${id}:${name}`;
}

const stateSeverities: Readonly<Record<string, Severity>> = {
  alert: 'critical',
  warn: 'warning',
  'no data': 'warning',
};

/** The priority that people gave the monitor wins over its state. */
const severityTextOf = ({ priority, group }: WireGroup): string =>
  priority === undefined ? group.status : `P${priority}`;

/** Template marks and handles say nothing to people. */
const plain = (message: string): string =>
  message
    .replace(/\{\{[#^/]?[^{}]*\}\}/g, ' ')
    .replace(/(^|\s)@[\w.@+:/-]+/g, ' ')
    .replace(/%%%/g, ' ');

function labelsOf(wire: WireGroup): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const tag of [...(wire.tags ?? []), ...groupTags(wire.group.name)]) {
    const at = tag.indexOf(':');
    const name = at === -1 ? tag : tag.slice(0, at);
    if (name !== '') labels[name] = at === -1 ? '' : tag.slice(at + 1);
  }
  // What silences are made of comes last, so that no tag can take its place.
  return {
    ...labels,
    alertname: oneLine(wire.name) || 'Monitor without a name',
    monitor_id: String(wire.id),
    group: wire.group.name,
  };
}

const isNoData = ({ group }: WireGroup): boolean => group.status.toLowerCase() === 'no data';

/** Null: this state is no alarm here. */
export function toAlarm(
  wire: WireGroup,
  externalId: string,
  context: MappingContext,
): ObservedAlarm | null {
  const { settings, app } = context;
  if (isNoData(wire) && !settings.isNoDataShown) return null;
  const { group } = wire;
  const message = wire.message ?? '';
  const labels = labelsOf(wire);
  const where = group.name === '*' ? '' : ` (${group.name})`;
  const text = plain(message);
  const isDraft = wire.draftStatus === 'draft';
  const startsAt =
    (isNoData(wire) ? instantOf(group.last_nodata_ts) : null) ??
    instantOf(group.last_triggered_ts) ??
    instantOf(wire.modifiedAt) ??
    context.startOf(externalId);
  const query = group.name === '*' ? '' : `?group=${encodeURIComponent(group.name.toWellFormed())}`;
  return observedAlarm(
    {
      externalId,
      // A draft is evaluated, but tells nobody.
      status: wire.isMuted || isDraft ? 'suppressed' : 'firing',
      severityText: severityTextOf(wire),
      severityTable: stateSeverities,
      title: `${wire.name}${where}${isNoData(wire) ? ', no data' : ''}`,
      summary: text.trim().split('\n', 1)[0] ?? '',
      service: pick(labels, settings.serviceLabels),
      labels,
      annotations: text.trim() === '' ? {} : { description: text.trim() },
      url: app === null ? null : `${app}/monitors/${wire.id}${query}`,
      runbookUrl:
        wire.assets?.find(({ category }) => category === 'runbook')?.url ??
        /https?:\/\/[^\s"'<>)\]]+/.exec(message)?.[0] ??
        null,
      startsAt,
      refs: { monitorId: String(wire.id), group: group.name },
    },
    context.severityMap,
  );
}

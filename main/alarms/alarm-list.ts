/**
 * The list as people see it: groups, and alarms inside them. Pure.
 *
 * - Inside a group: severity, firing before acknowledged, then the longest first (see `compareAlarms`).
 * - Groups follow their first alarm in the same order, so the worst group is on top, and of equal ones the oldest.
 * - Alarms of a source that cannot be read stand in a group of their own at the end: "could not look" and "nothing
 *   wrong" never mix.
 */
import type { AlarmGroup } from '../../preload/contract/alarms.ts';
import type { AlarmId, Freshness, Instant, SourceId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from './alarm.ts';
import { compareAlarms, severityRank, statusRank } from './order.ts';

/** What the list must know of a source. */
export interface SourceSight {
  readonly name: string;
  readonly freshness: Freshness;
  readonly isEnabled: boolean;
  /** Since when it cannot be read; null when it can. */
  readonly since: Instant | null;
}

export interface ListInput {
  /** Those that match, in the order of `compareAlarms`. */
  readonly alarms: readonly KnownAlarm[];
  readonly groupBy: string;
  sight(sourceId: SourceId): SourceSight | undefined;
  /** None of the sources that see it can be read. */
  isBlind(alarm: KnownAlarm): boolean;
}

export interface OrderedList {
  readonly ids: readonly AlarmId[];
  readonly groups: readonly AlarmGroup[];
}

export const isClear = (sight: SourceSight | undefined): boolean =>
  sight !== undefined && sight.isEnabled && sight.freshness === 'live';

const severityTitles = { critical: 'Critical', high: 'High', warning: 'Warning', info: 'Info' };
const statusTitles = {
  firing: 'Firing',
  acknowledged: 'Acknowledged',
  suppressed: 'Suppressed',
  resolved: 'Resolved',
};

interface Place {
  readonly key: string;
  readonly title: string;
  /** Groups by severity or status keep their own order; others follow their first alarm. */
  readonly rank: number;
}

const everything: Place = { key: 'all', title: '', rank: 0 };
const maxTitle = 200;

function placeBy(groupBy: string, sight: ListInput['sight']): (alarm: KnownAlarm) => Place {
  const named = (key: string, title: string): Place => ({
    key,
    title: title.slice(0, maxTitle),
    rank: 0,
  });
  switch (groupBy) {
    case 'none':
      return () => everything;
    case 'service':
      return (alarm) => named(`service:${alarm.service}`, alarm.service || 'no service');
    case 'source':
      return (alarm) =>
        named(`source:${alarm.sourceId}`, sight(alarm.sourceId)?.name ?? alarm.sourceId);
    case 'severity':
      return ({ severity }) => ({
        key: `severity:${severity}`,
        title: severityTitles[severity],
        rank: severityRank[severity],
      });
    case 'status':
      return ({ status }) => ({
        key: `status:${status}`,
        title: statusTitles[status],
        rank: statusRank[status],
      });
    default:
      return (alarm) => {
        const value = Object.hasOwn(alarm.labels, groupBy) ? (alarm.labels[groupBy] ?? '') : '';
        return named(`label:${value}`, value || `no ${groupBy}`);
      };
  }
}

/** What a blind group says; the window adds since when, in the person's own time. */
export function blindTitle(sourceId: SourceId, sight: SourceSight | undefined): string {
  if (sight === undefined) return `${sourceId}: no longer configured`;
  if (!sight.isEnabled) return `${sight.name}: paused`;
  return sight.freshness === 'starting'
    ? `${sight.name}: has not looked yet`
    : `${sight.name}: cannot look`;
}

interface Bucket {
  readonly place: Place;
  readonly alarms: KnownAlarm[];
  readonly blindSourceId: SourceId | null;
}

function compareBuckets(a: Bucket, b: Bucket): number {
  const [first, second] = [a.alarms[0], b.alarms[0]];
  return (
    Number(a.blindSourceId !== null) - Number(b.blindSourceId !== null) ||
    a.place.rank - b.place.rank ||
    (first === undefined || second === undefined ? 0 : compareAlarms(first, second))
  );
}

export function buildAlarmList(input: ListInput): OrderedList {
  const { sight } = input;
  const place = placeBy(input.groupBy, sight);
  const buckets = new Map<string, Bucket>();
  for (const alarm of input.alarms) {
    // What has cleared was seen clearing: it needs no sight to be true.
    const isBlind = alarm.status !== 'resolved' && input.isBlind(alarm);
    const key = isBlind ? `blind:${alarm.sourceId}` : place(alarm).key;
    const bucket = buckets.get(key);
    if (bucket !== undefined) {
      bucket.alarms.push(alarm);
      continue;
    }
    buckets.set(key, {
      place: isBlind
        ? { key, title: blindTitle(alarm.sourceId, sight(alarm.sourceId)), rank: 0 }
        : place(alarm),
      alarms: [alarm],
      blindSourceId: isBlind ? alarm.sourceId : null,
    });
  }

  const ids: AlarmId[] = [];
  const groups: AlarmGroup[] = [];
  for (const bucket of [...buckets.values()].sort(compareBuckets)) {
    const first = bucket.alarms[0];
    groups.push({
      key: bucket.place.key,
      title: bucket.place.title,
      count: bucket.alarms.length,
      firstIndex: ids.length,
      since:
        bucket.blindSourceId === null
          ? (first?.startsAt ?? null)
          : (sight(bucket.blindSourceId)?.since ?? null),
      worst: first?.severity ?? null,
      blindSourceId: bucket.blindSourceId,
    });
    for (const { id } of bucket.alarms) ids.push(id);
  }
  return { ids, groups };
}

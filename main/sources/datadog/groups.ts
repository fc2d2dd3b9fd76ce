/**
 * The groups of a monitor that are not well, each cut out with what an alarm needs to know. Pure, and careless on purpose: what
 * is wrong with a group shows when it is read, by its identity.
 */
import { WireMatchingDowntime } from './parse.ts';

type Json = Readonly<Record<string, unknown>>;

export interface GroupItem extends Json {
  readonly id: unknown;
  readonly group: Json;
}

/** In the words of Datadog, in lower case. */
const well = new Set(['ok', 'ignored', 'skipped']);

const asObject = (value: unknown): Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
const word = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

/** The tags of a group's name: `env:prod,host:web1`. */
export const groupTags = (group: string): readonly string[] =>
  group === '*' ? [] : group.split(',').map((tag) => tag.trim());

/**
 * Whether a scope covers a group for certain. One that we cannot read covers nothing: an alarm that is muted somewhere may
 * show as firing, but never the other way round.
 */
export function covers(scope: string | readonly string[] | undefined, group: string): boolean {
  const text = typeof scope === 'string' ? scope : (scope ?? []).join(' AND ');
  if (text.trim() === '*') return true;
  if (text.trim() === '' || /[()!*?"]|(^|\s)(OR|NOT|IN)(\s|$)/.test(text)) return false;
  const tags = new Set(groupTags(group));
  return text.split(/\s+AND\s+|\s*,\s*/).every((part) => tags.has(part.trim()));
}

function isMuted(monitor: Json, group: string, nowMs: number): boolean {
  const { matching_downtimes: downtimes } = monitor;
  for (const raw of Array.isArray(downtimes) ? (downtimes as unknown[]) : []) {
    const one = WireMatchingDowntime.safeParse(raw);
    if (!one.success) continue;
    const { scope, start = 0, end } = one.data;
    const isOn = start * 1_000 <= nowMs && (end === undefined || end * 1_000 > nowMs);
    if (isOn && covers(scope, group)) return true;
  }
  const silenced = asObject(asObject(monitor['options'])['silenced']);
  return Object.entries(silenced).some(
    ([scope, end]) =>
      (end === null || (typeof end === 'number' && end * 1_000 > nowMs)) && covers(scope, group),
  );
}

function cut(monitor: Json, name: string, group: Json, nowMs: number): GroupItem {
  const { id, message, tags, priority, draft_status, assets } = monitor;
  return {
    id,
    name: monitor['name'],
    message,
    tags,
    priority,
    draftStatus: draft_status,
    assets,
    modifiedAt: monitor['overall_state_modified'],
    isMuted: isMuted(monitor, name, nowMs),
    group: {
      name,
      status: group['status'],
      last_triggered_ts: group['last_triggered_ts'],
      last_nodata_ts: group['last_nodata_ts'],
      last_resolved_ts: group['last_resolved_ts'],
    },
  };
}

const entriesOf = (monitor: Json): [string, Json][] =>
  Object.entries(asObject(asObject(monitor['state'])['groups'])).map(([name, group]) => [
    name,
    asObject(group),
  ]);

/** `isUnknown`: Datadog has not evaluated it (yet), so nobody can tell. */
export function groupsOf(raw: unknown, nowMs: number): { items: GroupItem[]; isUnknown: boolean } {
  const monitor = asObject(raw);
  const state = word(monitor['overall_state']);
  const bad = entriesOf(monitor).filter(
    ([, group]) => !well.has(word(group['status'])) && word(group['status']) !== 'unknown',
  );
  if (bad.length > 0) {
    return {
      items: bad.map(([name, group]) => cut(monitor, name, group, nowMs)),
      isUnknown: false,
    };
  }
  if (well.has(state)) return { items: [], isUnknown: false };
  if (state === 'unknown') return { items: [], isUnknown: true };
  // It says that it is not well, but not which group: the monitor as a whole, then.
  const whole = { status: monitor['overall_state'] };
  return { items: [cut(monitor, '*', whole, nowMs)], isUnknown: false };
}

/** Every group, whatever its state: for what passed unseen. */
export const allGroupsOf = (raw: unknown, nowMs: number): GroupItem[] => {
  const monitor = asObject(raw);
  return entriesOf(monitor).map(([name, group]) => cut(monitor, name, group, nowMs));
};

/** Numbers that JSON cannot hold exactly name nothing: two of them may look alike. */
export function monitorIdOf(raw: unknown): string | null {
  const { id } = asObject(raw);
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? String(id) : null;
}

/** Where the cursor is and what is marked. Pure: values in, values out. */
import type { AlarmId } from '../../../preload/contract/common.ts';

/**
 * The cursor after another list was asked for. It stays on its alarm if that is there; otherwise it goes to what stands
 * in the same place. An alarm that was never in the list (it came from a link) is kept.
 */
export function placeCursor(
  cursor: AlarmId | null,
  before: readonly AlarmId[],
  after: readonly AlarmId[],
): AlarmId | null {
  if (cursor === null) return after[0] ?? null;
  if (after.includes(cursor)) return cursor;
  const index = before.indexOf(cursor);
  return index === -1 ? cursor : (after[Math.min(index, after.length - 1)] ?? null);
}

/**
 * One step down or up. An alarm that has left the list keeps the cursor until the person moves, so that nobody acts on
 * another one by accident; `lastIndex` is where it stood.
 */
export function moveCursor(
  ids: readonly AlarmId[],
  cursor: AlarmId | null,
  by: number,
  lastIndex: number,
): AlarmId | null {
  const at = cursor === null ? -1 : ids.indexOf(cursor);
  const from = at === -1 ? lastIndex - (by > 0 ? 1 : 0) : at;
  return ids[Math.max(0, Math.min(ids.length - 1, from + by))] ?? cursor;
}

export function toggleMark(marked: ReadonlySet<AlarmId>, id: AlarmId): ReadonlySet<AlarmId> {
  const next = new Set(marked);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Marks everything from one alarm to another, both included. */
export function markRange(
  ids: readonly AlarmId[],
  marked: ReadonlySet<AlarmId>,
  from: AlarmId,
  to: AlarmId,
): ReadonlySet<AlarmId> {
  const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
  if (a === -1 || b === -1) return marked;
  return new Set([...marked, ...ids.slice(Math.min(a, b), Math.max(a, b) + 1)]);
}

/** What an action acts on: the marked alarms that are in the list, or else the one under the cursor. */
export function targetsOf(
  ids: readonly AlarmId[],
  cursor: AlarmId | null,
  marked: ReadonlySet<AlarmId>,
): readonly AlarmId[] {
  if (marked.size > 0) return ids.filter((id) => marked.has(id));
  return cursor === null ? [] : [cursor];
}

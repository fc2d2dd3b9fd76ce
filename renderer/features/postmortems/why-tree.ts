/** The whys tree: what can be done to it. Pure; every change answers a new list, and where the cursor is then. */
import type { Why } from '../../../preload/contract/postmortems.ts';

export interface WhyLine {
  readonly why: Why;
  readonly depth: number;
  /** Place among its siblings, from one. */
  readonly place: number;
  readonly siblings: number;
}

type Whys = readonly Why[];

/** From the problem down. What hangs nowhere comes last, so that nothing is lost. */
export function treeOrder(whys: Whys): WhyLine[] {
  const below = Map.groupBy(whys, ({ parentId }) => parentId);
  const lines: WhyLine[] = [];
  const seen = new Set<string>();
  const take = (siblings: Whys, depth: number): void => {
    const rest = [{ list: siblings, at: 0, depth }];
    for (let top = rest.at(-1); top !== undefined; top = rest.at(-1)) {
      const why = top.list[top.at];
      top.at += 1;
      if (why === undefined) {
        rest.pop();
        continue;
      }
      if (seen.has(why.id)) continue;
      seen.add(why.id);
      lines.push({ why, depth: top.depth, place: top.at, siblings: top.list.length });
      const children = below.get(why.id) ?? [];
      if (children.length > 0) rest.push({ list: children, at: 0, depth: top.depth + 1 });
    }
  };
  take(below.get(null) ?? [], 0);
  for (const why of whys) if (!seen.has(why.id)) take([why], 0);
  return lines;
}

export interface TreeChange {
  readonly whys: Why[];
  /** The why that has the cursor afterwards; null when none is left. */
  readonly cursor: string | null;
}

const blank = (id: string, parentId: string | null): Why => ({
  id,
  parentId,
  text: '',
  evidence: [],
});

/** The root of a tree that nobody began. */
export const begin = (id: string, text: string): TreeChange => ({
  whys: [{ ...blank(id, null), text }],
  cursor: id,
});

/** Below this one, after those that are there. */
export const addChild = (whys: Whys, parentId: string, id: string): TreeChange => ({
  whys: [...whys, blank(id, parentId)],
  cursor: id,
});

/** Beside this one, right after it. The problem has no sibling: one below it is added. */
export function addSibling(whys: Whys, siblingId: string, id: string): TreeChange {
  const at = whys.findIndex((why) => why.id === siblingId);
  const parentId = whys[at]?.parentId ?? null;
  if (parentId === null) return addChild(whys, siblingId, id);
  return { whys: whys.toSpliced(at + 1, 0, blank(id, parentId)), cursor: id };
}

export const change = (whys: Whys, id: string, fields: Partial<Omit<Why, 'id'>>): Why[] =>
  whys.map((why) => (why.id === id ? { ...why, ...fields } : why));

/** This one with everything below it. */
export function subtree(whys: Whys, id: string): Set<string> {
  const ids = new Set([id]);
  const below = Map.groupBy(whys, ({ parentId }) => parentId);
  for (const at of ids) for (const child of below.get(at) ?? []) ids.add(child.id);
  return ids;
}

/** The cursor goes to the one above, as it is read. */
export function remove(whys: Whys, id: string): TreeChange {
  const gone = subtree(whys, id);
  const lines = treeOrder(whys);
  const at = lines.findIndex(({ why }) => why.id === id);
  const kept = lines.filter(({ why }) => !gone.has(why.id));
  const above = lines.slice(0, Math.max(at, 0)).findLast(({ why }) => !gone.has(why.id));
  return {
    whys: whys.filter((why) => !gone.has(why.id)),
    cursor: above?.why.id ?? kept[0]?.why.id ?? null,
  };
}

/** Puts back what was removed, if what it hung below is still there. */
export function putBack(whys: Whys, before: Whys, id: string): TreeChange | null {
  const gone = subtree(before, id);
  const parent = before.find((why) => why.id === id)?.parentId ?? null;
  const present = new Set(whys.map((why) => why.id));
  if (parent === null ? whys.length > 0 : !present.has(parent)) return null;
  const back = before.filter((why) => gone.has(why.id) && !present.has(why.id));
  // In the old order, as far as it is known.
  const order = new Map(before.map((why, index) => [why.id, index]));
  const place = (why: Why): number => order.get(why.id) ?? Number.POSITIVE_INFINITY;
  return { whys: [...whys, ...back].toSorted((a, b) => place(a) - place(b)), cursor: id };
}

/** One place up (-1) or down (1) among its siblings. */
export function move(whys: Whys, id: string, by: -1 | 1): TreeChange {
  const why = whys.find((one) => one.id === id);
  const siblings = whys.filter(({ parentId }) => parentId === why?.parentId);
  const other = siblings[siblings.findIndex((one) => one.id === id) + by];
  if (why === undefined || other === undefined) return { whys: [...whys], cursor: id };
  return {
    whys: whys.map((one) => (one.id === id ? other : one.id === other.id ? why : one)),
    cursor: id,
  };
}

export const attach = (whys: Whys, id: string, entryId: number): Why[] =>
  whys.map((why) =>
    why.id === id && !why.evidence.includes(entryId)
      ? { ...why, evidence: [...why.evidence, entryId] }
      : why,
  );

export const detach = (whys: Whys, id: string, entryId: number): Why[] =>
  whys.map((why) =>
    why.id === id
      ? { ...why, evidence: why.evidence.filter((evidence) => evidence !== entryId) }
      : why,
  );

export type TreeKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

/** Where a key of the tree leads: up and down as it is read, left to the parent, right to the first child. */
export function treeStep(lines: readonly WhyLine[], cursor: string, key: TreeKey): string {
  const at = lines.findIndex(({ why }) => why.id === cursor);
  const line = lines[at];
  if (line === undefined) return lines[0]?.why.id ?? cursor;
  const idAt = (index: number): string => lines[index]?.why.id ?? cursor;
  switch (key) {
    case 'ArrowUp':
      return idAt(at - 1);
    case 'ArrowDown':
      return idAt(at + 1);
    case 'ArrowLeft':
      return line.why.parentId ?? cursor;
    case 'ArrowRight':
      return lines[at + 1]?.why.parentId === cursor ? idAt(at + 1) : cursor;
    case 'Home':
      return idAt(0);
    case 'End':
      return idAt(lines.length - 1);
  }
}

/** The whys tree: one problem at the root, causes below it, as many as needed. Pure. */
import type { Why } from '../../preload/contract/postmortems.ts';

/** What is wrong with the shape, for people; empty for a tree. No whys at all is a tree that nobody began. */
export function treeProblems(whys: readonly Why[]): string[] {
  if (whys.length === 0) return [];
  const problems: string[] = [];
  const byId = new Map<string, Why>();
  for (const why of whys) {
    if (why.id === '') problems.push('A why has no id.');
    else if (byId.has(why.id)) problems.push('Two whys share an id.');
    byId.set(why.id, why);
  }
  const roots = whys.filter((why) => why.parentId === null);
  if (roots.length === 0) problems.push('No why is the problem itself: one has to be the root.');
  if (roots.length > 1) problems.push('There is more than one problem at the root.');
  if (whys.some((why) => why.parentId !== null && !byId.has(why.parentId))) {
    problems.push('A why hangs below one that does not exist.');
  }
  if (whys.some((why) => isInCircle(why, byId))) {
    problems.push('Whys lead to each other in a circle.');
  }
  return [...new Set(problems)];
}

function isInCircle(why: Why, byId: ReadonlyMap<string, Why>): boolean {
  const seen = new Set<string>();
  for (let at: Why | undefined = why; at !== undefined;) {
    if (seen.has(at.id)) return true;
    seen.add(at.id);
    at = at.parentId === null ? undefined : byId.get(at.parentId);
  }
  return false;
}

/** From the problem down, each with its depth. What hangs nowhere comes last, so that nothing is lost. */
export function inTreeOrder(whys: readonly Why[]): { why: Why; depth: number }[] {
  const below = new Map<string | null, Why[]>();
  for (const why of whys) below.set(why.parentId, [...(below.get(why.parentId) ?? []), why]);
  const ordered: { why: Why; depth: number }[] = [];
  const seen = new Set<Why>();
  const take = (why: Why): void => {
    const rest = [{ why, depth: 0 }];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const { why: at, depth } = next;
      if (seen.has(at)) continue;
      seen.add(at);
      ordered.push(next);
      for (const child of (below.get(at.id) ?? []).toReversed()) {
        rest.push({ why: child, depth: depth + 1 });
      }
    }
  };
  for (const root of below.get(null) ?? []) take(root);
  for (const why of whys) take(why);
  return ordered;
}

/** Whys that nothing explains yet: no text, or still a question. The problem itself is one only while it stands alone. */
export function openWhys(whys: readonly Why[]): { empty: Why[]; questions: Why[] } {
  const parents = new Set(whys.map(({ parentId }) => parentId));
  const isLeaf = (why: Why): boolean => !parents.has(why.id);
  return {
    empty: whys.filter(({ text }) => text.trim() === ''),
    questions: whys.filter((why) => isLeaf(why) && why.text.trim().endsWith('?')),
  };
}

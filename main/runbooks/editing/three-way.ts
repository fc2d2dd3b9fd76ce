/**
 * Two texts that grew from one, put together line by line. Pure.
 *
 * A line counts as kept only where it stands in all three in the same order, so what is called agreed was changed by one
 * side at most.
 */
import type { MergePart } from '../../../preload/contract/editing.ts';

/** Beyond this many different lines the middle counts as rewritten: the search would cost more than it tells. */
const mostDifferences = 1_500;

/** Pairs of equal lines, rising in both: Myers' shortest edit script, common ends taken off first. */
export function equalLines(a: readonly string[], b: readonly string[]): [number, number][] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  const longestEnd = Math.min(a.length, b.length) - start;
  while (end < longestEnd && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const pairs: [number, number][] = [];
  for (let index = 0; index < start; index++) pairs.push([index, index]);
  const middle = shortestEdit(a.slice(start, a.length - end), b.slice(start, b.length - end));
  for (const [x, y] of middle) pairs.push([x + start, y + start]);
  for (let index = end; index > 0; index--) pairs.push([a.length - index, b.length - index]);
  return pairs;
}

function shortestEdit(a: readonly string[], b: readonly string[]): [number, number][] {
  if (a.length === 0 || b.length === 0) return [];
  const most = Math.min(a.length + b.length, mostDifferences);
  const trace: Int32Array[] = [];
  let reached = new Int32Array(2 * most + 3);
  const at = (k: number): number => reached[k + most + 1] ?? 0;
  for (let d = 0; d <= most; d++) {
    trace.push(reached.slice(most + 1 - d - 1, most + 1 + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reached[k + most + 1] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a.length, b.length);
    }
  }
  return [];
}

/** `trace[d]` holds how far each diagonal from `-d - 1` to `d + 1` had come before round `d`. */
function walkBack(trace: readonly Int32Array[], endX: number, endY: number): [number, number][] {
  const pairs: [number, number][] = [];
  let x = endX;
  let y = endY;
  for (let d = trace.length - 1; d >= 0; d--) {
    const before = trace[d] ?? new Int32Array();
    const at = (k: number): number => before[k + d + 1] ?? 0;
    const k = x - y;
    const from = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : at(from);
    const fromY = d === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      pairs.push([x, y]);
    }
    x = fromX;
    y = fromY;
  }
  return pairs.toReversed();
}

export interface Merge {
  readonly parts: MergePart[];
  /** Null where both changed the same lines. */
  readonly merged: string | null;
}

/** With the newline that ends them, so that lines put after one another are the text again. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, index) => line === b[index]);

type Block =
  | { kind: 'agreed'; lines: readonly string[] }
  | { kind: 'contested'; mine: readonly string[]; theirs: readonly string[] };

/** What both added in the same way is no matter to choose about. */
function contested(mine: readonly string[], theirs: readonly string[]): Block[] {
  let start = 0;
  while (start < mine.length && start < theirs.length && mine[start] === theirs[start]) start++;
  let end = 0;
  const most = Math.min(mine.length, theirs.length) - start;
  while (end < most && mine.at(-1 - end) === theirs.at(-1 - end)) end++;
  return [
    { kind: 'agreed', lines: mine.slice(0, start) },
    {
      kind: 'contested',
      mine: mine.slice(start, mine.length - end),
      theirs: theirs.slice(start, theirs.length - end),
    },
    { kind: 'agreed', lines: mine.slice(mine.length - end) },
  ];
}

export function mergeTexts(base: string, mine: string, theirs: string): Merge {
  const [b, m, t] = [linesOf(base), linesOf(mine), linesOf(theirs)];
  const inMine = new Map(equalLines(b, m));
  const inTheirs = new Map(equalLines(b, t));
  const blocks: Block[] = [];
  let [fromB, fromM, fromT] = [0, 0, 0];
  const chunk = (toB: number, toM: number, toT: number): void => {
    const [old, own, other] = [b.slice(fromB, toB), m.slice(fromM, toM), t.slice(fromT, toT)];
    if (isSame(own, other) || isSame(old, other)) blocks.push({ kind: 'agreed', lines: own });
    else if (isSame(old, own)) blocks.push({ kind: 'agreed', lines: other });
    else blocks.push(...contested(own, other));
    [fromB, fromM, fromT] = [toB, toM, toT];
  };
  for (let line = 0; line < b.length; line++) {
    const [own, other] = [inMine.get(line), inTheirs.get(line)];
    if (own === undefined || other === undefined) continue;
    if (line > fromB || own > fromM || other > fromT) chunk(line, own, other);
    blocks.push({ kind: 'agreed', lines: b.slice(line, line + 1) });
    [fromB, fromM, fromT] = [line + 1, own + 1, other + 1];
  }
  if (fromB < b.length || fromM < m.length || fromT < t.length) {
    chunk(b.length, m.length, t.length);
  }
  return joinBlocks(blocks);
}

function joinBlocks(blocks: readonly Block[]): Merge {
  const parts: MergePart[] = [];
  for (const block of blocks) {
    if (block.kind === 'contested') {
      parts.push({ kind: 'contested', mine: block.mine.join(''), theirs: block.theirs.join('') });
      continue;
    }
    if (block.lines.length === 0) continue;
    const last = parts.at(-1);
    if (last?.kind === 'agreed') last.text += block.lines.join('');
    else parts.push({ kind: 'agreed', text: block.lines.join('') });
  }
  const texts = parts.flatMap((part) => (part.kind === 'agreed' ? [part.text] : []));
  return { parts, merged: texts.length === parts.length ? texts.join('') : null };
}

/**
 * Paths into an answer: a small part of JSONPath, read by our own interpreter with limits, since a general one can evaluate
 * code. Pure.
 *
 * `$.data.alerts[*]`, `$.hosts.*.services.*`, `$['key with space'][0]`, `[-1]` from the end. `@key` is the key under which the
 * last `*` over an object found something, `@key1` that of the first.
 */
const longestPath = 1_000;
const mostSteps = 20;
/** Steps over all branches; past it somebody asks for the whole of a huge answer. */
const mostVisits = 500_000;

type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'each' };

export interface Path {
  readonly text: string;
  /** From the value itself, or one of the keys that led to it (counted from 1; 0: the last). */
  readonly from: 'value' | number;
  readonly steps: readonly Step[];
}

/** A value with the keys of the objects that each `*` on the way went through. Lists have none: their items move. */
export interface Row {
  readonly value: unknown;
  readonly keys: readonly string[];
}

/** Something that a person wrote and that cannot be understood; its message is for them. */
export class WritingProblem extends Error {
  override readonly name = 'WritingProblem';
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const namePattern = /[^\s.[\]'"|(){}$@=<>!,*]+/y;

function quotedAt(text: string, at: number): { value: string; end: number } {
  const quote = text[at];
  let value = '';
  for (let index = at + 1; index < text.length; index += 1) {
    const character = text[index];
    if (character === quote) return { value, end: index + 1 };
    if (character === '\\') index += 1;
    value += text[index] ?? '';
  }
  throw new WritingProblem(`A quote in ${text} is not closed.`);
}

/** Reads the path that begins at `start`. `end` is where it ends. @throws WritingProblem */
export function scanPath(text: string, start: number): { path: Path; end: number } {
  const steps: Step[] = [];
  let from: Path['from'] = 'value';
  let at = start;
  if (text[at] === '$') at += 1;
  else {
    const key = /@key(\d{0,2})/y;
    key.lastIndex = at;
    const found = key.exec(text);
    if (found === null) throw new WritingProblem(`A path begins with $: ${text.slice(start, 60)}`);
    from = Number(found[1] ?? '');
    at = key.lastIndex;
  }
  while (at < text.length) {
    if (text[at] === '.') {
      if (text[at + 1] === '*') {
        steps.push({ kind: 'each' });
        at += 2;
        continue;
      }
      namePattern.lastIndex = at + 1;
      const name = namePattern.exec(text)?.[0];
      if (name === undefined) {
        throw new WritingProblem(`A name is missing after a dot in ${text.slice(start, 60)}`);
      }
      steps.push({ kind: 'name', name });
      at += 1 + name.length;
    } else if (text[at] === '[') {
      const inside = /\[\s*(?:(\*)|(-?\d{1,9}))\s*\]/y;
      inside.lastIndex = at;
      const found = inside.exec(text);
      if (found !== null) {
        steps.push(
          found[1] === undefined ? { kind: 'index', index: Number(found[2]) } : { kind: 'each' },
        );
        at = inside.lastIndex;
        continue;
      }
      if (text[at + 1] !== "'" && text[at + 1] !== '"') {
        throw new WritingProblem(
          `Brackets hold a number, * or a name in quotes: ${text.slice(at, at + 40)}`,
        );
      }
      const { value, end } = quotedAt(text, at + 1);
      if (text[end] !== ']') {
        throw new WritingProblem(`A bracket is not closed: ${text.slice(at, at + 40)}`);
      }
      steps.push({ kind: 'name', name: value });
      at = end + 1;
    } else break;
  }
  if (steps.length > mostSteps || at - start > longestPath) {
    throw new WritingProblem(`A path has at most ${mostSteps} steps.`);
  }
  return { path: { text: text.slice(start, at), from, steps }, end: at };
}

/** A text that is one path and nothing else. @throws WritingProblem */
export function parsePath(text: string): Path {
  const trimmed = text.trim();
  const { path, end } = scanPath(trimmed, 0);
  if (end < trimmed.length) {
    throw new WritingProblem(`Not understood after ${path.text}: ${trimmed.slice(end, end + 40)}`);
  }
  return path;
}

export const hasEach = (path: Path): boolean => path.steps.some(({ kind }) => kind === 'each');

/** Everything that a path leads to, and how many branches end before its last step. @throws WritingProblem past the limit */
export function select(path: Path, row: Row): { rows: readonly Row[]; missing: number } {
  let rows: Row[];
  if (path.from === 'value') rows = [row];
  else {
    const key = row.keys.at(path.from - 1);
    if (key === undefined) return { rows: [], missing: 1 };
    rows = [{ value: key, keys: row.keys }];
  }
  let missing = 0;
  let visits = 0;
  for (const step of path.steps) {
    const next: Row[] = [];
    for (const { value, keys } of rows) {
      if (step.kind === 'each') {
        if (Array.isArray(value)) {
          visits += value.length;
          if (visits > mostVisits) break;
          for (const item of value as readonly unknown[]) next.push({ value: item, keys });
        } else if (isObject(value)) {
          const names = Object.keys(value);
          visits += names.length;
          if (visits > mostVisits) break;
          for (const name of names) next.push({ value: value[name], keys: [...keys, name] });
        } else missing += 1;
      } else if (step.kind === 'index') {
        const item: unknown = Array.isArray(value) ? value.at(step.index) : undefined;
        if (item === undefined) missing += 1;
        else next.push({ value: item, keys });
      } else if (isObject(value) && Object.hasOwn(value, step.name)) {
        next.push({ value: value[step.name], keys });
      } else missing += 1;
    }
    visits += next.length;
    if (visits > mostVisits) {
      throw new WritingProblem(
        `${path.text} leads to more than ${mostVisits.toLocaleString('en')} values.`,
      );
    }
    rows = next;
  }
  return { rows, missing };
}

/** What a path leads to: one value, a list of them when it has a `*`, or undefined when it leads nowhere. */
export function valueAt(path: Path, row: Row): unknown {
  if (hasEach(path)) return select(path, row).rows.map(({ value }) => value);
  const key = path.from === 'value' ? undefined : row.keys.at(path.from - 1);
  let value: unknown = path.from === 'value' ? row.value : key;
  for (const step of path.steps) {
    if (step.kind === 'index') value = Array.isArray(value) ? value.at(step.index) : undefined;
    else if (step.kind === 'name') {
      value = isObject(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined;
    }
  }
  return value;
}

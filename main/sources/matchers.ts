/** What a silence selects: all matchers must agree, and an absent label is an empty text. */
import type { Matcher } from '../../preload/contract/alarms.ts';
import { compilePattern, PatternProblem } from '../alarms/linear-regex.ts';

type Labels = Readonly<Record<string, string>>;

const compiled = new Map<string, ((text: string) => boolean) | null>();
const keptPatterns = 500;
/** As upstream matches, up to sizes that cannot freeze the core. */
const asUpstream = {
  isCaseless: false,
  maxPattern: 5_000,
  maxInstructions: 5_000,
  maxText: 10_000,
};

/** Matches whole texts as upstream does; null when nobody can read the pattern. */
export function patternOf(value: string): ((text: string) => boolean) | null {
  const known = compiled.get(value);
  if (known !== undefined) return known;
  if (compiled.size >= keptPatterns) compiled.clear();
  let made: ((text: string) => boolean) | null = null;
  try {
    made = compilePattern(value, asUpstream);
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
  }
  compiled.set(value, made);
  return made;
}

function agrees(matcher: Matcher, labels: Labels): boolean {
  const value = Object.hasOwn(labels, matcher.name) ? (labels[matcher.name] ?? '') : '';
  if (!matcher.isRegex) return (value === matcher.value) === matcher.isEqual;
  const pattern = patternOf(matcher.value);
  // A pattern that nobody can read selects nothing, not everything.
  return pattern !== null && pattern(value) === matcher.isEqual;
}

/** No matchers select nothing: an empty selector must never mean everything. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.length > 0 && matchers.every((matcher) => agrees(matcher, labels));
}

const keyOf = (matcher: Matcher): string =>
  JSON.stringify([matcher.name, matcher.isEqual, matcher.isRegex, matcher.value]);

/** The same for the same set of matchers, in whatever order. */
export const matchersKey = (matchers: readonly Matcher[]): string =>
  [...new Set(matchers.map(keyOf))].sort().join('\n');

/** Labels that name one short-lived thing: a silence on them stops working at the next restart. */
const volatileNames: ReadonlySet<string> = new Set([
  'container_id',
  'controller_revision_hash',
  'endpoint',
  'exported_instance',
  'host_ip',
  'id',
  'image',
  'image_id',
  'instance',
  'ip',
  'mountpoint_id',
  'node_ip',
  'pid',
  'pod',
  'pod_ip',
  'pod_name',
  'pod_template_hash',
  'pod_uid',
  'prometheus_replica',
  'replica',
  'replicaset',
  'session',
  'session_id',
  'span_id',
  'task_id',
  'trace_id',
  'uid',
  'value',
]);

export const isVolatileLabel = (name: string): boolean => volatileNames.has(name.toLowerCase());

/** Equality matchers on the stable labels; on all of them when none is stable. Never empty unless there are no labels. */
export function proposeMatchers(labels: Labels): {
  matchers: readonly Matcher[];
  volatileLabels: readonly string[];
} {
  const names = Object.keys(labels)
    .filter((name) => labels[name] !== '')
    .sort();
  const stable = names.filter((name) => !isVolatileLabel(name));
  const used = stable.length > 0 ? stable : names;
  return {
    matchers: used.map((name) => ({
      name,
      value: labels[name] ?? '',
      isRegex: false,
      isEqual: true,
    })),
    volatileLabels: names.filter(isVolatileLabel),
  };
}

/** Matchers as Alertmanager 0.25 reads them, and the fingerprint by which it names an alert. */

export interface LabelMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export type Labels = Readonly<Record<string, string>>;

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const longestPattern = 1_000;

/** Anchored at both ends, like every regular expression of Prometheus. */
function anchored(pattern: string): RegExp {
  if (pattern.length > longestPattern) throw new SyntaxError('pattern is too long');
  return new RegExp(`^(?:${pattern})$`, 'su');
}

/** Why Alertmanager refuses a matcher; null when it takes it. */
export function matcherProblem(matcher: LabelMatcher): string | null {
  if (!labelName.test(matcher.name)) return `invalid label name ${JSON.stringify(matcher.name)}`;
  if (!matcher.isRegex) return null;
  try {
    anchored(matcher.value);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `invalid regular expression ${JSON.stringify(matcher.value)}: ${reason}`;
  }
}

/** A label that is absent counts as empty. */
export function matchesLabel(matcher: LabelMatcher, labels: Labels): boolean {
  const value = labels[matcher.name] ?? '';
  const isMatch = matcher.isRegex ? anchored(matcher.value).test(value) : matcher.value === value;
  return isMatch === matcher.isEqual;
}

export const matchesAll = (matchers: readonly LabelMatcher[], labels: Labels): boolean =>
  matchers.every((matcher) => matchesLabel(matcher, labels));

const filterForm =
  /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\[\s\S])*"|[^"]*?)\s*$/;
const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** One `filter=` parameter; null when it is not a matcher. */
export function parseFilter(text: string): LabelMatcher | null {
  const parts = filterForm.exec(text);
  if (parts === null) return null;
  const [, name = '', operator = '', raw = ''] = parts;
  const value = raw.startsWith('"')
    ? raw.slice(1, -1).replaceAll(/\\([\s\S])/g, (whole, char: string) => escapes[char] ?? whole)
    : raw;
  const matcher = {
    name,
    value,
    isRegex: operator.endsWith('~'),
    isEqual: operator.startsWith('='),
  };
  return matcherProblem(matcher) === null ? matcher : null;
}

const offset = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;

/** FNV-1a over the sorted labels, as the real one computes it. */
export function fingerprint(labels: Labels): string {
  let hash = offset;
  const add = (byte: number): void => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  };
  for (const name of Object.keys(labels).sort()) {
    for (const byte of Buffer.from(name)) add(byte);
    add(255);
    for (const byte of Buffer.from(labels[name] ?? '')) add(byte);
    add(255);
  }
  return hash.toString(16).padStart(16, '0');
}

/** Cuts a query into tokens. Any text gives tokens; nothing here throws. */

export interface Token {
  /** As typed, for problems. */
  readonly text: string;
  readonly isNegated: boolean;
  /** `name` and `operator` are null for free text. */
  readonly name: string | null;
  readonly operator: Operator | null;
  /** Without quotes. */
  readonly value: string;
  /** A quoted value is meant as it is. */
  readonly isQuoted: boolean;
}

export type Operator = '=' | '!=' | '=~' | '!~' | '>=' | '<=' | '>' | '<' | ':';

const namePattern = /[A-Za-z_][\w.\-/]*/y;
/** Longest first. */
const operators: readonly Operator[] = ['=~', '!~', '!=', '>=', '<=', '=', '>', '<', ':'];

const isSpace = (char: string | undefined): boolean => char !== undefined && /\s/.test(char);

/** Reads a value that starts at `at`: up to the closing quote (or the end, while one is typing), or up to a space. */
function readValue(query: string, at: number): { value: string; end: number; isQuoted: boolean } {
  if (query[at] !== '"') {
    let end = at;
    while (end < query.length && !isSpace(query[end])) end += 1;
    return { value: query.slice(at, end), end, isQuoted: false };
  }
  let value = '';
  let index = at + 1;
  for (; index < query.length && query[index] !== '"'; index += 1) {
    if (query[index] === '\\' && (query[index + 1] === '"' || query[index + 1] === '\\'))
      index += 1;
    value += query[index];
  }
  return { value, end: Math.min(index + 1, query.length), isQuoted: true };
}

/** `isField` decides whether `name:` is a field; elsewhere a colon is text, as in `10.0.0.1:9100`. */
export function tokenize(query: string, isField: (name: string) => boolean): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    if (isSpace(query[at])) {
      at += 1;
      continue;
    }
    const begin = at;
    const next = query[at + 1];
    const isNegated = query[at] === '-' && next !== undefined && !isSpace(next) && next !== '-';
    if (isNegated) at += 1;

    namePattern.lastIndex = at;
    const found = namePattern.exec(query)?.[0] ?? null;
    const after = found === null ? at : at + found.length;
    const operator =
      found === null
        ? undefined
        : operators.find((candidate) => query.startsWith(candidate, after));
    const isKnown = operator !== undefined && (operator !== ':' || isField(found ?? ''));
    const from = isKnown && operator !== undefined ? after + operator.length : at;
    const { value, end, isQuoted } = readValue(query, from);
    at = Math.max(end, begin + 1);
    tokens.push({
      text: query.slice(begin, at),
      isNegated,
      name: isKnown ? found : null,
      operator: isKnown ? (operator ?? null) : null,
      value,
      isQuoted,
    });
  }
  return tokens;
}

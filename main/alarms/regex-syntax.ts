/**
 * Reads a regular expression in RE2's syntax, as Prometheus and Go have it: no look-around, no back-references.
 */

/** Whether a code point belongs to a set. */
export type CharTest = (point: number) => boolean;

export type Place = 'start' | 'end' | 'word' | 'notWord';

export type Node =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: Place }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number };

/** Why a pattern cannot be used, for people. */
export class PatternProblem extends Error {}

const maxDepth = 50;
/** As in RE2. */
const maxRepeats = 1_000;

const between =
  (low: number, high: number): CharTest =>
  (point) =>
    point >= low && point <= high;
const anyOf =
  (tests: readonly CharTest[]): CharTest =>
  (point) =>
    tests.some((test) => test(point));
const not =
  (test: CharTest): CharTest =>
  (point) =>
    !test(point);
const codeOf = (text: string): number => text.codePointAt(0) ?? 0;
const oneOf =
  (chars: string): CharTest =>
  (point) =>
    chars.includes(String.fromCodePoint(point));

const digit = between(48, 57);
export const isWord: CharTest = anyOf([
  digit,
  between(65, 90),
  between(97, 122),
  (point) => point === 95,
]);
const space = oneOf('\t\n\f\r ');
const classes: Readonly<Record<string, CharTest>> = {
  d: digit,
  D: not(digit),
  w: isWord,
  W: not(isWord),
  s: space,
  S: not(space),
};
const upper = between(65, 90);
const lower = between(97, 122);
const graph = between(33, 126);
const posix: Readonly<Record<string, CharTest>> = {
  alnum: anyOf([digit, upper, lower]),
  alpha: anyOf([upper, lower]),
  ascii: between(0, 127),
  blank: oneOf('\t '),
  cntrl: anyOf([between(0, 31), (point) => point === 127]),
  digit,
  graph,
  lower,
  print: between(32, 126),
  punct: (point) => graph(point) && !anyOf([digit, upper, lower])(point),
  space: oneOf('\t\n\v\f\r '),
  upper,
  word: isWord,
  xdigit: anyOf([digit, between(65, 70), between(97, 102)]),
};
const controls: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

interface Flags {
  readonly isCaseless: boolean;
  readonly isDotAll: boolean;
}

function caseless(test: CharTest, flags: Flags): CharTest {
  if (!flags.isCaseless) return test;
  return (point) => {
    const char = String.fromCodePoint(point);
    return test(point) || test(codeOf(char.toLowerCase())) || test(codeOf(char.toUpperCase()));
  };
}

function literal(char: string, flags: Flags): Node {
  const code = codeOf(char);
  return { kind: 'char', test: caseless((point) => point === code, flags) };
}

function withFlags(flags: Flags, text: string): Flags {
  let { isCaseless, isDotAll } = flags;
  let isOn = true;
  for (const char of text) {
    if (char === '-') isOn = false;
    else if (char === 'i') isCaseless = isOn;
    else if (char === 's') isDotAll = isOn;
    // U (lazy) does not matter to a match of the whole text.
    else if (char !== 'U' && (char !== 'm' || isOn)) {
      throw new PatternProblem(`the flag ${char} is not understood`);
    }
  }
  return { isCaseless, isDotAll };
}

/** @throws PatternProblem */
export const parsePattern = (pattern: string, isCaseless: boolean): Node =>
  new Parser(pattern).parse({ isCaseless, isDotAll: false });

class Parser {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#chars = Array.from(pattern);
  }

  parse(flags: Flags): Node {
    const node = this.#choice(flags, 0);
    if (this.#at < this.#chars.length) throw new PatternProblem('a ) has no (');
    return node;
  }

  #choice(outer: Flags, depth: number): Node {
    if (depth > maxDepth) throw new PatternProblem('the groups are nested too deep');
    let flags = outer;
    let parts: Node[] = [];
    const choices: Node[] = [{ kind: 'sequence', parts }];
    for (;;) {
      const char = this.#peek();
      if (char === undefined || char === ')') break;
      if (this.#take('|')) {
        parts = [];
        choices.push({ kind: 'sequence', parts });
        continue;
      }
      const changed = this.#flagsOnly(flags);
      if (changed !== null) flags = changed;
      else parts.push(this.#repeated(this.#atom(flags, depth, parts)));
    }
    const [only] = choices;
    return choices.length === 1 && only !== undefined ? only : { kind: 'choice', parts: choices };
  }

  /** `(?i)` and the like, which hold to the end of the group. */
  #flagsOnly(flags: Flags): Flags | null {
    const found = /^\(\?([a-zA-Z-]+)\)/.exec(this.#rest(10));
    if (found === null) return null;
    this.#at += found[0].length;
    return withFlags(flags, found[1] ?? '');
  }

  #atom(flags: Flags, depth: number, before: Node[]): Node {
    const char = this.#next();
    switch (char) {
      case '(':
        return this.#group(flags, depth);
      case '[':
        return { kind: 'char', test: this.#set(flags) };
      case '.':
        return { kind: 'char', test: flags.isDotAll ? () => true : (point) => point !== 10 };
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '\\':
        return this.#escape(flags, before);
      case '*':
      case '+':
      case '?':
        throw new PatternProblem(`${char} has nothing to repeat`);
      default:
        return literal(char, flags);
    }
  }

  #group(flags: Flags, depth: number): Node {
    let inner = flags;
    if (this.#take('?')) {
      if (this.#take('P<') || this.#take('<')) {
        if (this.#peek() === '=' || this.#peek() === '!') {
          throw new PatternProblem('look-behind is not understood');
        }
        while (this.#next('a name of a group is not closed') !== '>');
      } else {
        const found = /^([a-zA-Z-]*):/.exec(this.#rest(10));
        if (found === null) {
          throw new PatternProblem('only (…) and (?:…) groups are understood');
        }
        this.#at += found[0].length;
        inner = withFlags(flags, found[1] ?? '');
      }
    }
    const node = this.#choice(inner, depth + 1);
    if (!this.#take(')')) throw new PatternProblem('a ( is not closed');
    return node;
  }

  #repeated(atom: Node): Node {
    const range = this.#range();
    if (range === null) return atom;
    // Lazy or greedy: the same, since only whether it matches is asked.
    this.#take('?');
    if (this.#range() !== null) throw new PatternProblem('a repetition repeats a repetition');
    return { kind: 'repeat', part: atom, ...range };
  }

  #range(): { min: number; max: number } | null {
    if (this.#take('*')) return { min: 0, max: Infinity };
    if (this.#take('+')) return { min: 1, max: Infinity };
    if (this.#take('?')) return { min: 0, max: 1 };
    const found = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#rest(16));
    if (found === null) return null;
    this.#at += found[0].length;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === '' ? Infinity : Number(found[3]);
    if (max < min) throw new PatternProblem(`{${min},${max}} counts down`);
    if (min > maxRepeats || (max !== Infinity && max > maxRepeats)) {
      throw new PatternProblem(`it repeats more than ${maxRepeats} times`);
    }
    return { min, max };
  }

  #escape(flags: Flags, before: Node[]): Node {
    const char = this.#next('it ends with a single \\');
    if (char === 'A') return { kind: 'start' };
    if (char === 'z') return { kind: 'end' };
    if (char === 'b') return { kind: 'word' };
    if (char === 'B') return { kind: 'notWord' };
    if (char === 'Q') {
      const literals: Node[] = [];
      while (this.#peek() !== undefined && !this.#take('\\E')) {
        literals.push(literal(this.#next(), flags));
      }
      // A repetition after \E belongs to the last character only.
      const last = literals.pop();
      before.push(...literals);
      return last ?? { kind: 'sequence', parts: [] };
    }
    return { kind: 'char', test: this.#escaped(char, flags) };
  }

  /** What a backslash before `char` stands for, as a set. */
  #escaped(char: string, flags: Flags): CharTest {
    const known = classes[char];
    if (known !== undefined) return known;
    if (char === 'p' || char === 'P') {
      const test = caseless(this.#property(), flags);
      return char === 'P' ? not(test) : test;
    }
    const code = this.#escapedCode(char);
    return caseless((point) => point === code, flags);
  }

  #property(): CharTest {
    let name = this.#next();
    if (name === '{') {
      name = '';
      for (let char = this.#next(); char !== '}'; char = this.#next()) name += char;
    }
    try {
      // Two letters at most are a category, more are a script.
      const property = /^[A-Za-z_]{3,}$/.test(name) ? `Script=${name}` : name;
      const pattern = new RegExp(`^\\p{${property}}$`, 'u');
      return (point) => pattern.test(String.fromCodePoint(point));
    } catch {
      throw new PatternProblem(`\\p{${name}} is not understood`);
    }
  }

  #escapedCode(char: string): number {
    const control = controls[char];
    if (control !== undefined) return control;
    if (char === 'x') {
      let digits = '';
      if (this.#take('{')) {
        for (let next = this.#next(); next !== '}'; next = this.#next()) digits += next;
      } else {
        digits = this.#next() + this.#next();
      }
      const code = /^[0-9a-fA-F]{1,6}$/.test(digits) ? Number.parseInt(digits, 16) : Infinity;
      if (code > 0x10ffff) throw new PatternProblem(`\\x${digits} is no character`);
      return code;
    }
    if (/[A-Za-z0-9]/.test(char)) throw new PatternProblem(`\\${char} is not understood`);
    return codeOf(char);
  }

  #set(flags: Flags): CharTest {
    const unclosed = 'a [ is not closed';
    const isNegated = this.#take('^');
    const tests: CharTest[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      if (this.#take('[:')) {
        tests.push(this.#posix());
        continue;
      }
      const char = this.#next(unclosed);
      if (char === '\\') {
        const escaped = this.#next(unclosed);
        if (escaped in classes || escaped === 'p' || escaped === 'P') {
          tests.push(this.#escaped(escaped, flags));
          continue;
        }
        tests.push(this.#through(this.#escapedCode(escaped)));
      } else tests.push(this.#through(codeOf(char)));
    }
    this.#at += 1;
    // Case first: [^a] without case leaves out A as well.
    const isIn = caseless(anyOf(tests), flags);
    return isNegated ? not(isIn) : isIn;
  }

  /** From `low` to what follows a dash; `low` alone where none does. */
  #through(low: number): CharTest {
    if (this.#peek() !== '-' || this.#peek(1) === ']' || this.#peek(1) === undefined) {
      return between(low, low);
    }
    this.#at += 1;
    const end = this.#next();
    const high = end === '\\' ? this.#escapedCode(this.#next()) : codeOf(end);
    if (high < low) {
      throw new PatternProblem(
        `${String.fromCodePoint(low)}-${String.fromCodePoint(high)} counts down`,
      );
    }
    return between(low, high);
  }

  #posix(): CharTest {
    const isNegated = this.#take('^');
    let name = '';
    while (!this.#take(':]')) name += this.#next('a [: is not closed');
    const test = Object.hasOwn(posix, name) ? posix[name] : undefined;
    if (test === undefined) throw new PatternProblem(`[:${name}:] is not understood`);
    return isNegated ? not(test) : test;
  }

  #peek(offset = 0): string | undefined {
    return this.#chars[this.#at + offset];
  }

  #rest(count: number): string {
    return this.#chars.slice(this.#at, this.#at + count).join('');
  }

  #take(text: string): boolean {
    for (let index = 0; index < text.length; index += 1) {
      if (this.#peek(index) !== text[index]) return false;
    }
    this.#at += text.length;
    return true;
  }

  #next(problem = 'it ends too early'): string {
    const char = this.#chars[this.#at];
    if (char === undefined) throw new PatternProblem(problem);
    this.#at += 1;
    return char;
  }
}

/**
 * Regular expressions that cannot hang.
 *
 * A view with a bad pattern may come from a file that a team shares. JavaScript's engine can take years over `(a+)+b`;
 * while it did, nothing would be polled. This one walks all possibilities at once, in time proportional to pattern times
 * text (Thompson's construction). Like Prometheus, it has no look-around and no back-references, and it always matches
 * the whole text. Case is ignored.
 */

const maxPattern = 500;
const maxInstructions = 3_000;
const maxVisits = 20_000;
/** Longer values are compared by this many characters of their beginning. */
const maxText = 4_000;

type CharTest = (char: string) => boolean;
type Node =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number };

/** Flat: `next` and `other` are indexes of instructions; -1 is the end of the pattern. */
interface Instruction {
  readonly kind: 'char' | 'start' | 'end' | 'split';
  readonly test: CharTest | null;
  next: number;
  other: number;
}

interface Program {
  readonly list: Instruction[];
  visits: number;
}

/** Why a pattern cannot be used, for people. */
export class PatternProblem extends Error {}

const isDigit: CharTest = (char) => char >= '0' && char <= '9';
const isSpace: CharTest = (char) => /\s/.test(char);
const isWord: CharTest = (char) =>
  isDigit(char) || char === '_' || (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z');
const not =
  (test: CharTest): CharTest =>
  (char) =>
    !test(char);
const classes: Readonly<Record<string, CharTest>> = {
  d: isDigit,
  D: not(isDigit),
  s: isSpace,
  S: not(isSpace),
  w: isWord,
  W: not(isWord),
};
const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' };

/** Text is lower case by the time it is tested. */
const literal = (char: string): CharTest => {
  const lower = char.toLowerCase();
  return (other) => other === lower;
};

class Parser {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#chars = [...pattern];
  }

  parse(): Node {
    const node = this.#choice(0);
    if (this.#at < this.#chars.length) throw new PatternProblem('a ) has no (');
    return node;
  }

  #choice(depth: number): Node {
    if (depth > 50) throw new PatternProblem('the groups are nested too deep');
    const parts = [this.#sequence(depth)];
    while (this.#take('|')) parts.push(this.#sequence(depth));
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === undefined || char === '|' || char === ')') return { kind: 'sequence', parts };
      parts.push(this.#repeated(this.#atom(depth)));
    }
  }

  #atom(depth: number): Node {
    const char = this.#next();
    switch (char) {
      case '(': {
        if (this.#take('?') && !this.#take(':')) {
          throw new PatternProblem('only (…) and (?:…) groups are understood');
        }
        const inner = this.#choice(depth + 1);
        if (!this.#take(')')) throw new PatternProblem('a ( is not closed');
        return inner;
      }
      case '[':
        return { kind: 'char', test: this.#set() };
      case '.':
        return { kind: 'char', test: (other) => other !== '\n' };
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '\\':
        return { kind: 'char', test: this.#escape() };
      case '*':
      case '+':
      case '?':
        throw new PatternProblem(`${char} has nothing to repeat`);
      default:
        return { kind: 'char', test: literal(char) };
    }
  }

  #repeated(atom: Node): Node {
    let node = atom;
    for (let times = 0; ; times += 1) {
      const range = this.#range();
      if (range === null) return node;
      if (times > 0) throw new PatternProblem('a repetition repeats a repetition');
      node = { kind: 'repeat', part: node, ...range };
      // Lazy or greedy: the same, since only whether it matches is asked.
      this.#take('?');
    }
  }

  #range(): { min: number; max: number } | null {
    if (this.#take('*')) return { min: 0, max: Infinity };
    if (this.#take('+')) return { min: 1, max: Infinity };
    if (this.#take('?')) return { min: 0, max: 1 };
    if (this.#chars[this.#at] !== '{') return null;
    const rest = this.#chars.slice(this.#at, this.#at + 16).join('');
    const found = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(rest);
    if (found === null) return null;
    this.#at += found[0].length;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === '' ? Infinity : Number(found[3]);
    if (max < min) throw new PatternProblem(`{${min},${max}} counts down`);
    return { min, max };
  }

  #escape(): CharTest {
    const char = this.#chars[this.#at];
    if (char === undefined) throw new PatternProblem('it ends with a single \\');
    this.#at += 1;
    const known = classes[char];
    if (known !== undefined) return known;
    const control = controls[char];
    if (control !== undefined) return literal(control);
    if (/[A-Za-z0-9]/.test(char)) throw new PatternProblem(`\\${char} is not understood`);
    return literal(char);
  }

  #set(): CharTest {
    const isNegated = this.#take('^');
    const tests: CharTest[] = [];
    for (let isFirst = true; isFirst || this.#chars[this.#at] !== ']'; isFirst = false) {
      const from = this.#next('a [ is not closed');
      if (from === '\\') {
        tests.push(this.#escape());
        continue;
      }
      const to = this.#chars[this.#at + 1];
      if (this.#chars[this.#at] === '-' && to !== undefined && to !== ']') {
        this.#at += 2;
        if (to < from) throw new PatternProblem(`${from}-${to} counts down`);
        tests.push(
          (char) => (char >= from && char <= to) || isBetween(char.toUpperCase(), from, to),
        );
      } else {
        tests.push(literal(from));
      }
    }
    this.#at += 1;
    const isIn: CharTest = (char) => tests.some((test) => test(char));
    return isNegated ? not(isIn) : isIn;
  }

  #take(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #next(problem = 'it ends too early'): string {
    const char = this.#chars[this.#at];
    if (char === undefined) throw new PatternProblem(problem);
    this.#at += 1;
    return char;
  }
}

const isBetween = (char: string, from: string, to: string): boolean => char >= from && char <= to;

/** Emits backwards: each node is given the instruction that follows it, and returns its own first one. */
function emit(program: Program, node: Node, next: number): number {
  // Counted apart from instructions: repeating an empty group emits none and could go on for ever.
  program.visits += 1;
  if (program.visits > maxVisits) throw new PatternProblem('it repeats too much');
  const add = (instruction: Instruction): number => {
    if (program.list.length >= maxInstructions) throw new PatternProblem('it repeats too much');
    return program.list.push(instruction) - 1;
  };
  switch (node.kind) {
    case 'char':
      return add({ kind: 'char', test: node.test, next, other: -1 });
    case 'start':
    case 'end':
      return add({ kind: node.kind, test: null, next, other: -1 });
    case 'sequence':
      return node.parts.reduceRight((after, part) => emit(program, part, after), next);
    case 'choice':
      return node.parts
        .map((part) => emit(program, part, next))
        .reduce((other, first) => add({ kind: 'split', test: null, next: first, other }));
    case 'repeat': {
      let after = next;
      if (node.max === Infinity) {
        const loop = add({ kind: 'split', test: null, next: -1, other: next });
        const split = program.list[loop];
        const body = emit(program, node.part, loop);
        if (split !== undefined) split.next = body;
        after = loop;
      } else {
        for (let times = node.min; times < node.max; times += 1) {
          const body = emit(program, node.part, after);
          after = add({ kind: 'split', test: null, next: body, other: next });
        }
      }
      for (let times = 0; times < node.min; times += 1) after = emit(program, node.part, after);
      return after;
    }
  }
}

/** @throws PatternProblem */
export function compilePattern(pattern: string): (text: string) => boolean {
  if (pattern.length > maxPattern) {
    throw new PatternProblem(`it is longer than ${maxPattern} characters`);
  }
  const program: Instruction[] = [];
  const first = emit({ list: program, visits: 0 }, new Parser(pattern).parse(), -1);
  const reachedAt = new Int32Array(program.length);
  const waiting: number[] = [];
  let generation = 0;

  /** Follows what needs no character. Returns whether the end of the pattern is reached. */
  const follow = (into: number[], from: number, isAtStart: boolean, isAtEnd: boolean): boolean => {
    let isDone = false;
    waiting.push(from);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (at === -1) {
        isDone = true;
        continue;
      }
      const instruction = program[at];
      if (instruction === undefined || reachedAt[at] === generation) continue;
      reachedAt[at] = generation;
      if (instruction.kind === 'char') into.push(at);
      else if (instruction.kind === 'split') waiting.push(instruction.other, instruction.next);
      else if (instruction.kind === 'start' ? isAtStart : isAtEnd) waiting.push(instruction.next);
    }
    return isDone;
  };

  let states: number[] = [];
  let next: number[] = [];
  return (text) => {
    const lower = text.slice(0, maxText).toLowerCase();
    generation += 1;
    states.length = 0;
    let isDone = follow(states, first, true, lower.length === 0);
    let position = 0;
    for (const char of lower) {
      if (states.length === 0) return false;
      position += char.length;
      next.length = 0;
      generation += 1;
      isDone = false;
      for (const at of states) {
        const instruction = program[at];
        if (instruction?.test?.(char) !== true) continue;
        if (follow(next, instruction.next, false, position === lower.length)) isDone = true;
      }
      [states, next] = [next, states];
    }
    return isDone;
  };
}

/**
 * Fully anchored RE2-style patterns, matched in time linear to the text.
 *
 * Patterns come from silences other people wrote and from the person at the desk; JavaScript's engine backtracks, so one
 * of them could freeze the core. This one walks all states at once and never goes back.
 */
type Test = (codePoint: number) => boolean;

type Node =
  | { readonly type: 'set'; readonly test: Test }
  | { readonly type: 'cat'; readonly nodes: readonly Node[] }
  | { readonly type: 'alt'; readonly nodes: readonly Node[] }
  | { readonly type: 'repeat'; readonly node: Node; readonly least: number; readonly most: number }
  | { readonly type: 'assert'; readonly at: 'begin' | 'end' | 'word' | 'notWord' };

type Step =
  | { op: 'set'; test: Test }
  | { op: 'split'; left: number; right: number }
  | { op: 'jump'; to: number }
  | { op: 'assert'; at: 'begin' | 'end' | 'word' | 'notWord' }
  | { op: 'match' };

const mostSteps = 20_000;
const mostRepeats = 1_000;

const between =
  (low: number, high: number): Test =>
  (point) =>
    point >= low && point <= high;
const anyOf =
  (tests: readonly Test[]): Test =>
  (point) =>
    tests.some((test) => test(point));
const not =
  (test: Test): Test =>
  (point) =>
    !test(point);
const codeOf = (text: string): number => text.codePointAt(0) ?? 0;
const oneOf =
  (chars: string): Test =>
  (point) =>
    chars.includes(String.fromCodePoint(point));

const digit = between(48, 57);
const word = anyOf([digit, between(65, 90), between(97, 122), (point) => point === 95]);
const space = oneOf('\t\n\f\r ');
const classes: Readonly<Record<string, Test>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
};
const upper = between(65, 90);
const lower = between(97, 122);
const graph = between(33, 126);
const posix: Readonly<Record<string, Test>> = {
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
  word,
  xdigit: anyOf([digit, between(65, 70), between(97, 102)]),
};
const controls: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

class Unsupported extends Error {}

interface Flags {
  readonly isCaseless: boolean;
  readonly isDotAll: boolean;
}

class Parser {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#chars = Array.from(pattern);
  }

  parse(): Node {
    const node = this.#alternatives({ isCaseless: false, isDotAll: false });
    if (this.#at < this.#chars.length) throw new Unsupported('unbalanced )');
    return node;
  }

  #peek(offset = 0): string | undefined {
    return this.#chars[this.#at + offset];
  }

  #next(): string {
    const char = this.#chars[this.#at];
    if (char === undefined) throw new Unsupported('pattern ends too early');
    this.#at += 1;
    return char;
  }

  #take(text: string): boolean {
    const chars = Array.from(text);
    if (chars.some((char, index) => this.#peek(index) !== char)) return false;
    this.#at += chars.length;
    return true;
  }

  #alternatives(outer: Flags): Node {
    let flags = outer;
    const branches: Node[] = [];
    let nodes: Node[] = [];
    for (;;) {
      const char = this.#peek();
      if (char === undefined || char === ')') break;
      if (this.#take('|')) {
        branches.push({ type: 'cat', nodes });
        nodes = [];
        continue;
      }
      const changed = this.#flagsOnly(flags);
      if (changed !== null) {
        flags = changed;
        continue;
      }
      nodes.push(this.#repeated(this.#atom(flags, nodes)));
    }
    branches.push({ type: 'cat', nodes });
    return branches.length === 1 && branches[0] !== undefined
      ? branches[0]
      : { type: 'alt', nodes: branches };
  }

  /** `(?i)` and the like, which hold to the end of the group. */
  #flagsOnly(flags: Flags): Flags | null {
    const rest = this.#chars.slice(this.#at, this.#at + 10).join('');
    const found = /^\(\?([a-zA-Z-]*)\)/.exec(rest);
    if (found === null) return null;
    this.#at += found[0].length;
    return this.#withFlags(flags, found[1] ?? '');
  }

  #withFlags(flags: Flags, text: string): Flags {
    let { isCaseless, isDotAll } = flags;
    let isOn = true;
    for (const char of text) {
      if (char === '-') isOn = false;
      else if (char === 'i') isCaseless = isOn;
      else if (char === 's') isDotAll = isOn;
      else if (char !== 'U' && char !== 'm') throw new Unsupported(`flag ${char}`);
      else if (char === 'm' && isOn) throw new Unsupported('flag m');
    }
    return { isCaseless, isDotAll };
  }

  #atom(flags: Flags, before: Node[]): Node {
    const char = this.#next();
    switch (char) {
      case '(':
        return this.#group(flags);
      case '[':
        return { type: 'set', test: this.#caseless(this.#set(), flags) };
      case '.':
        return { type: 'set', test: flags.isDotAll ? () => true : (point) => point !== 10 };
      case '^':
        return { type: 'assert', at: 'begin' };
      case '$':
        return { type: 'assert', at: 'end' };
      case '\\':
        return this.#escape(flags, before);
      case '*':
      case '+':
      case '?':
        throw new Unsupported('nothing to repeat');
      default:
        return this.#literal(char, flags);
    }
  }

  #literal(char: string, flags: Flags): Node {
    const code = codeOf(char);
    return { type: 'set', test: this.#caseless((point) => point === code, flags) };
  }

  #caseless(test: Test, flags: Flags): Test {
    if (!flags.isCaseless) return test;
    return (point) => {
      const char = String.fromCodePoint(point);
      return test(point) || test(codeOf(char.toLowerCase())) || test(codeOf(char.toUpperCase()));
    };
  }

  #group(flags: Flags): Node {
    let inner = flags;
    if (this.#take('?')) {
      if (this.#take('P<') || this.#take('<')) {
        if (this.#peek() === '=' || this.#peek() === '!') throw new Unsupported('lookbehind');
        while (this.#next() !== '>');
      } else {
        let text = '';
        for (let char = this.#next(); char !== ':'; char = this.#next()) text += char;
        if (!/^[imsU-]*$/.test(text)) throw new Unsupported('lookaround');
        inner = this.#withFlags(flags, text);
      }
    }
    const node = this.#alternatives(inner);
    if (this.#next() !== ')') throw new Unsupported('missing )');
    return node;
  }

  #escape(flags: Flags, before: Node[]): Node {
    const char = this.#next();
    if (char === 'A') return { type: 'assert', at: 'begin' };
    if (char === 'z') return { type: 'assert', at: 'end' };
    if (char === 'b') return { type: 'assert', at: 'word' };
    if (char === 'B') return { type: 'assert', at: 'notWord' };
    if (char === 'Q') {
      const literals: Node[] = [];
      while (this.#peek() !== undefined && !this.#take('\\E')) {
        literals.push(this.#literal(this.#next(), flags));
      }
      // A repetition after \E belongs to the last character only.
      const last = literals.pop();
      before.push(...literals);
      return last ?? { type: 'cat', nodes: [] };
    }
    this.#at -= 1;
    return { type: 'set', test: this.#caseless(this.#escapedSet(), flags) };
  }

  /** What follows a backslash, as a set of code points. */
  #escapedSet(): Test {
    const char = this.#next();
    const known = classes[char];
    if (known !== undefined) return known;
    if (char === 'p' || char === 'P') {
      let name = this.#next();
      if (name === '{') {
        name = '';
        for (let next = this.#next(); next !== '}'; next = this.#next()) name += next;
      }
      const isScript = name.length > 2;
      if (!/^[A-Za-z_]+$/.test(name)) throw new Unsupported('class');
      const property = new RegExp(`^\\p{${isScript ? `Script=${name}` : name}}$`, 'u');
      const test: Test = (point) => property.test(String.fromCodePoint(point));
      return char === 'P' ? not(test) : test;
    }
    const code = this.#escapedCode(char);
    return (point) => point === code;
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
      if (!/^[0-9a-fA-F]{1,6}$/.test(digits)) throw new Unsupported('bad \\x');
      return Number.parseInt(digits, 16);
    }
    if (/[A-Za-z0-9]/.test(char)) throw new Unsupported(`\\${char}`);
    return codeOf(char);
  }

  #set(): Test {
    const isNegated = this.#take('^');
    const tests: Test[] = [];
    let isFirst = true;
    for (;;) {
      if (this.#peek() === ']' && !isFirst) break;
      isFirst = false;
      if (this.#take('[:')) {
        const isNot = this.#take('^');
        let name = '';
        while (!this.#take(':]')) name += this.#next();
        const test = posix[name];
        if (test === undefined) throw new Unsupported(`[:${name}:]`);
        tests.push(isNot ? not(test) : test);
        continue;
      }
      let char = this.#next();
      let low: number;
      if (char === '\\') {
        const escaped = this.#peek() ?? '';
        if (escaped in classes || escaped === 'p' || escaped === 'P') {
          tests.push(this.#escapedSet());
          continue;
        }
        char = this.#next();
        low = this.#escapedCode(char);
      } else {
        low = codeOf(char);
      }
      if (this.#peek() === '-' && this.#peek(1) !== ']') {
        this.#next();
        const end = this.#next();
        const high = end === '\\' ? this.#escapedCode(this.#next()) : codeOf(end);
        if (high < low) throw new Unsupported('bad range');
        tests.push(between(low, high));
      } else {
        tests.push((point) => point === low);
      }
    }
    this.#next();
    return isNegated ? not(anyOf(tests)) : anyOf(tests);
  }

  #repeated(start: Node): Node {
    let node = start;
    for (;;) {
      let least: number;
      let most: number;
      if (this.#take('*')) [least, most] = [0, Infinity];
      else if (this.#take('+')) [least, most] = [1, Infinity];
      else if (this.#take('?')) [least, most] = [0, 1];
      else {
        const rest = this.#chars.slice(this.#at, this.#at + 12).join('');
        const counted = /^\{(\d+)(,(\d*))?\}/.exec(rest);
        if (counted === null) return node;
        this.#at += counted[0].length;
        least = Number(counted[1]);
        most = counted[2] === undefined ? least : counted[3] === '' ? Infinity : Number(counted[3]);
        if (least > mostRepeats || (most !== Infinity && (most > mostRepeats || most < least))) {
          throw new Unsupported('bad repeat count');
        }
      }
      // Lazy or not makes no difference to whether the whole text matches.
      this.#take('?');
      node = { type: 'repeat', node, least, most };
    }
  }
}

function compileInto(steps: Step[], node: Node): void {
  if (steps.length > mostSteps) throw new Unsupported('pattern too large');
  switch (node.type) {
    case 'set':
      steps.push({ op: 'set', test: node.test });
      return;
    case 'assert':
      steps.push({ op: 'assert', at: node.at });
      return;
    case 'cat':
      for (const inner of node.nodes) compileInto(steps, inner);
      return;
    case 'alt': {
      const jumps: { op: 'jump'; to: number }[] = [];
      node.nodes.forEach((inner, index) => {
        if (index === node.nodes.length - 1) {
          compileInto(steps, inner);
          return;
        }
        const split = { op: 'split' as const, left: steps.length + 1, right: 0 };
        steps.push(split);
        compileInto(steps, inner);
        const jump = { op: 'jump' as const, to: 0 };
        steps.push(jump);
        jumps.push(jump);
        split.right = steps.length;
      });
      for (const jump of jumps) jump.to = steps.length;
      return;
    }
    case 'repeat': {
      for (let count = 0; count < node.least; count += 1) compileInto(steps, node.node);
      if (node.most === Infinity) {
        const split = { op: 'split' as const, left: steps.length + 1, right: 0 };
        const start = steps.length;
        steps.push(split);
        compileInto(steps, node.node);
        steps.push({ op: 'jump', to: start });
        split.right = steps.length;
        return;
      }
      const splits: { op: 'split'; left: number; right: number }[] = [];
      for (let count = node.least; count < node.most; count += 1) {
        const split = { op: 'split' as const, left: steps.length + 1, right: 0 };
        steps.push(split);
        splits.push(split);
        compileInto(steps, node.node);
      }
      for (const split of splits) split.right = steps.length;
    }
  }
}

function run(steps: readonly Step[], text: string): boolean {
  const points = Array.from(text, codeOf);
  const seenAt = new Int32Array(steps.length).fill(-1);
  let states: number[] = [];
  const add = (from: number, position: number, into: number[]): void => {
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seenAt[at] === position) continue;
      seenAt[at] = position;
      const step = steps[at];
      if (step === undefined) continue;
      if (step.op === 'jump') open.push(step.to);
      else if (step.op === 'split') open.push(step.right, step.left);
      else if (step.op === 'assert') {
        const isWordBefore = position > 0 && word(points[position - 1] ?? 0);
        const isWordAfter = position < points.length && word(points[position] ?? 0);
        const isTrue = {
          begin: position === 0,
          end: position === points.length,
          word: isWordBefore !== isWordAfter,
          notWord: isWordBefore === isWordAfter,
        }[step.at];
        if (isTrue) open.push(at + 1);
      } else into.push(at);
    }
  };
  add(0, 0, states);
  points.forEach((point, position) => {
    const next: number[] = [];
    for (const at of states) {
      const step = steps[at];
      if (step?.op === 'set' && step.test(point)) add(at + 1, position + 1, next);
    }
    states = next;
  });
  return states.some((at) => steps[at]?.op === 'match');
}

/** A test of whole texts, or null when the pattern is not one that upstream would take either. */
export function compileAnchored(pattern: string): ((text: string) => boolean) | null {
  if (pattern.length > 10_000) return null;
  try {
    const steps: Step[] = [];
    compileInto(steps, new Parser(pattern).parse());
    if (steps.length > mostSteps) return null;
    steps.push({ op: 'match' });
    return (text) => run(steps, text);
  } catch {
    return null;
  }
}

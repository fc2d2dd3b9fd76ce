/**
 * Regular expressions that cannot hang.
 *
 * A view with a bad pattern may come from a file that a team shares, and a silence from anybody. JavaScript's engine can
 * take years over `(a+)+b`; while it did, nothing would be polled. This one walks all possibilities at once, in time
 * proportional to pattern times text (Thompson's construction). Like Prometheus, it always matches the whole text.
 */
import {
  isWord,
  parsePattern,
  PatternProblem,
  type CharTest,
  type Node,
  type Place,
} from './regex-syntax.ts';

export { PatternProblem } from './regex-syntax.ts';

export interface PatternOptions {
  readonly isCaseless: boolean;
  readonly maxPattern: number;
  readonly maxInstructions: number;
  /** Longer texts are compared by this many UTF-16 units of their beginning. */
  readonly maxText: number;
}

/** For what a person types at the desk. */
const typed: PatternOptions = {
  isCaseless: true,
  maxPattern: 500,
  maxInstructions: 3_000,
  maxText: 4_000,
};

const maxVisits = 20_000;

/** Flat: `next` and `other` are indexes of instructions; -1 is the end of the pattern. */
interface Instruction {
  readonly kind: 'char' | 'split' | Place;
  readonly test: CharTest | null;
  next: number;
  other: number;
}

interface Program {
  readonly list: Instruction[];
  readonly limit: number;
  visits: number;
}

/** Emits backwards: each node is given the instruction that follows it, and returns its own first one. */
function emit(program: Program, node: Node, next: number): number {
  // Counted apart from instructions: repeating an empty group emits none and could go on for ever.
  program.visits += 1;
  if (program.visits > maxVisits) throw new PatternProblem('it repeats too much');
  const add = (instruction: Instruction): number => {
    if (program.list.length >= program.limit) throw new PatternProblem('it repeats too much');
    return program.list.push(instruction) - 1;
  };
  switch (node.kind) {
    case 'char':
      return add({ kind: 'char', test: node.test, next, other: -1 });
    case 'start':
    case 'end':
    case 'word':
    case 'notWord':
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

/** Where in the text we are between two characters. */
interface Here {
  readonly isAtStart: boolean;
  readonly isAtEnd: boolean;
  readonly isAtWordEdge: boolean;
}

function holds(kind: Place, here: Here): boolean {
  switch (kind) {
    case 'start':
      return here.isAtStart;
    case 'end':
      return here.isAtEnd;
    case 'word':
      return here.isAtWordEdge;
    case 'notWord':
      return !here.isAtWordEdge;
  }
}

/** @throws PatternProblem */
export function compilePattern(
  pattern: string,
  options: PatternOptions = typed,
): (text: string) => boolean {
  const { maxPattern, maxInstructions, maxText, isCaseless } = options;
  if (pattern.length > maxPattern) {
    throw new PatternProblem(`it is longer than ${maxPattern} characters`);
  }
  const program: Instruction[] = [];
  const first = emit(
    { list: program, limit: maxInstructions, visits: 0 },
    parsePattern(pattern, isCaseless),
    -1,
  );
  const reachedAt = new Int32Array(program.length);
  const waiting: number[] = [];
  let generation = 0;

  /** Follows what needs no character. Returns whether the end of the pattern is reached. */
  const follow = (into: number[], from: number, here: Here): boolean => {
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
      const { kind } = instruction;
      if (kind === 'char') into.push(at);
      else if (kind === 'split') waiting.push(instruction.other, instruction.next);
      else if (holds(kind, here)) waiting.push(instruction.next);
    }
    return isDone;
  };

  let states: number[] = [];
  let next: number[] = [];
  return (text) => {
    const cut = text.length > maxText ? text.slice(0, maxText) : text;
    generation += 1;
    states.length = 0;
    let after = cut.codePointAt(0);
    let isDone = follow(states, first, {
      isAtStart: true,
      isAtEnd: after === undefined,
      isAtWordEdge: after !== undefined && isWord(after),
    });
    let position = 0;
    while (after !== undefined) {
      if (states.length === 0) return false;
      const point: number = after;
      position += point > 0xffff ? 2 : 1;
      after = cut.codePointAt(position);
      const here = {
        isAtStart: false,
        isAtEnd: after === undefined,
        isAtWordEdge: isWord(point) !== (after !== undefined && isWord(after)),
      };
      next.length = 0;
      generation += 1;
      isDone = false;
      for (const at of states) {
        const instruction = program[at];
        if (instruction?.test?.(point) !== true) continue;
        if (follow(next, instruction.next, here)) isDone = true;
      }
      [states, next] = [next, states];
    }
    return isDone;
  };
}

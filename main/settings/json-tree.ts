/**
 * Reads JSON together with where everything stands, so that an edit touches only what it means to, and a mistake can be
 * named by its line. Pure.
 */

export interface JsonMember {
  readonly key: string;
  readonly start: number;
  readonly value: JsonNode;
}

export type JsonNode =
  | {
      readonly kind: 'object';
      readonly start: number;
      readonly end: number;
      readonly members: readonly JsonMember[];
    }
  | {
      readonly kind: 'array';
      readonly start: number;
      readonly end: number;
      readonly items: readonly JsonNode[];
    }
  | {
      readonly kind: 'scalar';
      readonly start: number;
      readonly end: number;
      readonly value: string | number | boolean | null;
    };

/** Why a text is not JSON, and in which line. */
export class JsonProblem extends Error {
  readonly line: number;

  constructor(text: string, offset: number, message: string) {
    super(message);
    this.name = 'JsonProblem';
    this.line = lineAt(text, offset);
  }
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  let from = text.indexOf('\n');
  while (from !== -1 && from < offset) {
    line += 1;
    from = text.indexOf('\n', from + 1);
  }
  return line;
}

const deepest = 60;
const space = /[ \t\n\r]*/y;
const numberPattern = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const quote = 0x22;
const backslash = 0x5c;
const words = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/** @throws JsonProblem */
export function parseJsonTree(text: string): JsonNode {
  let at = 0;

  const fail = (message: string, offset = at): never => {
    throw new JsonProblem(text, offset, message);
  };

  const skip = (): void => {
    space.lastIndex = at;
    space.exec(text);
    at = space.lastIndex;
    if (text[at] === '/') fail('JSON has no comments');
  };

  const shown = (): string => {
    if (at >= text.length) return 'the end of the file';
    const found = text.slice(at, at + 12).split(/\s/, 1)[0] ?? '';
    return JSON.stringify(found.toWellFormed());
  };

  /** Where the text in quotes that begins here ends; a loop, since long texts overflow the stack of a pattern. */
  const endOfString = (): number => {
    for (let end = at + 1; end < text.length; end += 1) {
      const unit = text.charCodeAt(end);
      if (unit === quote) return end + 1;
      if (unit < 0x20) break;
      if (unit === backslash) end += 1;
    }
    return fail('A text in quotes does not end in its line');
  };

  const string = (): string => {
    const end = endOfString();
    let value: unknown;
    try {
      value = JSON.parse(text.slice(at, end));
    } catch {
      fail('A text in quotes has a backslash that means nothing');
    }
    at = end;
    return String(value);
  };

  const scalar = (): JsonNode => {
    const start = at;
    if (text[at] === '"') {
      const value = string();
      return { kind: 'scalar', start, end: at, value };
    }
    for (const [word, value] of words) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return { kind: 'scalar', start, end: at, value };
    }
    numberPattern.lastIndex = at;
    const digits = numberPattern.exec(text)?.[0];
    if (digits === undefined) return fail(`A value is missing before ${shown()}`);
    at += digits.length;
    return { kind: 'scalar', start, end: at, value: Number(digits) };
  };

  /** Reads what stands between brackets, up to the closing one. */
  const list = (close: string, one: () => void): void => {
    const opened = at;
    at += 1;
    skip();
    if (text[at] === close) {
      at += 1;
      return;
    }
    for (;;) {
      one();
      skip();
      if (text[at] === close) {
        at += 1;
        return;
      }
      if (at >= text.length) fail(`"${text[opened]}" is never closed`, opened);
      if (text[at] !== ',') fail(`"," or "${close}" is missing before ${shown()}`);
      const comma = at;
      at += 1;
      skip();
      if (text[at] === close) fail(`There is a "," too much before "${close}"`, comma);
    }
  };

  const value = (depth: number): JsonNode => {
    if (depth > deepest) return fail('It is nested too deeply');
    skip();
    const start = at;
    if (text[at] === '{') {
      const members: JsonMember[] = [];
      list('}', () => {
        const keyStart = at;
        if (text[at] !== '"') fail(`A name in quotes is missing before ${shown()}`);
        const key = string();
        skip();
        if (text[at] !== ':') fail(`":" is missing after "${key.slice(0, 100)}"`);
        at += 1;
        members.push({ key, start: keyStart, value: value(depth + 1) });
      });
      return { kind: 'object', start, end: at, members };
    }
    if (text[at] === '[') {
      const items: JsonNode[] = [];
      list(']', () => {
        items.push(value(depth + 1));
      });
      return { kind: 'array', start, end: at, items };
    }
    return scalar();
  };

  const root = value(0);
  skip();
  if (at < text.length) fail(`Something stands after the end: ${shown()}`);
  return root;
}

/** The plain value. A name that is there twice means the last one, as JSON.parse has it. */
export function valueOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      // Own properties, also for a key named __proto__.
      return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(value)]));
    case 'array':
      return node.items.map(valueOf);
    case 'scalar':
      return node.value;
  }
}

export type JsonPath = readonly (string | number)[];

/** Undefined when nothing stands there. */
export function nodeAt(root: JsonNode, path: JsonPath): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const step of path) {
    if (node?.kind === 'object') {
      node = node.members.findLast(({ key }) => key === step)?.value;
    } else if (node?.kind === 'array' && typeof step === 'number') {
      node = node.items[step];
    } else return undefined;
  }
  return node;
}

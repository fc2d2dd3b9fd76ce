/**
 * What a field is made of: a path with transforms, a constant in quotes, or a text with paths in it. Pure.
 *
 * `$.name | lower`, `"critical"`, `${$.host} on ${@key | upper}`. A path that leads nowhere gives nothing, which is not an
 * empty text.
 */
import { oneLine } from '../observed.ts';
import { cutText } from '../text.ts';
import { scanPath, valueAt, WritingProblem, type Path, type Row } from './path.ts';

const longestText = 1_000_000;
const mostTransforms = 10;

interface Transform {
  readonly name: string;
  readonly argument: string;
}
interface Piece {
  readonly path: Path;
  readonly transforms: readonly Transform[];
}
type Part = string | Piece;

export interface Template {
  readonly text: string;
  readonly parts: readonly Part[];
}

const withArgument = new Set(['join', 'default', 'before', 'after']);
const withoutArgument = new Set([
  'lower',
  'upper',
  'trim',
  'line',
  'first',
  'last',
  'epochS',
  'epochMs',
]);

function scanTransforms(text: string, start: number): { transforms: Transform[]; end: number } {
  const transforms: Transform[] = [];
  let at = start;
  for (;;) {
    const found = /^\s*\|\s*([A-Za-z]+)/.exec(text.slice(at));
    if (found === null) return { transforms, end: at };
    const name = found[1] ?? '';
    at += found[0].length;
    let argument = '';
    if (withArgument.has(name)) {
      const given = /^\((?:"([^"]*)"|'([^']*)'|([^()"']*))\)/.exec(text.slice(at));
      if (given === null) throw new WritingProblem(`${name} needs a text in brackets: ${name}(…).`);
      argument = given[1] ?? given[2] ?? given[3] ?? '';
      at += given[0].length;
    } else if (!withoutArgument.has(name)) {
      const known = [...withoutArgument, ...withArgument].join(', ');
      throw new WritingProblem(`Nobody knows the transform ${name}. There are ${known}.`);
    }
    transforms.push({ name, argument });
    if (transforms.length > mostTransforms) throw new WritingProblem('Too many transforms.');
  }
}

function scanPiece(text: string, start: number): { piece: Piece; end: number } {
  const { path, end } = scanPath(text, start);
  const more = scanTransforms(text, end);
  return { piece: { path, transforms: more.transforms }, end: more.end };
}

/** @throws WritingProblem */
export function parseTemplate(given: string): Template {
  const text = given.trim();
  if (/^(\$[.[]|\$\s*(\||$)|@key)/.test(text)) {
    const { piece, end } = scanPiece(text, 0);
    if (end < text.length) throw new WritingProblem(`Not understood: ${text.slice(end, end + 40)}`);
    return { text, parts: [piece] };
  }
  const quoted = /^"([^"]*)"$|^'([^']*)'$/.exec(text);
  const body = quoted?.[1] ?? quoted?.[2] ?? text;
  if (quoted === null && !body.includes('${')) {
    throw new WritingProblem(
      `Begin a path with $. or put a constant into quotes: ${text.slice(0, 60)}`,
    );
  }
  const parts: Part[] = [];
  let at = 0;
  while (at < body.length) {
    const open = body.indexOf('${', at);
    if (open === -1) break;
    if (open > at) parts.push(body.slice(at, open));
    let begin = open + 2;
    while (body[begin] === ' ') begin += 1;
    const { piece, end } = scanPiece(body, begin);
    const close = /^\s*\}/.exec(body.slice(end));
    if (close === null)
      throw new WritingProblem(`\${ is not closed: ${body.slice(open, open + 40)}`);
    parts.push(piece);
    at = end + close[0].length;
  }
  if (at < body.length || parts.length === 0) parts.push(body.slice(at));
  return { text, parts };
}

/** The text of a value; undefined for what has none. Lists of texts are joined. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return undefined;
  const texts = value.map(textOf).filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join(', ');
}

const epoch = (value: unknown, perSecond: number): string | undefined => {
  const number = Number(textOf(value) ?? Number.NaN);
  const ms = (number / perSecond) * 1_000;
  return Number.isFinite(ms) && ms > 0 && ms <= 8.64e15 ? new Date(ms).toISOString() : undefined;
};

function transformed(value: unknown, { name, argument }: Transform): unknown {
  if (name === 'default') {
    const text = textOf(value);
    return text === undefined || text.trim() === '' ? argument : value;
  }
  if (name === 'first' || name === 'last') {
    return Array.isArray(value) ? (value.at(name === 'first' ? 0 : -1) as unknown) : value;
  }
  if (name === 'epochS') return epoch(value, 1);
  if (name === 'epochMs') return epoch(value, 1_000);
  if (name === 'join') {
    return Array.isArray(value)
      ? value
          .map(textOf)
          .filter((text) => text !== undefined)
          .join(argument)
      : value;
  }
  const text = textOf(value);
  if (text === undefined) return undefined;
  switch (name) {
    case 'lower':
      return text.toLowerCase();
    case 'upper':
      return text.toUpperCase();
    case 'trim':
      return oneLine(text);
    case 'line':
      return text.trim().split('\n', 1)[0]?.trim();
    case 'before':
      return argument !== '' && text.includes(argument)
        ? text.slice(0, text.indexOf(argument))
        : text;
    default: {
      const found = argument === '' ? -1 : text.indexOf(argument);
      return found === -1 ? text : text.slice(found + argument.length);
    }
  }
}

const pieceText = ({ path, transforms }: Piece, row: Row): string | undefined => {
  let value = valueAt(path, row);
  for (const transform of transforms) value = transformed(value, transform);
  const text = textOf(value);
  return text === undefined ? undefined : cutText(text, longestText);
};

/** `isStrict`: nothing as soon as one of its paths leads nowhere; else only when all do. */
export function fill(template: Template, row: Row, isStrict = false): string | undefined {
  let text = '';
  let found = 0;
  let missing = 0;
  for (const part of template.parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = pieceText(part, row);
    if (value === undefined) missing += 1;
    else {
      found += 1;
      text += value;
    }
  }
  if (missing > 0 && (isStrict || found === 0)) return undefined;
  return cutText(text, longestText);
}

/** The path of a template that is nothing but a path; null for others. */
export function solePath(template: Template): Path | null {
  const [part] = template.parts;
  return template.parts.length === 1 && part !== undefined && typeof part !== 'string'
    ? part.path
    : null;
}

/**
 * Conditions on an item or an answer: `$.state = ok`, `$.up != 1`, `$.endsAt < now`, or a path alone, which must say yes. Pure.
 *
 * A path that leads nowhere makes every condition false, so that a field that vanished hides no alarm and proves nothing.
 */
import { scanPath, valueAt, WritingProblem, type Path, type Row } from './path.ts';
import { textOf } from './template.ts';
import { timeOf } from './time.ts';

type Operator = '=' | '!=' | '<' | '>';

export interface Condition {
  readonly text: string;
  readonly path: Path;
  /** Null: the path alone. */
  readonly operator: Operator | null;
  readonly value: string;
}

/** @throws WritingProblem */
export function parseCondition(given: string): Condition {
  const text = given.trim();
  const { path, end } = scanPath(text, 0);
  const rest = text.slice(end).trim();
  if (rest === '') return { text, path, operator: null, value: '' };
  const found = /^(==?|!=|<|>)\s*(?:"([^"]*)"|'([^']*)'|(\S.*))$/.exec(rest);
  if (found === null) {
    throw new WritingProblem(`A condition reads like $.state = ok: ${text.slice(0, 60)}`);
  }
  const operator = found[1] === '==' ? '=' : (found[1] as Operator);
  return { text, path, operator, value: found[2] ?? found[3] ?? found[4] ?? '' };
}

/** As people and programs write yes; a text that is merely there is none. */
const isYes = (value: unknown): boolean =>
  value === true || value === 1 || /^(true|yes|on|1)$/i.test(textOf(value)?.trim() ?? '');

export const usesNow = ({ operator, value }: Condition): boolean =>
  (operator === '<' || operator === '>') && value === 'now';

export function holds(condition: Condition, row: Row, nowMs: number): boolean {
  const { path, operator, value } = condition;
  const found = valueAt(path, row);
  if (operator === null) return isYes(found);
  const text = textOf(found)?.trim();
  if (text === undefined) return operator === '=' && found === null && value === 'null';
  if (operator === '=') return text.toLowerCase() === value.toLowerCase();
  if (operator === '!=') return text.toLowerCase() !== value.toLowerCase();
  const isTime = usesNow(condition);
  const left = isTime ? (timeOf(text) ?? Number.NaN) : text === '' ? Number.NaN : Number(text);
  const right = isTime ? nowMs : Number(value);
  return operator === '<' ? left < right : left > right;
}
